"""Jobs: what they bring, what becomes of a cancelled one, and that the window goes on meanwhile."""

import threading
import time
from typing import Any

import pytest
from PySide6.QtCore import QElapsedTimer, QTimer

from desktop.errors import RefusedError
from desktop.models import Teacher
from desktop.store import Edit, Store, write_edits
from desktop.store.records import new_uid
from desktop.ui.jobs import Jobs, Progress
from tests.builders import contents_of, teacher_content


def test_result_arrives_in_the_windows_thread(qtbot: Any) -> None:
    """The work runs beside the window, its result is handed over inside it."""
    jobs, threads = Jobs(), []

    def work(_progress: Progress) -> int:
        threads.append(threading.current_thread())
        return 7

    found: list[int] = []

    def done(value: int) -> None:
        threads.append(threading.current_thread())
        found.append(value)

    jobs.run("eins", work, done)
    qtbot.waitUntil(lambda: bool(found))
    assert found == [7]
    assert threads[0] is not threading.main_thread()
    assert threads[1] is threading.main_thread()
    assert not jobs.running


def test_button_pressed_twice_begins_once(qtbot: Any) -> None:
    """What is done once is not begun again while it runs, and can be begun again afterwards."""
    jobs, begun, may_end = Jobs(), [], threading.Event()

    def work(_progress: Progress) -> None:
        begun.append(1)
        may_end.wait(10)

    for _ in range(3):
        jobs.run("备份", work, once=True)
    may_end.set()
    qtbot.waitUntil(lambda: not jobs.running)
    assert len(begun) == 1
    jobs.run("备份", work, once=True)
    qtbot.waitUntil(lambda: not jobs.running)
    assert len(begun) == 2


def test_window_is_told_the_newest_step_only(qtbot: Any) -> None:
    """Steps that follow faster than the window's turns are told as one, the last of them."""
    jobs, told = Jobs(), []
    stepped, may_end = threading.Event(), threading.Event()

    def work(progress: Progress) -> None:
        for step in range(1000):
            progress.step(step, 1000, "行")
        stepped.set()
        may_end.wait(10)

    job = jobs.run("eins", work)
    job.progressed.connect(lambda *step: told.append(step))
    assert stepped.wait(10)
    qtbot.waitUntil(lambda: bool(told))
    assert told == [(999, 1000, "行")]
    may_end.set()
    qtbot.waitUntil(lambda: not jobs.running)


def test_cancelled_job_rolls_its_act_back(qtbot: Any, office: Store) -> None:
    """A Job cancelled inside a transaction leaves the database as it was."""
    jobs, ended = Jobs(), []
    written = threading.Event()

    def work(progress: Progress) -> None:
        with office.write("导入", operator="王") as session:
            content = teacher_content(1)
            write_edits(session, [Edit(Teacher, new_uid(Teacher, content), None, content)])
            written.set()
            for step in range(500):
                time.sleep(0.01)
                progress.step(step, 500)

    job = jobs.run("导入", work, cancelled=lambda: ended.append("cancelled"))
    qtbot.waitUntil(written.is_set)
    job.cancel()
    qtbot.waitUntil(lambda: bool(ended))
    assert not contents_of(office, Teacher)
    office.close()


def test_failure_is_handed_over(qtbot: Any) -> None:
    """What a Job raises reaches the one who asked, or all that listen."""
    jobs, heard = Jobs(), []
    jobs.failed.connect(heard.append)

    def work(_progress: Progress) -> None:
        raise RefusedError("不行")

    jobs.run("x", work)
    qtbot.waitUntil(lambda: bool(heard))
    assert str(heard[0]) == "不行"


@pytest.mark.parametrize("name", ["home", "teachers", "reports"])
def test_window_never_stands_still(qtbot: Any, open_window: Any, office: Store, name: str) -> None:
    """While a page is loaded its own thread is never long away; the limit allows for busy machines."""
    with office.write("测试", operator="王") as session:
        contents = [teacher_content(number, id_number=None, birth_date="1980-01") for number in range(1500)]
        contents = [{k: v for k, v in each.items() if v is not None} for each in contents]
        write_edits(session, [Edit(Teacher, new_uid(Teacher, each), None, each) for each in contents])
    window = open_window()
    window.page(name)
    longest, clock = [0], QElapsedTimer()
    clock.start()

    def beat() -> None:
        longest[0] = max(longest[0], clock.restart())

    timer = QTimer()
    timer.timeout.connect(beat)
    timer.start(5)
    window.open_page(name)
    qtbot.waitUntil(lambda: not window.desk.jobs.running, timeout=20_000)
    qtbot.wait(100)
    timer.stop()
    assert longest[0] < 400
