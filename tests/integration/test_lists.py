"""What lists show beside the fields: schools, terms and policies at a day; filters, order, and JSON."""

from datetime import date

import pytest

from desktop.cli import run
from desktop.errors import RefusedError
from desktop.models import Appointment, AppointmentEvent, Cohort, Employment, Honor, Office, Policy, School, Teacher
from desktop.queries.directory import Directory
from desktop.queries.listing import as_json, column_named, rows
from desktop.queries.people import current_school, schools_at
from desktop.queries.policies import Policies, policy_sets, read_value
from desktop.queries.terms import end_of_term, terms_at
from desktop.rules.states import State
from tests.builders import (
    add,
    add_all,
    add_people,
    appointment_content,
    cohort_content,
    employment_content,
    event_content,
    make_office,
    school_content,
    teacher_content,
)

DAY = date(2025, 6, 1)


@pytest.fixture
def store(tmp_path):
    opened = make_office(tmp_path / "office")
    yield opened
    opened.close()


def _rows(store, entity, where=None, order=(), day=DAY):
    with store.read() as session:
        return rows(session, entity, where, order, day=day)


def _names(found):
    return [row.values["name"] for row in found]


@pytest.mark.parametrize(
    ("employments", "school"),
    [
        ([], None),
        ([("1", None, None, 0)], 0),
        ([("1", "2010-09", "2025-06-01", 0)], 0),
        ([("1", "2010-09", "2025-05-31", 0)], None),
        ([("1", "2010-09", "2025-06", 0)], 0),
        ([("1", "2025-06-02", None, 0)], None),
        ([("1", "2010-09", None, 0), ("1", "2020-09", None, 1)], 1),
        ([("1", "2020-09", None, 1), ("1", None, None, 0)], 1),
        ([("1", "2010-09", None, 0), ("2", "2024-09", None, 1)], 0),
        ([("5", "2024-09", None, 1)], None),
    ],
)
def test_school_at_a_day(store, employments, school):
    """The main school is that of the 任职 which covers the day; the latest start wins, and its last day counts."""
    schools = add_all(store, School, [school_content(1), school_content(2)])
    teacher = add(store, Teacher, teacher_content())
    for kind, start, end, place in employments:
        values = {"kind": kind, "start": start, "end": end}
        content = employment_content(teacher, schools[place], **values)
        add(store, Employment, {name: value for name, value in content.items() if value})
    with store.read() as session:
        assert schools_at(session, DAY).get(teacher) == (None if school is None else schools[school])
        assert current_school(session, teacher, DAY) == schools_at(session, DAY).get(teacher)


@pytest.mark.parametrize(("merged_on", "moved"), [("2024-09", True), ("2025-06-02", False), (None, True)])
def test_a_merged_school_stands_for_its_successor(store, merged_on, moved):
    """From the day of the merger people work at the school that theirs went into; a circle of mergers ends."""
    new = add(store, School, school_content(1))
    values = {"merged_into": new} | ({"merged_on": merged_on} if merged_on else {})
    old = add(store, School, school_content(2, **values))
    teacher = add(store, Teacher, teacher_content())
    add(store, Employment, employment_content(teacher, old))
    with store.read() as session:
        assert schools_at(session, DAY)[teacher] == (new if moved else old)
    circle = add(store, School, school_content(1, merged_into=old))
    assert circle == new
    with store.read() as session:
        assert schools_at(session, DAY)[teacher] in (new, old)


@pytest.mark.parametrize(
    ("start", "years", "end"),
    [
        ("2024-03-15", 3, "2027-03-14"),
        ("2024-02-29", 3, "2027-02-28"),
        ("2022-09", 5, "2027-09"),
        ("2022", 5, "2027"),
        ("2024上", 3, "2027上"),
    ],
)
def test_end_of_a_term(start, years, end):
    """A term ends on the day before the corresponding day (BB-5); a month stays a month."""
    assert end_of_term(start, years) == end


