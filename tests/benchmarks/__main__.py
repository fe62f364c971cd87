"""Runs every benchmark and prints a line each: name, figure, floor, ratio, limit; ends with 1 beyond a limit."""

import sys
from importlib import import_module
from pathlib import Path

from tests.benchmarks.measurement import Measurement


def main(names: list[str]) -> int:
    """Run the benchmarks named (import, package, roster), or all of them."""
    found = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
    chosen = [name for name in found if not names or name.removeprefix("bench_") in names]
    is_within = True
    for name in chosen:
        for measured in import_module(f"tests.benchmarks.{name}").measure():
            sys.stdout.write(line_of(measured) + "\n")
            sys.stdout.flush()
            is_within = is_within and measured.is_within
    return 0 if is_within else 1


def line_of(measured: Measurement) -> str:
    """One measurement as a line."""
    mark = "" if measured.is_within else "　超出限值"
    figures = f"{measured.figure:10.3f} {measured.floor:10.3f} {measured.ratio:8.2f} {measured.limit:8.2f}"
    return f"{figures}　{measured.name}{mark}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
