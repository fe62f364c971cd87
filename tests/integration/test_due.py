"""What is open in an office: computed from what is registered, gone as soon as it is done."""

from datetime import date
from pathlib import Path

import pytest

from desktop.errors import RefusedError
from desktop.exchange.roster.plan import carry_out_roster, plan_roster
from desktop.exchange.workbook.read import Reader
from desktop.models import Appointment, AppointmentEvent, Cohort, Note, School, Teacher
from desktop.models.local import OutboxEntry, PrintLog
from desktop.queries import recent
from desktop.queries.due import Matter, counts_at, due_at
from desktop.queries.recent import recent_things
from desktop.reports.handover import build_handover
from desktop.reports.registry import report_named
from desktop.sample import SPREADSHEETS
from desktop.services.backups import make_backup
from desktop.services.copies import copies_held, note_outside
from desktop.services.notes import add_note, finish_note
from desktop.services.records import save
from desktop.store import Store
from desktop.store.history import list_acts, undo
from tests.builders import (
    add,
    add_people,
    appointment_content,
    cohort_content,
    contents_of,
    event_content,
    school_content,
    teacher_content,
)

DAY = date(2026, 11, 27)


def due(store: Store, matter: Matter | None = None, *, has_parent: bool = False) -> list:
    with store.read() as session:
        found = due_at(session, DAY, 2026, has_parent=has_parent)
    return [each for each in found if matter is None or each.matter is matter]


def test_an_empty_office_is_told_where_to_begin(store):
    """Without any appointment the first thing is the roster."""
    assert [each.matter for each in due(store)] == [Matter.NO_ROSTER]


def test_schools_that_sent_nothing_are_named(store):
    """A school counts as heard once a file of it came in this year and its import stands."""
    add_people(store)
    [missing] = due(store, Matter.NOT_SENT)
    assert "云岭县第1中学" in missing.text
    add(store, Cohort, {"tier": "2", "doc_no": "渝教师发〔2022〕15号", "issue_date": "2022-09-01"})
    with Reader() as reader:
        path = SPREADSHEETS / "05-云岭县石坪镇中心小学.xlsx"
        plan = plan_roster(store, [(path, reader.read(path))])
    carry_out_roster(store, plan, "王主任")
    schools = {each["name"] for each in contents_of(store, School).values()}
    [missing] = due(store, Matter.NOT_SENT)
    assert missing.count == len(schools) - 1
    assert "石坪镇" not in missing.text
    [returned] = due(store, Matter.NOT_RESENT)
    assert "石坪镇" in returned.text
    assert returned.count == plan.counts()["invalid"] + plan.counts()["duplicate"]
    with store.read() as session:
        act = next(each for each in list_acts(session) if each.kind == "import")
    undo(store, act.id)
    assert not due(store, Matter.NOT_RESENT)


def test_terms_that_end_this_year_are_counted(store):
    """A county appointment of 15 March 2024 runs three years and ends in 2027; one of 2023 ends this year."""
    teachers = add_people(store, 2)
    assert not due(store, Matter.TERM_ENDS)
    old = add(store, Cohort, cohort_content(doc_no="云教发〔2023〕1号", issue_date="2023-12-15"))
    first, second = (add(store, Appointment, appointment_content(who, old)) for who in teachers)
    [ending] = due(store, Matter.TERM_ENDS)
    assert (ending.count, ending.until) == (2, date(2026, 12, 14))
    add(store, AppointmentEvent, event_content(first))
    assert due(store, Matter.TERM_ENDS)[0].count == 1
    add(store, AppointmentEvent, event_content(second, status="APPOINTED", date="2026-01-01"))
    assert due(store, Matter.TERM_ENDS)[0].count == 1


def test_who_retires_this_year_is_counted(store):
    """A man born in January 1966 retires four months later than at sixty; an agreed date replaces the rule."""
    [teacher] = add_people(store, 1)
    assert not due(store, Matter.RETIRES)
    with store.write("改") as session:
        save(session, Teacher, {"birth_date": "1966-01-10", "gender": "1", "id_number": None}, uid=teacher, reason="改")
    [retiring] = due(store, Matter.RETIRES)
    assert (retiring.count, retiring.until) == (1, date(2026, 5, 10))
    with store.write("改") as session:
        save(session, Teacher, {"retirement_override": "2029-05-10"}, uid=teacher)
    assert not due(store, Matter.RETIRES)


def test_what_the_paper_needs_is_told_by_field(store):
    """Persons lacking needed values are counted once, with how many lack which."""
    add(store, Teacher, teacher_content(1, subject=None, gender=None))
    add(store, Teacher, teacher_content(2))
    [lacking] = due(store, Matter.INCOMPLETE)
    assert lacking.count == 1
    assert "任教学科 1" in lacking.text
    with store.read() as session:
        counts = counts_at(session, DAY, 2026)
    assert (counts.teachers, counts.complete) == (2, 1)


