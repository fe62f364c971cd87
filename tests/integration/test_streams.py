"""What flows in each stream: scope, decisions and policies down, handovers, two desks, and a settled conflict."""

from contextlib import closing

import pytest

from desktop.errors import PackageRefused, RefusedError
from desktop.exchange.cards import confirm_card
from desktop.exchange.desks import divide, own_areas
from desktop.exchange.receipts import read_receipts
from desktop.exchange.scope import FORMS, Scope
from desktop.exchange.settling import Settlement
from desktop.exchange.streams import CODES, DECISIONS, DESK
from desktop.models import (
    ANNUAL,
    Alias,
    Appointment,
    AppointmentEvent,
    Cohort,
    ConflictDecision,
    Employment,
    Handover,
    Honor,
    Policy,
    School,
    Teacher,
)
from desktop.models.regulation import SHIPPED
from desktop.services.handovers import hand_over
from desktop.services.offices import create_office
from desktop.services.records import save
from desktop.store import Edit
from desktop.store.history import last_undoable, undo
from tests.builders import (
    add,
    appointment_content,
    cohort_content,
    employment_content,
    event_content,
    school_content,
    teacher_content,
)
from tests.builders_packages import CITY, COUNTY, Desk, counts, introduce, lines_of, texts

ONE, TWO = "509999001", "509999002"


@pytest.fixture
def offices(tmp_path):
    """A county and two townships under it; the first has three teachers at one school."""
    made = {}
    names = {COUNTY: "云岭县教育委员会", ONE: "石坪镇中心校", TWO: "大河乡中心校"}
    for code, name in names.items():
        rank = "county" if code == COUNTY else "township"
        create_office(tmp_path / code, name=name, code=code, rank=rank).close()
    for code in (ONE, TWO):
        introduce(tmp_path / COUNTY, tmp_path / code)
    for code in (COUNTY, ONE, TWO):
        made[code] = Desk.open(tmp_path / code)
    one = made[ONE].store
    school = add(one, School, school_content())
    for number in range(1, 4):
        teacher = add(one, Teacher, teacher_content(number))
        add(one, Employment, employment_content(teacher, school))
    yield made
    for desk in made.values():
        desk.store.close()


@pytest.fixture
def drive(tmp_path):
    return tmp_path / "drive"


def teachers(desk):
    return {each.content["name"]: uid for uid, each in desk.records(Teacher).items()}


def test_a_scope_takes_no_more_people_than_must_go(city, county, drive):
    """With a scope only teachers of these tiers go, and of the rest neither employment nor appointment."""
    chosen = {uid: each for uid, each in county.records(Appointment).items() if each.content["tier"] == "2"}
    people = {each.content["teacher"] for each in chosen.values()}
    assert 0 < len(people) < 100
    written = county.send(drive, tiers=("2",))
    lines = lines_of(county, written.path)
    assert {line["id"] for line in lines["teachers"]} == people
    assert {line["id"] for line in lines["appointments"]} == set(chosen)
    assert {line["teacher"]["uid"] for line in lines["employments"]} == people
    assert {line["tier"] for line in lines["cohorts"]} == {"2"}
    plan = city.merge(written.path)
    assert counts(plan, "teachers") == {"new": len(people)}
    assert plan.manifest["scope"] == {"tiers": ["2"], "forms": ["roster", "awards", "training"]}
    assert "报送范围：市级；花名册和任期、职称、荣誉、处分、培训" in plan.assumed


def test_forms_take_only_those_of_whom_they_speak(city, county, drive):
    """Of the honours go only the honoured, without employment and appointment; with the roster everybody goes."""
    first, second = sorted(county.records(Teacher))[:2]
    add(county.store, Honor, {"teacher": first, "name": "优秀教师", "level": "3"})
    add(county.store, Honor, {"teacher": second, "name": "模范班主任", "level": "3"})
    lines = lines_of(county, county.send(drive, forms=("awards",)).path)
    assert {line["id"] for line in lines["teachers"]} == {first, second}
    assert len(lines["honors"]) == 2
    assert not {"employments", "appointments", "cohorts"} & lines.keys()
    lines = lines_of(county, county.send(drive, forms=("awards",), tiers=("1",)).path)
    tier = {each.content["teacher"] for each in county.records(Appointment).values() if each.content["tier"] == "1"}
    assert {line["id"] for line in lines.get("teachers", ())} == {first, second} & tier
    written = county.send(drive, forms=("roster",))
    lines = lines_of(county, written.path)
    assert len(lines["teachers"]) == 203
    assert {"employments", "appointments"} <= lines.keys()
    assert "honors" not in lines
    plan = city.merge(written.path)
    assert not texts(plan)
    assert "报送范围：全部级别；花名册和任期" in plan.assumed
    with pytest.raises(RefusedError, match="没有叫“xyz”的报送内容"):
        county.send(drive, forms=("xyz",))


