"""People who come twice: two appointments in one import, an old file again, a move that was undone."""

from pathlib import Path

import pytest
from openpyxl import load_workbook

from desktop.exchange.roster.answers import MoveAnswer
from desktop.exchange.roster.plan import RosterPlan, carry_out_roster
from desktop.exchange.roster.returns import write_returns
from desktop.models import Appointment, Cohort, Employment, School, Teacher
from desktop.models.base import shared_uid
from desktop.services.duplicates import KEPT, disputed, read_pair, unite
from desktop.store import history
from desktop.store.database import Store
from desktop.store.records import Edit, load, write_edits
from tests.builders_rosters import (
    DOCUMENT,
    HEADINGS,
    LI,
    SCHOOL,
    WANG,
    ZHAO,
    person,
    write_roster,
)
from tests.integration.rosters import (
    contents,
    correct,
    outcomes,
    plan_files,
    problems,
    read_books,
    records,
    said,
    take_in,
    teachers,
    waiting,
)
from tests.printed import table_of

OTHER = "云岭县第五中学"
CITY = {"级别": "市级", "认定文号": "渝教师发〔2022〕15号", "认定时间": "2022.9"}


def _save_anew(path: Path, target: Path) -> Path:
    """The same workbook as another program saves it: other bytes, the same cells."""
    book = load_workbook(path)
    book.properties.creator = "WPS 表格"
    book.save(target)
    return target


def _undo_last_change(store: Store) -> None:
    with store.read() as session:
        act = next(each for each in history.list_acts(session) if each.changes)
    history.undo(store, act.id)


# one person, several appointments


def _appointments(store: Store) -> list[tuple[str, str, str | None]]:
    names = {record.uid: record.content["name"] for record in records(store, Teacher)}
    found = (
        (names[one.content["teacher"]], one.content["tier"], one.content.get("recognized_on"))
        for one in records(store, Appointment)
    )
    return sorted(found)


def test_two_tiers_of_one_person_in_one_import(store: Store, tmp_path: Path) -> None:
    """BB-16: two tiers by two documents are two appointments of one teacher; again they are the same."""
    path = write_roster(tmp_path / "a.xlsx", [LI, {**LI, **CITY}])
    plan = take_in(store, path)
    assert outcomes(plan) == {"new": 2}
    assert len(records(store, Teacher)) == len(records(store, Employment)) == 1
    assert _appointments(store) == [("李建国", "2", "2022-09"), ("李建国", "3", "2024-03")]
    before = contents(store)
    assert outcomes(take_in(store, path)) == {"same": 2}
    assert contents(store) == before


def test_same_tier_by_another_document_is_another_appointment(store: Store, tmp_path: Path) -> None:
    """The next 届 of one tier is an appointment of its own; the same document twice is a duplicate."""
    later = {**LI, "认定文号": "云教发〔2026〕1号", "认定时间": "2026.3"}
    plan = take_in(store, write_roster(tmp_path / "a.xlsx", [LI, later, LI]))
    assert outcomes(plan) == {"new": 2, "duplicate": 1}
    assert _appointments(store) == [("李建国", "3", "2024-03"), ("李建国", "3", "2026-03")]


def test_second_row_brings_the_person_along(store: Store, tmp_path: Path) -> None:
    """When the first row is taken away in the plan, the second one still has its teacher."""
    plan = plan_files(store, write_roster(tmp_path / "a.xlsx", [{**LI, "联系电话": None}, {**LI, **CITY}]))
    plan.rows[0].ticked = False

    carry_out_roster(store, plan, "王主任")
    assert _appointments(store) == [("李建国", "2", "2022-09")]
    assert teachers(store)["李建国"]["mobile"] == LI["联系电话"]


def test_two_rows_that_contradict_each_other_are_a_question(store: Store, tmp_path: Path) -> None:
    """Two appointments of one person must agree on the person; nothing of the second is taken otherwise."""
    plan = take_in(store, write_roster(tmp_path / "a.xlsx", [LI, {**LI, **CITY, "职称": "高级教师"}]))
    assert outcomes(plan) == {"new": 1, "ambiguous": 1}
    assert [each.field for each in plan.rows[1].problems] == ["title"]
    assert "第 3 行" in plan.rows[1].problems[0].text


