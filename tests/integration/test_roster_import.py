"""The rosters of twelve schools come in, go back, come again: issue part 4 on real files and a real database."""

import json
from collections import Counter
from pathlib import Path

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from desktop.codes import table
from desktop.errors import RefusedError
from desktop.exchange.plan import Outcome
from desktop.exchange.roster.answers import MoveAnswer
from desktop.exchange.roster.plan import RosterPlan, carry_out_roster, plan_roster
from desktop.exchange.roster.returns import write_returns
from desktop.exchange.workbook.cells import Book
from desktop.models import Appointment, Cohort, Employment, School, Teacher
from desktop.models.local import Mapping, Reception
from desktop.paths import RESOURCES
from desktop.store import history
from desktop.store.database import Store
from desktop.store.records import Edit, load, write_edits
from tests.builders_rosters import (
    HEADINGS,
    LI,
    SCHOOL,
    THREE,
    WANG,
    ZHAO,
    id_number,
    person,
    roster_rows,
    write_roster,
    write_sheets,
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

ANSWERS = json.loads((Path(__file__).parents[1] / "data" / "answers.json").read_text(encoding="utf-8"))
REFUSED = {"new": 203, "invalid": 12, "duplicate": 3}
MOVE = MoveAnswer("1", "2026-08", "云教发〔2026〕9号")
OTHER = "云岭县第五中学"


@pytest.fixture(scope="module")
def samples() -> list[tuple[Path, Book]]:
    return read_books(*sorted(path for path in (RESOURCES / "sample").iterdir() if path.suffix != ".toml"))


def _take_samples(store: Store, samples: list[tuple[Path, Book]]) -> RosterPlan:
    plan = plan_roster(store, samples)
    carry_out_roster(store, plan, "王主任")
    return plan


def _last_act(store: Store) -> int:
    with store.read() as session:
        return history.list_acts(session)[0].id


def _as_answers_say(store: Store) -> list[dict]:
    """Everybody in the database in the form of answers.json."""
    labels = {name: table(name) for name in ("gender", "ethnicity", "education", "title", "tier")}
    found = []
    for content in teachers(store).values():
        appointment = content["appointment"]
        found.append(
            {
                **{name: content[name] for name in ("name", "birth_date", "id_number", "subject", "mobile")},
                **{name: labels[name].label(content[name]) for name in ("gender", "ethnicity", "title")},
                "education": labels["education"].label(content["educations"][0]["education"]),
                "education_code": content["educations"][0]["education"],
                "tier": labels["tier"].label(appointment["tier"]),
                "tier_code": int(appointment["tier"]),
                "doc_no": appointment["doc_no"],
                "school": content["schools"][0],
                "term_start_month": appointment["recognized_on"][:7],
            }
        )
    return found


def test_samples_hold_what_the_answers_say(store: Store, samples) -> None:
    """203 appointments of 203 teachers in 12 schools, every field of answers.json right."""
    plan = _take_samples(store, samples)
    assert outcomes(plan) == REFUSED
    people = [{name: value for name, value in one.items() if name != "file"} for one in ANSWERS["people"]]

    def by_number(one: dict) -> str:
        return one["id_number"]

    assert sorted(_as_answers_say(store), key=by_number) == sorted(people, key=by_number)
    assert Counter(one.content["tier"] for one in records(store, Appointment)) == {"2": 73, "3": 130}
    assert sorted(one.content["name"] for one in records(store, School)) == sorted(ANSWERS["schools"])


def test_samples_refuse_exactly_the_named_rows(store: Store, samples) -> None:
    """The 15 rows of answers.json are refused for the fields it names, and no other row is."""
    plan = plan_roster(store, samples)
    expected = Counter((one["file"], frozenset(one["field"].split(","))) for one in ANSWERS["refused"])
    found = Counter((row.file, frozenset(each.field for each in row.problems)) for row in plan.rows if row.problems)
    assert found == expected
    wanted = Counter("duplicate" if "duplicate" in one["why"] else "invalid" for one in ANSWERS["refused"])
    assert Counter(str(row.outcome) for row in plan.rows if row.problems) == wanted


def test_samples_again_change_nothing(store: Store, samples) -> None:
    """The same files once more: 203 same, and not one record written."""
    _take_samples(store, samples)
    before = contents(store)
    plan = plan_roster(store, samples)
    assert outcomes(plan) == {"same": 203, "invalid": 12, "duplicate": 3}
    assert carry_out_roster(store, plan, "王主任") == 0
    assert contents(store) == before


def test_undo_and_redo_of_an_import(store: Store, samples) -> None:
    """Undo leaves the content as before and everybody new again; undoing the undo brings everybody back."""
    before = contents(store)
    _take_samples(store, samples)
    after = contents(store)
    history.undo(store, _last_act(store))
    assert contents(store) == before
    assert outcomes(plan_roster(store, samples)) == REFUSED
    history.undo(store, _last_act(store))
    assert contents(store) == after
    assert plan_roster(store, samples).counts()["same"] == 203


def test_undone_import_is_taken_in_again(store: Store, samples) -> None:
    """What was imported, undone and imported again is the same content under the same keys."""
    _take_samples(store, samples)
    history.undo(store, _last_act(store))
    assert outcomes(_take_samples(store, samples)) == REFUSED
    assert len(records(store, Teacher)) == 203


def test_error_copies_mark_exactly_the_faulty_cells(store: Store, samples, tmp_path: Path) -> None:
    """Read back, the copies have the faulty cells red and commented, no other, and a first sheet that lists them."""
    plan = plan_roster(store, samples)
    copies = write_returns(plan, samples, tmp_path / "退回")
    assert len(copies) == 3
    for copy in copies:
        source = copy.name.replace("_退回修改.xlsx", ".xlsx")
        expected = {
            (row.sheet, row.row, problem.column) for row in plan.rows if row.file == source for problem in row.problems
        }
        book = load_workbook(copy)
        marked = {
            (sheet.title, cell.row, cell.column)
            for sheet in book.worksheets[1:]
            for line in sheet.iter_rows()
            for cell in line
            if cell.comment is not None
        }
        red = {
            (sheet.title, cell.row, cell.column)
            for sheet in book.worksheets[1:]
            for line in sheet.iter_rows()
            for cell in line
            if cell.fill.fgColor.rgb == "FFFF5050"
        }
        assert marked == red == expected
        listed = [row[6].value for row in book.worksheets[0].iter_rows(min_row=4)]
        assert len(listed) == 6
        assert all(listed)


def test_receptions_are_numbered_per_sender(store: Store, tmp_path: Path) -> None:
    """Three files of one school are its first, second and third; the bearer is noted; another school starts at 1."""
    for number in (1, 2, 3):
        people = [WANG, LI, person("赵䶮", "19781231", 517, 联系电话=f"1390000000{number}")]
        take_in(store, write_roster(tmp_path / f"第{number}次.xlsx", people), bearer="周老师")
    take_in(store, write_roster(tmp_path / "五中.xlsx", [person("何静", "19880101", 330)], title=f"{OTHER}名册"))
    with store.read() as session:
        found = [(one.sender_name, one.number, one.bearer) for one in session.scalars(select(Reception))]
    assert found == [(SCHOOL, 1, "周老师"), (SCHOOL, 2, "周老师"), (SCHOOL, 3, "周老师"), (OTHER, 1, None)]


def test_value_corrected_here_stays_and_goes_back(store: Store, tmp_path: Path) -> None:
    """What the office corrected since the last file stays, and the sender gets it in the 已更正清单."""
    path = write_roster(tmp_path / "三中.xlsx")
    take_in(store, path)
    correct(store, Teacher, "王芳", mobile="13800001111", subject="历史")
    again = write_roster(tmp_path / "三中第二次.xlsx", [WANG, LI, {**ZHAO, "职称": "高级教师"}])
    plan = take_in(store, again)
    assert outcomes(plan) == {"same": 2, "changed": 1}
    assert teachers(store)["王芳"]["mobile"] == "13800001111"
    assert teachers(store)["赵䶮"]["title"] == "T4"
    (written,) = write_returns(plan, read_books(again), tmp_path)
    rows = [[cell.value for cell in row] for row in load_workbook(written).active.iter_rows(min_row=2)]
    assert ["王芳", "手机号", "13900000102", "13800001111"] in rows
    assert ["王芳", "任教学科", "语文", "历史"] in rows
    assert said(plan, "三中第二次.xlsx", "2 处", "已更正")


def test_lists_of_an_earlier_import_do_not_stay(store: Store, tmp_path: Path) -> None:
    """What an earlier import sent back goes where the file now has nothing to mend; a file just read stays."""
    folder = tmp_path / "退回"
    path = write_roster(tmp_path / "三中.xlsx", [{**WANG, "性别": "男"}, LI])
    (copy,) = write_returns(take_in(store, path), read_books(path), folder)
    correct(store, Teacher, "李建国", mobile="13800001111")
    write_roster(path, [WANG, LI])
    assert [one.name for one in write_returns(take_in(store, path), read_books(path), folder)] == [
        "三中_已更正清单.xlsx"
    ]
    assert not copy.exists()
    write_roster(copy, [WANG, {**LI, "联系电话": "13800001111"}])
    assert write_returns(take_in(store, copy), read_books(copy), folder) == []
    assert [one.name for one in folder.iterdir()] == [copy.name]


def test_both_sides_changed_is_a_question(store: Store, tmp_path: Path) -> None:
    """Corrected here and changed by the sender: ambiguous, nothing of the row is written, and asked again next time."""
    take_in(store, write_roster(tmp_path / "a.xlsx"))
    correct(store, Teacher, "王芳", mobile="13800001111")
    path = write_roster(tmp_path / "b.xlsx", [{**WANG, "联系电话": "13700002222"}, LI, ZHAO])
    for _time in (1, 2):
        plan = take_in(store, path)
        assert outcomes(plan) == {"same": 2, "ambiguous": 1}
        assert problems(plan) == {"王芳": {"mobile"}}
    assert teachers(store)["王芳"]["mobile"] == "13800001111"


def test_old_file_sent_again_is_recognised(store: Store, tmp_path: Path) -> None:
    """The first file after the second is told as old, and none of its differences is taken."""
    first = write_roster(tmp_path / "a.xlsx")
    take_in(store, first)
    take_in(store, write_roster(tmp_path / "b.xlsx", [{**WANG, "职称": "高级教师"}, LI, ZHAO]))
    plan = take_in(store, first)
    assert outcomes(plan) == {"same": 3}
    assert said(plan, "a.xlsx", "第 1 次报送", "旧文件")
    assert teachers(store)["王芳"]["title"] == "T4"


def test_disappeared_person_is_a_question(store: Store, tmp_path: Path) -> None:
    """Who is missing in the new file stays in the database and is asked about; a refused row is no disappearance."""
    take_in(store, write_roster(tmp_path / "a.xlsx"))
    plan = take_in(store, write_roster(tmp_path / "b.xlsx", [WANG, {**LI, "级别": "特级"}]))
    assert [question.kind for question in plan.questions] == ["unknown_value", "disappeared"]
    assert "赵䶮" in plan.questions[1].text
    assert "李建国" not in plan.questions[1].text
    assert len(records(store, Teacher)) == 3


def test_person_on_record_elsewhere_is_not_asked_about(store: Store, tmp_path: Path) -> None:
    """Whose move is on record already has not disappeared from the old school's next file."""
    take_in(store, write_roster(tmp_path / "a.xlsx"))
    take_in(store, write_roster(tmp_path / "b.xlsx", [WANG], title=f"{OTHER}骨干教师花名册"), move=MOVE)
    plan = plan_files(store, write_roster(tmp_path / "c.xlsx", [LI]))
    assert [question.kind for question in plan.questions] == ["disappeared"]
    assert "赵䶮" in plan.questions[0].text
    assert "王芳" not in plan.questions[0].text


def test_school_that_was_merged_since_is_told(store: Store, tmp_path: Path) -> None:
    """A roster that still names a merged school goes to the one it became, and the plan says so."""
    other = write_roster(tmp_path / "b.xlsx", [person("何静", "19880101", 330)], title=f"{OTHER}名册")
    take_in(store, write_roster(tmp_path / "a.xlsx"), other)
    with store.read() as session:
        uids = {one.content["name"]: uid for uid, one in load(session, School).items()}
    correct(store, School, OTHER, merged_into=uids[SCHOOL], merged_on="2025-09")
    path = write_roster(tmp_path / "c.xlsx", [person("新来", "19920202", 111)], title=f"{OTHER}名册")
    plan = take_in(store, path)
    assert teachers(store)["新来"]["schools"] == [SCHOOL]
    assert said(plan, f"“{OTHER}”按“{SCHOOL}”登记")


def test_two_files_of_one_school_are_one_return(store: Store, tmp_path: Path) -> None:
    """市级 and 区县级 in two files of one import: nobody disappears between them, they are numbered 1 and 2."""
    city = write_roster(tmp_path / "市级.xlsx", [WANG, ZHAO])
    county = write_roster(tmp_path / "区县级.xlsx", [LI])
    for _time in (1, 2):
        assert take_in(store, city, county).questions == []
    with store.read() as session:
        assert [one.number for one in session.scalars(select(Reception))] == [1, 2, 3, 4]


def test_person_at_another_school_is_one_move(store: Store, tmp_path: Path) -> None:
    """A question first; one Act then ends the old employment just before the new one begins."""
    take_in(store, write_roster(tmp_path / "a.xlsx"))
    moved = write_roster(tmp_path / "b.xlsx", [WANG], title=f"{OTHER}骨干教师花名册")
    plan = plan_files(store, moved)
    assert waiting(plan) == ["王芳"]
    assert problems(plan) == {"王芳": {"school"}}
    assert [question.kind for question in plan.questions] == ["move"]
    assert outcomes(take_in(store, moved, move=MOVE)) == {"changed": 1}
    with store.read() as session:
        schools = {uid: one.content["name"] for uid, one in load(session, School).items()}
        people = {uid: one.content["name"] for uid, one in load(session, Teacher).items()}
        found = {
            schools[one.content["school"]]: one.content
            for one in load(session, Employment).values()
            if people[one.content["teacher"]] == "王芳"
        }
    assert found[SCHOOL]["end"] == "2026-07"
    assert (found[OTHER]["start"], found[OTHER]["doc_no"]) == ("2026-08", "云教发〔2026〕9号")
    assert outcomes(plan_files(store, moved)) == {"same": 1}


def test_old_school_still_lists_a_moved_person(store: Store, tmp_path: Path) -> None:
    """The move stands: the old school is told in its list, not asked about the same move a second time."""
    first = write_roster(tmp_path / "a.xlsx")
    take_in(store, first)
    take_in(store, write_roster(tmp_path / "b.xlsx", [WANG], title=f"{OTHER}骨干教师花名册"), move=MOVE)
    plan = plan_files(store, write_roster(tmp_path / "c.xlsx", [*THREE, person("新来", "19920202", 111)]))
    assert outcomes(plan) == {"new": 1, "same": 3}
    assert [(kept.name, kept.label, kept.held) for kept in plan.kept["c.xlsx"]] == [("王芳", "工作单位", OTHER)]


def test_exchange_keeps_the_own_school(store: Store, tmp_path: Path) -> None:
    """交流: two schools, two roles; both schools' rosters are then without questions."""
    own = write_roster(tmp_path / "a.xlsx")
    take_in(store, own)
    guest = write_roster(tmp_path / "b.xlsx", [WANG], title=f"{OTHER}骨干教师花名册")
    take_in(store, guest, move=MoveAnswer("2", "2026-09"))
    assert sorted(teachers(store)["王芳"]["schools"]) == sorted([SCHOOL, OTHER])
    assert outcomes(plan_files(store, own)) == {"same": 3}
    assert outcomes(plan_files(store, guest)) == {"same": 1}


def test_corrections_of_sensitive_fields_carry_a_reason(store: Store, tmp_path: Path) -> None:
    """A corrected name stands in the 更正登记 with the number of the return; it is told before."""
    take_in(store, write_roster(tmp_path / "a.xlsx"))
    plan = take_in(store, write_roster(tmp_path / "b.xlsx", [{**WANG, "姓名": "王方"}, LI, ZHAO]))
    assert outcomes(plan) == {"same": 2, "changed": 1}
    assert said(plan, "b.xlsx", "1 人更正", f"按{SCHOOL}第 2 次报送的名册更正")
    with store.read() as session:
        found = [change.reason for change, _act in history.reason_rows(session)]
    assert found == [f"按{SCHOOL}第 2 次报送的名册更正"]


def test_plan_is_void_after_another_act(store: Store, tmp_path: Path) -> None:
    """A plan made before somebody else's edit writes nothing."""
    path = write_roster(tmp_path / "a.xlsx")
    take_in(store, path)
    plan = plan_files(store, write_roster(tmp_path / "b.xlsx", [{**WANG, "职称": "高级教师"}]))
    correct(store, Teacher, "李建国", subject="物理")
    before = contents(store)
    with pytest.raises(RefusedError, match="没有导入"):
        carry_out_roster(store, plan, "王主任")
    assert contents(store) == before


def test_columns_without_field_are_kept(store: Store, tmp_path: Path) -> None:
    """They stay with the person, also when a later file has not got them, and are told with the file's name."""
    headings = (*HEADINGS, "短号", "紧急\n联系人")
    people = [{**WANG, "短号": "6102", "紧急\n联系人": "李四"}, LI]
    plan = take_in(store, write_roster(tmp_path / "a.xlsx", people, headings=headings))
    assert said(plan, "a.xlsx", "“短号”", "“紧急 联系人”", "随人保存")
    assert teachers(store)["王芳"]["extras"]["columns"] == {"短号": "6102", "紧急 联系人": "李四"}
    take_in(store, write_roster(tmp_path / "b.xlsx", [WANG, LI]))
    take_in(store, write_roster(tmp_path / "c.xlsx", [{**WANG, "短号": "6999"}], headings=headings))
    assert teachers(store)["王芳"]["extras"]["columns"] == {"短号": "6999", "紧急 联系人": "李四"}


def test_headings_and_values_mapped_by_hand_are_remembered(store: Store, tmp_path: Path) -> None:
    """Headings by their target's word, values by text; the sender's next file needs no answer, others do."""
    headings = [{"级别": "层次"}.get(each, each) for each in HEADINGS]
    people = [{**one, "层次": "A档"} for one in THREE]
    first = write_roster(tmp_path / "a.xlsx", people, headings=headings)
    plan = take_in(store, first, headings={"层次": "级别"}, values={("级别", "A档"): "市级"})
    assert outcomes(plan) == {"new": 3}
    assert {one.content["tier"] for one in records(store, Appointment)} == {"2"}
    second = write_roster(
        tmp_path / "b.xlsx", [*people, {**person("新来", "19920202", 111), "层次": "A档"}], headings=headings
    )
    assert outcomes(take_in(store, second)) == {"new": 1, "same": 3}
    other = write_roster(
        tmp_path / "c.xlsx",
        [{**person("何静", "19880101", 330), "层次": "A档"}],
        headings=headings,
        title=f"{OTHER}名册",
    )
    assert said(plan_files(store, other), "“层次”", "没有对应的项目")


def test_school_mapped_by_hand_is_remembered_for_its_sender(store: Store, tmp_path: Path) -> None:
    """中心校 means 石坪镇中心小学 in the files of one sender, and stays a question in those of another."""
    full = "云岭县石坪镇中心小学"
    headings = ("姓名", "学校", "身份证号", "级别", "认定时间")
    take_in(store, write_roster(tmp_path / "x.xlsx", [{**LI, "学校": full}], headings=headings, title="骨干教师花名册"))
    rows = [{**WANG, "学校": "中心校"}]
    first = write_roster(tmp_path / "石坪第1次.xlsx", rows, headings=headings, title="骨干教师花名册")
    plan = plan_files(store, first)
    assert waiting(plan) == ["王芳"]
    assert plan.questions[0].options == [full, "登记为新学校"]
    take_in(store, first, values={("school", "中心校"): full})
    assert teachers(store)["王芳"]["schools"] == [full]
    again = [*rows, {**ZHAO, "学校": "中心校"}]
    second = write_roster(tmp_path / "石坪第2次.xlsx", again, headings=headings, title="骨干教师花名册")
    assert outcomes(take_in(store, second)) == {"new": 1, "same": 1}
    elsewhere = [{**person("何静", "19880101", 330), "学校": "中心校"}]
    other = write_roster(tmp_path / "大河.xlsx", elsewhere, headings=headings, title="骨干教师花名册")
    assert waiting(plan_files(store, other)) == ["何静"]


@pytest.mark.parametrize(
    ("written", "is_asked"),
    [
        ("石坪中心校", True),
        ("石坪镇中心小学", True),
        ("云岭县石评镇中心小学", True),
        ("云岭县石坪镇中心小学校", True),
        ("中心校", True),
        ("县一小", True),
        ("云岭县城关第二小学", False),
        ("云岭县石坪镇初级中学", False),
        ("云岭县石坪镇中心幼儿园", False),
    ],
)
def test_school_that_resembles_a_known_one_is_asked(store: Store, tmp_path: Path, written: str, is_asked: bool) -> None:
    """Never silently a new school; names that differ in number or kind are other schools."""
    known = ["云岭县石坪镇中心小学", "云岭县城关第一小学"]
    headings = ("姓名", "学校", "身份证号", "级别", "认定时间")
    people = [{**WANG, "学校": known[0]}, {**LI, "学校": known[1]}]
    take_in(store, write_roster(tmp_path / "a.xlsx", people, headings=headings))
    path = write_roster(tmp_path / "b.xlsx", [{**ZHAO, "学校": written}], headings=headings)
    plan = plan_files(store, path)
    assert outcomes(plan) == ({"ambiguous": 1} if is_asked else {"new": 1})
    assert said(plan, "按新学校登记", written) is not is_asked
    if is_asked:
        assert outcomes(plan_files(store, path, new_schools={written})) == {"new": 1}


def test_masked_cells_mean_unchanged(store: Store, tmp_path: Path) -> None:
    """A list that went out masked comes back without touching the numbers; of a stranger it says too little."""
    take_in(store, write_roster(tmp_path / "a.xlsx"))
    masked = {"身份证号": "509999********1022", "联系电话": "139****0102"}
    stranger = {**person("何静", "19880101", 330), **masked}
    plan = take_in(store, write_roster(tmp_path / "b.xlsx", [{**WANG, **masked, "职称": "高级教师"}, stranger]))
    assert outcomes(plan) == {"changed": 1, "invalid": 1}
    assert teachers(store)["王芳"]["id_number"] == WANG["身份证号"]
    assert teachers(store)["王芳"]["mobile"] == WANG["联系电话"]
    assert problems(plan) == {"何静": {"id_number"}}


def test_records_of_another_origin_are_not_changed(store: Store, tmp_path: Path) -> None:
    """One-writer origin: a teacher that a school's own program owns is left as it is, and the owner is named."""
    take_in(store, write_roster(tmp_path / "a.xlsx"))
    with store.write("合并", kind="merge", operator="王主任") as session:
        record = next(one for one in load(session, Teacher).values() if one.content["name"] == "王芳")
        write_edits(session, [Edit(Teacher, record.uid, record, {**record.content}, origin="509999-3", revision=9)])
    same = plan_files(store, write_roster(tmp_path / "b.xlsx"))
    assert outcomes(same) == {"same": 3}
    plan = take_in(store, write_roster(tmp_path / "c.xlsx", [{**WANG, "职称": "高级教师"}, LI, ZHAO]))
    assert outcomes(plan) == {"same": 2, "ambiguous": 1}
    assert teachers(store)["王芳"]["title"] == "T3"
    assert "509999-3" in plan.rows[0].problems[0].text


def test_files_of_the_same_name_are_told_apart(store: Store, tmp_path: Path) -> None:
    """花名册.xlsx from two folders: each row is told with its folder, and both error copies are written."""
    paths = []
    for folder, people, school in (
        ("三中", [{**WANG, "级别": "特级"}], SCHOOL),
        ("五中", [{**LI, "级别": "特级"}], OTHER),
    ):
        (tmp_path / folder).mkdir()
        paths.append(write_roster(tmp_path / folder / "花名册.xlsx", people, title=f"{school}花名册"))
    plan = plan_files(store, *paths)
    assert [row.file for row in plan.rows] == ["三中／花名册.xlsx", "五中／花名册.xlsx"]
    written = write_returns(plan, read_books(*paths), tmp_path / "退回")
    assert [path.name for path in written] == ["三中_花名册_退回修改.xlsx", "五中_花名册_退回修改.xlsx"]


def test_every_row_is_counted_once(store: Store, samples) -> None:
    """The outcomes add up to the rows of people, and no row of a sheet is there twice."""
    plan = plan_roster(store, samples)
    assert sum(plan.counts().values()) == len(plan.rows) == 218
    assert len({(row.file, row.sheet, row.row) for row in plan.rows}) == len(plan.rows)


def test_blank_cells_never_erase(store: Store, tmp_path: Path) -> None:
    """A value that a later file leaves empty, or calls 无, stays."""
    take_in(store, write_roster(tmp_path / "a.xlsx"))
    plan = take_in(store, write_roster(tmp_path / "b.xlsx", [{**WANG, "联系电话": None, "职称": "/"}, LI, ZHAO]))
    assert outcomes(plan) == {"same": 3}
    assert teachers(store)["王芳"]["mobile"] == WANG["联系电话"]


def test_people_told_apart_and_found_twice(store: Store, tmp_path: Path) -> None:
    """Twins and namesakes with own numbers are different people; 15 and 18 digits of one number are the same one."""
    number = id_number("19800315", 102)
    fifteen = number[:6] + number[8:17]
    people = [
        WANG,
        person("王芬", "19800315", 104),
        person("王芳", "19850607", 106),
        {**WANG, "身份证号": fifteen},
        {**WANG, "身份证号": None},
    ]
    plan = take_in(store, write_roster(tmp_path / "a.xlsx", people))
    assert [str(row.outcome) for row in plan.rows] == ["new", "new", "new", "duplicate", "duplicate"]
    assert said(plan, "1 个 15 位身份证号")
    other = write_roster(tmp_path / "b.xlsx", [WANG], title=f"{SCHOOL}名册")
    again = plan_files(store, tmp_path / "a.xlsx", other)
    assert again.rows[-1].outcome is Outcome.DUPLICATE
    assert "“a.xlsx”第 3 行" in again.rows[-1].problems[0].text


def test_namesake_elsewhere_without_number_is_asked(store: Store, tmp_path: Path) -> None:
    """Without a number a person of another school's roster is neither taken for the known one nor for a new one."""
    take_in(store, write_roster(tmp_path / "a.xlsx"))
    path = write_roster(tmp_path / "b.xlsx", [{**WANG, "身份证号": None}], title=f"{OTHER}花名册")
    plan = plan_files(store, path)
    assert outcomes(plan) == {"ambiguous": 1}
    assert SCHOOL in plan.rows[0].problems[0].text


def test_number_of_somebody_else_is_asked(store: Store, tmp_path: Path) -> None:
    """A known number under quite another name is a question, and its owner has not disappeared."""
    take_in(store, write_roster(tmp_path / "a.xlsx"))
    plan = plan_files(store, write_roster(tmp_path / "b.xlsx", [{**WANG, "姓名": "赵六"}, LI, ZHAO]))
    assert outcomes(plan) == {"same": 2, "ambiguous": 1}
    assert problems(plan) == {"赵六": {"name"}}
    assert plan.questions == []


def test_sheet_with_headings_only_and_sheet_without_roster(store: Store, tmp_path: Path) -> None:
    """An empty form is told and asks about nobody; a file without any roster is refused in one sentence."""
    take_in(store, write_roster(tmp_path / "a.xlsx"))
    empty = [[SCHOOL, "初级中学"] + [None] * 4 for _row in range(20)]
    rows = [["填报单位：" + SCHOOL], ["学校", "学校类型", "姓名", "身份证号", "性别", "级别"], *empty]
    plan = plan_files(store, write_sheets(tmp_path / "b.xlsx", {"Sheet1": rows}))
    assert plan.rows == []
    assert plan.questions == []
    assert said(plan, "b.xlsx", "没有填写任何人")
    nothing = write_sheets(tmp_path / "c.xlsx", {"Sheet1": [["会议通知"], ["时间", "周三下午"]]})
    with pytest.raises(RefusedError, match=r"“c.xlsx”里没有找到教师名册"):
        plan_files(store, nothing)
    nameless = write_sheets(
        tmp_path / "d.xlsx", {"Sheet1": [["教工", "性别", "民族", "职称"], ["王芳", "女", "汉族", "一级教师"]]}
    )
    with pytest.raises(RefusedError, match="没有姓名栏"):
        plan_files(store, nameless)
    assert outcomes(plan_files(store, nameless, headings={"教工": "姓名"})) == {"invalid": 1}


def test_documents_and_their_terms_are_one_cohort(store: Store, tmp_path: Path) -> None:
    """However a number is bracketed, it is one document of one tier."""
    people = [
        WANG,
        {**LI, "级别": "市级", "认定文号": "云教发[2024]15号"},
        {**ZHAO, "认定文号": "云教发（2024）第15号"},
    ]
    take_in(store, write_sheets(tmp_path / "a.xlsx", {"名册": roster_rows(people)}))
    assert [one.content["doc_no"] for one in records(store, Cohort)] == ["云教发〔2024〕15号"]


def test_mappings_are_kept_only_where_they_were_used(store: Store, tmp_path: Path) -> None:
    """A word mapped while two schools' files came in is remembered for the school that wrote it."""
    one = write_roster(tmp_path / "a.xlsx", [{**WANG, "级别": "A档"}])
    other = write_roster(tmp_path / "b.xlsx", [LI], title=f"{OTHER}花名册")
    take_in(store, one, other, values={("tier", "A档"): "市级"})
    with store.read() as session:
        senders = {row.sender for row in session.scalars(select(Mapping))}
        schools = {found.content["name"]: uid for uid, found in load(session, School).items()}
    assert schools[SCHOOL] in senders
    assert schools[OTHER] not in senders
