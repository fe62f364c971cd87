"""Habits of people who live in a spreadsheet: keys, copying, finding, going back, trusting what is saved."""

import csv
import io
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops, ImageStat
from pypdfium2 import PdfDocument
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMainWindow, QPushButton

from desktop.collation import pinyin_searches
from desktop.exchange.pasted import split_block
from desktop.exchange.roster.answers import RosterOptions
from desktop.fields import children_of, fields_of
from desktop.models import ENTITIES, School, Teacher
from desktop.models.base import problems_of
from desktop.queries.contents import contents_hash
from desktop.reports.printing import prepare_report
from desktop.store import Store
from desktop.ui.dialogs import QuestionBox, Request, TextBox, Wish
from desktop.ui.forms.text_fields import LongEditor
from desktop.ui.jobs import Cancelled, Progress
from desktop.ui.lists.clipboard import rows_as_text
from desktop.ui.lists.search import SearchIndex, text_of
from desktop.ui.pages.import_trial import ROSTER, carry_out_trial, plan_files, read_files
from desktop.ui.paper.output import lay_out
from desktop.ui.start import StartWindow
from desktop.ui.widgets import button
from tests.builders import add, contents_of, school_content, teacher_content
from tests.builders_rosters import THREE, write_roster
from tests.ui.conftest import Answers, settle
from tests.ui.test_reports_page import fill_roster

QUIET = Progress(lambda *_step: None)
PICTURE = Path(__file__).with_name("roster_page.png")
CTRL = Qt.KeyboardModifier.ControlModifier


def opened(qtbot: Any, open_window: Any, page: str, what: object = None) -> tuple[Any, Any]:
    window = open_window()
    window.open_page(page, what)
    settle(qtbot, window)
    return window, window.pages[page]


