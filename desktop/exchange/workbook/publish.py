"""Putting a written file in its place: whole or not at all."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import IO
from uuid import uuid4

from desktop.errors import RefusedError


def publish(target: Path, write: Callable[[IO[bytes]], object]) -> None:
    """Write beside `target`, flush to the drive and rename; raises RefusedError with a sentence.

    A file that stood there stays untouched until the new one is complete.
    """
    temporary = target.parent / f".~{uuid4().hex}.tmp"
    try:
        # Not mkstemp: colleagues who share the folder must be able to open what is written.
        file = temporary.open("xb")
    except OSError as error:
        raise RefusedError(
            f"不能在「{target.parent}」中写文件：文件夹不存在、已写保护或没有权限。请换一个文件夹。"
        ) from error
    try:
        with file:
            write(file)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(target)
    except PermissionError as error:
        raise RefusedError(
            f"「{target.name}」正在 WPS 或 Excel 中打开，不能改写。请先关闭该文件，或者换一个文件名。"
        ) from error
    except OSError as error:
        raise RefusedError(
            f"「{target.name}」没有写成，磁盘可能已满或U盘已拔出；原来的文件没有改动。请换一个位置再试。"
        ) from error
    finally:
        temporary.unlink(missing_ok=True)