def test_every_entity_is_in_one_form():
    """What goes up is brought by exactly one form, or goes with each of them."""
    brought = [plural for form in FORMS for plural in form.entities]
    assert len(brought) == len(set(brought))
    assert Scope().sections == {entity.plural for entity in ANNUAL}


def test_decisions_go_down_about_own_people_only(offices, drive):
    """A township gets what the county decided about its teachers, and nothing about those of another one."""
    county, one, two = offices[COUNTY], offices[ONE], offices[TWO]
    add(two.store, Teacher, teacher_content(9))
    county.merge(one.send(drive).path)
    county.merge(two.send(drive).path)
    cohort = add(county.store, Cohort, cohort_content())
    appointed = {
        name: add(county.store, Appointment, appointment_content(uid, cohort)) for name, uid in teachers(county).items()
    }
    event = add(county.store, AppointmentEvent, event_content(next(iter(appointed.values()))))
    plan = one.merge(county.send_down(DECISIONS, ONE, drive).path)
    assert counts(plan, "appointments") == {"new": 3}
    assert counts(plan, "cohorts") == {"new": 1}
    assert set(one.records(Appointment)) == {appointed[name] for name in teachers(one)}
    assert (event in one.records(AppointmentEvent)) is (appointed[next(iter(appointed))] in one.records(Appointment))
    assert teachers(one).keys() & {teacher_content(9)["name"]} == set()
    again = one.merge(county.send_down(DECISIONS, ONE, drive).path)
    assert counts(again, "appointments") == {"same": 3}
    with pytest.raises(RefusedError, match="只能由该单位修改"), one.store.write("改") as session:
        save(session, Appointment, {"note": "x"}, uid=min(one.records(Appointment)))
    assert counts(county.merge(one.send(drive).path), "appointments") == {}


def test_a_decision_replaces_what_a_roster_claimed(offices, drive):
    """The township's own note of an appointment gives way to the county's: one appointment each, events hang on it."""
    county, one = offices[COUNTY], offices[ONE]
    uids = sorted(one.records(Teacher))
    cohort = add(one.store, Cohort, cohort_content())
    claims = [add(one.store, Appointment, appointment_content(uid, cohort)) for uid in uids]
    loose = add(one.store, Appointment, {"teacher": uids[2], "tier": "1", "recognized_on": "2012"})
    event = add(one.store, AppointmentEvent, event_content(claims[0]))
    county.merge(one.send(drive).path)
    decided = [add(county.store, Appointment, appointment_content(uid, cohort)) for uid in uids[:2]]
    plan = one.merge(county.send_down(DECISIONS, ONE, drive).path)
    names = [one.records(Teacher)[uid].content["name"] for uid in uids[:2]]
    [told] = [each for each in plan.assumed if "由上级的认定代替" in each]
    assert "2 条" in told
    assert all(name in told for name in names)
    assert set(one.records(Appointment)) == {*decided, claims[2], loose}
    assert one.records(AppointmentEvent)[event].content["appointment"] == decided[0]
    aliases = {each.content["lost_uid"]: each.content["kept_uid"] for each in one.records(Alias).values()}
    assert aliases == dict(zip(claims[:2], decided, strict=True))
    again = one.merge(county.send_down(DECISIONS, ONE, drive).path)
    assert not [each for each in again.assumed if "由上级的认定代替" in each]
    back = county.merge(one.send(drive).path)
    assert not texts(back)
    assert set(county.records(Appointment)) == {*decided, claims[2], loose}


def test_policies_go_down_and_count(offices, drive):
    """What the county set differently replaces what the program shipped; the township's own people are not touched."""
    county, one = offices[COUNTY], offices[ONE]
    uid, policy = next((uid, each) for uid, each in sorted(county.records(Policy).items()))
    county.write(Edit(Policy, uid, policy, {**policy.content, "value": "42"}, origin=COUNTY, revision=2))
    plan = one.merge(county.send_down(CODES, ONE, drive).path)
    assert counts(plan, "policies")["changed"] == 1
    assert one.records(Policy)[uid].content["value"] == "42"
    assert set(counts(one.merge(county.send_down(CODES, ONE, drive).path), "policies")) == {"same"}


