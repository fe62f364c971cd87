"""The entry of the program: opens the window, runs a command, or as its own helper reads one spreadsheet."""

import gc
import sys
from argparse import Namespace
from importlib import import_module

from desktop import cli
from desktop.exchange.workbook.frames import ARGUMENT


def main() -> None:
    """Run what the arguments say and end the process."""
    words = sys.argv[1:]
    if words[:1] == [ARGUMENT]:
        sys.exit(import_module("desktop.exchange.workbook.reader").main(words[1:]))
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8")
    sys.exit(cli.run(words, open_window))


def open_window(arguments: Namespace) -> int:
    """Load the window only now: no command needs Qt. What is loaded stays, so that nothing of it is to be collected."""
    gc.disable()  # the window's own collector takes over, see desktop/ui/collector.py
    return int(import_module("desktop.app").run(arguments.office, arguments.screenshots))


if __name__ == "__main__":
    main()
