"""Setting up an office: its record, its operator, the shipped policies and holidays, the identity of its database."""

import re
import shutil
from pathlib import Path
from typing import Final

from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.errors import DatabaseError, InvalidRecord, Problem, RefusedError, disk_reason
from desktop.models import Office, Operator
from desktop.models.base import Content, Record
from desktop.models.regulation import SHIPPED
from desktop.services.backups import KEYS_NAME, RECOVERY_NAME, make_folder, make_keys
from desktop.services.shipped import shipped_edits, shipped_mark
from desktop.store.database import Store, new_epoch
from desktop.store.database_file import DATABASE_NAME, set_aside
from desktop.store.records import Edit, find, new_uid, write_edits

STAGE_NAME: Final = ".new-office"
"""Where an office is made before it is moved into place."""

_CODE: Final = re.compile(r"[0-9A-Za-z-]{1,32}")


def create_office(
    folder: Path, *, name: str, code: str, rank: str, parent_code: str = "", operator: str = "经办人"
) -> Store:
    """Make an office's folder with its database; returns the open store.

    Raises RefusedError or DatabaseError if the folder holds an office already or cannot be written, InvalidRecord if
    name, code or rank is missing; nothing is left then of what was made.
    """
    content = _office_content(name=name, code=code, rank=rank, parent_code=parent_code)
    if (folder / DATABASE_NAME).exists():
        raise RefusedError(f"“{folder}”里已经有一个单位的数据，没有改动；请另选一个文件夹")
    stage, found = folder / STAGE_NAME, folder.exists()
    make_folder(folder, "没有新建单位")
    try:
        shutil.rmtree(stage, ignore_errors=True)
        _fill(stage, content, operator)
        set_aside(folder / KEYS_NAME)
        for name_ in (KEYS_NAME, RECOVERY_NAME, DATABASE_NAME):
            (stage / name_).replace(folder / name_)
        shutil.rmtree(stage)
    except (OSError, DatabaseError) as error:
        shutil.rmtree(folder if not found else stage, ignore_errors=True)
        if isinstance(error, DatabaseError):
            raise
        raise RefusedError(f"“{folder}”写不进去：{disk_reason(error)}，没有新建单位；请另选位置") from error
    return Store.open(folder)


def _fill(stage: Path, content: Content, operator: str) -> None:
    """Make the whole office in a folder of its own; the database moves last, so that a crash leaves no half office."""
    code = content["code"]
    store = Store.create(stage)
    try:
        _identity, recovery = make_keys(stage)
        facts = {"office_code": code, "epoch": new_epoch(), SHIPPED: shipped_mark()}
        store.set_settings({**facts, "recovery_recipient": recovery.recipient})
        with store.write("新建单位", kind="setup", operator=operator) as session:
            edits = [_edit(Office, content, code), _edit(Operator, {"name": operator}, code)]
            write_edits(session, edits + shipped_edits(session))
    finally:
        store.close()


def trouble_of_code(code: str) -> str:
    """Why a text cannot be an office's code, in a sentence; empty if it can."""
    if not code.strip():
        return "单位代码没有填写"
    if not _CODE.fullmatch(code.strip()):
        return f"单位代码“{code}”只能用数字、字母和“-”，最多 32 位，例如行政区划代码"
    return ""


def _office_content(*, name: str, code: str, rank: str, parent_code: str) -> Content:
    wanted = (("name", "" if name.strip() else "单位名称没有填写"), ("code", trouble_of_code(code)))
    problems = tuple(Problem(field, text) for field, text in wanted if text)
    if problems:
        raise InvalidRecord(problems)
    ranks = table("rank")
    code_of_rank = rank if rank in ranks.codes else ranks.read(rank)
    content: Content = {"name": name.strip(), "code": code.strip(), "rank": code_of_rank}
    word = county_word(name)
    if word:
        content["county_word"] = word
    if parent_code:
        content["parent_code"] = parent_code
    return content


def county_word(name: str) -> str:
    """县级, 区级 or 市级 as the office's own name has it; empty if the name does not tell."""
    place = name.split("教", maxsplit=1)[0]
    return {"县": "县级", "区": "区级"}.get(place[-1:], "")


def _edit(entity: type[Record], content: Content, origin: str) -> Edit:
    return Edit(entity, new_uid(entity, content), None, content, origin=origin)


def own_office(session: Session, code: str) -> Content:
    """The content of the office that owns the database. Raises RefusedError if its record is missing."""
    for record in find(session, Office, {"code": code}).values():
        return record.content
    raise RefusedError("本单位的登记信息缺失，请从备份恢复")