@pytest.mark.parametrize(
    ("cohort", "appointment", "term"),
    [
        ({}, {}, ("2024-03-15", "2027-03-14", State.APPOINTED)),
        ({"issue_date": "2020-03-15"}, {}, ("2020-03-15", "2023-03-14", State.EXPIRED)),
        ({"cycle_years": 1}, {}, ("2024-03-15", "2025-03-14", State.EXPIRED)),
        ({}, {"tier": "2"}, ("2024-03-15", "2029-03-14", State.APPOINTED)),
        ({"issue_date": None}, {"recognized_on": "2024-03"}, ("2024-03", "2027-03", State.APPOINTED)),
        ({"issue_date": None}, {"recognized_on": "2022-05"}, ("2022-05", "2025-05", State.EXPIRED)),
        ({"issue_date": None}, {}, (None, None, State.APPOINTED)),
        ({}, {"tier": "9"}, ("2024-03-15", None, State.APPOINTED)),
    ],
)
def test_term_of_an_appointment(store, cohort, appointment, term):
    """The term runs from the document's date, or the recognition, for the years of cohort or policy (BB-4, BB-5)."""
    content = {name: value for name, value in cohort_content(**cohort).items() if value}
    teacher = add(store, Teacher, teacher_content())
    uid = add(store, Appointment, appointment_content(teacher, add(store, Cohort, content), **appointment))
    with store.read() as session:
        found = terms_at(session, DAY)[uid]
    assert (found.start, found.end, found.status) == term
    assert found.start_month == (term[0][:7] if term[0] else None)
    assert found.is_valid is (term[2] is State.APPOINTED)


def test_the_latest_event_decides(store):
    """An event counts from its day; of several the last one gives the state (BB-2)."""
    add_people(store, 1)
    (appointment,) = _rows(store, Appointment)
    uid = appointment.stored.uid
    add_all(
        store,
        AppointmentEvent,
        [
            event_content(uid, status="APPOINTED", date="2025-05-01"),
            event_content(uid, status="RETIRED", date="2025-03-01"),
            event_content(uid, status="REVOKED", date="2025-06-02"),
        ],
    )
    states = {}
    with store.read() as session:
        for day in (date(2025, 2, 1), date(2025, 3, 1), DAY, date(2025, 6, 2)):
            term = terms_at(session, day)[uid]
            states[day.isoformat()] = (str(term.status), term.ended)
    assert list(states.values()) == [
        ("APPOINTED", None),
        ("RETIRED", "2025-03-01"),
        ("APPOINTED", "2025-05-01"),
        ("REVOKED", "2025-06-02"),
    ]


def test_policies_of_the_office_come_first(store):
    """A value is looked up in the office's own set, its parent's, the chosen place's, then the national one."""
    key = "backbone.cycle_years.tier3"
    parent = {"policy_set": "500000", "name": key, "from_year": 2000, "value": "4", "source": "市文件"}
    with store.read() as session:
        assert Policies(session).value(key, 2024) == 3
    (office,) = _rows(store, Office)
    add(store, Office, {**office.stored.content, "parent_code": "500000"})
    add(store, Policy, parent)
    store.set_settings({"policy_set": "chongqing"})
    with store.read() as session:
        assert policy_sets(session) == ("509999", "500000", "chongqing", "national")
        assert Policies(session).value(key, 2024) == 4
        assert Policies(session).row(key, 2024).source == "市文件"
    add(store, Policy, {**parent, "policy_set": "509999", "from_year": 2025, "value": "2"})
    with store.read() as session:
        policies = Policies(session)
        assert [policies.value(key, year) for year in (2024, 2025)] == [4, 2]
        with pytest.raises(RefusedError, match="没有设定"):
            policies.value("no such key", 2024)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("5", 5),
        ("true", True),
        ("是", True),
        ("否", False),
        ("07-01", "07-01"),
        ('["优秀"]', ["优秀"]),
        ("严格", "严格"),
    ],
)
def test_policy_values_as_clerks_type_them(text, value):
    """A value is JSON where it can be, 是 and 否 are answers, everything else is a word."""
    assert read_value(text) == value


@pytest.mark.parametrize(
    ("where", "names"),
    [
        ({}, ["教师乙", "教师丙", "教师丁"]),
        ({"name": "教师丙"}, ["教师丙"]),
        ({"姓名": "教师 丙"}, ["教师丙"]),
        ({"gender": "女"}, ["教师丙"]),
        ({"gender": "2"}, ["教师丙"]),
        ({"gender_code": "2"}, ["教师丙"]),
        ({"tier_code": "3", "gender_code": "1"}, ["教师乙", "教师丁"]),
        ({"birth_date": "1980"}, ["教师乙", "教师丙", "教师丁"]),
        ({"school": "云岭县第1中学", "gender": "男"}, ["教师乙", "教师丁"]),
        ({"health": ""}, ["教师乙", "教师丙", "教师丁"]),
        ({"mobile": ""}, []),
        ({"tier": "县级", "term_start_month": "2024-03"}, ["教师乙", "教师丙", "教师丁"]),
        ({"is_class_teacher": "是"}, []),
    ],
)
def test_filters(store, where, names):
    """A filter names a column or its label; its text is read as the column's kind reads it."""
    add_people(store, 3)
    assert _names(_rows(store, Teacher, where)) == names