def test_columns_that_differ_by_appointment_are_all_kept(store: Store, tmp_path: Path) -> None:
    """A column without field that differs between two rows of one person is kept for both, and again the same."""
    rows = [{**LI, "短号": "61"}, {**LI, **CITY, "短号": "62"}]
    path = write_roster(tmp_path / "a.xlsx", rows, headings=(*HEADINGS, "短号"))
    take_in(store, path)
    columns = {"短号": "61", f"短号（{CITY['认定文号']}）": "62"}
    assert teachers(store)["李建国"]["extras"]["columns"] == columns
    assert outcomes(take_in(store, path)) == {"same": 2}


def test_correction_of_one_of_two_appointments_stays(store: Store, tmp_path: Path) -> None:
    """The base of the comparison is the sender's row about the same appointment."""
    path = write_roster(tmp_path / "a.xlsx", [LI, {**LI, **CITY}])
    take_in(store, path)
    with store.write("更正", kind="edit", operator="王主任") as session:
        (record,) = [each for each in load(session, Appointment).values() if each.content["tier"] == "3"]
        write_edits(
            session, [Edit(Appointment, record.uid, record, {**record.content, "recognized_on": "2024-04"}, "电话")]
        )
    plan = take_in(store, write_roster(tmp_path / "b.xlsx", [LI, {**LI, **CITY}, WANG]))
    assert [(kept.label, kept.held) for kept in plan.kept["b.xlsx"]] == [("认定时间", "2024-04")]
    assert _appointments(store)[1] == ("李建国", "3", "2024-04")


def test_corrected_document_stands_in_the_register(store: Store, tmp_path: Path) -> None:
    """A second file with another 文号 for the same appointment is told, carries a reason and is printed in B02."""
    take_in(store, write_roster(tmp_path / "a.xlsx", [LI, WANG]))
    plan = take_in(store, write_roster(tmp_path / "b.xlsx", [{**LI, "认定文号": "云教发〔2024〕16号"}, WANG]))
    assert outcomes(plan) == {"changed": 1, "same": 1}
    (change,) = plan.rows[0].changes
    assert (change.label, change.old, change.new) == ("认定文号", DOCUMENT, "云教发〔2024〕16号")
    assert said(plan, "b.xlsx", "1 人更正")
    assert len(records(store, Appointment)) == 2
    assert [row[3:8] for row in table_of(store, "B02").rows] == [
        ("李建国", "认定批次", f"区县级 {DOCUMENT}", "区县级 云教发〔2024〕16号", f"按{SCHOOL}第 2 次报送的名册更正")
    ]


def test_other_tier_by_the_same_document_is_a_correction(store: Store, tmp_path: Path) -> None:
    """One document appoints nobody twice: another tier is told as a correction, with reason and in the register."""
    take_in(store, write_roster(tmp_path / "a.xlsx", [LI, WANG]))
    path = write_roster(tmp_path / "b.xlsx", [{**LI, "级别": "市级"}, WANG])
    plan = take_in(store, path)
    assert outcomes(plan) == {"changed": 1, "same": 1}
    assert said(plan, "李建国（区县级改为市级）", "按更正登记", "另一次认定")
    assert _appointments(store) == [("李建国", "2", "2024-03"), ("王芳", "2", "2024-03")]
    assert teachers(store)["李建国"]["appointment"]["doc_no"] == DOCUMENT
    assert len({each.content["cohort"] for each in records(store, Appointment)}) == 1
    assert ("李建国", "级别", "县级", "市级") in [row[3:7] for row in table_of(store, "B02").rows]
    before = contents(store)
    assert outcomes(take_in(store, path)) == {"same": 2}
    assert contents(store) == before


UNDATED = tuple(each for each in HEADINGS if each not in ("认定时间", "认定文号"))


