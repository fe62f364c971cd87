"""Start of the window on an office of 100,000 teachers, beside a process that shows an empty PySide6 window.

Both are whole processes with bytecode compiled, as an installed program has it, started in turns: the ratio is the
median of neighbours, because the machine is now quicker and now slower. Measured are the moments of the first paint
event and of the first list that is painted and can be used, and the memory of the process then.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median
from typing import Final

from tests.benchmarks.big_office import make_big_office
from tests.benchmarks.measurement import Measurement

TEACHERS: Final = 100_000
REPEATS: Final = 5
FIRST, USABLE, MEGABYTES = 2.0, 6.0, 250.0
_SCRIPTS: Final = Path(__file__).with_name("window_scripts")


def measure() -> list[Measurement]:
    """Seconds to the first paint and to a usable list, and megabytes above the empty window."""
    folder = Path(tempfile.mkdtemp(prefix="bench-start-"))
    try:
        make_big_office(folder / "office", TEACHERS).close()
        _run("full_window.py", folder)  # compiles bytecode and keeps the home page's numbers
        empty, full = [], []
        for _ in range(REPEATS):
            empty.append(_run("empty_window.py", folder))
            full.append(_run("full_window.py", folder))
    finally:
        shutil.rmtree(folder)
    memory = median(each["memory"] for each in full) - median(each["memory"] for each in empty)
    return [
        _beside(f"first painted window on {TEACHERS} teachers (s)", "first", full, empty, FIRST),
        _beside(f"list of {TEACHERS} teachers usable (s)", "usable", full, empty, USABLE),
        Measurement("memory above the empty window (MB)", memory, MEGABYTES, memory / MEGABYTES, 1.0),
    ]


_Moments = list[dict[str, float]]


def _beside(name: str, word: str, full: _Moments, empty: _Moments, limit: float) -> Measurement:
    """A moment of the program beside the first paint of the empty window that was started before it."""
    ratio = median(each[word] / before["first"] for each, before in zip(full, empty, strict=True))
    floor = median(each["first"] for each in empty)
    return Measurement(name, median(each[word] for each in full), floor, ratio, limit)


def _run(script: str, folder: Path) -> dict[str, float]:
    """Start a process; it prints a word at each moment, and at the end its memory in kilobytes."""
    words = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "COUNTY_DESK_SETTINGS": str(folder / "settings")}
    words["PYTHONPATH"] = str(Path(__file__).parents[2])
    words.pop("PYTHONDONTWRITEBYTECODE", None)
    start = time.perf_counter()
    command = [sys.executable, str(_SCRIPTS / script), str(folder / "office")]
    found: dict[str, float] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, env=words) as program:
        assert program.stdout is not None
        for line in program.stdout:
            word, _, value = line.strip().partition(" ")
            found[word] = float(value) / 1024 if value else time.perf_counter() - start
    return found