@pytest.mark.parametrize(
    ("where", "told"),
    [
        ({"salary": "1"}, "没有“salary”这一栏，可用的有：.*姓名（name）"),
        ({"mobile_code": "1"}, "没有“mobile_code”这一栏"),
        ({"gender": "不知"}, "教师的性别：“不知”"),
        ({"school": "没有的学校"}, "工作单位“没有的学校”没有登记"),
        ({"birth_date": "不知"}, "教师的出生年月"),
    ],
)
def test_filters_that_mean_nothing(store, where, told):
    """An unknown column or value is refused in a sentence that lists the columns or names the value."""
    with pytest.raises(RefusedError, match=told):
        _rows(store, Teacher, where)


def test_command_sorts_backwards(store, capsys):
    """`--order -COLUMN` asks for the greatest first and is no option."""
    found = []
    for order in ("date", "-date"):
        assert run(["list", "holidays", "--office", str(store.folder), "--order", order]) == 0
        found.append(capsys.readouterr().out.splitlines()[1:-1])
    assert len(found[0]) > 200
    assert found[1] == found[0][::-1]


def test_filters_by_link_and_day(store):
    """A link is found by name, number, document or uid; a year finds all its days."""
    teachers = add_people(store, 2)
    found = _rows(store, Appointment)
    cohort = found[0].values["cohort"]
    for text in ("云教发[2024]30号", "区县级 云教发〔2024〕30号", cohort):
        assert len(_rows(store, Appointment, {"cohort": text})) == 2
    assert [row.values["teacher"] for row in _rows(store, Appointment, {"teacher": "教师丙"})] == [teachers[1]]
    number = teacher_content(2)["id_number"]
    assert [row.values["teacher"] for row in _rows(store, Appointment, {"teacher": number})] == [teachers[1]]
    assert len(_rows(store, Cohort, {"issue_date": "2024"})) == 1
    assert _rows(store, Cohort, {"issue_date": "2023"}) == []
    assert len(_rows(store, Appointment, {"uid": found[0].stored.uid})) == 1


def test_office_order(store):
    """Units stand in the office's order, people of a unit as they were sent, people without unit at the end."""
    schools = add_all(store, School, [school_content(2), school_content(1), school_content(3)])
    teachers = add_all(store, Teacher, [teacher_content(number) for number in range(1, 6)])
    places = (None, 0, 1, 1, 2)
    pairs = [(teacher, schools[place]) for teacher, place in zip(teachers, places, strict=True) if place is not None]
    add_all(store, Employment, [employment_content(teacher, school) for teacher, school in pairs])
    add_all(store, Honor, [{"teacher": teacher, "name": f"荣誉{place}"} for place, teacher in enumerate(teachers)])
    assert [row.values["order"] for row in _rows(store, School)] == [1, 2, 3]
    assert [row.stored.uid for row in _rows(store, Teacher)] == [teachers[place] for place in (2, 3, 1, 4, 0)]
    assert _names(_rows(store, Honor)) == ["荣誉2", "荣誉3", "荣誉1", "荣誉4", "荣誉0"]
    assert [row.values.get("school") for row in _rows(store, Teacher, order=["-school", "-name"])] == [
        *(schools[2], schools[0], schools[1], schools[1]),
        None,
    ]
    assert _names(_rows(store, Teacher, order=["-id_number"]))[0] == "教师己"
    add(store, Cohort, cohort_content(issuer="县教委"))
    add(store, Cohort, cohort_content(tier="2"))
    assert [row.values["tier"] for row in _rows(store, Cohort)] == ["2", "3"]
    assert [row.values["tier"] for row in _rows(store, Cohort, order=["issuer"])] == ["3", "2"]


