"""Packages: writing them up and down, looking into one, merging one or a whole folder, with their receipts."""

from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path

from desktop.archive import Identity, let_go
from desktop.archive.volumes import called
from desktop.codes import table
from desktop.commands.base import Exit, answer, open_office, operator_of
from desktop.errors import RefusedError, UnreadableFile
from desktop.exchange.cards import CHILD, card_of, known_cards, own_card, parent_card
from desktop.exchange.gathering import LABELS, Gathering, State, carry_out, gather
from desktop.exchange.keys import KeyCard
from desktop.exchange.look import show_package, verify_package
from desktop.exchange.merge import carry_out_merge, plan_merge
from desktop.exchange.merge_plan import MergePlan
from desktop.exchange.outbox import hand_over, quiet
from desktop.exchange.package import Written, lay_card, write_down, write_package
from desktop.exchange.plan_sheet import export_plan
from desktop.exchange.receipts import read_receipts, refuse_package, write_receipt, write_receipts
from desktop.exchange.streams import ANNUAL, BY_KIND, section_label, title_of
from desktop.queries.traffic import sent_packages
from desktop.rules.check_codes import check_code
from desktop.services.along import size_along, take_along
from desktop.services.backups import load_identity, make_backup, make_folder
from desktop.store.database import Store


def run_write(arguments: Namespace) -> int:
    """Write packages to a folder: the yearly one for the upper office, or what goes down to offices below."""
    folder = Path(arguments.to)
    if folder.parent.is_dir():  # the folder itself may be new, not the drive it is to lie on
        make_folder(folder, "没有生成文件")
    with open_office(arguments) as store:
        written = list(_write(store, arguments, folder))
        lines = [] if arguments.without_backup else [*filter(None, [take_along(store, folder)])]
        gone = let_go(folder)
    for each in written:
        counts = "，".join(f"{section_label(section)} {count}" for section, count in each.counts.items() if count)
        along = f"，附件 {each.attachments}" if each.attachments else ""
        along += f"，另有 {each.referred} 个上级已有，没有重带" if each.referred else ""
        lines += [f"数据包已写到 {each.path} 并读回核对", f"共 {counts}{along}", f"电话核对码：{each.check_code}"]
        lines += each.left_out
        if each.left:
            lines.append(_rest(each.header.seq, each.left))
    data = [each.as_json() for each in written]
    up = arguments.stream == ANNUAL.kind
    answer(arguments, data[0] if up else {"packages": data}, "\n".join(filter(None, [*lines, gone])))
    return Exit.ROWS_REFUSED if any(each.left for each in written) else Exit.DONE


def _rest(seq: int, left: Sequence[int]) -> str:
    volumes = " ".join(f"--volume {number}" for number in left)
    return f"U盘放不下，{called(left)}还没有写；请换一个U盘，再运行 package copy {seq} {volumes}"


def run_copy(arguments: Namespace) -> int:
    """Copy a package that lies in the outbox to a drive once more, or those volumes that had no room on the first."""
    with open_office(arguments) as store:
        with store.read() as session:
            sent = sent_packages(session, kind=arguments.stream)
        found = [each for each in sent if each.seq == arguments.seq and each.file_name]
        if arguments.office_below:
            found = [each for each in found if each.recipient in arguments.office_below]
        if len(found) != 1:
            more = "有多个，请用 --for 写明单位" if found else "没有"
            raise RefusedError(f"发件箱里第 {arguments.seq} 次数据包{more}，没有写到U盘")
        folder = Path(arguments.to)
        reserve = 0 if arguments.without_backup else size_along(store, folder)
        handed = hand_over(store, found[0].package_id, folder, arguments.volume or (), reserve=reserve)
        lay_card(own_card(store, load_identity(store.folder)), folder)
        lines = [f"已写到 {path} 并读回核对" for path in handed.paths]
        lines += [] if arguments.without_backup else [take_along(store, folder) or "备份已随带"]
    lines += [_rest(arguments.seq, handed.left)] if handed.left else []
    lines += filter(None, [let_go(folder)])
    data = {"volumes": [str(path) for path in handed.paths], "volumes_left": list(handed.left)}
    answer(arguments, data, "\n".join(lines))
    return Exit.ROWS_REFUSED if handed.left else Exit.DONE


def _write(store: Store, arguments: Namespace, folder: Path) -> Iterator[Written]:
    identity = load_identity(store.folder)
    words = {"year": arguments.year, "folder": folder, "identity": identity, "own_card": own_card(store, identity)}
    words["reserve"] = 0 if arguments.without_backup else size_along(store, folder)
    if arguments.stream == ANNUAL.kind:
        tiers = [_tier(text) for text in arguments.tier or ()]
        yield write_package(
            store,
            parent_card=parent_card(store),
            tiers=tiers,
            forms=arguments.form or (),
            resend=arguments.all_photos,
            **words,
        )
        return
    for card in _recipients(store, arguments.office_below):
        yield write_down(store, BY_KIND[arguments.stream], recipient=card, **words)


