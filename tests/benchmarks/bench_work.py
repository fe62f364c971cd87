"""How long the window stands still while a package of 3,000 people is written and merged, a roster printed, and 5,000
rows pasted.

As in `bench_pauses`: the longest time between two beats of a timer in the window's thread, the best of some runs,
beside what the issue allows and what an idle window pauses on the same machine.
"""

import os
import shutil
import tempfile
import time
from pathlib import Path
from typing import Any, Final

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication

from desktop.app import make_application
from desktop.exchange.cards import confirm_card, own_card, trust_parent
from desktop.models import Appointment, Cohort, Employment, School, Teacher
from desktop.services.backups import load_identity
from desktop.store import Store
from desktop.ui.collector import Collector
from desktop.ui.desk import Desk
from desktop.ui.dialogs import Dialogs, Request, Wish
from desktop.ui.window import MainWindow
from tests.benchmarks.bench_pauses import ALLOWED, IDLE, Pulse, wait
from tests.benchmarks.measurement import Measurement
from tests.builders import (
    add,
    add_all,
    appointment_content,
    cohort_content,
    employment_content,
    make_office,
    school_content,
    teacher_content,
)

PEOPLE: Final = 3_000
PASTED: Final = 5_000
REPEATS: Final = 3
STEPS: Final = (
    "a package is written",
    "the package is planned",
    "the package is merged",
    "a roster is laid out",
    "the roster is saved as PDF",
    "5,000 pasted rows are understood",
    "the pasted rows are saved",
)


class _Chooser(Dialogs):
    """Answers every question for a folder or file with a place, and reads what is told."""

    def __init__(self, place: Path) -> None:
        super().__init__()
        self.place = place
        self.answer = self._answer

    def _answer(self, request: Request) -> Any:
        if request.wish is Wish.FOLDER:
            return str(self.place)
        return str(self.place / request.start) if request.wish is Wish.PATH else request.buttons[0]


def measure() -> list[Measurement]:
    """The longest pauses of each step, beside the floor."""
    folder = Path(tempfile.mkdtemp(prefix="bench-work-"))
    os.environ["COUNTY_DESK_SETTINGS"] = str(folder / "settings")
    collector = Collector(make_application())
    try:
        runs = [_run(folder / str(number)) for number in range(REPEATS)]
    finally:
        collector.end()
        shutil.rmtree(folder)
    floor = ALLOWED + min(run[-1] for run in runs)
    best = [min(run[place] for run in runs) for place in range(len(STEPS))]
    return [
        Measurement(f"longest pause of the window while {step}", figure, floor, figure / floor, 1)
        for step, figure in zip(STEPS, best, strict=True)
    ]


def _run(folder: Path) -> list[float]:
    """The longest pause of each step, and of the idle window."""
    county = make_office(folder / "509999")
    township = make_office(folder / "509999001", name="石坪镇中心校", code="509999001", rank="township")
    trust_parent(township, own_card(county, load_identity(county.folder)), "王")
    confirm_card(county, own_card(township, load_identity(township.folder)), "李")
    _fill(township)
    stick = folder / "U盘"
    stick.mkdir()
    sent, received, printed = _sent(township, stick), _received(county, stick), _printed(county, stick)
    return [sent, *received, *printed[:-1], *_pasted(make_office(folder / "509998", code="509998"), stick), printed[-1]]


def _fill(store: Store) -> None:
    school, cohort = add(store, School, school_content()), add(store, Cohort, cohort_content(ordinal=3))
    teachers = add_all(store, Teacher, [teacher_content(number) for number in range(PEOPLE)])
    add_all(store, Employment, [employment_content(each, school) for each in teachers])
    add_all(store, Appointment, [appointment_content(each, cohort) for each in teachers])


def _window(store: Store, stick: Path, page: str) -> tuple[MainWindow, Any]:
    window = MainWindow(Desk(store, _Chooser(stick)))
    window.show()
    window.open_page(page)
    wait(lambda: not window.desk.jobs.running)
    return window, window.pages[page]


def _end(window: MainWindow) -> None:
    window.close()
    window.deleteLater()


def _sent(store: Store, stick: Path) -> float:
    window, page = _window(store, stick, "packages")
    pulse = Pulse()
    page.send.write()
    wait(lambda: not window.desk.jobs.running)
    pause = pulse.take()
    assert page.send.written.text()
    _end(window)
    return pause


def _received(store: Store, stick: Path) -> tuple[float, float]:
    window, page = _window(store, stick, "packages")
    page.turn_to("receive")
    [package] = stick.glob("*.cpkg")
    pulse = Pulse()
    page.receive.plan_package(package)
    wait(lambda: page.receive.merging.plan is not None and not window.desk.jobs.running)
    planned = pulse.take()
    page.receive.merging.merge()
    wait(lambda: page.receive.merging.plan is None and not window.desk.jobs.running)
    merged = pulse.take()
    _end(window)
    return planned, merged


def _pasted(store: Store, stick: Path) -> tuple[float, float]:
    window, page = _window(store, stick, "teachers")
    people = [teacher_content(number) for number in range(PASTED)]
    rows = [f"{each['name']}\t{each['id_number']}\t语文\t三年级\t本科\t一级教师\t2010.09\t备注" for each in people]
    QApplication.clipboard().setText(
        "\n".join(["姓名\t身份证号\t学科\t任教年级\t学历\t职称\t参加工作时间\t备注", *rows])
    )
    panel: Any = page.stage.paste_panel
    pulse = Pulse()
    page.changes.paste()
    wait(lambda: panel.confirm_button.isEnabled() and not window.desk.jobs.running)
    understood = pulse.take()
    panel.confirm()
    wait(lambda: not window.desk.jobs.running)
    saved = pulse.take()
    QApplication.clipboard().clear()
    _end(window)
    return understood, saved


def _printed(store: Store, stick: Path) -> tuple[float, float, float]:
    reopened = Store.open(store.folder)
    window, _home = _window(reopened, stick, "home")
    pulse = Pulse()
    window.go("reports", "F01")
    wait(lambda: window.current == "reports" and not window.desk.jobs.running)
    page: Any = window.pages["reports"]
    assert page.sheets is not None
    laid_out = pulse.take()
    page.save()
    wait(lambda: not window.desk.jobs.running)
    saved = pulse.take()
    end = time.monotonic() + IDLE
    wait(lambda: time.monotonic() > end)
    idle = pulse.take()
    _end(window)
    return laid_out, saved, idle
