"""The yearly account of backbone teachers, over hand-made histories."""

from datetime import date
from itertools import pairwise

import pytest

from desktop.queries.flows import Cause, Histories, Place, flows_between

OPENING, CLOSING = date(2025, 12, 31), date(2026, 12, 31)
COUNTY = {"tier": "3", "doc_no": "云教发〔2024〕30号", "issue_date": "2024-03-15"}
NEXT_COUNTY = {"tier": "3", "doc_no": "云教发〔2026〕9号", "issue_date": "2026-09-01"}
CITY = {"tier": "2", "doc_no": "渝教师发〔2026〕15号", "issue_date": "2026-05-01"}
COHORTS = {"county": COUNTY, "next": NEXT_COUNTY, "city": CITY}
EAST, WEST = Place("3", "east"), Place("3", "west")


def appointed(cohort="county", teacher="wang", **values):
    return {"teacher": teacher, "cohort": cohort, "tier": COHORTS[cohort]["tier"], **values}


def ended(status, day, appointment="first"):
    return {"appointment": appointment, "status": status, "date": day}


def works(school="east", **values):
    return {"teacher": "wang", "school": school, "kind": "1", **values}


def account(appointments, events=(), employments=None, schools=None, years=3):
    histories = Histories(
        appointments=appointments,
        cohorts=COHORTS,
        events=sorted(events, key=lambda event: event["date"]),
        employments=[works()] if employments is None else employments,
        schools=schools or {"east": {"name": "东"}, "west": {"name": "西"}},
        years=lambda _tier, _year: years,
    )
    return flows_between(histories, OPENING, CLOSING)


def moves(flows):
    return [(movement.place, movement.cause) for movement in flows.movements]


def check_reconciled(flows):
    assert not flows.unexplained
    for row in flows.rows:
        assert row.is_reconciled, row


def test_who_stays_is_stock_and_no_flow():
    """A person in force on both days counts in both stocks and in no column between."""
    flows = account({"first": appointed()})
    [row] = flows.rows
    assert (row.place, row.opening, row.closing, moves(flows)) == (EAST, 1, 1, [])


@pytest.mark.parametrize(
    ("status", "cause"),
    [
        ("REVOKED", Cause.REVOKED),
        ("RESIGNED", Cause.RESIGNED),
        ("RETIRED", Cause.RETIRED),
        ("DECEASED", Cause.DECEASED),
        ("MOVED_OUT", Cause.MOVED_OUT),
        ("EXPIRED", Cause.EXPIRED),
    ],
)
def test_an_event_takes_a_person_out_for_its_own_reason(status, cause):
    """Each final state is a column of its own, and the row reconciles."""
    flows = account({"first": appointed()}, [ended(status, "2026-06-01")])
    assert moves(flows) == [(EAST, cause)]
    check_reconciled(flows)
    assert [(row.opening, row.left, row.closing) for row in flows.rows] == [(1, 1, 0)]


def test_a_term_that_runs_out_in_the_year_is_expiry():
    """The end of the term takes a person out without any event."""
    flows = account({"first": appointed()}, years=2)
    assert moves(flows) == [(EAST, Cause.EXPIRED)]
    assert flows.movements[0].day == date(2026, 3, 15)
    check_reconciled(flows)


@pytest.mark.parametrize("day", ["2025-12-31", "2026-12-31"])
def test_the_last_evening_belongs_to_the_year(day):
    """What happens on 31 December counts in the year that ends that evening."""
    flows = account({"first": appointed()}, [ended("RETIRED", day)])
    assert len(flows.movements) == (1 if day.startswith("2026") else 0)
    assert sum(row.closing for row in flows.rows) == 0
    check_reconciled(flows)


def test_a_new_document_brings_a_person_in():
    """An appointment that begins in the year is new; before its document it counts nowhere."""
    flows = account({"first": appointed("next")})
    assert moves(flows) == [(EAST, Cause.NEW)]
    assert [(row.opening, row.closing) for row in flows.rows] == [(0, 1)]
    check_reconciled(flows)


@pytest.mark.parametrize("status", ["REAPPOINTED", "EXPIRED", None])
def test_reappointment_to_the_same_tier_is_no_flow(status):
    """Who is appointed again by the next document stays in the stock, also if it came after the term's end."""
    events = [ended(status, "2026-03-15")] if status else []
    flows = account({"first": appointed(), "second": appointed("next")}, events, years=2)
    assert moves(flows) == []
    assert [(row.opening, row.closing) for row in flows.rows] == [(1, 1)]
    check_reconciled(flows)


def test_reappointment_announced_for_next_year_is_expiry():
    """Who is to be appointed again by a document of the next year leaves the stock with the old term."""
    flows = account({"first": appointed()}, [ended("REAPPOINTED", "2026-11-01")])
    assert moves(flows) == [(EAST, Cause.EXPIRED)]
    check_reconciled(flows)


