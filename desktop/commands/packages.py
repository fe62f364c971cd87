"""Packages: writing one to a drive, looking into one, merging one, with its receipt."""

from argparse import Namespace
from pathlib import Path

from desktop.archive import Identity
from desktop.commands.base import Exit, answer, open_office, operator_of
from desktop.errors import RefusedError, UnreadableFile
from desktop.exchange.cards import own_card, parent_card
from desktop.exchange.look import show_package
from desktop.exchange.merge import carry_out_merge, plan_merge
from desktop.exchange.merge_plan import MergePlan
from desktop.exchange.package import write_package
from desktop.exchange.receipts import read_receipts, write_receipt
from desktop.services.backups import load_identity, make_backup, make_folder
from desktop.store.database import Store


def run_write(arguments: Namespace) -> int:
    """Write the yearly package for the upper office to a folder."""
    with open_office(arguments) as store:
        identity = load_identity(store.folder)
        written = write_package(
            store,
            year=arguments.year,
            folder=Path(arguments.to),
            identity=identity,
            own_card=own_card(store, identity),
            parent_card=parent_card(store),
        )
    counts = "，".join(f"{plural} {count}" for plural, count in written.counts.items() if count)
    text = f"数据包已写到 {written.path} 并读回核对，可以安全拔出U盘\n共 {counts}\n电话核对码：{written.check_code}"
    answer(arguments, written.as_json(), text)
    return Exit.DONE


def run_show(arguments: Namespace) -> int:
    """Tell what a package says, without merging it."""
    path = _existing(arguments.file)
    with open_office(arguments) as store:
        shown = show_package(store, path, identity=load_identity(store.folder))
    header = shown.header
    lines = [
        f"{header.sender} 报送给 {header.recipient}：{header.stream} 第 {header.seq} 次，签名和校验无误",
        f"密钥{'已确认' if shown.key_confirmed else '还没有确认'}",
        *(f"{plural}：{count} 条" for plural, count in shown.counts.items() if count),
    ]
    answer(arguments, shown.as_json(), "\n".join(lines))
    return Exit.DONE


def run_merge(arguments: Namespace) -> int:
    """Plan, and unless it is a dry run, merge a package of an office below, and write the receipt."""
    path = _existing(arguments.file)
    with open_office(arguments) as store:
        identity = load_identity(store.folder)
        plan = plan_merge(store, path, identity=identity, accept_new_epoch=arguments.accept_new_epoch)
        written = []
        if not arguments.dry_run:
            if arguments.receipt is not None:
                make_folder(Path(arguments.receipt), "没有合并")
            if plan.key_confirmed:
                make_backup(store, "合并前")
            carry_out_merge(store, plan, operator_of(arguments, store))
            if arguments.receipt is not None:
                written.append(_write_receipt(store, plan, Path(arguments.receipt), identity))
    answer(arguments, plan.as_json(), _told(plan, written))
    return Exit.ROWS_REFUSED if plan.told_rows() else Exit.DONE


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
    """Read the upper office's receipt for a package of this office."""
    path = _existing(arguments.file)
    with open_office(arguments) as store:
        receipt = read_receipts(store, path, identity=load_identity(store.folder))[-1]
    lines = [f"{receipt.stream} 第 {receipt.seq} 次：已收到，电话核对码 {receipt.check_code}"]
    lines += [f"{remark.name}：{remark.text}" for remark in receipt.remarks]
    answer(arguments, receipt.as_json(), "\n".join(lines))
    return Exit.ROWS_REFUSED if receipt.remarks else Exit.DONE


def _existing(file: str) -> Path:
    path = Path(file)
    if not path.is_file():
        raise UnreadableFile(f"没有找到数据包“{file}”，请核对；没有改动")
    return path