@pytest.mark.parametrize("headings", [UNDATED, HEADINGS])
def test_other_tier_without_document_and_time_is_a_question(
    store: Store, tmp_path: Path, headings: tuple[str, ...]
) -> None:
    """A file that names another tier and nothing else makes no second appointment; a person says what it means."""
    take_in(store, write_roster(tmp_path / "a.xlsx", [LI, WANG], headings=headings))
    path = write_roster(tmp_path / "b.xlsx", [{**LI, "级别": "市级"}, WANG], headings=UNDATED)
    plan = take_in(store, path)
    assert outcomes(plan) == {"ambiguous": 1, "same": 1}
    assert problems(plan) == {"李建国": {"tier"}}
    assert [each.new for each in plan.rows[0].clashes] == ["市级"]
    assert [tier for _name, tier, _day in _appointments(store)] == ["3", "2"]
    row = ("b.xlsx", "Sheet1", plan.rows[0].row)
    assert outcomes(plan_files(store, path, takes={(row, "tier"): False})) == {"same": 2}
    assert outcomes(plan_files(store, path, takes={(row, "tier"): True})) == {"changed": 1, "same": 1}
    other = plan_files(store, path, cells={(row, "recognized_on"): "2026.3"})
    assert [change.label for change in other.rows[0].changes] == ["骨干教师"]
    both = write_roster(tmp_path / "c.xlsx", [LI, {**LI, "级别": "市级"}, WANG], headings=UNDATED)
    assert outcomes(plan_files(store, both)) == {"changed": 1, "same": 2}


def test_other_time_without_document_is_a_question(store: Store, tmp_path: Path) -> None:
    """Another time beside no document may be another act, and is not written under the document that is held."""
    take_in(store, write_roster(tmp_path / "a.xlsx", [LI, WANG]))
    without = tuple(each for each in HEADINGS if each != "认定文号")
    path = write_roster(tmp_path / "b.xlsx", [{**LI, "认定时间": "2026.3"}, WANG], headings=without)
    plan = take_in(store, path)
    assert problems(plan) == {"李建国": {"recognized_on"}}
    assert ("李建国", "3", "2024-03") in _appointments(store)
    place = (("b.xlsx", "Sheet1", plan.rows[0].row), "recognized_on")
    assert outcomes(plan_files(store, path, takes={place: True})) == {"changed": 1, "same": 1}


def test_copy_of_a_file_in_the_same_import_is_read_once(store: Store, tmp_path: Path) -> None:
    """名册 - 副本.xlsx is told and sends nobody's rows back; the same people under another title are no copy."""
    path, without = write_roster(tmp_path / "a.xlsx", [LI, WANG]), [each for each in HEADINGS if each != "级别"]
    plan = plan_files(store, path, _save_anew(path, tmp_path / "a - 副本.xlsx"))
    assert outcomes(plan) == {"new": 2}
    assert said(plan, "“a - 副本.xlsx”与“a.xlsx”的内容完全相同")
    tiers = [
        write_roster(tmp_path / f"{tier}.xlsx", [LI], headings=without, title=f"{SCHOOL}{tier}骨干教师名册")
        for tier in ("市级", "县级")
    ]
    assert outcomes(plan_files(store, *tiers)) == {"new": 2}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_two_tiers_in_one_file_are_no_correction(store: Store, tmp_path: Path, order: tuple[int, int]) -> None:
    """What has a row of its own in the file is not what another row corrects, in any order."""
    take_in(store, write_roster(tmp_path / "a.xlsx", [LI]))
    rows = [LI, {**LI, "级别": "市级"}]
    plan = take_in(store, write_roster(tmp_path / "b.xlsx", [rows[each] for each in order]))
    assert len(_appointments(store)) == 2
    assert not said(plan, "按更正登记")


