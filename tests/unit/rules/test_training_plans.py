"""Content split, hours at least, numbers of certificates, clashes."""

from desktop.rules.certificates import certificate_number, gaps, next_serial
from desktop.rules.clashes import Clash, Slot, clashes, periods_overlap
from desktop.rules.content_split import minimum_sentence, split_of, sum_sentence


def test_split_of_260_hours():
    """TR-4: 260 hours are 52, 78 and 130; five points off still fit, more does not."""
    shares = split_of({"1": 520, "2": 780, "3": 1300}, 2600, (20, 30, 50), 5)
    assert [(each.wanted, each.fits) for each in shares] == [(520, True), (780, True), (1300, True)]
    edge = split_of({"1": 650, "2": 910, "3": 1040}, 2600, (20, 30, 50), 5)
    assert [each.fits for each in edge] == [True, True, False]
    assert not any(each.fits for each in split_of({}, 0, (20, 30, 50), 5))


def test_sentences_of_a_plan():
    """The sum is shown with the difference, the minimum with its rule (TR-3)."""
    assert sum_sentence(2600, 2600) == ""
    assert sum_sentence(2605, 2600) == "各课程合计 260.5 学时，比培训学时 260 多 0.5 学时，请核对"
    assert "少 10 学时" in sum_sentence(2500, 2600)
    assert minimum_sentence(2600, 2600, level="国家级") == ""
    assert minimum_sentence(1290, 1300, level="省级") == "培训学时 129 少于省级规定的 130 学时"


def test_certificate_numbers_have_no_gaps():
    """Numbers go on within office and year; what is missing is listed; other numbers are not ours."""
    assert certificate_number(2026, "云进", 7) == "2026云进00007"
    known = ["2026云进00001", "2026云进00003", "2025云进00009", "2026石进00044", "旧证"]
    assert next_serial(known, 2026, "云进") == 4
    assert gaps(known, 2026, "云进") == ["2026云进00002"]
    assert next_serial([], 2026, "云进") == 1


def slot(uid, half="1", starts="", ends="", teacher="王芳", date="2026-07-09"):
    return Slot(uid, date, half, starts, ends, frozenset({("teacher", teacher)}))


def test_clashes():
    """One teacher in two sessions of a half-day clashes, unless clock times part them."""
    assert clashes([slot("a"), slot("b")]) == [Clash("a", "b", "teacher", "王芳")]
    assert clashes([slot("a"), slot("b", half="2"), slot("c", teacher="李明"), slot("d", date="2026-07-10")]) == []
    assert clashes([slot("a", starts="8:30", ends="10:00"), slot("b", starts="10：00", ends="11:30")]) == []
    assert len(clashes([slot("a", starts="8:30", ends="10:10"), slot("b", starts="10:00", ends="11:30")])) == 1
    long = slot("a", starts="10:00", ends="13:00")
    assert len(clashes([long, slot("b", half="2", starts="12:30", ends="14:00")])) == 1
    assert clashes([long, slot("b", half="2")]) == []


def test_periods():
    """Classes overlap if they share a day; a class without days overlaps nothing."""
    july = {"start": "2026-07-06", "end": "2026-07-31"}
    assert periods_overlap(july, {"start": "2026-07-31", "end": "2027-01-05"})
    assert not periods_overlap(july, {"start": "2026-08-01", "end": "2026-08-02"})
    assert not periods_overlap(july, {"start": "2026-07-06"})
