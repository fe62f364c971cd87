"""The volumes of one package, from one stick or several, in any order: kept on this computer until all are there.

Each is copied and checked by itself as it comes; what is merged are the copies. They are forgotten when the package
was merged or given up.
"""

import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from desktop.archive import Header, inspect, take_in
from desktop.archive.parts import HEADER
from desktop.archive.scan import FoundPackage, scan
from desktop.archive.strict import Signers
from desktop.archive.volumes import called, missing_in
from desktop.errors import PackageRefused
from desktop.exchange.streams import BY_KIND
from desktop.store.database import Store

MISSING: Final = "volumes-missing"
"""The code under which a package waits for its other volumes."""
_FOLDER: Final = Path("inbox") / "volumes"


def volumes_folder(store: Store, package_id: str) -> Path:
    """Where the volumes of a package that came so far are kept."""
    return store.folder / _FOLDER / package_id


def collect(
    store: Store, path: Path, header: Header, *, signers: Signers, others: Sequence[FoundPackage] = ()
) -> list[Path]:
    """Take in the volumes that lie beside one of them, or among `others`; the copies of all, in their order.

    Raises PackageRefused "volumes-missing" that names what is still to come, "volumes" for a second one with other
    content, or what is wrong with one of them; what came before stays.
    """
    kept = volumes_folder(store, header.id)
    kept.mkdir(parents=True, exist_ok=True)
    beside = [*scan(path.parent, depth=0).packages, *others]
    for each in _of_set(beside, header):
        assert each.header is not None
        _take(each.path, kept, each.header, signers)
    have = [inspect(each, signers).header for each in sorted(kept.glob("*.cpkg"))]
    missing = missing_in(have)
    if missing:
        raise _missing(header, missing, beside)
    return [kept / _name(number) for number in range(1, header.vol[1] + 1)]


def volumes_beside(path: Path, header: Header) -> list[FoundPackage]:
    """The volumes in the folder of one of them, itself included; of a package of one file only that."""
    if header.vol[1] == 1:
        return [FoundPackage(path, path.stat().st_size, hidden=False, header=header)]
    return _of_set(scan(path.parent, depth=0).packages, header)


def _of_set(packages: Iterable[FoundPackage], header: Header) -> list[FoundPackage]:
    return [
        each
        for each in packages
        if each.header is not None and each.header.is_same_package(header) and each.header.vol[1] == header.vol[1]
    ]


def _name(volume: int) -> str:
    return f"{volume:02d}.cpkg"


def _take(path: Path, kept: Path, header: Header, signers: Signers) -> None:
    target = kept / _name(header.vol[0])
    if target.exists():
        if target != path and inspect(path, signers).sha256 != inspect(target, signers).sha256:
            text = f"第 {header.vol[0]} 卷有两份内容不同的，没有采用后来的一份（{path.name}）。请与报送单位核对。"
            raise PackageRefused("volumes", text, member=HEADER)
        return
    take_in(path, target)
    try:
        inspect(target, signers)
    except PackageRefused as error:
        target.unlink()
        text = f"第 {header.vol[0]} 卷（{path.name}）没有采用：{error.sentence}"
        raise PackageRefused(error.code, text, member=error.member) from error


def _missing(header: Header, missing: Sequence[int], beside: Iterable[FoundPackage]) -> PackageRefused:
    have = sorted(set(range(1, header.vol[1] + 1)) - set(missing))
    text = (
        f"这个数据包共 {header.vol[1]} 卷，已收到{called(have)}，还缺{called(missing)}。"
        "已收到的存在本机，数据没有变化；请插入存有其余各卷的U盘，再查找一次。"
    )
    others = {
        (each.header.seq, each.header.vol[0])
        for each in beside
        if each.header is not None
        and (each.header.sender, each.header.stream) == (header.sender, header.stream)
        and each.header.id != header.id
        and each.header.vol[0] in missing
    }
    label = BY_KIND[header.kind].label if header.kind in BY_KIND else header.kind
    told = [
        f"U盘上的第 {volume} 卷属于第 {seq} 次{label}，不是这一次（第 {header.seq} 次）的。"
        for seq, volume in sorted(others)
    ]
    return PackageRefused(MISSING, text + "".join(told), member=HEADER)


def forget(store: Store, package_id: str) -> None:
    """Remove the copies of a package that was merged or given up."""
    shutil.rmtree(volumes_folder(store, package_id), ignore_errors=True)