def test_enter_walks_every_field_and_shift_enter_back(qtbot: Any, open_window: Any) -> None:
    """In a new form Enter comes to each field as declared, which is the order of the paper, and to the button."""
    _window, page = opened(qtbot, open_window, "teachers", "new")
    cells = list(page.form.sections.cells.values())
    walked = []
    for cell in cells:
        assert cell.editor.hasFocus(), cell.field.label
        walked.append(cell.field.name)
        modifier = CTRL if isinstance(cell.editor, LongEditor) else Qt.KeyboardModifier.NoModifier
        qtbot.keyClick(cell.editor, Qt.Key.Key_Return, modifier)
    assert walked == list(page.form.sections.cells)
    assert page.form.save_button.hasFocus()
    cells[-1].editor.setFocus()
    qtbot.keyClick(cells[1].editor, Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert cells[0].editor.hasFocus()


def test_copied_cells_come_back_word_for_word() -> None:
    """Tabs, line breaks, quotes, leading zeros and long numbers of copied cells are read as they were."""
    headings = ["姓名", "备注", "号码"]
    rows = [
        ["阿依努尔·买买提", "第一行\n第二行", "509999198003151036"],
        ["张三", "左\t右", "007"],
        ["李四", '他说“好”，"quoted"', "=1+1"],
    ]
    text = rows_as_text(headings, rows)
    assert split_block(text) == [headings, *rows]
    assert len(list(csv.reader(io.StringIO(text, newline=""), delimiter="\t"))) == 4


@pytest.mark.parametrize("entity", [each for each in ENTITIES if not each.local], ids=lambda each: each.plural)
def test_every_rule_speaks_of_a_field_that_can_be_gone_to(entity: Any) -> None:
    """What an empty record lacks is told as sentences, each at a field or line of the form."""
    places = {each.name for each in (*fields_of(entity), *children_of(entity))}
    for problem in problems_of(entity, {}):
        assert len(problem.text) > 3
        assert problem.field.partition(".")[0] in places, problem


def test_five_thousand_people_are_searched_within_a_blink() -> None:
    """Each key of a search finds its people in less than a tenth of a second."""
    surnames, given = "张王李赵曾单解仇区查", "伟芳娜敏静丽强磊军洋"
    index = SearchIndex()
    for number in range(5_000):
        name = f"{surnames[number % 10]}{given[number // 10 % 10]}{given[number // 100 % 10]}"
        index.add(text_of((name, *pinyin_searches(name), f"{number:04d}")))
    for typed in ("z", "zw", "zeng", "shan", "0042", "曾"):
        start = time.perf_counter()
        assert index.find([typed]), typed
        assert time.perf_counter() - start < 0.1, typed


@pytest.mark.parametrize(
    ("typed", "page"), [("云岭县第1", "schools"), ("ylyz", "schools"), ("打印登记", "prints"), ("dydj", "prints")]
)
def test_one_box_finds_a_school_and_a_page(qtbot: Any, open_window: Any, office: Store, typed: str, page: str) -> None:
    """Ctrl+F takes names of schools, short ones too, and of pages, and initials."""
    add(office, School, school_content(names=[{"name": "云岭一中", "kind": "short"}]))
    window = open_window()
    qtbot.keyClick(window, Qt.Key.Key_F, CTRL)
    settle(qtbot, window)
    window.top.finder.textEdited.emit(typed)
    assert window.top.finder.suggestions.take_current()
    settle(qtbot, window)
    assert window.current == page


def roster_page(store: Store, **options: str) -> Any:
    return lay_out(prepare_report(store, "F01", {"year": "2026", **options}), QUIET)


def test_page_looks_as_it_did(office: Store, tmp_path: Path) -> None:
    """The previewed page of the roster is the stored picture, but for the smoothing of letters."""
    fill_roster(office)
    sheets = roster_page(office)
    image = sheets.pages.render(0, 1.0)
    image.save(str(tmp_path / "now.png"))
    sheets.pages.close()
    with Image.open(tmp_path / "now.png") as now, Image.open(PICTURE) as before:
        assert now.size == before.size
        difference = ImageChops.difference(now.convert("L"), before.convert("L"))
        assert ImageStat.Stat(difference).mean[0] < 1.0
        assert ImageStat.Stat(now.convert("L")).mean[0] < 250


def test_draft_is_marked_on_the_page(office: Store, tmp_path: Path) -> None:
    """What is not approved says 草稿 on every page of the preview."""
    fill_roster(office, 30)
    for option, marked in (("yes", True), ("no", False)):
        sheets = roster_page(office, draft=option)
        found = [sheets.pages.find("草\u3000稿", page, lambda: None) for page in range(len(sheets.pages))]
        assert [each is not None and each.page for each in found] == [marked and number for number in range(len(found))]
        sheets.pages.close()


class Impatient(Progress):
    """Cancels at one of the steps."""

    def __init__(self, step: int) -> None:
        super().__init__(lambda *_step: None)
        self.left = step

    def check(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise Cancelled
        super().check()


def test_cancel_at_every_step_leaves_the_office_as_it_was(office: Store, tmp_path: Path) -> None:
    """Reading, planning and saving rosters, cancelled at whatever step, write nothing; not cancelled, all."""
    path = write_roster(tmp_path / "名册.xlsx", THREE)
    with office.read() as session:
        before = contents_hash(session)
    cancelled = 0
    for step in range(100):
        progress = Impatient(step)
        try:
            trial = plan_files(office, read_files([path], ROSTER, progress), RosterOptions(), progress)
            carry_out_trial(office, trial, "王", progress)
        except Cancelled:
            cancelled += 1
            with office.read() as session:
                assert contents_hash(session) == before, step
        else:
            break
    assert cancelled > 5
    assert len(contents_of(office, Teacher)) == len(THREE)


def test_home_leads_back_to_what_was_done_last(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers, tmp_path: Path
) -> None:
    """A person saved, a roster taken in and a sheet printed are listed on the home page; a click opens each."""
    window, page = opened(qtbot, open_window, "teachers", "new")
    for name, text in (("name", "abc"), ("id_number", str(teacher_content(5)["id_number"]))):
        page.form.sections.focus_named(name)
        qtbot.keyClicks(page.form.sections.cells[name].editor, text)
    page.form.save()
    settle(qtbot, window)
    window.open_page("import", [write_roster(tmp_path / "名册.xlsx", THREE)])
    settle(qtbot, window)
    window.pages["import"].confirm()
    settle(qtbot, window)
    window.open_page("reports", "F01")
    settle(qtbot, window)
    dialogs.prepared = [str(tmp_path / "a.pdf")]
    window.pages["reports"].save()
    settle(qtbot, window)
    assert (tmp_path / "a.pdf").is_file(), dialogs.asked[-1]
    for words, leads_to in (("abc", "teachers"), ("第 1 次报送", "import"), ("骨干教师花名册", "reports")):
        window.open_page("home")
        settle(qtbot, window)
        found = [each for each in window.pages["home"].view.findChildren(QPushButton) if words in each.text()]
        assert found, words
        found[0].click()
        settle(qtbot, window)
        assert window.current == leads_to


def test_first_start_offers_four_ways(qtbot: Any, qapp: Any, tmp_path: Path, dialogs: Answers) -> None:
    """Try a sample, set up an office, bring last year's sheets, restore: each a button, the sample first."""
    start = StartWindow((), tmp_path, dialogs)
    qtbot.addWidget(start)
    start.show()
    buttons = [each for each in start.findChildren(QPushButton) if each.isVisible()]
    ways = ["试用样例单位", "新建本单位", "导入去年的表格", "从备份恢复", "打开已有单位的文件夹"]
    assert [each.text() for each in buttons] == ways
    assert [each.property("role") for each in buttons] == ["primary", "", "", "", "flat"]


def test_enter_presses_the_button_that_has_the_keyboard(qtbot: Any, qapp: Any) -> None:
    """On a page too, where Qt leaves Enter to dialogs and buttons hear the space bar only."""
    pressed: list[int] = []
    page = QMainWindow()
    made = button("打开", lambda: pressed.append(1))
    page.setCentralWidget(made)
    qtbot.addWidget(page)
    page.show()
    qtbot.keyClick(made, Qt.Key.Key_Return)
    assert pressed


def test_enter_never_does_the_dangerous_thing(qtbot: Any, qapp: Any) -> None:
    """Enter and Escape in a question that destroys leave everything; an optional answer may stay empty."""
    request = Request(Wish.CHOICE, "删除", "将删除 3 人", buttons=("删除 3 人", "不删除"), danger="删除 3 人")
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Escape):
        box = QuestionBox(request)
        qtbot.addWidget(box)
        box.show()
        qtbot.keyClick(box, key)
        assert box.chosen == "不删除"
        assert not box.isVisible()
    leaving = Request(
        Wish.CHOICE, "尚未保存", "", buttons=("继续填写", "放弃改动"), danger="放弃改动", leave="继续填写"
    )
    box = QuestionBox(leaving)
    qtbot.addWidget(box)
    box.show()
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert box.chosen == "继续填写"
    for optional in (True, False):
        asked = TextBox(Request(Wish.TEXT, "谁送来", buttons=("确定", "取消"), optional=optional))
        qtbot.addWidget(asked)
        take = next(each for each in asked.findChildren(QPushButton) if each.text() == "确定")
        assert take.isEnabled() is optional


def test_record_of_another_office_is_locked_and_says_by_whom(qtbot: Any, open_window: Any, office: Store) -> None:
    """Its fields are grey, it has no button to save or delete, and the sentence names the office and the day."""
    uid = add(office, Teacher, teacher_content(1), origin="509901")
    _window, page = opened(qtbot, open_window, "teachers", uid)
    form = page.form
    assert all(cell.editor.isReadOnly() for cell in form.sections.cells.values())
    assert not form.save_button.isVisible()
    assert not form.delete_button.isVisible()
    assert form.note.isVisible()
    assert form.note.text().startswith("由单位 509901 登记（20")


def test_office_in_a_chinese_path_without_network(tmp_path: Path) -> None:
    """In D:\\教师 管理\\测试 as anywhere: an office, a list, a sheet and a picture, and nothing asks a network."""
    folder = tmp_path / "教师 管理" / "测试"
    folder.mkdir(parents=True)
    program = (
        "import socket, sys\n"
        "def refuse(*_a, **_k): raise SystemExit('network')\n"
        "socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse\n"
        "from desktop.__main__ import main\n"
        "sys.argv = ['county-desk', *sys.argv[1:]]\nmain()\n"
    )
    office = str(folder / "office")
    roster = str(write_roster(folder / "名册 一.xlsx", THREE))
    commands = (
        ["sample", office],
        ["import", roster, "--as", "roster", "--office", office],
        ["export", "teachers", "--to", str(folder / "教师.xlsx"), "--office", office],
        ["report", "F01", "--to", str(folder / "花名册.pdf"), "--office", office],
    )
    for command in commands:
        words = [sys.executable, "-c", program, *command]
        done = subprocess.run(words, check=False, cwd=Path.cwd(), capture_output=True, text=True)
        assert done.returncode == 0, (command, done.stderr[-500:])
    with PdfDocument(folder / "花名册.pdf") as sheet:
        assert len(sheet) >= 1


def test_window_says_when_and_by_whom_it_was_saved(qtbot: Any, open_window: Any, office: Store) -> None:
    """After a save the status bar has the time, the form who and when; the age of the backup is always there."""
    window, page = opened(qtbot, open_window, "teachers", "new")
    assert "备份" in window.status.backup.text()
    for name, text in (("name", "abc"), ("id_number", str(teacher_content(5)["id_number"]))):
        page.form.sections.focus_named(name)
        qtbot.keyClicks(page.form.sections.cells[name].editor, text)
    page.form.save()
    settle(qtbot, window)
    saved = time.strftime("已保存 %H:%M")
    assert window.status.saved.text()[:-1] == saved[:-1]
    assert page.form.state.text().startswith("已保存：王主任 20")
    assert page.filters.count.text() == "共 1 人"
