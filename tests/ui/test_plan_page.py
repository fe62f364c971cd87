"""The training plan of a year: programmes, months and travel by regulation, approval, places shared and named."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from desktop.models import (
    Certificate,
    Employment,
    Enrolment,
    HoursEntry,
    Inspection,
    Place,
    Programme,
    School,
    TrainingClass,
)
from desktop.services.records import save
from desktop.services.training.scoring import enter_scores
from desktop.store import Store
from desktop.ui.pages.plan_page import PlanPage
from desktop.ui.training.approval import ApprovalPiece, ExpertDialog
from desktop.ui.training.day_dialog import DayDialog
from desktop.ui.training.places import PlacesPiece
from desktop.ui.training.places_dialogs import PeopleDialog, ReceiveDialog
from desktop.ui.training.process import ProcessPiece
from desktop.ui.training.programme import ProgrammePiece
from desktop.ui.training.returned_dialog import ReturnedDialog
from desktop.ui.window import MainWindow
from tests.builders import add, contents_of, school_content
from tests.builders_training import make_class
from tests.printed import document_of
from tests.ui.conftest import Answers, settle

CTRL = Qt.KeyboardModifier.ControlModifier
NATIONAL = {
    "name": "国家级骨干培训",
    "year": 2026,
    "kind": "1",
    "level": "1",
    "start": "2026-03-01",
    "organiser": "教育部",
}


def open_plan(qtbot: Any, window: MainWindow, uid: str | None = None) -> PlanPage:
    window.desk.set_year(2026)
    window.open_page("plan", uid)
    settle(qtbot, window)
    page = window.pages["plan"]
    assert isinstance(page, PlanPage)
    return page


def test_year_is_summed_beside_the_title(qtbot: Any, qtmodeltester: Any, open_window: Any, office: Store) -> None:
    """Programmes of the year with planned and real classes and people, money and its split (TR-12)."""
    programme = add(office, Programme, {**NATIONAL, "planned_classes": 2, "planned_people": 60, "travel": 560_001})
    add(office, Programme, {"name": "去年的培训", "year": 2025})
    make_class(office, people=3, programme=programme)
    page = open_plan(qtbot, open_window())
    qtmodeltester.check(page.rows)
    assert [each.stored.uid for each in page.rows.rows] == [programme]
    assert page.now.text() == (
        "2026 年度：1 个项目，1/2 个班，3/60 人次，差旅费 5600.01 元，"
        "其中国家级、省（市）级由主管部门承担 2800.00 元、任职学校 2800.01 元"
    )


def test_months_and_travel_follow_the_typing(qtbot: Any, open_window: Any, office: Store) -> None:
    """National: 3 months of classes, 9 of practice from the first day (TR-1); municipal months are no year and told."""
    programme = add(office, Programme, {**NATIONAL, "end": "2026-12-31"})
    window = open_window()
    page = open_plan(qtbot, window, programme)
    piece = page.pieces.front
    assert isinstance(piece, ProgrammePiece)
    assert piece.months.text() == "集中培训到 2026-05-31，教学实践到 2027-02-28，共 12 个月"
    assert "应为 2027-02-28" in piece.remarks.text()
    assert piece.travel.isHidden()
    cells = piece.form.sections.cells
    qtbot.keyClicks(cells["travel"].editor, "1001")
    cells["level"].editor.set_text("省（市）级")
    cells["level"].editor.edited.emit()
    qtbot.wait(250)
    settle(qtbot, window)
    assert piece.travel.text() == "差旅费 1001.00 元：主管部门承担 50%，500.50 元；任职学校承担 500.50 元"
    assert piece.months.text() == "集中培训到 2026-04-15，教学实践到 2026-10-15，共 7.5 个月"
    assert "7.5 个月，不足规定的培训周期一年" in piece.remarks.text()


def test_programme_and_its_class_are_made(qtbot: Any, open_window: Any, office: Store) -> None:
    """A new programme has the year of the desk; a class made from its list belongs to it."""
    window = open_window()
    page = open_plan(qtbot, window)
    assert page.whole.currentIndex() == 1
    page.new()
    settle(qtbot, window)
    piece = page.pieces.front
    assert isinstance(piece, ProgrammePiece)
    qtbot.keyClicks(piece.form.sections.cells["name"].editor, "P1")
    qtbot.keyClick(piece.form.sections.cells["name"].editor, Qt.Key.Key_S, CTRL)
    settle(qtbot, window)
    [(programme, content)] = contents_of(office, Programme).items()
    assert (content["name"], content["year"]) == ("P1", 2026)
    page.pieces.open("班级").new_class()  # type: ignore[attr-defined]
    settle(qtbot, window)
    form = window.pages["training"].class_desk.front.form  # type: ignore[attr-defined]
    qtbot.keyClicks(form.sections.cells["name"].editor, "C1")
    qtbot.keyClick(form.sections.cells["name"].editor, Qt.Key.Key_S, CTRL)
    settle(qtbot, window)
    [training_class] = contents_of(office, TrainingClass).values()
    assert training_class["programme"] == programme


def test_kind_fills_what_policy_gives_and_a_class_takes_over(qtbot: Any, open_window: Any, office: Store) -> None:
    """班主任: district level, 30 hours; what was cleared stays so; its class has the programme's days and hours."""
    window = open_window()
    page = open_plan(qtbot, window)
    page.new()
    settle(qtbot, window)
    piece = page.pieces.front
    assert isinstance(piece, ProgrammePiece)
    cells = piece.form.sections.cells
    for name, text in (
        ("name", "班主任培训"),
        ("start", "2026-07-06"),
        ("end", "2026-07-10"),
        ("planned_people", "45"),
    ):
        cells[name].editor.set_text(text)
    cells["kind"].editor.set_text("班主任培训")
    cells["kind"].editor.edited.emit()
    qtbot.wait(250)
    settle(qtbot, window)
    assert (cells["level"].editor.text(), cells["mode"].editor.text()) == ("县级", "集中面授")
    assert cells["hours"].editor.text().startswith("30")
    assert "持证上岗" in piece.remarks.text()
    cells["mode"].editor.set_text("")
    cells["mode"].editor.edited.emit()
    qtbot.wait(250)
    settle(qtbot, window)
    assert cells["mode"].editor.text() == ""
    piece.form.save()
    settle(qtbot, window)
    page.pieces.open("班级").new_class()  # type: ignore[attr-defined]
    settle(qtbot, window)
    form = window.pages["training"].class_desk.front.form  # type: ignore[attr-defined]
    form.sections.cells["name"].editor.set_text("一班")
    form.save()
    settle(qtbot, window)
    [content] = contents_of(office, TrainingClass).values()
    shown = {name: content.get(name) for name in ("start", "end", "hours", "quota")}
    assert shown == {"start": "2026-07-06", "end": "2026-07-10", "hours": "30.0", "quota": 45}


