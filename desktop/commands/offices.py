"""Offices: setting one up, its keys, backups, the sample, and checking that all is well."""

from argparse import Namespace
from contextlib import suppress
from pathlib import Path
from typing import Any

from desktop.commands.base import Exit, answer, office_folder, open_office, operator_of
from desktop.errors import DesktopError, RefusedError, UnreadableFile
from desktop.exchange.cards import refuse_wrong_parent, trust_parent
from desktop.exchange.keys import read_card
from desktop.queries.contents import count_records
from desktop.reports.fonts import require_fonts
from desktop.sample import write_sample
from desktop.sample_class import write_sample_class
from desktop.services.backups import KEYS_NAME, RECOVERY_NAME, load_identity, make_backup, read_keys, restore
from desktop.services.checking import check_database
from desktop.services.copies import BACKUPS_NAME
from desktop.services.offices import create_office
from desktop.services.opening import open_store
from desktop.settings import known_offices, remember_office
from desktop.store.database_file import DATABASE_NAME


def run_new_office(arguments: Namespace) -> int:
    """Set up an office in an empty folder."""
    parent = read_card(Path(arguments.parent_card)) if arguments.parent_card else None
    if parent is not None:
        refuse_wrong_parent(parent, code=arguments.code, rank=arguments.level)
    store = create_office(
        Path(arguments.folder),
        name=arguments.name,
        code=arguments.code,
        rank=arguments.level,
        parent_code=parent.code if parent is not None else "",
        operator=arguments.operator or "经办人",
    )
    try:
        if parent is not None:
            trust_parent(store, parent, operator_of(arguments, store))
        remember_office(store.folder)
    finally:
        store.close()
    text = f"已新建单位“{arguments.name}”，数据在 {arguments.folder}；请把其中的 {RECOVERY_NAME} 打印出来锁进保险柜"
    answer(arguments, {"folder": str(arguments.folder), "code": arguments.code}, text)
    return Exit.DONE


def run_sample(arguments: Namespace) -> int:
    """Write the sample office."""
    store = write_sample(Path(arguments.folder))
    write_sample_class(store)
    store.close()
    remember_office(Path(arguments.folder))
    answer(arguments, {"folder": str(arguments.folder)}, f"样例单位已写到 {arguments.folder}")
    return Exit.DONE


def run_backup(arguments: Namespace) -> int:
    """Write a verified backup to a folder."""
    with open_office(arguments) as store:
        path = make_backup(store, "手工备份", to=Path(arguments.to))
    answer(arguments, {"path": str(path)}, f"已备份并读回核对：{path}")
    return Exit.DONE


def run_restore(arguments: Namespace) -> int:
    """Restore a backup into a folder."""
    source, target = Path(arguments.file), Path(arguments.to)
    if not source.is_file():
        raise UnreadableFile(f"没有找到备份文件“{source}”，请核对；没有恢复任何内容")
    keys = list(read_keys(_key_files(arguments, source, target)))
    if not keys:
        raise RefusedError("打开备份需要原单位的密钥：请用 --keys 指明 keys.json 或恢复密钥文件；没有恢复任何内容")
    if (target / DATABASE_NAME).exists():
        _back_up_what_stands_there(target)
    done = restore(source, target, keys=[key for key, _signer in keys], signers=[signer for _key, signer in keys])
    remember_office(target)
    aside = done.aside
    text = f"已恢复到 {target}" + (f"；原有数据已移到 {aside}，没有删除" if aside is not None else "")
    text += f"；{done.told()}" if done.lost else ""
    moved = str(aside) if aside else None
    answer(arguments, {"folder": str(target), "moved_aside": moved, "attachments_lost": done.lost}, text)
    return Exit.ROWS_REFUSED if done.lost else Exit.DONE


def _back_up_what_stands_there(folder: Path) -> None:
    """A database that still opens is backed up before another takes its place; a damaged one is only moved away."""
    with suppress(DesktopError):
        store = open_store(folder)
        try:
            make_backup(store, "恢复前", to=folder / BACKUPS_NAME)  # without thinning: it might remove the one chosen
        finally:
            store.close()


def _key_files(arguments: Namespace, source: Path, target: Path) -> list[Path]:
    """Where the keys of a backup may lie: where the clerk says, beside the backup, or in an office known here."""
    if arguments.keys:
        return [Path(arguments.keys)]
    folders = [source.parent, source.parent.parent, target, *known_offices()]
    if arguments.office is not None:
        folders.insert(0, office_folder(arguments))
    return [folder / name for folder in folders for name in (KEYS_NAME, RECOVERY_NAME)]


def run_check(arguments: Namespace) -> int:
    """Check database, rules, attachments and fonts."""
    with open_office(arguments) as store:
        findings = check_database(store)
        with store.read() as session:
            counts = count_records(session)
        load_identity(store.folder)
    require_fonts()
    data: dict[str, Any] = {
        "counts": counts,
        "problems": [
            {"entity": each.entity, "uid": each.uid, "name": each.name, "text": each.text} for each in findings
        ],
    }
    told = f"，其中有 {len(findings)} 处问题" if findings else ""
    lines = [
        f"数据库文件完好，字体齐全；共 {sum(counts.values())} 条记录{told}",
        *(f"{each.name}：{each.text}" for each in findings),
    ]
    answer(arguments, data, "\n".join(lines))
    return Exit.ROWS_REFUSED if findings else Exit.DONE
