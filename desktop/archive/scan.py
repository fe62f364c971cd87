"""Finding what belongs to this program on a drive, by content and never by name.

A worm hides files and puts programs and links of the same name in their place, so everything is looked at, hidden
or not; only plain files are opened, links are not followed, and nothing is run.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from desktop.archive.drive import open_plain
from desktop.archive.form import Header
from desktop.archive.limits import LIMITS
from desktop.archive.parts import HEADER
from desktop.archive.ustar import expect_member, read_content
from desktop.errors import PackageRefused, RefusedError, disk_reason

_SUFFIX: Final = ".cpkg"
"""The suffix of packages; a file is known by its content, a damaged one by that alone."""
_DEPTH: Final = 16
_MOST_FILES: Final = 200_000
_MARK: Final = b'"format":'
_CARD_STARTS: Final = b'{"code":"'
_CARD_ENDS: Final = b'"}\n'
_CARD_LIMIT: Final = 16 * 1024
_HIDDEN: Final = 0x2  # FILE_ATTRIBUTE_HIDDEN of Windows
_TOLD: Final = 20

Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class FoundPackage:
    """A package or backup on a drive as its header tells, of which nothing is checked yet.

    `header` is None for one that cannot be read; `problem` then says why, in a sentence.
    """

    path: Path
    size: int
    hidden: bool
    header: Header | None
    problem: str = ""


@dataclass(slots=True)
class Found:
    """What lies on a drive: packages, files that look like key cards, and what could not be looked at."""

    packages: list[FoundPackage] = field(default_factory=list)
    cards: list[Path] = field(default_factory=list)
    told: list[str] = field(default_factory=list)


def scan(folder: Path, *, depth: int = _DEPTH, progress: Progress | None = None) -> Found:
    """Look through a folder and those in it; `progress` gets the number of files looked at and may raise to stop.

    `depth` is how many folders deep; 0 is only the folder itself. Raises RefusedError when that one cannot be read.
    """
    found = Found()
    try:
        os.scandir(folder).close()
    except OSError as error:
        raise RefusedError(f"“{folder}”读不出：{disk_reason(error)}。请插好U盘后再试。") from error
    for number, path in enumerate(_plain_files(folder, depth, found.told), 1):
        if progress is not None:
            progress(number)
        if number > _MOST_FILES:
            found.told.append(f"文件超过 {_MOST_FILES} 个，后面的没有查看；请把数据包放到U盘最外层再查找。")
            break
        try:
            _look_at(path, found)
        except OSError as error:
            _tell(found.told, path, error)
    return found


def _plain_files(folder: Path, most: int, told: list[str]) -> Iterator[Path]:
    """The plain files of a folder and those in it, sorted, the outer ones first."""
    waiting = [(folder, 0)]
    for where, depth in waiting:  # grows while it is walked
        try:
            entries = sorted(os.scandir(where), key=lambda each: each.name)
        except OSError as error:
            _tell(told, where, error)
            continue
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                if depth < most:
                    waiting.append((Path(entry.path), depth + 1))
            elif entry.is_file(follow_symlinks=False):
                yield Path(entry.path)


def _tell(told: list[str], path: Path, error: OSError) -> None:
    if len(told) < _TOLD:
        told.append(f"{path.name} 读不出：{disk_reason(error)}")


def _look_at(path: Path, found: Found) -> None:
    with open_plain(path) as file:
        state = os.fstat(file.fileno())
        start = file.read(LIMITS.header)
        if start.startswith(f"{HEADER}\0".encode()) and _MARK in start:
            found.packages.append(_package(path, state, file))
        elif start.startswith(_CARD_STARTS) and start.endswith(_CARD_ENDS) and state.st_size <= _CARD_LIMIT:
            found.cards.append(path)
        elif path.suffix.lower() == _SUFFIX and len(found.told) < _TOLD:
            found.told.append(f"{path.name} 是空的、不完整或已损坏，不是数据包；请报送单位重新拷贝。")


def _package(path: Path, state: os.stat_result, file: BinaryIO) -> FoundPackage:
    file.seek(0)
    hidden = path.name.startswith(".") or bool(getattr(state, "st_file_attributes", 0) & _HIDDEN)
    try:
        header = Header.from_bytes(read_content(file, expect_member(file, HEADER, LIMITS.header)))
    except PackageRefused as error:
        return FoundPackage(path, state.st_size, hidden, None, error.sentence)
    return FoundPackage(path, state.st_size, hidden, header)


__all__ = ["Found", "FoundPackage", "scan"]