def test_plan_is_approved_by_both_sides_and_issued(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers
) -> None:
    """Without an expert from outside there is no approval, without approval no schedule (TR-5); each is a sentence."""
    made = make_class(office, hours=((0, "4.0"),), start="2026-07-01", end="2026-07-10")
    window = open_window()
    window.open_page("training", made.uid)
    settle(qtbot, window)
    piece = window.pages["training"].class_desk.open("计划论证")  # type: ignore[attr-defined]
    settle(qtbot, window)
    assert isinstance(piece, ApprovalPiece)
    experts = iter((("王内", False), ("李外", True)))

    def answer(dialog: QDialog) -> bool:
        if isinstance(dialog, ExpertDialog):
            name, outside = next(experts)
            dialog.name.setText(name)
            dialog.outside.setChecked(outside)
            dialog.day.setText("2026年6月31日")
            dialog.take()
            assert "论证日期" in dialog.problem.text()
            dialog.day.setText("2026-06-10" if outside else "2026-07-02")
        return True

    dialogs.run = answer
    piece.add()
    settle(qtbot, window)
    piece.approve()
    settle(qtbot, window)
    assert "校内、校外专家共同论证" in dialogs.asked[-1].text
    piece.issue()
    settle(qtbot, window)
    assert "还没有论证通过" in dialogs.asked[-1].text
    piece.add()
    settle(qtbot, window)
    piece.approve()
    settle(qtbot, window)
    assert piece.state.text().startswith("2026-07-02 论证通过"), "on the day of the last expert"
    assert [each.texts[3] for each in piece.table.rows.rows] == ["2026-07-02", "2026-06-10"]
    piece.issue()
    settle(qtbot, window)
    assert contents_of(office, TrainingClass)[made.uid]["schedule_issued_on"] == "2026-07-01"