@pytest.mark.parametrize("newer", [COUNTY, ONE])
def test_what_two_programs_ship_otherwise_is_no_news(offices, drive, newer):
    """A policy mended in a later program is brought by an update of the program, and by no package either way."""
    county, one = offices[COUNTY], offices[ONE]
    uid, policy = next((uid, each) for uid, each in sorted(county.records(Policy).items()))
    mended = {**policy.content, "source": "更正后的依据"}
    offices[newer].write(Edit(Policy, uid, policy, mended, origin=SHIPPED, revision=2))
    kept = one.records(Policy)[uid].content
    assert set(counts(one.merge(county.send_down(CODES, ONE, drive).path), "policies")) == {"same"}
    assert one.records(Policy)[uid].content == kept


def test_only_the_upper_office_sends_down(offices, drive):
    """A lower office cannot pass for an upper one, whatever its package says it is."""
    county, one, two = offices[COUNTY], offices[ONE], offices[TWO]
    confirm_card(two.store, county.card, "李")
    written = county.send_down(DECISIONS, ONE, drive)
    with pytest.raises(PackageRefused) as error:
        two.plan(written.path)
    assert error.value.code == "recipient"
    with pytest.raises(PackageRefused) as error:
        one.plan(one.send(drive).path)
    assert error.value.code == "own"


def test_a_copied_desk_is_told(offices, drive, tmp_path):
    """A package of this office that this database did not make comes from a second copy of it."""
    one = offices[ONE]
    twin = one.copy(tmp_path / "twin")
    with closing(twin.store), pytest.raises(PackageRefused, match="另一台电脑") as error:
        one.plan(twin.send(drive).path)
    assert error.value.code == "twin"


def test_a_teacher_is_handed_over(offices, drive):
    """The county gives a teacher from one township to the other; each record has one writer at every moment."""
    county, one, two = offices[COUNTY], offices[ONE], offices[TWO]
    county.merge(one.send(drive).path)
    county.merge(two.send(drive).path)
    name, uid = min(teachers(one).items())
    hand_over(county.store, uid, TWO, day="2026-08-20", operator="李", reason="调动")
    assert county.records(Teacher)[uid].origin == TWO
    # the old office still sends it: stale, by name
    plan = county.merge(one.send(drive).path)
    assert counts(plan, "teachers") == {"same": 2, "stale": 1}
    assert f"{name}：已移交单位 {TWO}" in texts(plan)
    # the new office gets the person with all that belongs to it
    plan = two.merge(county.send_down(DECISIONS, TWO, drive).path)
    assert counts(plan, "teachers") == {"new": 1}
    assert counts(plan, "employments") == {"new": 1}
    assert two.records(Teacher)[uid].origin == TWO
    with two.store.write("改") as session:
        save(session, Teacher, {"subject": "劳动"}, uid=uid)
    # the old office learns that it is no more its own
    one.merge(county.send_down(DECISIONS, ONE, drive).path)
    assert one.records(Teacher)[uid].origin == TWO
    with pytest.raises(RefusedError, match="只能由该单位修改"), one.store.write("改") as session:
        save(session, Teacher, {"subject": "音乐"}, uid=uid)
    assert uid not in {line["id"] for line in lines_of(one, one.send(drive).path)["teachers"]}
    # and the new office is its writer
    plan = county.merge(two.send(drive).path)
    assert counts(plan, "teachers") == {"changed": 1}
    assert county.records(Teacher)[uid].content["subject"] == "劳动"
    assert counts(two.merge(county.send_down(DECISIONS, TWO, drive).path), "teachers") == {}
    with county.store.read() as session:
        act = last_undoable(session)
    undo(county.store, act.id)
    assert len(county.records(Handover)) == 1


def test_a_handover_is_not_undone(offices, drive):
    """What was sent is not taken back but answered by a handover back."""
    county, one = offices[COUNTY], offices[ONE]
    county.merge(one.send(drive).path)
    uid = min(county.records(Teacher))
    hand_over(county.store, uid, TWO, day="2026-08-20", operator="李")
    with county.store.read() as session:
        act = last_undoable(session)
    with pytest.raises(RefusedError, match="再办一次移交"):
        undo(county.store, act.id)
    hand_over(county.store, uid, ONE, day="2026-08-21", operator="李")
    assert county.records(Teacher)[uid].origin == ONE
    with pytest.raises(RefusedError, match="没有登记单位"):
        hand_over(county.store, uid, "509999009", day="2026-08-21", operator="李")