def test_package_is_due_until_its_receipt_came(store):
    """Not written, then without receipt, then done; an office without parent owes none."""
    add_people(store)
    assert not due(store, Matter.NO_PACKAGE)
    assert due(store, Matter.NO_PACKAGE, has_parent=True)
    entry = {"stream": "annual/2026", "epoch": "0", "seq": 1, "recipient": "5", "state": "verified"}
    store.note(OutboxEntry(package_id="a", sealed_at="2026-11-20T00:00:00.000000Z", **entry))
    assert [each.matter for each in due(store, has_parent=True) if each.page == "packages"] == [Matter.NO_RECEIPT]
    receipt = {**entry, "stream": "receipt/2026"}
    store.note(OutboxEntry(package_id="r", sealed_at="2026-11-21T00:00:00.000000Z", **receipt))
    with store.read() as session:
        assert [each.text for each in recent_things(session, "王主任")] == ["2026 年度第 1 次上报（未收回执）"]
    with store.local() as session:
        session.get_one(OutboxEntry, "a").receipted_at = "2026-11-21T00:00:00.000000Z"
    assert not [each for each in due(store, has_parent=True) if each.page == "packages"]


def test_note_speaks_of_the_school_it_names_and_can_be_undone(store):
    """打过电话，周三送来: found under its school, ticked off, and undone like any Act."""
    uid = add(store, School, school_content(names=[{"name": "一中", "kind": "short"}]))
    add(store, School, school_content(2))
    note = add_note(store, "一中打过电话，周三送来", operator="王主任")
    assert contents_of(store, Note)[note]["school"] == uid
    [open_note] = due(store, Matter.NOTE)
    assert (open_note.text, open_note.page, open_note.what) == ("云岭县第1中学：一中打过电话，周三送来", "schools", uid)
    finish_note(store, note)
    assert not due(store, Matter.NOTE)
    with store.read() as session:
        undo(store, list_acts(session)[0].id)
    assert due(store, Matter.NOTE)
    with pytest.raises(RefusedError):
        add_note(store, "  ")


def test_recent_people_are_those_the_operator_saved(store, monkeypatch):
    """Forms saved by this operator, the newest first; however much is imported behind them, that is not among them."""
    monkeypatch.setattr(recent, "_BACK", 2)
    uids = [add(store, Teacher, teacher_content(number)) for number in (1, 2, 3)]
    for uid, who in ((uids[0], "王主任"), (uids[1], "李"), (uids[2], "王主任")):
        with store.write("修改", operator=who) as session:
            save(session, Teacher, {"health": "良好"}, uid=uid)
    with store.write("导入", kind="import", operator="王主任") as session:
        for uid in uids:
            save(session, Teacher, {"health": "一般"}, uid=uid)
    store.note(
        PrintLog(
            report="F01", title="花名册", version="1", people=1, pages=2, copies=3, operator="李",
            at="2020-01-01T00:00:00.000000Z", file_hash="", file_name="",
        )
    )  # fmt: skip
    with store.read() as session:
        found = recent_things(session, "王主任")
    assert [each.what for each in found] == [uids[2], uids[0], "F01"]


def test_copy_outside_is_one_on_another_volume(store, tmp_path):
    """A backup on the same disk is none outside this computer; one that was noted is told with its place."""
    assert copies_held(store).inside is None
    path = make_backup(store, "手工备份", to=tmp_path / "same disk")
    assert copies_held(store).outside is None
    make_backup(store, "手工备份")
    note_outside(store, path)
    held = copies_held(store)
    assert held.inside is not None
    assert held.place == str(path)
    assert held.outside is not None
    assert abs((held.outside - held.inside).total_seconds()) < 60


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="no second volume here")
def test_backup_onto_another_volume_is_noted(store):
    """Writing a backup onto another volume is remembered by itself."""
    target = Path("/dev/shm") / f"county-desk-{store.epoch}"
    try:
        made = make_backup(store, "手工备份", to=target)
        assert copies_held(store).place == str(made)
    finally:
        for each in target.glob("*"):
            each.unlink()
        target.rmdir()


def test_handover_lists_everything_open(store):
    """交接单: one row for each open thing and each note, with room for remarks, and who signs."""
    add_people(store)
    add_note(store, "云岭县第1中学打过电话，周三送来")
    with store.read() as session:
        settings = report_named("B10").settings({"year": "2026", "from": "王敏"})
        filled = build_handover(session, settings)
        found = due_at(session, date.today(), 2026, has_parent=False)  # noqa: DTZ011
    table = next(each for each in filled.document.blocks if hasattr(each, "rows"))
    assert [row[1] for row in table.rows] == [each.text for each in found]
    assert any("周三送来" in row[1] for row in table.rows)