def test_places_by_stage_and_subject_are_shared_apart(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers
) -> None:
    """Each kind of place has its list and its account; more of one kind than received is refused though all fit."""
    programme = add(office, Programme, NATIONAL)
    add(office, School, school_content())
    for stage, subject, count in (("2", "语文", 2), ("3", None, 5)):
        add(office, Place, {"programme": programme, "stage": stage, "subject": subject, "count": count})
    window = open_window()
    page = open_plan(qtbot, window, programme)
    piece = page.pieces.open("派出名额")
    settle(qtbot, window)
    assert isinstance(piece, PlacesPiece)
    assert [piece.limit.itemText(n) for n in range(piece.limit.count())] == ["小学语文", "初中"]
    assert piece.balance.text().startswith("小学语文上级下达 2 名，各校合计 0 名，剩余 2 名")
    piece.places.setData(piece.places.index(0, 1), "3")
    piece.save()
    settle(qtbot, window)
    assert "小学语文上级下达 2 名，各校合计 3 名，多分 1 名" in dialogs.asked[-1].text
    piece.places.setData(piece.places.index(0, 1), "2")
    piece.save()
    settle(qtbot, window)
    piece.limit.setCurrentIndex(1)
    piece.limit.activated.emit(1)
    settle(qtbot, window)
    assert piece.places.index(0, 1).data() == ""
    piece.places.setData(piece.places.index(0, 1), "4")
    piece.save()
    settle(qtbot, window)
    assert "本项目各种名额已分 6/7 名" in piece.balance.text()
    shared = [each for each in contents_of(office, Place).values() if "school" in each]
    assert sorted((each["stage"], each.get("subject"), each["count"]) for each in shared) == [
        ("2", "语文", 2),
        ("3", None, 4),
    ]
    told = document_of(office, "B26")
    assert "其中小学语文下达2名，已分配2名；初中下达5名，已分配4名。" in repr(told)


def test_schedule_after_the_first_session_is_refused(
    qtbot: Any, open_window: Any, office: Store, dialogs: Answers
) -> None:
    """A schedule that goes out when the class has begun is told with both days."""
    made = make_class(office, hours=((0, "4.0"),), plan_approved_on="2026-06-01")
    window = open_window()
    window.open_page("training", made.uid)
    settle(qtbot, window)
    piece = window.pages["training"].class_desk.open("计划论证")  # type: ignore[attr-defined]
    settle(qtbot, window)

    def answer(dialog: QDialog) -> bool:
        assert isinstance(dialog, DayDialog)
        dialog.field.setDate(dialog.field.date().addYears(1))
        return True

    dialogs.run = answer
    piece.issue()  # type: ignore[attr-defined]
    settle(qtbot, window)
    assert "晚于第一次课 2026-07-01" in dialogs.asked[-1].text