def test_document_corrected_here_stays(store: Store, tmp_path: Path) -> None:
    """What the office put right in the document of an appointment is not undone when the sender repeats itself."""
    path = write_roster(tmp_path / "a.xlsx", [LI, WANG])
    take_in(store, path)
    right = {"tier": "3", "doc_no": "云教发〔2024〕16号"}
    uid = shared_uid(Cohort, right)
    with store.write("更正", kind="edit", operator="王主任") as session:
        (held,) = [each for each in load(session, Appointment).values() if each.content["tier"] == "3"]
        corrected = {**held.content, "cohort": uid}
        write_edits(
            session, [Edit(Cohort, uid, None, right), Edit(Appointment, held.uid, held, corrected, reason="电话")]
        )
    plan = take_in(store, write_roster(tmp_path / "b.xlsx", [LI, WANG, ZHAO]))
    assert [(each.label, each.said, each.held) for each in plan.kept["b.xlsx"]] == [
        ("认定文号", DOCUMENT, "云教发〔2024〕16号")
    ]
    assert teachers(store)["李建国"]["appointment"]["doc_no"] == "云教发〔2024〕16号"


ROUNDS = (*HEADINGS, "届次")


def _rounds(store: Store, path: Path, *rounds: int | None) -> RosterPlan:
    """Take in a roster of people of one document with these rounds."""
    people = [{**one, "级别": "市级", "届次": each} for one, each in zip((WANG, LI, ZHAO), rounds, strict=False)]
    return take_in(store, write_roster(path, people, headings=ROUNDS))


def test_round_is_filled_where_the_document_has_none(store: Store, tmp_path: Path) -> None:
    """The column 届次 of a later file fills what the document lacks, and it is told."""
    _rounds(store, tmp_path / "a.xlsx", None)
    plan = _rounds(store, tmp_path / "b.xlsx", 3, 3)
    assert outcomes(plan) == {"changed": 1, "new": 1}
    assert [(each.label, each.old, each.new) for each in plan.rows[0].changes] == [("届次", "", "3")]
    assert said(plan, DOCUMENT, "届次", "补填为“3”")
    assert [each.content["ordinal"] for each in records(store, Cohort)] == [3]


def test_round_corrected_by_its_sender_is_a_told_change(store: Store, tmp_path: Path) -> None:
    """Who said that a document is of a round may correct it; the file before it does not take that back."""
    _rounds(store, tmp_path / "a.xlsx", 3, 3)
    plan = _rounds(store, tmp_path / "b.xlsx", 5, 5)
    assert outcomes(plan) == {"changed": 2}
    assert said(plan, DOCUMENT, "由“3”改为“5”")
    assert outcomes(_rounds(store, tmp_path / "c.xlsx", 3, 3)) == {"same": 2}
    assert [each.content["ordinal"] for each in records(store, Cohort)] == [5]


@pytest.mark.parametrize(("rounds", "doubted"), [((3, 4), ["王芳", "李建国"]), ((3, 4, 3), ["李建国"])])
def test_two_rounds_of_one_document_are_a_question(
    store: Store, tmp_path: Path, rounds: tuple[int, ...], doubted: list[str]
) -> None:
    """One file that says two rounds of one document is told, row by row; the rows that most agree with are taken."""
    plan = _rounds(store, tmp_path / "a.xlsx", *rounds)
    assert waiting(plan) == doubted
    assert problems(plan) == {name: {"ordinal"} for name in doubted}
    assert "“4”与第 3 行同一文号的“3”不同" in plan.rows[1].problems[0].text
    assert [row.name for row in plan.returned] == doubted
    assert [each.content["ordinal"] for each in records(store, Cohort)] == ([3] if len(rounds) == 3 else [])
    mended = {((plan.rows[1].file, "Sheet1", plan.rows[1].row), "ordinal"): "3"}
    assert not waiting(plan_files(store, tmp_path / "a.xlsx", cells=mended))


def test_round_that_another_sender_says_is_not_taken_but_told(store: Store, tmp_path: Path) -> None:
    """A school does not change what the office holds of a document by another's word."""
    _rounds(store, tmp_path / "a.xlsx", 3)
    people = [{**ZHAO, "届次": "第五届"}]
    path = write_roster(tmp_path / "b.xlsx", people, headings=ROUNDS, title=f"{OTHER}骨干教师花名册")
    plan = take_in(store, path)
    assert outcomes(plan) == {"new": 1}
    assert said(plan, DOCUMENT, "来表写“5”", "是“3”", "没有采用")
    assert [each.content["ordinal"] for each in records(store, Cohort)] == [3]


# what came before


