"""Makes the pictures of the help pages from the program's own window on the sample office; small, in few colours.

Run it after the look of a page has changed: `python build/help_pictures.py`.
"""

import os
import sys
import tempfile
from pathlib import Path

from PIL import Image

from desktop.app import App, make_application, wait_for_office
from desktop.exchange.roster.plan import carry_out_roster, plan_roster
from desktop.exchange.workbook.read import Reader
from desktop.paths import RESOURCES
from desktop.sample import SPREADSHEETS, write_sample
from desktop.sample_class import write_sample_class
from desktop.ui import screenshots

NAMES = (
    *("home", "teachers", "import-plan", "reports", "packages", "backups", "log", "start", "recovery"),
    *("training-04", "training-05", "plan-1"),
)
SCREEN = (1092, 614)
"""The smallest that a window is made for: in the width of the help its letters can still be read."""
WIDTH = 728
COLOURS = 64


def main() -> None:
    """Take the pictures at 100 %, and keep those that the help shows."""
    os.environ["QT_QPA_PLATFORM"] = screenshots.without_display()
    with tempfile.TemporaryDirectory() as name:
        os.environ["COUNTY_DESK_SETTINGS"] = str(Path(name) / "settings")
        os.chdir(name)  # the pictures show the folder of the office, not that of whoever takes them
        _take(Path())


def _take(work: Path) -> None:
    folder = work / "云岭县教育委员会"
    store = write_sample(folder)
    with Reader() as reader:
        books = [(path, reader.read(path)) for path in sorted(SPREADSHEETS.glob("*.xls*"))[:6]]
    carry_out_roster(store, plan_roster(store, books), "王敏")
    write_sample_class(store)
    store.close()
    application = make_application()
    app = App(work)
    app.is_attended = False
    app.open_office(folder)
    window = wait_for_office(app)
    pictures = screenshots.shoot(window, work / "pictures", (100,), SCREEN)
    pictures += screenshots.shoot_start(folder, work / "pictures", (100,), SCREEN)
    window.close()
    for path in pictures:
        name = path.stem.removesuffix("-100")
        if name in NAMES:
            _shrink(path, RESOURCES / "help" / "img" / f"{name}.png")
    application.quit()


def _shrink(source: Path, target: Path) -> None:
    with Image.open(source) as picture:
        small = picture.convert("RGB").resize(
            (WIDTH, picture.height * WIDTH // picture.width), Image.Resampling.LANCZOS
        )
        small.quantize(COLOURS).save(target, optimize=True)
    sys.stdout.write(f"{target.name} {target.stat().st_size // 1024} KB\n")


main()
