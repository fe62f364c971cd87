"""The window closed at any moment of a Job leaves a consistent office: all of the Act, or nothing."""

import threading
import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from desktop.models import Appointment, Employment, Teacher
from desktop.queries.contents import contents_hash
from desktop.services import backups
from desktop.store import Store
from desktop.store.database_file import DATABASE_NAME, check_file
from desktop.ui.desk import Desk
from desktop.ui.jobs import Jobs
from desktop.ui.window import MainWindow
from tests.builders import add, contents_of, teacher_content
from tests.builders_rosters import person, write_roster
from tests.ui.conftest import Answers, settle

PEOPLE = 600


@pytest.fixture(scope="module")
def roster(tmp_path_factory: pytest.TempPathFactory) -> Path:
    people = [
        person(f"王{chr(0x4E00 + number)}", f"19{70 + number % 20}0315", 100 + number) for number in range(PEOPLE)
    ]
    return write_roster(tmp_path_factory.mktemp("closing") / "a.xlsx", people)


@pytest.mark.parametrize("milliseconds", [0, 20, 60, 120, 200, 300, 450, 700])
def test_window_closed_while_an_import_is_saved(
    qtbot: Any, office: Store, dialogs: Answers, roster: Path, milliseconds: int
) -> None:
    """Whenever the window goes during backup, writing or commit, the office holds everybody or nobody."""
    window = MainWindow(Desk(office, dialogs))
    window.show()
    window.open_page("import", [roster])
    settle(qtbot, window)
    with office.read() as session:
        before = contents_hash(session)
    folder = office.folder
    window.pages["import"].confirm()
    if milliseconds:
        qtbot.wait(milliseconds)
    assert window.close()
    QApplication.processEvents()
    window.deleteLater()
    assert not list(folder.glob("*-wal"))
    check_file(folder / DATABASE_NAME)
    again = Store.open(folder)
    people = len(contents_of(again, Teacher))
    assert people in (0, PEOPLE)
    assert len(contents_of(again, Appointment)) == len(contents_of(again, Employment)) == people
    if not people:
        with again.read() as session:
            assert contents_hash(session) == before
    again.close()


@pytest.mark.parametrize("milliseconds", [0, 40, 150])
def test_window_closed_while_files_are_read(
    qtbot: Any, office: Store, dialogs: Answers, roster: Path, milliseconds: int
) -> None:
    """Closing during reading and weighing ends the reader and touches nothing."""
    window = MainWindow(Desk(office, dialogs))
    window.show()
    settle(qtbot, window)
    window.open_page("import", [roster])
    if milliseconds:
        qtbot.wait(milliseconds)
    assert window.close()
    QApplication.processEvents()
    assert window.pages["import"].trial is None or milliseconds
    window.deleteLater()
    again = Store.open(office.folder)
    assert not contents_of(again, Teacher)
    again.close()


def test_nothing_begins_or_is_told_after_the_end(qtbot: Any) -> None:
    """What a stopped Job brings is told to nobody, and no other begins: its database is closed."""
    jobs, heard = Jobs(), []
    jobs.run("x", lambda _progress: 1, heard.append, failed=heard.append, cancelled=lambda: heard.append("cancelled"))
    jobs.stop()
    jobs.run("y", lambda _progress: heard.append("began"))
    qtbot.waitUntil(lambda: not jobs.running)
    qtbot.wait(20)
    assert not heard


def test_window_is_painted_while_it_closes(
    qtbot: Any, office: Store, dialogs: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The backup at the end runs beside the window, which says what it waits for and goes on being painted."""
    add(office, Teacher, teacher_content(1))
    main, seen = threading.get_ident(), []

    def slow(_store: Store, _why: str) -> None:
        seen.append(threading.get_ident() != main)
        time.sleep(0.3)

    monkeypatch.setattr(backups, "make_backup", slow)
    window = MainWindow(Desk(office, dialogs))
    window.show()
    settle(qtbot, window)
    ticks: list[str] = []
    timer = QTimer()
    timer.timeout.connect(lambda: ticks.append(window.status.said.text()))
    timer.start(10)
    assert window.close()
    timer.stop()
    window.deleteLater()
    assert seen == [True]
    assert len([each for each in ticks if "备份" in each]) > 5
