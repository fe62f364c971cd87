"""How the window comes up: the first picture without the database, the office after it, recovery where it cannot."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from PySide6 import QtWidgets
from PySide6.QtWidgets import QLabel, QPushButton

from desktop import app as app_module
from desktop.app import App
from desktop.crashes import crash_text
from desktop.models import Note, Operator, School, Teacher
from desktop.services import opening
from desktop.services.backups import make_backup
from desktop.settings import remember_office
from desktop.store import Store
from desktop.store.database_file import DATABASE_NAME
from desktop.ui.checklist import Checklist
from desktop.ui.crash import CrashGuard
from desktop.ui.occupied import LOCK_NAME
from desktop.ui.opening import OpeningWindow
from desktop.ui.pages.home_view import Again, Figure, HomeContent, Line, keep_content, kept_content
from desktop.ui.recovery import RecoveryWindow
from desktop.ui.screens import ENTRIES
from desktop.ui.start import StartWindow
from desktop.ui.window import MainWindow
from tests.builders import add, contents_of, make_office, school_content, teacher_content
from tests.ui.conftest import Answers, settle


@pytest.fixture
def app(qtbot: Any, tmp_path: Path, dialogs: Answers, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("COUNTY_DESK_SETTINGS", str(tmp_path / "settings"))
    made = App(tmp_path / "home")
    made.dialogs = dialogs
    yield made
    if isinstance(made.window, MainWindow):
        settle(qtbot, made.window)
    if made.window is not None:
        made.window.close()
        made.window.window().deleteLater()


def opened(qtbot: Any, app: App) -> Any:
    qtbot.waitUntil(lambda: not isinstance(app.window, OpeningWindow), timeout=20_000)
    if isinstance(app.window, MainWindow):
        settle(qtbot, app.window)
    return app.window


def words_of(widget: Any) -> str:
    return "\n".join(each.text() for each in widget.findChildren(QLabel))


def press(widget: Any, text: str) -> None:
    next(each for each in widget.findChildren(QPushButton) if each.accessibleName() == text).click()


def test_first_picture_loads_no_database() -> None:
    """What is imported before the first picture knows neither SQLAlchemy nor an entity nor a page but home."""
    code = (
        "import sys, desktop.__main__, desktop.app\n"
        "slow = ('sqlalchemy', 'desktop.models', 'desktop.store', 'reportlab', 'openpyxl', 'alembic', 'pypinyin')\n"
        "print([each for each in slow if each in sys.modules])"
    )
    root = Path(__file__).parents[2]
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=root, check=True)
    assert told.stdout.strip() == "[]"


def test_list_loads_no_more_than_it_shows(tmp_path: Path) -> None:
    """Up to the first list that can be used no library is loaded that only later work needs."""
    make_office(tmp_path / "office").close()
    code = (
        "import sys\n"
        "from pathlib import Path\n"
        "from desktop.app import App, make_application, wait_for_office\n"
        "application, app = make_application(), App()\n"
        "app.is_attended = False\n"
        "app.open_office(Path(sys.argv[1]), ('schools', None))\n"
        "window = wait_for_office(app)\n"
        "while window.pages['schools'].list.listing is None:\n"
        "    application.processEvents()\n"
        "slow = ('cryptography', 'pyrage', 'zstandard', 'openpyxl', 'xlrd', 'reportlab', 'alembic',\n"
        "        'sqlalchemy.dialects.postgresql', 'rapidfuzz', 'PySide6.QtNetwork', 'desktop.exchange.sheet_tables')\n"
        "loaded = [each for each in slow if each in sys.modules]\n"
        "window.close()\n"
        "print(loaded)"
    )
    words = [sys.executable, "-c", code, str(tmp_path / "office")]
    told = subprocess.run(words, capture_output=True, text=True, cwd=Path(__file__).parents[2], check=True)
    assert told.stdout.strip() == "[]"


def test_office_follows_its_first_picture(qtbot: Any, app: App, tmp_path: Path) -> None:
    """The numbers counted last are painted at once; a page chosen meanwhile is open when the office is."""
    folder = tmp_path / "office"
    make_office(folder).close()
    content = HomeContent("去年数的", (Figure("教师", "5 人", 1, 2, "说明", "teachers"),), (), ())
    keep_content(folder, content)
    app.open_office(folder)
    first = app.window
    assert isinstance(first, OpeningWindow)
    assert "5 人" in words_of(first)
    first.navigation.buttons["schools"].click()
    frame, size = first.window(), first.size()
    window = opened(qtbot, app)
    assert isinstance(window, MainWindow)
    assert window.current == "schools"
    assert window.size() == size
    assert window.window() is frame
    assert frame.windowTitle() == window.windowTitle()
    assert frame.isAncestorOf(frame.focusWidget())
    shown = [each for each in app_module.QApplication.topLevelWidgets() if each.isVisible()]
    assert [each for each in shown if isinstance(each, app_module.QMainWindow)] == [frame]


def test_window_goes_with_what_lies_in_it(qtbot: Any, app: App, tmp_path: Path) -> None:
    """Who stays with what is not saved keeps the window; the office closed, the window is gone and the lock with it."""
    folder = tmp_path / "office"
    make_office(folder).close()
    app.open_office(folder)
    window = opened(qtbot, app)
    frame = window.window()
    page, may_leave = window.pages["home"], window.pages["home"].may_leave
    page.may_leave = lambda: False
    assert not frame.close()
    assert window.isVisible()
    page.may_leave = may_leave
    assert frame.close()
    assert not frame.isVisible()
    assert not (folder / LOCK_NAME).exists()


def test_kept_numbers_come_back_as_they_were(tmp_path: Path) -> None:
    """The cache gives back what was kept; a broken or foreign one is no cache."""
    content = HomeContent(
        "现在", (Figure("a", "b", 1, 2, "c", "d"),), (Line("a", "red", "b", "c", "d", "e"),), (Again("a", "b", "c"),)
    )
    keep_content(tmp_path, content)
    assert kept_content(tmp_path) == content
    (tmp_path / "home.json").write_text('{"now": 1}')
    assert kept_content(tmp_path) is None


def test_damaged_database_is_restored_by_one_button(qtbot: Any, app: App, tmp_path: Path) -> None:
    """The recovery page opens, its first button restores the newest backup, the damaged file is kept aside."""
    folder = tmp_path / "office"
    store = make_office(folder)
    add(store, Teacher, teacher_content(1))
    make_backup(store, "手工备份")
    store.close()
    (folder / DATABASE_NAME).write_bytes(b"broken" * 4000)
    app.open_office(folder)
    page = opened(qtbot, app)
    assert isinstance(page, RecoveryWindow)
    assert "手工备份" in words_of(page)
    press(page, "恢复最近一份备份")
    qtbot.waitUntil(lambda: not isinstance(app.window, RecoveryWindow), timeout=20_000)
    window = opened(qtbot, app)
    assert isinstance(window, MainWindow)
    assert len(contents_of(window.desk.store, Teacher)) == 1
    [aside] = (folder / "quarantine").glob(f"*/{DATABASE_NAME}")
    assert aside.read_bytes().startswith(b"broken")


def test_damage_that_opening_does_not_meet_is_found_afterwards(
    qtbot: Any, app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window does not wait for the check of the whole file; what that finds leads to the recovery page."""
    monkeypatch.setattr(app_module, "_BEFORE_CHECK", 300)
    folder = tmp_path / "office"
    store = make_office(folder)
    store.close()
    path = folder / DATABASE_NAME
    with closing(sqlite3.connect(path)) as connection:
        size = connection.execute("PRAGMA page_size").fetchone()[0]
        [page] = connection.execute(
            "SELECT rootpage FROM sqlite_master WHERE name = 'ix_inspections_training_class'"
        ).fetchone()
    with path.open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(b"\xff" * size)
    app.open_office(folder)
    qtbot.waitUntil(lambda: isinstance(app.window, MainWindow), timeout=20_000)
    qtbot.waitUntil(lambda: isinstance(app.window, RecoveryWindow), timeout=20_000)
    assert "已损坏，请从备份恢复" in words_of(app.window)