@pytest.mark.parametrize("is_saved_anew", [False, True])
def test_old_file_is_no_base(store: Store, tmp_path: Path, is_saved_anew: bool) -> None:
    """An old file, also saved anew, changes nothing and is not what the next one is held against."""
    first = write_roster(tmp_path / "a.xlsx")
    take_in(store, first)
    newer = [{**WANG, "职称": "高级教师"}, LI, ZHAO, person("马六", "19830404", 405)]
    take_in(store, write_roster(tmp_path / "b.xlsx", newer))
    old = _save_anew(first, tmp_path / "c.xlsx") if is_saved_anew else first
    plan = take_in(store, old)
    assert outcomes(plan) == {"same": 3}
    assert said(plan, "第 1 次报送", "旧文件")
    assert teachers(store)["王芳"]["title"] == "T4"
    plan = take_in(store, write_roster(tmp_path / "d.xlsx", [{**WANG, "职称": "正高级教师"}, LI, ZHAO]))
    assert outcomes(plan) == {"same": 2, "changed": 1}
    assert [each.name for each in plan.missed] == ["马六"]
    assert [each.number for each in plan.receptions] == [4]


def test_old_file_in_another_order_is_old(store: Store, tmp_path: Path) -> None:
    """Sorted otherwise and with other columns order the rows are the same rows."""
    take_in(store, write_roster(tmp_path / "a.xlsx"))
    take_in(store, write_roster(tmp_path / "b.xlsx", [{**WANG, "职称": "高级教师"}, LI, ZHAO]))
    path = write_roster(tmp_path / "c.xlsx", [ZHAO, LI, WANG], headings=(HEADINGS[0], *reversed(HEADINGS[1:])))
    assert said(plan_files(store, path), "旧文件")


def test_old_file_lists_only_what_the_office_corrected(store: Store, tmp_path: Path) -> None:
    """What the sender itself said otherwise later goes back as no correction of the office."""
    first = write_roster(tmp_path / "a.xlsx")
    take_in(store, first)
    take_in(store, write_roster(tmp_path / "b.xlsx", [{**WANG, "联系电话": "13700002222"}, LI, ZHAO]))
    plan = plan_files(store, first)
    assert outcomes(plan) == {"same": 3}
    assert said(plan, "旧文件", "没有采用")
    assert not said(plan, "已更正")
    assert write_returns(plan, read_books(first), tmp_path / "back") == []
    correct(store, Teacher, "李建国", mobile="13800001111")
    kept = plan_files(store, first).kept["a.xlsx"]
    assert [(each.name, each.said, each.held) for each in kept] == [("李建国", LI["联系电话"], "13800001111")]


def test_old_file_of_one_appointment_is_held_against_all_that_was_said(store: Store, tmp_path: Path) -> None:
    """What the sender itself put right in a file between is no correction of the office, whatever came last."""
    first = write_roster(tmp_path / "a.xlsx", [LI])
    take_in(store, first)
    take_in(store, write_roster(tmp_path / "b.xlsx", [{**LI, "认定文号": "云教发〔2024〕51号"}]))
    take_in(store, write_roster(tmp_path / "c.xlsx", [{**LI, **CITY}]))
    plan = take_in(store, first)
    assert said(plan, "旧文件")
    assert plan.kept == {}
    assert len(_appointments(store)) == 2


def test_word_of_another_sender_is_no_correction_of_the_office(store: Store, tmp_path: Path) -> None:
    """What a later list of somebody else said stays, and does not go back to the school as corrected here."""
    take_in(store, write_roster(tmp_path / "a.xlsx"))
    everybody = [{**WANG, "单位": SCHOOL, "联系电话": "13700002222"}, person("马六", "19830404", 405, 单位=OTHER)]
    headings = (*HEADINGS, "单位")
    take_in(store, write_roster(tmp_path / "全县.xlsx", everybody, headings=headings, title="全县名册"))
    assert teachers(store)["王芳"]["mobile"] == "13700002222"
    plan = take_in(store, write_roster(tmp_path / "c.xlsx", [WANG, LI, {**ZHAO, "职称": "高级教师"}]))
    assert outcomes(plan) == {"same": 2, "changed": 1}
    assert "c.xlsx" not in plan.kept
    assert said(plan, "c.xlsx", "1 处与别的来表后来写的不同")
    assert teachers(store)["王芳"]["mobile"] == "13700002222"