def test_the_city_learns_of_a_handover(offices, drive, tmp_path):
    """The county's own package says who moved; the city follows the decision and not the new writer's word."""
    county, one, two = offices[COUNTY], offices[ONE], offices[TWO]
    create_office(tmp_path / CITY, name="渝州市教育局", code=CITY, rank="city").close()
    county.store.close()
    introduce(tmp_path / CITY, tmp_path / COUNTY)
    county.store = Desk.open(tmp_path / COUNTY).store
    city = Desk.open(tmp_path / CITY)
    with closing(city.store):
        county.merge(one.send(drive).path)
        county.merge(two.send(drive).path)
        city.merge(county.send(drive).path)
        uid = min(county.records(Teacher))
        hand_over(county.store, uid, TWO, day="2026-08-20", operator="李")
        plan = city.merge(county.send(drive).path)
        assert counts(plan, "teachers") == {"changed": 1, "same": 2}
        assert city.records(Teacher)[uid].origin == TWO


def test_two_desks_of_one_office(tmp_path, drive):
    """The personnel desk sends what it owns to the main desk and gets all the rest; nobody writes for the other."""
    create_office(tmp_path / "main", name="云岭县教育委员会", code=COUNTY, rank="county").close()
    create_office(tmp_path / "desk", name="云岭县教育委员会（人事股）", code=f"{COUNTY}-rs", rank="county").close()
    main, desk = Desk.open(tmp_path / "main"), Desk.open(tmp_path / "desk")
    with closing(main.store), closing(desk.store):
        with pytest.raises(RefusedError, match="同级"):
            confirm_card(main.store, desk.card, "李")
        assert confirm_card(main.store, desk.card, "李", desk=True) == "child"
        assert confirm_card(desk.store, main.card, "王", desk=True) == "parent"
        uid = add(main.store, Teacher, teacher_content(1))
        plan = desk.merge(main.send_down(DESK, f"{COUNTY}-rs", drive).path)
        assert counts(plan, "teachers") == {"new": 1}
        award = add(desk.store, Appointment, {"teacher": uid, "tier": "3"})
        plan = main.merge(desk.send(drive).path)
        assert counts(plan, "appointments") == {"new": 1}
        assert main.records(Appointment)[award].origin == f"{COUNTY}-rs"
        assert counts(desk.merge(main.send_down(DESK, f"{COUNTY}-rs", drive).path), "teachers") == {"same": 1}


# Conflicts


def twice(county, one, two, drive):
    """The same person entered by both townships."""
    uid = add(two.store, Teacher, teacher_content(1, name="教师乙某", subject="数学"))
    school = add(two.store, School, school_content(2))
    add(two.store, Employment, employment_content(uid, school))
    county.merge(one.send(drive).path)
    return uid


def test_a_person_entered_twice_is_settled(offices, drive):
    """A person decides that two are one: an Alias stays, what hangs on the second goes to the first."""
    county, one, two = offices[COUNTY], offices[ONE], offices[TWO]
    uid = twice(county, one, two, drive)
    path = two.send(drive).path
    plan = county.plan(path)
    assert counts(plan, "teachers") == {"conflict": 1}
    assert counts(plan, "employments") == {"conflict": 1}
    [(found, (entity, name, dispute))] = plan.disputes().items()
    assert (found, entity) == (uid, Teacher)
    assert ("subject", "语文", "数学") in {(each.field, each.old, each.new) for each in dispute.values}
    with pytest.raises(RefusedError, match="理由"):
        county.settle(plan, {uid: Settlement("same", " ")})
    with pytest.raises(RefusedError, match="不能这样处理"):
        county.settle(plan, {uid: Settlement("sent", "因为")})
    assert county.settle(plan, {uid: Settlement("same", "身份证号相同，电话核实")}) == 1
    [alias] = county.records(Alias).values()
    assert (alias.content["lost_uid"], alias.content["kept_uid"]) == (uid, dispute.rival)
    plan = county.merge(path)
    assert counts(plan, "teachers") == {"stale": 1}
    assert counts(plan, "employments") == {"new": 1}
    assert {each.content["teacher"] for each in county.records(Employment).values()} == set(county.records(Teacher))
    [decision] = county.records(ConflictDecision).values()
    assert {"label": "任教学科", "here": "语文", "sent": "数学"} in decision.content["differences"]
    assert name in decision.content["name"]