@pytest.mark.parametrize("promoted_on", ["2026-04-20", "2026-05-01", "2026-05-20", None])
def test_promotion_leaves_one_tier_and_enters_another(promoted_on):
    """A promotion is out of the lower and into the higher tier, whether its event is early, late or was forgotten."""
    events = [ended("PROMOTED", promoted_on)] if promoted_on else []
    flows = account({"first": appointed(), "second": appointed("city")}, events)
    assert moves(flows) == [(EAST, Cause.PROMOTED_OUT), (Place("2", "east"), Cause.PROMOTED_IN)]
    check_reconciled(flows)


def test_two_tiers_count_once_at_the_higher():
    """With two tiers in force a person stands in the higher one only (BB-16)."""
    higher = {**appointed(), "cohort": None, "tier": "2", "recognized_on": "2024-05"}
    flows = account({"first": appointed(), "second": higher})
    assert [(row.place, row.opening, row.closing) for row in flows.rows] == [(Place("2", "east"), 1, 1)]


def test_back_to_a_lower_tier_that_is_still_in_force():
    """When the higher tier ends, the person leaves it for its reason and comes into the lower one as 其他."""
    higher = {**appointed(), "cohort": None, "tier": "2", "recognized_on": "2024-05"}
    flows = account({"first": appointed(), "second": higher}, [ended("REVOKED", "2026-06-01", "second")])
    assert moves(flows) == [(Place("2", "east"), Cause.REVOKED), (EAST, Cause.OTHER_IN)]
    check_reconciled(flows)


def test_a_revocation_taken_back_is_no_new_appointment():
    """A person revoked and set in force again in one year is out by revocation and in as 其他."""
    events = [ended("REVOKED", "2026-02-01"), ended("APPOINTED", "2026-08-01")]
    flows = account({"first": appointed()}, events)
    assert moves(flows) == [(EAST, Cause.REVOKED), (EAST, Cause.OTHER_IN)]
    check_reconciled(flows)


def test_in_and_out_within_the_year_are_both_told():
    """Who was appointed and retired in one year is in no stock and in two columns."""
    flows = account({"first": appointed("city")}, [ended("RETIRED", "2026-10-01")])
    assert moves(flows) == [(Place("2", "east"), Cause.NEW), (Place("2", "east"), Cause.RETIRED)]
    check_reconciled(flows)


def test_a_move_between_schools_is_out_of_one_and_into_the_other():
    """A move in the year changes two rows and no sum."""
    flows = account({"first": appointed()}, employments=[works(end="2026-07"), works("west", start="2026-08")])
    assert moves(flows) == [(EAST, Cause.MOVED_OUT), (WEST, Cause.MOVED_IN)]
    check_reconciled(flows)


def test_a_merger_moves_everybody():
    """Teachers of a merged school stand in the row of the school it went into."""
    schools = {"east": {"name": "东", "merged_into": "west", "merged_on": "2026-08"}, "west": {"name": "西"}}
    flows = account({"first": appointed()}, schools=schools)
    assert moves(flows) == [(EAST, Cause.MOVED_OUT), (WEST, Cause.MOVED_IN)]
    check_reconciled(flows)


def test_promotion_and_move_in_one_year():
    """A move and a promotion in one year are told as they happened, and all rows reconcile."""
    flows = account(
        {"first": appointed(), "second": appointed("city")},
        [ended("PROMOTED", "2026-05-01")],
        [works(end="2026-07"), works("west", start="2026-08")],
    )
    assert [cause for _, cause in moves(flows)] == [
        Cause.PROMOTED_OUT,
        Cause.PROMOTED_IN,
        Cause.MOVED_OUT,
        Cause.MOVED_IN,
    ]
    check_reconciled(flows)


def test_an_employment_that_ends_without_a_word_is_not_reconciled():
    """Who left the school without a registered event makes the row fail and is named."""
    flows = account({"first": appointed()}, employments=[works(end="2026-07")])
    [left, nowhere] = sorted(flows.rows, key=lambda row: row.closing)
    assert (left.place, left.is_reconciled) == (EAST, False)
    assert (nowhere.place, nowhere.is_reconciled) == (Place("3", ""), False)
    [told] = flows.unexplained
    assert (told.teacher, told.day, told.before, told.after) == ("wang", date(2026, 8, 1), EAST, Place("3", ""))


def test_a_state_that_is_no_reason_to_leave_is_named():
    """An appointment set back to a state before appointment is no registered way out."""
    flows = account({"first": appointed()}, [ended("CANDIDATE", "2026-06-01")])
    assert [each.after for each in flows.unexplained] == [None]
    assert not flows.rows[0].is_reconciled


def test_stock_is_carried_over():
    """The closing stock of one year is the opening stock of the next, row by row."""
    appointments = {"first": appointed(), "second": appointed("city"), "third": appointed("next", "li")}
    employments = [works(end="2026-07"), works("west", start="2026-08"), {**works(), "teacher": "li"}]
    histories = Histories(appointments, COHORTS, [], employments, {}, lambda _tier, _year: 2)
    days = [date(year, 12, 31) for year in range(2022, 2031)]
    accounts = [flows_between(histories, *pair) for pair in pairwise(days)]
    for earlier, later in pairwise(accounts):
        closing = {row.place: row.closing for row in earlier.rows if row.closing}
        opening = {row.place: row.opening for row in later.rows if row.opening}
        assert closing == opening
        check_reconciled(earlier)