MOVE = MoveAnswer("1", "2026-08-20", "云教发〔2026〕9号")


def test_move_is_asked_again_after_its_undoing(store: Store, tmp_path: Path) -> None:
    """What was received while a move stood says nothing once the move is undone."""
    take_in(store, write_roster(tmp_path / "a.xlsx"))
    moved = write_roster(tmp_path / "b.xlsx", [WANG], title=f"{OTHER}骨干教师花名册")
    take_in(store, moved, move=MOVE)
    assert outcomes(take_in(store, moved)) == {"same": 1}
    _undo_last_change(store)
    assert waiting(plan_files(store, moved)) == ["王芳"]
    assert outcomes(take_in(store, moved, move=MOVE)) == {"changed": 1}
    days = [(each.content.get("start"), each.content.get("end")) for each in records(store, Employment)]
    assert ("2026-08-20", None) in days
    assert (None, "2026-08-19") in days


def test_school_corrected_here_stays(store: Store, tmp_path: Path) -> None:
    """An employment whose school was corrected at the desk is no move back when the sender repeats itself."""
    take_in(
        store,
        write_roster(tmp_path / "a.xlsx"),
        write_roster(tmp_path / "b.xlsx", [person("何静", "19880101", 330)], title=f"{OTHER}名册"),
    )
    with store.write("更正", kind="edit", operator="王主任") as session:
        schools = {each.content["name"]: uid for uid, each in load(session, School).items()}
        uid = next(uid for uid, each in load(session, Teacher).items() if each.content["name"] == "王芳")
        (held,) = [each for each in load(session, Employment).values() if each.content["teacher"] == uid]
        write_edits(session, [Edit(Employment, held.uid, held, {**held.content, "school": schools[OTHER]})])
    plan = plan_files(store, write_roster(tmp_path / "c.xlsx", [WANG, LI, ZHAO, person("新来", "19920202", 111)]))
    assert outcomes(plan) == {"new": 1, "same": 3}
    assert [(kept.label, kept.held) for kept in plan.kept["c.xlsx"]] == [("工作单位", OTHER)]


def test_move_before_the_employment_began_is_told(store: Store, tmp_path: Path) -> None:
    """Nobody leaves a school before having come to it."""
    headings = (*HEADINGS, "来校时间")
    take_in(store, write_roster(tmp_path / "a.xlsx", [{**WANG, "来校时间": "2026.9"}], headings=headings))
    moved = write_roster(tmp_path / "b.xlsx", [WANG], title=f"{OTHER}骨干教师花名册")
    plan = plan_files(store, moved, move=MOVE)
    assert problems(plan) == {"王芳": {"school"}}
    assert "2026-09" in plan.rows[0].problems[0].text


# two records of one person made one


def test_what_was_said_last_follows_the_record_kept(store: Store, tmp_path: Path) -> None:
    """A value corrected here since their file stays, though the person's record was made one with another."""
    path = write_roster(tmp_path / "a.xlsx", [LI, WANG])
    take_in(store, path)
    (lost,) = [each for each in records(store, Teacher) if each.content["name"] == LI["姓名"]]
    kept = "01800000-0000-7000-8000-000000000001"
    with store.write("再登记一次") as session:
        write_edits(session, [Edit(Teacher, kept, None, {"name": "李建国", "subject": "体育"})])
    with store.read() as session:
        pair = read_pair(session, (kept, lost.uid), own=store.office_code)
    assert (pair.kept.uid, pair.lost.uid) == (kept, lost.uid)
    with store.write("合并") as session:
        unite(session, pair, dict.fromkeys(disputed(pair), KEPT), reason="同一人")
    assert outcomes(take_in(store, path)) == {"same": 2}
    assert teachers(store)["李建国"]["subject"] == "体育"
    _undo_last_change(store)
    assert outcomes(take_in(store, path)) == {"same": 2}