def test_json_of_an_appointment(store):
    """An appointment carries the values of its teacher, school and cohort under the identifiers of domain.md."""
    educations = [
        {"which": "1", "education": "31"},
        {"which": "3", "education": "21", "degree": "4"},
        {"which": "3", "degree": "0"},
    ]
    cohort = add(store, Cohort, cohort_content(ordinal=3))
    teacher = add(store, Teacher, teacher_content(educations=educations))
    school = add(store, School, school_content())
    add(store, Employment, employment_content(teacher, school))
    uid = add(store, Appointment, appointment_content(teacher, cohort))
    (row,) = _rows(store, Appointment)
    assert as_json(row) == {
        "uid": uid,
        "origin": "509999",
        "revision": 1,
        "teacher": {"uid": teacher, "name": "教师乙"},
        "cohort": {"uid": cohort, "name": "云教发〔2024〕30号"},
        "tier": "区县级",
        "tier_code": 3,
        "name": "教师乙",
        "id_number": teacher_content()["id_number"],
        "gender": "男",
        "gender_code": "1",
        "birth_date": "1980-03-15",
        "ethnicity": "汉族",
        "ethnicity_code": "01",
        "mobile": "13900000001",
        "title": "一级教师",
        "title_code": "T3",
        "education": "大学本科",
        "education_code": "21",
        "degree": "学士",
        "degree_code": "4",
        "subject": "语文",
        "teaching_subject": "语文",
        "school": {"uid": school, "name": "云岭县第1中学"},
        "doc_no": "云教发〔2024〕30号",
        "ordinal": 3,
        "term_start": "2024-03-15",
        "term_start_month": "2024-03",
        "term_end": "2027-03-14",
        "status": "已认定",
        "status_code": "APPOINTED",
    }


def test_json_of_a_teacher(store):
    """A teacher shows school, highest education and the highest valid appointment; lines as objects, 是/否 as truth."""
    educations = [{"which": "3", "education": "14"}, {"which": "2", "education": "21"}]
    second = add(store, Teacher, teacher_content(2, educations=educations, is_class_teacher=0))
    cohort = add(store, Cohort, cohort_content(tier="2", doc_no="渝教师发〔2022〕15号", issue_date="2022-09-01"))
    old = add(store, Cohort, cohort_content(tier="1", doc_no="教师〔2001〕1号", issue_date="2001-09-01"))
    add_all(
        store,
        Appointment,
        [
            appointment_content(second, cohort, tier="2"),
            appointment_content(second, old, tier="1"),
            appointment_content(second, old, tier="4"),
            appointment_content(second, cohort, tier="3"),
        ],
    )
    shown = {record["uid"]: record for record in map(as_json, _rows(store, Teacher))}[second]
    wanted = {
        "tier": "市级",
        "tier_code": 2,
        "doc_no": "渝教师发〔2022〕15号",
        "term_start_month": "2022-09",
        "education": "大学本科",
        "is_class_teacher": False,
    }
    assert {name: shown[name] for name in wanted} == wanted
    assert [line["education_code"] for line in shown["educations"]] == ["14", "21"]
    assert "school" not in shown
    assert "health" not in shown


def test_links_that_lead_nowhere(store):
    """A record that is not here yet is shown by its uid, has no name in JSON, and breaks no list."""
    uid = "00000000-0000-7000-8000-000000000001"
    add(store, Honor, {"teacher": uid, "name": "先进个人"})
    add(store, AppointmentEvent, event_content(uid))
    add(store, Appointment, appointment_content(uid, uid))
    (honor,) = _rows(store, Honor)
    assert as_json(honor)["teacher"] == {"uid": uid, "name": ""}
    assert honor.text(column_named(Honor, "教师")) == uid
    assert len(_rows(store, AppointmentEvent)) == len(_rows(store, Appointment)) == 1


def test_readable_names(store):
    """People of one name are told apart by the last four characters of the number, then by birth, then by uid."""
    contents = [
        teacher_content(1, name="王芳"),
        teacher_content(2, name="王芳"),
        {"name": "王芳", "birth_date": "1999-01"},
        {"name": "李丽", "birth_date": "1999-01"},
        {"name": "李丽", "birth_date": "1999-01"},
        teacher_content(3, name="张伟"),
    ]
    uids = add_all(store, Teacher, contents)
    with store.read() as session:
        names = Directory(session)
        texts = [names.text("teachers", uid) for uid in uids]
        assert texts == [
            f"王芳（{contents[0]['id_number'][-4:]}）",
            f"王芳（{contents[1]['id_number'][-4:]}）",
            "王芳（1999-01）",
            uids[3],
            uids[4],
            "张伟",
        ]
        assert [names.find("teachers", text) for text in texts] == [(uid,) for uid in uids]
        assert sorted(names.find("teachers", "王芳")) == sorted(uids[:3])
        assert names.find("teachers", "没有") == ()
    short = school_content(names=[{"name": "一中", "kind": "1"}])
    school = add(store, School, short)
    with store.read() as session:
        assert Directory(session).find("schools", "一 中") == (school,)
