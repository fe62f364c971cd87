"""What every command shares: the office it works on, its operator, and how it speaks."""

import os
import sys
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path
from typing import Any, Final

import orjson

from desktop.errors import DesktopError, RefusedError
from desktop.models import BY_PLURAL, Operator, Record
from desktop.services.backups import make_backup
from desktop.services.opening import open_store
from desktop.settings import known_offices, remember_office
from desktop.store.database import Store
from desktop.store.records import load


class Exit(IntEnum):
    """How a command ended."""

    DONE = 0
    ROWS_REFUSED = 1
    NOT_DONE = 2


def office_folder(arguments: Namespace) -> Path:
    """The folder of `--office`, else the office opened last on this computer. Raises RefusedError if there is none."""
    if arguments.office is not None:
        return Path(arguments.office)
    known = known_offices()
    if not known:
        raise RefusedError("没有指定单位的文件夹，请加上 --office 文件夹")
    return known[0]


@contextmanager
def open_office(arguments: Namespace) -> Iterator[Store]:
    """The store of the office a command works on; closed at the end, with a backup if something was changed.

    What was done is done: a backup that cannot be written then is told, and changes nothing about how the command ends.
    """
    store = open_store(office_folder(arguments))
    remember_office(store.folder)
    try:
        yield store
        if store.acts_done:
            try:
                make_backup(store, "退出时")
            except DesktopError as error:
                sys.stderr.write(f"已经完成，但退出时的备份没有做成：{error.sentence}\n")
    finally:
        store.close()


def operator_of(arguments: Namespace, store: Store) -> str:
    """Who is at the desk: the one named, else the office's only or first operator."""
    if arguments.operator:
        return str(arguments.operator)
    with store.read() as session:
        names = sorted(record.content["name"] for record in load(session, Operator).values())
    return names[0] if names else ""


_OTHER_NAMES: Final = {"class": "classes", "enrolment": "enrolments", "attendance": "sign_in_sheets"}
"""What people call the lists of training."""


def entity_of(name: str) -> type[Record]:
    """The entity of a plural name, or of its other name. Raises RefusedError that lists the names."""
    name = _OTHER_NAMES.get(name, name)
    if name not in BY_PLURAL:
        raise RefusedError(f"没有叫“{name}”的表，可用的有：{'、'.join(BY_PLURAL)}")
    return BY_PLURAL[name]


def pairs_of(texts: list[str] | None, what: str) -> dict[str, str]:
    """NAME=VALUE arguments as a dict. Raises RefusedError for one without the sign."""
    found = {}
    for text in texts or []:
        name, sign, value = text.partition("=")
        if not sign:
            raise RefusedError(f"{what}“{text}”应写成“名称=值”")
        found[name.strip()] = value.strip()
    return found


def answer(arguments: Namespace, data: Any, text: str) -> None:  # noqa: ANN401 - whatever JSON can hold
    """One JSON document if asked for, else the text for people."""
    try:
        if arguments.json:
            sys.stdout.buffer.write(orjson.dumps(data, option=orjson.OPT_INDENT_2) + b"\n")
        else:
            sys.stdout.write(text.rstrip("\n") + "\n")
        sys.stdout.flush()
    except BrokenPipeError:  # whoever reads the output, such as `head`, has read enough; the work is done all the same
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
