"""Build resources/strokes/strokes.txt.gz, the stroke totals and stroke sequences of Han characters.

    python build/strokes.py Unihan_IRGSources.txt.bz2 cnchar.order.min.js

The first file is Unihan's (Debian and Ubuntu: package unicode-data, /usr/share/unicode), the second lies in
the npm package cnchar-order (`npm pack cnchar-order`, then unpack). Lines of the result, after gzip:

    T 4e00 )+++...      totals of consecutive characters from U+4E00, each as chr(40 + total); blank = unknown
    S 121 王...         characters written with that sequence, 1 横 2 竖 3 撇 4 点 5 折
"""

import bz2
import gzip
import json
import sys
from collections import defaultdict
from pathlib import Path

TARGET = Path(__file__).resolve().parent.parent / "resources" / "strokes" / "strokes.txt.gz"
BASE = 40
GAP = 32
# 提 is a 横, 竖钩 a 竖, 捺 a 点 (GB 13000.1 字符集汉字字序（笔画序）规范); all bent strokes are 折.
CLASSES = {"j": "1", "i": "1", "f": "2", "g": "2", "s": "3", "k": "4", "l": "4", "d": "4"}


def read_totals(path: Path) -> dict[int, int]:
    """Read kTotalStrokes; of two values the first is that of mainland China."""
    totals: dict[int, int] = {}
    with bz2.open(path, "rt", encoding="utf-8") as file:
        for line in file:
            if "\tkTotalStrokes\t" in line:
                point, _, values = line.split("\t")
                totals[int(point.removeprefix("U+"), 16)] = int(values.split()[0])
    return totals


def read_sequences(path: Path) -> dict[str, str]:
    """Read the sequences of single characters, folded into the five classes."""
    script = path.read_text(encoding="utf-8")
    start = script.index("JSON.parse('") + len("JSON.parse('")
    letters: dict[str, str] = json.loads(script[start : script.index("')", start)])
    return {
        character: "".join(CLASSES.get(letter, "5") for letter in strokes)
        for character, strokes in letters.items()
        if len(character) == 1
    }


def write_runs(totals: dict[int, int]) -> list[str]:
    """Give the T lines; a gap of more than GAP characters begins a new run."""
    lines: list[str] = []
    previous = -GAP * 2
    for point in sorted(totals):
        if point - previous > GAP:
            lines.append(f"T {point:x} ")
        else:
            lines[-1] += " " * (point - previous - 1)
        lines[-1] += chr(BASE + totals[point])
        previous = point
    return lines


def write_sequences(sequences: dict[str, str], totals: dict[int, int]) -> list[str]:
    """Give the S lines, without the few sequences whose length contradicts the total."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    for character, sequence in sequences.items():
        if totals.get(ord(character)) == len(sequence):
            groups[sequence].append(character)
        else:
            print(f"left out {character}: {len(sequence)} strokes against {totals.get(ord(character))}")
    return [f"S {sequence} {''.join(sorted(groups[sequence]))}" for sequence in sorted(groups)]


def main() -> None:
    """Write the table; the same sources give the same bytes."""
    totals = read_totals(Path(sys.argv[1]))
    lines = write_runs(totals) + write_sequences(read_sequences(Path(sys.argv[2])), totals)
    content = gzip.compress("\n".join(lines).encode("utf-8"), compresslevel=9, mtime=0)
    TARGET.write_bytes(content)
    print(f"{TARGET.name}: {len(totals)} totals, {len(content)} bytes")


if __name__ == "__main__":
    main()
