"""One sitting at the city: twenty counties of 250 teachers with their photos, merged one after the other.

The floor is copying and hashing the same bytes. Memory is the most that the process holds beyond its start; time is
that of the last five offices beside the first five. COUNTY_DESK_PHOTO_KB makes the photos larger: 400 gives the 2 GB
of attachments that the limit was set for.
"""

import gc
import hashlib
import os
import shutil
import tempfile
import threading
import time
from pathlib import Path
from statistics import median
from typing import Final

from desktop.exchange.cards import confirm_card, own_card
from desktop.models import Teacher
from desktop.services.backups import load_identity
from desktop.services.offices import create_office
from desktop.store import Edit, Store, load, write_edits
from desktop.store.blobs import keep_blob
from tests.benchmarks import bench_package
from tests.benchmarks.measurement import Measurement

OFFICES: Final = 20
TEACHERS: Final = 250
PHOTO_KB: Final = int(os.environ.get("COUNTY_DESK_PHOTO_KB", "40"))
_SOME: Final = 5
_BESIDE_COPYING: Final = 60.0
"""With small photos records and single files weigh more than bytes; with 2 GB it is told as measured."""
_PNG: Final = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + (240).to_bytes(4) + (320).to_bytes(4)
_CHUNK: Final = 1 << 20


def measure() -> list[Measurement]:
    """Seconds beside the floor, growth of time, and megabytes of memory that a sitting needs."""
    folder = Path(tempfile.mkdtemp(prefix="bench-sitting-"))
    bench_package.TEACHERS, before = TEACHERS, bench_package.TEACHERS
    try:
        city = create_office(folder / "city", name="渝州市教育局", code="500000", rank="city")
        packages = [_send(folder, city, number) for number in range(1, OFFICES + 1)]
        floor = [_copy_and_hash(path, folder / "floor") for path in packages]
        start = _megabytes()
        seconds, peaks = zip(*(_merge(city, path) for path in packages), strict=True)
        size = sum(path.stat().st_size for path in packages) >> 20
        first, last = median(seconds[:_SOME]), median(seconds[-_SOME:])
        return [
            Measurement(
                f"sitting of {OFFICES} offices × {TEACHERS} teachers, {size} MB beside copying and hashing",
                sum(seconds),
                sum(floor),
                sum(seconds) / sum(floor),
                _BESIDE_COPYING,
            ),
            Measurement("sitting: the last offices beside the first", last, first, last / first, 1.5),
            Measurement(
                "sitting: MB of memory beyond the start", max(peaks) - start, 64, (max(peaks) - start) / 64, 1.0
            ),
        ]
    finally:
        bench_package.TEACHERS = before
        shutil.rmtree(folder)


def _send(folder: Path, city: Store, number: int) -> Path:
    county = bench_package.make_county(folder, city, number)
    _give_photos(county)
    confirm_card(city, own_card(county, load_identity(county.folder)), "李主任")
    drive = folder / f"drive{number}"
    drive.mkdir()
    written = bench_package.send(county, drive)
    county.close()
    shutil.rmtree(county.folder)
    assert written.attachments == TEACHERS
    return written.path


def _give_photos(county: Store) -> None:
    with county.write("照片", kind="setup") as session:
        people = load(session, Teacher)
        edits = []
        for uid, record in people.items():
            data = _PNG + os.urandom(PHOTO_KB * 1024)
            name = hashlib.sha256(data).hexdigest()
            keep_blob(county.folder, [data], name)
            edits.append(Edit(Teacher, uid, record, {**record.content, "photo": name}))
        write_edits(session, edits)


def _copy_and_hash(path: Path, target: Path) -> float:
    start = time.perf_counter()
    digest = hashlib.sha256()
    with path.open("rb") as source, target.open("wb") as copy:
        while chunk := source.read(_CHUNK):
            digest.update(chunk)
            copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    return time.perf_counter() - start


def _merge(city: Store, path: Path) -> tuple[float, float]:
    """Seconds of one merge, and the most megabytes that the process held in it."""
    gc.collect()
    most = _megabytes()
    done = threading.Event()

    def watch() -> None:
        nonlocal most
        while not done.wait(0.005):
            most = max(most, _megabytes())

    watcher = threading.Thread(target=watch)
    watcher.start()
    start = time.perf_counter()
    bench_package.merge(city, path)
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    return seconds, most


def _megabytes() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20
