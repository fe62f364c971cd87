"""What a clerk answers to a plan: words, cells, people, moves and the missed; each answer is in the plan made anew."""

from pathlib import Path

import pytest

from desktop.errors import StalePlan
from desktop.exchange.roster.answers import SOMEBODY_NEW, LeftAnswer, MoveAnswer
from desktop.exchange.roster.meanings import NOTHING
from desktop.exchange.roster.plan import NothingFound, carry_out_roster, plan_roster
from desktop.models import AppointmentEvent, Employment, Teacher
from desktop.store.database import Store
from tests.builders_rosters import HEADINGS, LI, SCHOOL, THREE, WANG, ZHAO, person, write_roster, write_sheets
from tests.integration.rosters import (
    contents,
    correct,
    outcomes,
    plan_files,
    read_books,
    records,
    said,
    take_in,
    teachers,
    waiting,
)

OTHER = "云岭县第五中学"


def place(plan, name: str) -> tuple[str, str, int]:
    row = next(row for row in plan.rows if row.name == name)
    return row.file, row.sheet, row.row


def test_unknown_word_is_asked_once_and_remembered(store: Store, tmp_path: Path) -> None:
    """省特级 in two rows is one question; its answer mends both, and the sender's next file needs none."""
    path = write_roster(tmp_path / "a.xlsx", [{**WANG, "级别": "省特级"}, {**LI, "级别": "省特级"}, ZHAO])
    plan = plan_files(store, path)
    [question] = [each for each in plan.questions if each.kind == "unknown_value"]
    assert (question.target, question.about, len(question.rows)) == ("tier", "省特级", 2)
    assert {plan.rows[number].name for number in question.rows} == {"王芳", "李建国"}
    assert "市级" in question.options
    plan = take_in(store, path, values={("tier", "省特级"): "市级"})
    assert outcomes(plan) == {"new": 3}
    again = plan_files(store, write_roster(tmp_path / "b.xlsx", [{**WANG, "级别": "省特级"}, LI, ZHAO]))
    assert not [each for each in again.questions if each.kind == "unknown_value"]
    assert said(again, "按上次的对应", "省特级", "市级")


def test_unknown_word_can_mean_nothing(store: Store, tmp_path: Path) -> None:
    """A word that says nothing leaves its field empty."""
    path = write_roster(tmp_path / "a.xlsx", [{**WANG, "职称": "待定级别"}])
    [question] = plan_files(store, path).questions
    assert question.options[-1] == NOTHING
    take_in(store, path, values={("title", "待定级别"): ""})
    assert "title" not in teachers(store)["王芳"]


def test_cell_is_mended_here_and_goes_back_in_the_list(store: Store, tmp_path: Path) -> None:
    """A date told on the telephone is taken in the place of the cell, returned in the list, and stays next time."""
    path = write_roster(tmp_path / "a.xlsx", [{**WANG, "认定时间": "2024.13"}, LI])
    plan = plan_files(store, path)
    assert outcomes(plan) == {"new": 1, "invalid": 1}
    cells = {(place(plan, "王芳"), "recognized_on"): "2024-03"}
    mended = take_in(store, path, cells=cells)
    assert outcomes(mended) == {"new": 2}
    [kept] = mended.kept["a.xlsx"]
    assert (kept.name, kept.said, kept.held) == ("王芳", "2024.13", "2024-03")
    assert teachers(store)["王芳"]["appointment"]["recognized_on"] == "2024-03"


def test_readable_value_mended_here_is_kept_against_the_same_file(store: Store, tmp_path: Path) -> None:
    """The base of the next comparison is what the sender wrote, not what was typed here."""
    path = write_roster(tmp_path / "a.xlsx", [{**WANG, "任教学科": "语文"}])
    first = plan_files(store, path)
    take_in(store, path, cells={(place(first, "王芳"), "subject"): "美术"})
    plan = plan_files(store, write_roster(tmp_path / "b.xlsx", [WANG, LI]))
    assert outcomes(plan) == {"new": 1, "same": 1}
    assert plan.kept["b.xlsx"][0].held == "美术"


def test_value_without_a_column_is_typed(store: Store, tmp_path: Path) -> None:
    """What the sender has no column for can be told too."""
    path = write_roster(tmp_path / "a.xlsx", [WANG])
    plan = plan_files(store, path)
    take_in(store, path, cells={(place(plan, "王芳"), "ethnicity"): "土家族"})
    assert teachers(store)["王芳"]["ethnicity"] == "15"


def test_damaged_number_is_taken_from_the_roster_after_a_look(store: Store, tmp_path: Path) -> None:
    """5.09999E+17 is no number; the roster's own is offered, and taken only when somebody says it is he."""
    take_in(store, write_roster(tmp_path / "a.xlsx"))
    number = str(WANG["身份证号"])
    damaged = {**WANG, "身份证号": number[:15] + "000", "职称": "高级教师"}
    path = write_roster(tmp_path / "b.xlsx", [damaged, LI, ZHAO])
    plan = plan_files(store, path)
    [row] = [each for each in plan.rows if each.name == "王芳"]
    [candidate] = row.candidates
    assert number in candidate.text
    plan = take_in(store, path, people={place(plan, "王芳"): candidate.uid})
    assert outcomes(plan) == {"changed": 1, "same": 2}
    assert teachers(store)["王芳"]["id_number"] == number


