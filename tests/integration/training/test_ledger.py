"""What counts of hours that came twice: by hand and from a class, from above in two years, on two records of one."""

import json
from datetime import date
from decimal import Decimal

from desktop.errors import Blocks
from desktop.models import Certificate, Enrolment, HoursEntry, Policy, Programme, Teacher
from desktop.models.base import problems_of
from desktop.queries.policies import Policies
from desktop.queries.training.ledger import exempt_years, ledgers
from desktop.queries.training.ledger_list import ledger_list, person_ledger
from desktop.services.duplicates import KEPT, disputed, read_pair, unite
from desktop.services.training.certificates import issue
from tests.builders import add, add_people, contents_of
from tests.builders_training import make_class, score
from tests.printed import column, table_of


def account(store, teacher, year=2026):
    with store.read() as session:
        return ledgers(session, Policies(session), year, (teacher,))[teacher]


def counted(store, teacher, year=2026):
    return [each.counted for each in account(store, teacher, year).entries]


def test_class_and_the_same_by_hand(store):
    """Hours typed under the name of the class or its programme, or under the number of its certificate, count once."""
    programme = add(store, Programme, {"name": "暑期全员培训", "year": 2026})
    made = make_class(store, people=1, class_hours="60.0", programme=programme, name="语文一班")
    score(store, made, "2", ["90.0"])
    with store.write("发证") as session:
        issue(session, made.uid, date(2026, 8, 1))
    [certificate] = contents_of(store, Certificate).values()
    [teacher] = made.teachers
    common = {"teacher": teacher, "year": 2026, "kind": "1", "hours": "60.0"}
    for activity, more in (("暑期 全员培训", {}), ("语文一班", {"date": "2026-09-01"})):
        add(store, HoursEntry, {**common, "activity": activity, **more})
    number = {"certificate_no": certificate["number"], "year": 2027}
    add(store, HoursEntry, {**common, "activity": "上级登记的培训", **number})
    add(store, HoursEntry, {**common, "activity": "校本研修", "hours": "10.0"})
    assert sorted(counted(store, teacher)) == [0, 100, 600, 600]
    assert account(store, teacher).account.year.counted == 1300


def test_two_classes_of_one_programme_at_one_time(store):
    """Nobody is in two classes of one programme on the same days: the second adds no hours, a later one does."""
    programme = add(store, Programme, {"name": "全员培训", "year": 2026})
    first = make_class(store, people=1, class_hours="40.0", programme=programme)
    [teacher] = first.teachers
    for name, days in (("二班", ("2026-07-20", "2026-08-02")), ("三班", ("2026-09-01", "2026-09-05"))):
        other = make_class(
            store, people=0, class_hours="40.0", programme=programme, name=name, start=days[0], end=days[1]
        )
        other.trainees.append(add(store, Enrolment, {"training_class": other.uid, "number": 1, "teacher": teacher}))
        score(store, other, "2", ["90.0"])
    score(store, first, "2", ["90.0"])
    assert sorted(counted(store, teacher)) == [0, 400, 400]


def test_two_records_of_one_person(store):
    """Made one, the hours of both add up, and what stood on both counts once."""
    one, other = add_people(store, 2)
    for teacher in (one, other):
        add(store, HoursEntry, {"teacher": teacher, "year": 2026, "activity": "国培", "kind": "1", "hours": "50.0"})
    add(store, HoursEntry, {"teacher": other, "year": 2026, "activity": "校本", "kind": "3", "hours": "8.0"})
    with store.write("合并") as session:
        pair = read_pair(session, (one, other), own=store.office_code)
        kept = unite(session, pair, dict.fromkeys(disputed(pair), KEPT), reason="同一人")
    assert sorted(counted(store, kept)) == [80, 500]


def test_two_grades_of_one_year_exempt_nobody(store):
    """优秀 and 不合格 stand for one year: no exemption until somebody puts it right."""
    [teacher] = add_people(store, 1)
    for grade in ("1", "7"):
        entry = {"teacher": teacher, "year": 2026, "activity": "年度考核", "kind": "9", "grade": grade}
        add(store, HoursEntry, entry)
    with store.read() as session:
        assert exempt_years(session, Policies(session)) == {}


def test_list_and_person_agree(store):
    """The list of all and the account of one say the same, and the form knows only what this person was enrolled in."""
    made = make_class(store, people=3, class_hours="60.0")
    score(store, made, "2", ["90.0", "70.0", "20.0"])
    add(store, HoursEntry, {"teacher": made.teachers[2], "year": 2025, "activity": "国培", "kind": "1", "hours": "9.0"})
    with store.read() as session:
        found = ledger_list(session, Policies(session), 2026)
        for line in found.lines:
            person = person_ledger(session, Policies(session), 2026, line.uid)
            assert person.ledger.account == line.account
            assert list(person.names.texts("enrolments")) == [made.trainees[made.teachers.index(line.uid)]]
    assert {line.account.year.counted for line in found.lines} == {0, 600}
    assert len(contents_of(store, Teacher)) == len(found.lines)


def test_credits_and_offsets_come_from_policies(store):
    """CE-4, CE-5: an office sets weights of levels, credits of a cycle and least hours of a part in its own words."""
    made = make_class(store, people=1)
    who = made.teachers[0]
    shared = {"teacher": who, "year": 2026}
    for name, value in (
        ("ce.level_weights", {"国家级": 1.5}),
        ("ce.min_credits", 36),
        ("ce.part_minimum", {"统筹培训": 60, "自主培训": 0}),
        ("ce.year_caps", {"多元提升": 10}),
    ):
        row = {"policy_set": "509999", "name": name, "from_year": 2020, "value": json.dumps(value), "source": "市文件"}
        add(store, Policy, row)
    add(store, HoursEntry, {**shared, "activity": "国培", "kind": "1", "level": "1", "hours": "40.0"})
    add(store, HoursEntry, {**shared, "activity": "论文", "kind": "5", "hours": "30.0"})
    found = account(store, who).account
    assert (found.year.counted, found.year.credits) == (500, Decimal("6.5"))
    assert found.lacking_of_cycle == "缺29.5学分；统筹培训缺10学时"
    assert column(table_of(store, "B30", year="2026"), "结论") == ["缺22学时；周期缺29.5学分；统筹培训缺10学时"]


def test_day_of_another_year_is_told(store):
    """Hours are saved under a year that their day is not in, but not submitted without a word."""
    content = {"teacher": "t", "year": 2026, "activity": "网络研修", "kind": "2", "hours": "8.0"}
    assert problems_of(HoursEntry, {**content, "date": "2026-03-31"}) == []
    [problem] = problems_of(HoursEntry, {**content, "date": "2020-01-01"})
    assert (problem.field, problem.blocks) == ("date", Blocks.SUBMIT)
    assert problem.text == "完成日期 2020-01-01 不在登记年度 2026 年，请核对登记年度"


def test_hours_that_no_year_has_are_told():
    """An activity of more hours than a year has is doubted, whatever else is; one that fills the year is not."""
    content = {"teacher": "t", "year": 2026, "activity": "网络研修", "kind": "2", "date": "2026-03-31"}
    assert problems_of(HoursEntry, {**content, "hours": "8784.0"}) == []
    [problem] = problems_of(HoursEntry, {**content, "hours": "99999.0"})
    assert (problem.field, problem.blocks) == ("hours", Blocks.SUBMIT)
    assert problem.text == "一项活动 99999.0 学时，一年一共只有 8,784 小时，请核对学时"
