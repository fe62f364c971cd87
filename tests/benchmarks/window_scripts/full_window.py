"""The program's own start on an office: told are the first paint, the painted list, and the memory when all is calm."""

import gc
import sys
import time
from pathlib import Path

gc.disable()  # as `desktop.__main__` does before it loads the window

from desktop.app import App, make_application  # noqa: E402 - after the collector is off
from desktop.ui.collector import Collector  # noqa: E402


def tell(word: str) -> None:
    """One moment, at once."""
    sys.stdout.write(f"{word}\n")
    sys.stdout.flush()


def memory() -> int:
    """Kilobytes that the process holds now."""
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1])
    return 0


def main() -> None:
    """Open the office and go to the list of teachers, as a clerk's first click does."""
    application = make_application()
    app = App()
    app.is_attended = False
    app.open_office(Path(sys.argv[1]), ("teachers", None))
    Collector(application)  # as `app.run` does before it waits for events
    app.window.painted.connect(lambda: tell("first"))
    until = time.monotonic() + 120
    while not hasattr(app.window, "pages"):
        application.processEvents()
        time.sleep(0.005)  # a loop without rest would take the processor from the thread that opens the office
        assert time.monotonic() < until
    page = app.window.pages["teachers"]
    while not page.model.rowCount():
        application.processEvents()
        time.sleep(0.005)
        assert time.monotonic() < until
    page.table.viewport().repaint()
    tell("usable")
    while page.list.listing.index is None or app.window.desk.jobs.running:
        application.processEvents()
        time.sleep(0.01)
    tell(f"memory {memory()}")
    app.window.open_page("home")  # the next start has its numbers in the first picture
    while app.window.desk.jobs.running:
        application.processEvents()
        time.sleep(0.01)
    app.window.close()


main()