def _tier(text: str) -> str:
    tiers = table("tier")
    return text if text in tiers.codes else tiers.read(text)


def _recipients(store: Store, codes: list[str] | None) -> list[KeyCard]:
    """The cards of the offices below that are named, else of all of them. Raises RefusedError."""
    with store.read() as session:
        if not codes:
            cards = known_cards(session, CHILD)
            if not cards:
                raise RefusedError("还没有确认过下级单位的密钥卡，没有可下发的单位；请先确认密钥卡")
            return cards
        found = {code: card_of(session, code) for code in codes}
    missing = "、".join(code for code, card in found.items() if card is None)
    if missing:
        raise RefusedError(f"单位 {missing} 的密钥卡还没有确认，没有生成数据包；请先确认密钥卡")
    return [card for card in found.values() if card is not None]


def run_show(arguments: Namespace) -> int:
    """Tell what a package says, without merging it."""
    path = _existing(arguments.file)
    with open_office(arguments) as store:
        shown = show_package(store, path, identity=load_identity(store.folder))
    header = shown.header
    lines = [
        f"{header.sender} 报送给 {header.recipient}：{title_of(header.stream)} 第 {header.seq} 次，签名和校验无误",
        f"密钥{'已确认' if shown.key_confirmed else '还没有确认'}",
        *(f"{section_label(section)}：{count} 条" for section, count in shown.counts.items() if count),
    ]
    answer(arguments, shown.as_json(), "\n".join(lines))
    return Exit.DONE


def run_verify(arguments: Namespace) -> int:
    """Check signature and hashes of a package that this office need not be able to open."""
    path = _existing(arguments.file)
    with open_office(arguments) as store:
        header = verify_package(store, path, identity=load_identity(store.folder))
    code = check_code(header.manifest)
    data = {"sender": header.sender, "stream": header.stream, "seq": header.seq, "check_code": code}
    answer(
        arguments,
        data,
        f"{path.name} 完好：{header.sender} {title_of(header.stream)} 第 {header.seq} 次，电话核对码 {code}",
    )
    return Exit.DONE


def run_merge(arguments: Namespace) -> int:
    """Plan, and unless it is a dry run, merge one package or all of a folder, and write the receipts."""
    path = Path(arguments.file)
    if path.is_dir():
        return _merge_folder(arguments, path)
    _existing(arguments.file)
    with open_office(arguments) as store:
        identity = load_identity(store.folder)
        plan = plan_merge(store, path, identity=identity, accept_new_epoch=arguments.accept_new_epoch)
        written = []
        if arguments.plan is not None:
            export_plan(Path(arguments.plan), plan)
        if not arguments.dry_run:
            if arguments.receipt is not None:
                make_folder(Path(arguments.receipt), "没有合并")
            if plan.key_confirmed:
                make_backup(store, "合并前")
            carry_out_merge(store, plan, operator_of(arguments, store))
            if arguments.receipt is not None:
                written.append(_write_receipt(store, plan, Path(arguments.receipt), identity))
    answer(arguments, plan.as_json(), "\n".join([_told(plan, written), *_let_go(written)]))
    return Exit.ROWS_REFUSED if plan.is_told else Exit.DONE


def run_refuse(arguments: Namespace) -> int:
    """Send a whole package back with a reason, and write the receipt that says so."""
    path, folder = _existing(arguments.file), Path(arguments.receipt)
    with open_office(arguments) as store:
        identity = load_identity(store.folder)
        plan = plan_merge(store, path, identity=identity)
        make_folder(folder, "没有退回")
        refuse_package(store, plan, arguments.why, operator_of(arguments, store))
        year = int(plan.manifest["year"])
        receipt = write_receipts(store, plan.card, year=year, folder=folder, identity=identity)
    text = f"已退回，没有合并任何记录；回执已写到 {receipt}"
    answer(arguments, {"receipt": str(receipt)}, "\n".join([text, *_let_go([receipt])]))
    return Exit.DONE


def _let_go(receipts: Sequence[Path]) -> list[str]:
    """Let the drive with receipts go; what is told of it."""
    return [*filter(None, [let_go(receipts[0].parent)])] if receipts else []