def test_places_are_shared_and_named(
    qtbot: Any, qtmodeltester: Any, open_window: Any, office: Store, dialogs: Answers
) -> None:
    """Typed numbers are added up at once, more than received is refused whole; names go up, never more than places."""
    programme = add(office, Programme, NATIONAL)
    school = add(office, School, school_content())
    made = make_class(office, people=3)
    for teacher in made.teachers:
        add(office, Employment, {"teacher": teacher, "school": school, "kind": "1", "start": "2001-09"})
    other = make_class(office, people=0, programme=programme, name="省级班")
    window = open_window()
    page = open_plan(qtbot, window, programme)
    piece = page.pieces.open("派出名额")
    settle(qtbot, window)
    assert isinstance(piece, PlacesPiece)
    qtmodeltester.check(piece.places)

    def receive(dialog: QDialog) -> bool:
        assert isinstance(dialog, ReceiveDialog)
        dialog.take()
        assert "名额没有填写" in dialog.problem.text()
        dialog.lines["count"].setText("3")
        dialog.lines["doc_no"].setText("渝教发〔2026〕21号")
        return True

    dialogs.run = receive
    piece.receive()
    settle(qtbot, window)
    assert piece.limits.isHidden(), "of one kind there is nothing to choose"
    assert "上级下达 3 名，各校合计 0 名，剩余 3 名" in piece.balance.text()
    index = piece.places.index(0, 1)
    assert piece.places.setData(index, "4")
    assert "剩余 -1 名" in piece.balance.text()
    piece.save()
    settle(qtbot, window)
    assert "多分 1 名，没有保存" in dialogs.asked[-1].text
    assert piece.places.setData(index, "x") is False
    assert dialogs.asked[-1].title == "名额"
    piece.places.setData(index, "2")
    qtbot.keyClick(piece.table, Qt.Key.Key_S, CTRL)
    settle(qtbot, window)
    assert sorted(each["count"] for each in contents_of(office, Place).values()) == [2, 3]
    asked: list[PeopleDialog] = []

    def answer(dialog: QDialog) -> bool:
        assert isinstance(dialog, PeopleDialog)
        asked.append(dialog)
        for number in range(3 - len(asked) + 1):
            dialog.list.item(number).setCheckState(Qt.CheckState.Checked)
        return True

    dialogs.run = answer
    before = len(contents_of(office, Enrolment))
    piece.choose_people()
    settle(qtbot, window)
    assert "有 2 个名额，填报了 3 人，多 1 人" in dialogs.asked[-1].text
    assert len(contents_of(office, Enrolment)) == before
    piece.choose_people()
    settle(qtbot, window)
    assert "已报人选 2 名" in piece.balance.text()
    sent = [each for each in contents_of(office, Enrolment).values() if "place" in each]
    assert {each["training_class"] for each in sent} == {other.uid}

    def give_back(dialog: QDialog) -> bool:
        assert isinstance(dialog, ReturnedDialog)
        dialog.table.item(0, 1).setText("国培2026001")
        dialog.table.item(0, 2).setText("80")
        dialog.table.item(0, 3).setText("2026-08-01")
        return True

    dialogs.run = give_back
    for _time in range(2):
        piece.take_back()
        settle(qtbot, window)
    assert "（国培2026001）" in piece.places.index(0, 3).data()
    [certificate] = contents_of(office, Certificate).values()
    [entry] = contents_of(office, HoursEntry).values()
    assert (certificate["hours"], entry["hours"], entry["certificate_no"]) == ("80.0", "80.0", "国培2026001")
    assert entry["activity"] == NATIONAL["name"]


def test_practice_visits_and_defence_of_everybody_are_seen(qtbot: Any, open_window: Any, office: Store) -> None:
    """Each person tells points, grade and visits of the parts the programme has; open and failed ones are counted."""
    programme = add(office, Programme, {**NATIONAL, "has_practice": 1, "has_return_visit": 1})
    made = make_class(office, people=3, programme=programme, name="一班")
    with office.write("登记") as session:
        points = {who: {"points": each} for who, each in zip(made.trainees, ("88.0", "50.0"), strict=False)}
        enter_scores(session, made.uid, "5", points)
        enter_scores(session, made.uid, "6", {made.trainees[0]: {"grade": "2"}})
        visit = {"training_class": made.uid, "kind": "6", "date": "2026-05-08", "enrolment": made.trainees[0]}
        save(session, Inspection, visit)
    window = open_window()
    page = open_plan(qtbot, window, programme)
    piece = page.pieces.open("过程考核")
    settle(qtbot, window)
    assert isinstance(piece, ProcessPiece)
    texts = [each.texts[2:4] for each in piece.table.rows.rows]
    assert texts == [("88 分 优", "及格 回访 1 次（2026-05-08）"), ("50 分 不及格", "未登记"), ("未登记", "未登记")]
    assert piece.table.isColumnHidden(4)
    assert piece.said.text() == "3 人：已齐 1 人，不合格 1 人"
    piece.only_open.setChecked(True)
    assert len(piece.table.rows.rows) == 2
    piece.open_class()
    settle(qtbot, window)
    assert window.current == "training"