@pytest.mark.parametrize("broken", ["folder gone", "bug", "office record gone"])
def test_recovery_page_always_opens(
    qtbot: Any, app: App, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """Whatever keeps an office from opening, a missing folder or an error of the program, the page stands."""
    folder = tmp_path / "office"
    if broken == "bug":
        make_office(folder).close()

        def fail(_folder: Path, **_words: bool) -> Store:
            raise ZeroDivisionError("身份证号 509999198003151036")

        monkeypatch.setattr(opening, "open_store", fail)
    if broken == "office record gone":
        store = make_office(folder)
        store.set_settings({"office_code": "111111"})
        store.close()
    app.open_office(folder)
    page = opened(qtbot, app)
    assert isinstance(page, RecoveryWindow)
    if broken == "bug":
        assert "ZeroDivisionError" in crash_text()
        assert "509999" not in crash_text()


def test_of_several_offices_the_clerk_chooses(qtbot: Any, app: App, tmp_path: Path) -> None:
    """Two offices on one computer: the start page names both, and each has its own colour in the title."""
    for name, code in (("云岭县教育委员会", "509999"), ("青石县教育局", "509998")):
        folder = tmp_path / code
        make_office(folder, name=name, code=code).close()
        remember_office(folder)
        app.open_office(folder)
        opened(qtbot, app)
    colours = app.window.windowIcon().pixmap(16).toImage()  # type: ignore[union-attr]
    app.start()
    page = app.window
    assert isinstance(page, StartWindow)
    assert {"云岭县教育委员会", "青石县教育局"} <= set(words_of(page).split("\n"))
    press(page, "打开 云岭县教育委员会")
    window = opened(qtbot, app)
    assert window.windowTitle().startswith("云岭县教育委员会")
    assert window.windowIcon().pixmap(16).toImage() != colours


def test_new_office_is_greeted_with_five_steps_that_can_be_reopened(qtbot: Any, app: App, tmp_path: Path) -> None:
    """The first opening shows the steps, the second does not; the menu shows them again, done ones marked."""
    folder = tmp_path / "office"
    store = make_office(folder)
    add(store, School, school_content())
    store.close()
    app.open_office(folder)
    window = opened(qtbot, app)
    [shown] = window.findChildren(Checklist)
    assert shown.isVisible()
    texts = [each.text() for each in shown.findChildren(QLabel)]
    assert texts.count("已完成") == 1
    press(shown, "前往：登记学校")
    settle(qtbot, window)
    assert window.current == "schools"
    app.open_office(folder)
    window = opened(qtbot, app)
    assert not window.findChildren(Checklist)
    window.show_checklist()
    assert window.findChildren(Checklist)


def test_several_operators_are_asked_and_one_can_be_added(
    qtbot: Any, app: App, tmp_path: Path, dialogs: Answers
) -> None:
    """Who is at the desk is asked by name; a name that is new is registered and stamped on what follows."""
    folder = tmp_path / "office"
    store = make_office(folder)
    add(store, Operator, {"name": "李老师"})
    store.set_settings({"greeted": "1"})
    store.close()
    dialogs.prepared = ["赵敏"]
    app.open_office(folder)
    window = opened(qtbot, app)
    [asked] = [each for each in dialogs.asked if each.names]
    assert set(asked.names) == {"王主任", "李老师"}
    assert window.desk.operator == "赵敏"
    assert "赵敏" in window.top.operator.text()
    assert {each["name"] for each in contents_of(window.desk.store, Operator).values()} == {"王主任", "李老师", "赵敏"}


def test_classes_of_widgets_are_made_before_a_click_needs_them(qtbot: Any, open_window: Any) -> None:
    """Behind the first page, with nothing clicked, each class that Qt may hand back is there."""
    open_window()
    qtbot.waitUntil(lambda: all(name in vars(QtWidgets) for name in dir(QtWidgets)))
    assert "QWizard" in vars(QtWidgets)


def test_page_that_is_slow_to_load_is_loaded_beside_the_window(
    qtbot: Any, open_window: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The window answers until the page is there; asked for something else meanwhile, it stays with that."""
    window = open_window()
    module = ENTRIES["prints"].module
    monkeypatch.delitem(sys.modules, module, raising=False)
    window.navigation.buttons["prints"].click()
    assert (window.current, "prints" in window.pages) == ("home", False)
    settle(qtbot, window)
    assert window.current == "prints"
    window.open_page("home")
    window.pages.pop("prints")
    monkeypatch.delitem(sys.modules, module)
    window.navigation.buttons["prints"].click()
    window.navigation.buttons["home"].click()
    settle(qtbot, window)
    assert (window.current, "prints" in window.pages) == ("home", False)


def test_home_keeps_notes(qtbot: Any, open_window: Any, office: Store) -> None:
    """A remark typed on the home page stands among what is to be done until it is ticked off."""
    add(office, School, school_content())
    window = open_window()
    view = window.pages["home"].view
    view.note.setText("云岭县第1中学打过电话，周三送来")
    view.note.returnPressed.emit()
    settle(qtbot, window)
    assert "周三送来" in words_of(view)
    [button] = [each for each in view.findChildren(QPushButton) if each.accessibleName().startswith("办结")]
    button.click()
    settle(qtbot, window)
    assert "周三送来" not in words_of(view)
    assert [each["is_done"] for each in contents_of(office, Note).values()] == [1]


def test_note_on_the_person_in_front(qtbot: Any, open_window: Any, office: Store, dialogs: Answers) -> None:
    """Ctrl+M writes a remark on the person whose form stands open."""
    uid = add(office, Teacher, teacher_content(1))
    window = open_window()
    window.open_page("teachers", uid)
    settle(qtbot, window)
    dialogs.prepared = ["证书还没交"]
    window.write_note()
    settle(qtbot, window)
    [note] = contents_of(office, Note).values()
    assert (note["teacher"], note["text"]) == (uid, "证书还没交")


def test_two_years_are_open(qtbot: Any, open_window: Any) -> None:
    """One click or key goes to the other open year and back."""
    window = open_window()
    now, before = window.desk.year, window.desk.other_year
    window.top.other.click()
    settle(qtbot, window)
    assert (window.desk.year, window.desk.other_year) == (before, now)
    assert window.top.year.currentData() == before
    window.top.other.click()
    settle(qtbot, window)
    assert window.desk.year == now


def test_finder_finds_sheets_and_commands(qtbot: Any, open_window: Any) -> None:
    """A printed sheet opens on its page, a command is carried out."""
    window = open_window()
    finder = window.top.finder
    finder.setFocus()
    settle(qtbot, window)
    finder.textEdited.emit("hmc")
    assert "花名册" in finder.suggestions.item(0).text()
    finder.setText("交接单")
    finder.textEdited.emit("交接单")
    assert finder.suggestions.take_current()
    settle(qtbot, window)
    assert window.current == "reports"
    assert window.pages["reports"].report.code == "B10"
    finder.textEdited.emit("另一年度")
    before = window.desk.year
    assert finder.suggestions.take_current()
    assert window.desk.year != before
    settle(qtbot, window)


def test_crash_is_told_in_plain_words_and_logged_without_names(
    qtbot: Any, tmp_path: Path, dialogs: Answers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The dialog speaks to the clerk; the log has files and lines, no message that could hold a name or number."""
    monkeypatch.setenv("COUNTY_DESK_SETTINGS", str(tmp_path / "settings"))
    guard = CrashGuard(dialogs, app_module.log_crash)
    try:
        raise ValueError("张三 509999198003151036")
    except ValueError as error:
        guard.tell(error)
    [asked] = dialogs.asked
    assert "以前保存的内容都在" in asked.text
    assert asked.why == "trouble#crash"
    assert "ValueError" in crash_text()
    assert "test_start_up.py" in crash_text()
    assert "张三" not in crash_text()
    assert "509999" not in crash_text()


@pytest.mark.qt_log_ignore("does not support raise", "does not support propagateSizeHints")
def test_second_start_brings_the_first_window_to_the_front(qtbot: Any, app: App, tmp_path: Path) -> None:
    """A program started again on an open office shows no window of its own; the first one comes up and stays whole."""
    folder = tmp_path / "office"
    make_office(folder).close()
    app.open_office(folder)
    window = opened(qtbot, app).window()
    window.showMinimized()
    code = (
        "import sys\nfrom pathlib import Path\nfrom desktop.app import App, make_application\n"
        "application = make_application()\nother = App()\nother.open_office(Path(sys.argv[1]))\n"
        "print(other.window is None)"
    )
    command = [sys.executable, "-c", code, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path.cwd()) as other:
        qtbot.waitUntil(lambda: other.poll() is not None, timeout=20_000)
        assert other.stdout is not None
        assert other.stdout.read().strip() == "True"
    qtbot.waitUntil(lambda: not window.isMinimized(), timeout=5000)
    assert window.isVisible()


def test_office_is_open_in_one_window_only(qtbot: Any, app: App, tmp_path: Path) -> None:
    """A second window on an office says where it is open; a killed one's lock counts no more; commands go on."""
    folder = tmp_path / "office"
    make_office(folder).close()
    code = (
        "import sys\nfrom pathlib import Path\nfrom desktop.ui.occupied import Occupation\n"
        "other = Occupation()\nassert not other.take(Path(sys.argv[1]))\nprint('taken', flush=True)\nsys.stdin.read()\n"
    )
    command = [sys.executable, "-c", code, str(folder.resolve())]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path.cwd()) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"taken\n"
        app.open_office(folder)
        assert isinstance(app.window, StartWindow)
        assert f"已经在本机另一个窗口里打开（进程 {other.pid}）" in words_of(app.window)
        Store.open(folder).close()
        other.kill()
    app.open_office(folder)
    window = opened(qtbot, app)
    assert isinstance(window, MainWindow)
    assert (folder / LOCK_NAME).exists()
    window.close()
    assert not (folder / LOCK_NAME).exists()