def test_namesake_is_the_known_one_or_somebody_new(store: Store, tmp_path: Path) -> None:
    """Another number under a known name and birth: corrected number, or another person, as the clerk says."""
    take_in(store, write_roster(tmp_path / "a.xlsx"))
    other = {**person("王芳", "19800315", 333)}
    path = write_roster(tmp_path / "b.xlsx", [other, LI, ZHAO])
    plan = plan_files(store, path)
    assert waiting(plan) == ["王芳"]
    [row] = [each for each in plan.rows if each.name == "王芳"]
    where = place(plan, "王芳")
    corrected = plan_files(store, path, people={where: row.candidates[0].uid})
    assert "身份证号" in {change.label for each in corrected.rows for change in each.changes}
    assert outcomes(plan_files(store, path, people={where: SOMEBODY_NEW})) == {"new": 1, "same": 2}


def test_clash_is_decided_for_either_side(store: Store, tmp_path: Path) -> None:
    """Where both sides changed a value, nothing is taken until somebody says which."""
    take_in(store, write_roster(tmp_path / "a.xlsx"))
    correct(store, Teacher, "王芳", subject="35")
    path = write_roster(tmp_path / "b.xlsx", [{**WANG, "任教学科": "美术"}, LI, ZHAO])
    plan = plan_files(store, path)
    [row] = [each for each in plan.rows if each.clashes]
    where = (place(plan, "王芳"), row.clashes[0].field)
    theirs = plan_files(store, path, takes={where: True})
    assert {each.new for each in theirs.rows[0].changes} == {row.clashes[0].new}
    ours = plan_files(store, path, takes={where: False})
    assert outcomes(ours) == {"same": 3}
    assert ours.kept["b.xlsx"]


def test_moves_are_answered_each_by_itself(store: Store, tmp_path: Path) -> None:
    """One is transferred, one only on exchange, one stands in the wrong roster."""
    take_in(store, write_roster(tmp_path / "a.xlsx"))
    path = write_roster(tmp_path / "b.xlsx", THREE, title=f"{OTHER}骨干教师花名册")
    plan = plan_files(store, path)
    found = {move.name: move.teacher for move in plan.moves}
    moves = {
        found["王芳"]: MoveAnswer("1", "2026-08"),
        found["李建国"]: MoveAnswer("2", "2026-09"),
        found["赵䶮"]: MoveAnswer(""),
    }
    plan = take_in(store, path, moves=moves)
    assert not plan.moves
    held = teachers(store)
    assert held["赵䶮"]["schools"] == [SCHOOL]
    assert sorted(held["李建国"]["schools"]) == sorted([SCHOOL, OTHER])
    assert [kept.name for kept in plan.kept["b.xlsx"]] == ["赵䶮"]


def test_missed_people_are_decided(store: Store, tmp_path: Path) -> None:
    """Retired: employment and term end on the day told; forgotten: nothing changes; one Act takes all of it back."""
    take_in(store, write_roster(tmp_path / "a.xlsx"))
    before = contents(store)
    path = write_roster(tmp_path / "b.xlsx", [WANG])
    plan = plan_files(store, path)
    found = {each.name: each.teacher for each in plan.missed}
    assert set(found) == {"李建国", "赵䶮"}
    left = {found["李建国"]: LeftAnswer("RETIRED", "2026-08-31"), found["赵䶮"]: LeftAnswer(stays=True)}
    plan = take_in(store, path, left=left)
    assert not plan.missed
    assert said(plan, "李建国", "退休", "2026-08-31")
    [event] = records(store, AppointmentEvent)
    assert (event.content["status"], event.content["date"]) == ("RETIRED", "2026-08-31")
    ended = [one.content for one in records(store, Employment) if one.content.get("end")]
    assert [one["teacher"] for one in ended] == [found["李建国"]]
    assert contents(store) != before


def test_headings_nobody_knows_are_mapped_by_hand(store: Store, tmp_path: Path) -> None:
    """A sheet without one known heading is refused with its columns; mapped, it is a roster."""
    words = {heading: f"第{number}项" for number, heading in enumerate(HEADINGS)}
    rows = [list(words.values()), *([str(WANG.get(heading, "1")) for heading in HEADINGS],)]
    path = write_sheets(tmp_path / "a.xlsx", {"Sheet1": rows})
    with pytest.raises(NothingFound) as refused:
        plan_files(store, path)
    columns = {column.heading: column for column in refused.value.columns}
    assert "王芳" in columns[words["姓名"]].examples
    meant = {word: "" if heading == "序号" else heading for heading, word in words.items()}
    plan = plan_files(store, path, headings=meant)
    assert [row.name for row in plan.rows] == ["王芳"]
    assert all(column.is_by_hand for column in plan.columns)


def test_planning_can_be_ended_between_rows(store: Store, tmp_path: Path) -> None:
    """What the progress raises ends the planning; it was told how many rows there are."""
    books = read_books(write_roster(tmp_path / "a.xlsx"))
    told = []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        if total:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        plan_roster(store, books, progress=stop)
    assert told[-1] == (0, 3)


def test_writing_that_is_cancelled_leaves_nothing(store: Store, tmp_path: Path) -> None:
    """A wish to cancel that comes before the commit takes everything back."""
    plan = plan_files(store, write_roster(tmp_path / "a.xlsx"))
    before = contents(store)

    def cancel() -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        carry_out_roster(store, plan, "王主任", check=cancel)
    assert contents(store) == before
    carry_out_roster(store, plan, "王主任")
    assert len(records(store, Teacher)) == 3
    with pytest.raises(StalePlan):
        carry_out_roster(store, plan, "王主任")