@pytest.mark.parametrize(("choice", "subject"), [("here", "信息科技"), ("sent", "劳动")])
def test_two_versions_are_settled_either_way(city, county, drive, tmp_path, choice, subject):
    """Same revision, other content: a person chooses; the value given up stays in the decision; asked once only."""
    twin = county.copy(tmp_path / "twin")
    uid = min(county.records(Teacher))
    county.change(Teacher, uid, subject="信息科技")
    city.merge(county.send(drive).path)
    with closing(twin.store):
        twin.change(Teacher, uid, subject="劳动")
        twin.send(tmp_path / "twin-drive")
        path = twin.send(tmp_path / "twin-drive").path
    plan = city.plan(path)
    assert counts(plan, "teachers") == {"same": 202, "conflict": 1}
    assert plan.disputes()[uid][2].choices == ("here", "sent")
    city.settle(plan, {uid: Settlement(choice, "电话核实")})
    plan = city.merge(path)
    settled = {"here": {"same": 202, "conflict": 1}, "sent": {"same": 202, "changed": 1}}
    assert counts(plan, "teachers") == settled[choice]
    assert city.records(Teacher)[uid].content["subject"] == subject
    assert not city.plan(path).disputes()
    [decision] = city.records(ConflictDecision).values()
    assert decision.content["differences"] == [{"label": "任教学科", "here": "信息科技", "sent": "劳动"}]


def test_a_school_named_otherwise_is_settled(offices, drive):
    """What a township says of a school that the county wrote: taken over, it is the county's own new revision."""
    county, one = offices[COUNTY], offices[ONE]
    uid = add(county.store, School, school_content(principal="王校长"))
    one.change(School, uid, principal="李校长")
    path = one.send(drive).path
    plan = county.plan(path)
    assert counts(plan, "schools") == {"conflict": 1}
    county.settle(plan, {uid: Settlement("sent", "以学校更正为准")})
    county.merge(path)
    school = county.records(School)[uid]
    assert (school.content["principal"], school.origin, school.revision) == ("李校长", COUNTY, 2)
    assert counts(county.plan(one.send(drive).path), "schools") == {"same": 1}


def test_receipts_of_a_year_come_together(offices, drive):
    """One receipt answers all packages of the year; heads tell what the other side has not got."""
    county, one = offices[COUNTY], offices[ONE]
    first = county.merge(one.send(drive).path)
    county.answer(first, drive)
    plan = county.merge(one.send(drive).path)
    assert any("回执" in text and "没有收到" in text for text in plan.assumed)
    receipts = read_receipts(one.store, county.answer(plan, drive), identity=one.identity)
    assert [(each.seq, each.counts["teachers"]) for each in receipts] == [
        (1, first.counts_by_entity()["teachers"]),
        (2, plan.counts_by_entity()["teachers"]),
    ]
    assert not any("没有收到" in text for text in county.merge(one.send(drive).path).assumed)


def test_each_desk_writes_its_areas(tmp_path, drive):
    """What the other desk writes is refused here, taken from its drive, and told where both say that they write it."""
    create_office(tmp_path / "main", name="云岭县教育委员会", code=COUNTY, rank="county").close()
    create_office(tmp_path / "rs", name="云岭县教育委员会人事股", code=f"{COUNTY}-rs", rank="county").close()
    with closing(Desk.open(tmp_path / "main").store) as one, closing(Desk.open(tmp_path / "rs").store) as other:
        main, desk = Desk(one), Desk(other)
        confirm_card(main.store, desk.card, "李", desk=True)
        confirm_card(desk.store, main.card, "王", desk=True)
        assert own_areas(one) == ("roster", "awards", "training")
        teacher = add(one, Teacher, teacher_content(1))
        honor = {"teacher": teacher, "name": "优秀教师", "level": "3"}
        kept = add(one, Honor, honor)
        divide(one, ("roster", "training"))
        divide(other, ("awards", "training"))
        with pytest.raises(RefusedError, match="荣誉由本单位另一股室登记，没有保存"):
            add(one, Honor, {**honor, "name": "模范班主任"})
        with pytest.raises(RefusedError, match="另一股室登记"):
            main.change(Honor, kept, name="改名")
        plan = desk.merge(main.send_down(DESK, f"{COUNTY}-rs", drive).path)
        assert "“培训”两个股室都在登记" in "".join(plan.assumed)
        assert set(desk.records(Honor)) == {kept}
        theirs = add(other, Honor, {**honor, "name": "模范班主任"})
        main.merge(desk.send(drive).path)
        assert set(main.records(Honor)) == {kept, theirs}
        with pytest.raises(RefusedError, match="没有叫“x”的业务"):
            divide(one, ("x",))
        with pytest.raises(RefusedError, match="一项也没有选"):
            divide(one, ())
        divide(one, ("roster", "awards", "training"))
        main.change(Honor, kept, name="改名")