def _merge_folder(arguments: Namespace, folder: Path) -> int:
    with open_office(arguments) as store:
        identity = load_identity(store.folder)
        gathering = gather(store, folder, identity=identity, step=quiet)
        if not gathering.items and not gathering.told:
            raise RefusedError(f"文件夹“{folder}”里没有数据包，没有改动；请核对U盘和文件夹")
        receipts: list[Path] = []
        if not arguments.dry_run and gathering.of(State.READY):
            if arguments.receipt is not None:
                make_folder(Path(arguments.receipt), "没有合并")
            make_backup(store, "合并前")
            carry_out(store, gathering, operator_of(arguments, store), identity=identity, step=quiet)
            if arguments.receipt is not None:
                plans = [item.plan for item in gathering.of(State.MERGED) if item.plan is not None]
                receipts = [_write_receipt(store, plan, Path(arguments.receipt), identity) for plan in plans]
    text = "\n".join([_gathering_text(gathering, receipts), *_let_go(receipts)])
    answer(arguments, _gathering_json(gathering), text)
    return Exit.DONE if _all_taken(gathering) else Exit.ROWS_REFUSED


def _all_taken(gathering: Gathering) -> bool:
    untaken = gathering.of(State.WAITING) + gathering.of(State.REFUSED)
    return not untaken and not any(item.plan is not None and item.plan.is_told for item in gathering.items)


def _gathering_json(gathering: Gathering) -> dict[str, object]:
    items = [
        {
            "file": item.found.path.name,
            "office": item.office,
            "what": item.what,
            "state": str(item.state),
            "reason": item.reason,
            "counts": item.plan.counts() if item.plan is not None else {},
        }
        for item in gathering.items
    ]
    return {"packages": items, "told": gathering.told}


def _gathering_text(gathering: Gathering, receipts: list[Path]) -> str:
    lines = [
        f"{item.office} {item.what}：{LABELS[item.state]}{f'，{item.reason}' if item.reason else ''}"
        for item in gathering.items
    ]
    return "\n".join([gathering.summary(), *lines, *gathering.told, *(f"回执已写到 {path}" for path in receipts)])


def _write_receipt(store: Store, plan: MergePlan, folder: Path, identity: Identity) -> Path:
    try:
        return write_receipt(store, plan, folder=folder, identity=identity)
    except RefusedError as error:
        text = f"数据包已经合并，只是回执没有写成：{error.sentence.rstrip('。')}；再合并一次同一个数据包就会补写回执"
        raise RefusedError(text) from error


def _told(plan: MergePlan, written: list[Path]) -> str:
    lines = [plan.title, *plan.account_lines(), *plan.assumed]
    lines += [f"{row.name}：{problem.text}" for row in plan.told_rows() for problem in row.problems]
    if not plan.key_confirmed:
        lines.append(f"对方密钥还没有确认，核对码：{plan.fingerprint}")
    lines += [f"回执已写到 {path}" for path in written]
    return "\n".join([*lines, f"电话核对码：{plan.check_code}"])


def run_receipt(arguments: Namespace) -> int:
    """Read the upper office's receipts of a year; of a folder, write those for the offices below."""
    if arguments.to is not None:
        return _write_receipts(arguments)
    if arguments.file is None:
        raise RefusedError("请写明回执文件，或用 --to 写明把给下级的回执写到哪个文件夹")
    path = _existing(arguments.file)
    with open_office(arguments) as store:
        identity, accepted = load_identity(store.folder), arguments.accept_new_epoch
        receipts = read_receipts(store, path, identity=identity, accept_new_epoch=accepted)
    receipt = receipts[-1]
    lines = [f"{title_of(receipt.stream)} 第 {receipt.seq} 次：已收到，电话核对码 {receipt.check_code}"]
    lines += [f"{remark.name}：{remark.text}" for remark in receipt.remarks]
    answer(arguments, receipt.as_json(), "\n".join(lines))
    return Exit.ROWS_REFUSED if receipt.remarks else Exit.DONE


def _write_receipts(arguments: Namespace) -> int:
    folder = Path(arguments.to)
    if arguments.year is None:
        raise RefusedError("请用 --year 写明是哪一年的回执；没有写出回执")
    with open_office(arguments) as store:
        identity = load_identity(store.folder)
        cards = _recipients(store, arguments.office_below)
        paths = [write_receipts(store, card, year=arguments.year, folder=folder, identity=identity) for card in cards]
    lines = [*(f"回执已写到 {path}" for path in paths), *_let_go(paths)]
    answer(arguments, {"receipts": [str(path) for path in paths]}, "\n".join(lines))
    return Exit.DONE


def _existing(file: str) -> Path:
    path = Path(file)
    if not path.is_file():
        raise UnreadableFile(f"没有找到数据包“{file}”，请核对；没有改动")
    return path
