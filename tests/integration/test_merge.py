"""Merging a package: what becomes of every record, and that nothing is written that should not be."""

import shutil
from contextlib import closing

import pytest

from desktop.archive import Identity
from desktop.errors import PackageRefused, RefusedError
from desktop.exchange.cards import confirm_card
from desktop.exchange.merge import carry_out_merge
from desktop.exchange.package import SECTIONS
from desktop.exchange.settling import Settlement
from desktop.kinds import sample_citizen_id
from desktop.models import ANNUAL, Appointment, Cohort, Employment, Office, School, Teacher, TitleAward
from desktop.models.local import StreamState
from desktop.queries.contents import contents_hash
from desktop.services.offices import create_office
from desktop.store import Edit
from desktop.store.history import last_undoable, list_acts, undo
from desktop.store.records import new_uid
from tests.builders import add
from tests.builders_packages import (
    CITY,
    COUNTY,
    OTHER,
    Desk,
    by_id,
    counts,
    forge,
    introduce,
    lines_of,
    texts,
)


@pytest.fixture
def drive(tmp_path):
    return tmp_path / "drive"


@pytest.fixture
def sent(county, drive):
    """The county's first package."""
    return county.send(drive).path


@pytest.fixture
def other(city, tmp_path):
    """A second county under the same city."""
    folder = tmp_path / "offices" / "other"
    create_office(folder, name="青石区教育委员会", code=OTHER, rank="county").close()
    city.store.close()
    introduce(tmp_path / "offices" / "city", folder)
    city.store = Desk.open(tmp_path / "offices" / "city").store
    desk = Desk.open(folder)
    yield desk
    desk.store.close()


def content_of(desk):
    with desk.store.read() as session:
        return contents_hash(session)


def acts_of(desk):
    with desk.store.read() as session:
        return len(list_acts(session))


def high_water(desk):
    with desk.store.read() as session:
        state = session.get(StreamState, (COUNTY, "annual/2026"))
        return None if state is None else (state.epoch, state.seq)


def balanced(plan):
    """Records in = new + changed + same + stale + conflict + refused + invalid, for each entity of the package."""
    received = plan.manifest["counts"]
    assert {plural: sum(some.values()) for plural, some in plan.counts_by_entity().items() if sum(some.values())} == {
        plural: count for plural, count in received.items() if count
    }
    unsettled = {"stale", "conflict", "refused", "invalid"}
    told = {(row.entity, row.uid) for row in plan.told_rows()}
    assert len(told) == sum(
        number for some in plan.counts_by_entity().values() for name, number in some.items() if name in unsettled
    )
    return True


def test_new_then_same(city, county, sent):
    """203 teachers and appointments are new, then all the same; the content is the county's own."""
    plan = city.merge(sent)
    assert balanced(plan)
    assert counts(plan, "teachers") == counts(plan, "appointments") == {"new": 203}
    assert counts(plan, "schools") == {"new": 12}
    assert not plan.is_told
    assert plan.counts() | {"new": 0, "changed": 0} == dict.fromkeys(plan.counts(), 0)
    assert plan.counts()["new"] == sum(plan.manifest["counts"].values()) - 1
    for entity in (School, Teacher, Employment, Cohort, Appointment):
        theirs, ours = county.records(entity), city.records(entity)
        assert {uid: (each.content, each.revision, each.origin) for uid, each in ours.items()} == {
            uid: (each.content, each.revision, each.origin) for uid, each in theirs.items()
        }
    acts = acts_of(city)
    again = city.merge(sent)
    assert balanced(again)
    assert counts(again, "teachers") == counts(again, "appointments") == {"same": 203}
    assert counts(again, "offices") == {"same": 1}
    assert again.known_already
    assert again.assumed == ["第 1 次数据包已经合并过，再次核对"]
    assert acts_of(city) == acts
    assert "教师：收到 203 条 = 新增 203 + 有变更 0" in "\n".join(plan.account_lines())


def test_rare_characters_arrive(city, county, sent):
    """Names with characters beyond U+FFFF are the same on the other side."""
    city.merge(sent)
    names = {each.content["name"] for each in city.records(Teacher).values()}
    assert {sign for name in names for sign in name if ord(sign) > 0xFFFF} >= set("𠮷𬭚𫘝𨱏")


def test_edits_and_deletions_travel(city, county, sent, drive):
    """What the county changed since is changed with its revision; what it deleted is a change with deleted_at."""
    city.merge(sent)
    first, second = sorted(county.records(Teacher))[:2]
    county.change(Teacher, first, subject="信息科技")
    county.change(Teacher, first, mobile="13900000000")
    county.delete(Teacher, second)
    plan = city.merge(county.send(drive).path)
    assert balanced(plan)
    assert counts(plan, "teachers") == {"changed": 2, "same": 201}
    row = next(row for row in plan.rows if row.uid == first)
    assert {change.field: change.new for change in row.changes} == {"subject": "信息科技", "mobile": "139****0000"}
    held = city.records(Teacher, with_deleted=True)
    assert (held[first].revision, held[first].content["mobile"]) == (3, "13900000000")
    assert held[second].deleted_at is not None
    assert counts(city.plan(county.send(drive).path), "teachers") == {"same": 203}


@pytest.mark.parametrize("at", [20, 400])
def test_a_merge_is_cancelled_anywhere(city, sent, at):
    """Stopped among the records, in the plan or while they are written, nothing of the package is here."""

    def stop(done, whole, _what):
        assert done <= whole
        if done >= at:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        city.plan(sent, step=stop)
    plan = city.plan(sent)
    before = content_of(city)
    with pytest.raises(KeyboardInterrupt):
        carry_out_merge(city.store, plan, "李主任", step=stop)
    assert content_of(city) == before
    assert carry_out_merge(city.store, plan, "李主任") > 600


@pytest.mark.parametrize(("choice", "stays"), [("here", True), ("sent", False)])
def test_what_was_decided_about_is_not_deleted_silently(city, county, sent, drive, choice, stays):
    """A teacher whom the county deletes after the city recognised something waits for a person, either way."""
    city.merge(sent)
    uid = min(county.records(Teacher))
    award = {"teacher": uid, "title": "1", "obtained": "2025-12"}
    add(city.store, TitleAward, award)
    county.delete(Teacher, uid)
    path = county.send(drive).path
    plan = city.merge(path)
    assert counts(plan, "teachers") == {"same": 202, "conflict": 1}
    assert balanced(plan)
    assert "本单位已据此办理（职称" in texts(plan)
    assert uid in city.records(Teacher)
    plan = city.plan(path)
    assert city.settle(plan, {uid: Settlement(choice, "已电话核实")}) == 1
    city.merge(path)
    assert (uid in city.records(Teacher)) is stays


def test_a_decision_made_on_an_older_revision_is_flagged(city, county, sent, drive):
    """A corrected name comes in and the recognition stands, with a remark; other fields and other people have none."""
    city.merge(sent)
    decided, renamed, other = sorted(county.records(Teacher))[:3]
    for uid in (decided, renamed):
        add(city.store, TitleAward, {"teacher": uid, "title": "1", "obtained": "2025-12"})
    county.change(Teacher, decided, name="章更正")
    county.change(Teacher, renamed, former_name="章曾用")
    county.change(Teacher, other, name="章无涉")
    plan = city.merge(county.send(drive).path)
    assert counts(plan, "teachers") == {"same": 200, "changed": 3}
    [row] = plan.told_rows()
    assert (row.uid, row.outcome, row.problems[0].field) == (decided, "changed", "name")
    assert "姓名已改，本单位此前已据第 1 版办理（职称评定 1 条），办理结果不变" in row.problems[0].text
    assert city.records(Teacher)[decided].content["name"] == "章更正"
    assert len(city.records(TitleAward)) == 2
    assert not city.merge(county.send(drive).path).is_told


def test_a_deleted_record_that_was_never_here_is_nothing(city, county, drive):
    """A tombstone without its record counts as the same; what hangs on it is told."""
    uid = min(county.records(Teacher))
    county.delete(Teacher, uid)
    plan = city.merge(county.send(drive).path)
    assert balanced(plan)
    assert counts(plan, "teachers") == {"new": 202, "same": 1}
    assert counts(plan, "appointments") == {"new": 202, "invalid": 1}
    assert "所属的教师没有采用，或不在数据包里" in texts(plan)


def test_a_restored_record_is_changed(city, county, sent, drive):
    """A record brought back at the county lives again here."""
    city.merge(sent)
    uid = min(county.records(Teacher))
    county.delete(Teacher, uid)
    city.merge(county.send(drive).path)
    record = county.records(Teacher, with_deleted=True)[uid]
    county.write(Edit(Teacher, uid, record, record.content))
    assert counts(city.merge(county.send(drive).path), "teachers") == {"changed": 1, "same": 202}
    assert uid in city.records(Teacher)


# Order


def test_an_older_package_is_refused(city, county, sent, drive):
    """After the second package the first is not taken any more; the second again is the same."""
    second = county.send(drive).path
    city.merge(second)
    with pytest.raises(PackageRefused, match="已收到第 2 次") as error:
        city.plan(sent)
    assert error.value.code == "older"
    assert city.plan(second).known_already


def test_gaps_are_told_and_leaps_are_held(city, county, sent, drive):
    """A missing package is replaced by the next; a jump of more than a thousand is no gap."""
    city.merge(sent)
    lines = lines_of(county, sent)
    assert city.plan(forge(county, drive, lines, seq=4)).assumed == ["中间有 2 次数据包没有收到，已由这一次代替"]
    assert list(city.plan(forge(county, drive, lines, seq=1001)).rows) == []
    with pytest.raises(PackageRefused) as error:
        city.plan(forge(county, drive, lines, seq=1002))
    assert error.value.code == "jump"


def test_two_packages_of_one_number_raise_the_alarm(city, county, drive, tmp_path):
    """A copied database issues the same number with other content: a fork, held for a person."""
    twin = county.copy(tmp_path / "twin")
    with closing(twin.store):
        twin.change(Teacher, min(twin.records(Teacher)), subject="信息科技")
        city.merge(county.send(drive).path)
        with pytest.raises(PackageRefused, match="两台电脑") as error:
            city.plan(twin.send(tmp_path / "twin-drive").path)
    assert error.value.code == "fork"


def test_a_copied_database_edited_apart_is_a_conflict(city, county, drive, tmp_path):
    """Same revision, other content: told with both values, not written; everything else is merged."""
    twin = county.copy(tmp_path / "twin")
    uid = min(county.records(Teacher))
    county.change(Teacher, uid, subject="信息科技")
    city.merge(county.send(drive).path)
    with closing(twin.store):
        twin.change(Teacher, uid, subject="劳动")
        other_uid = sorted(twin.records(Teacher))[1]
        twin.change(Teacher, other_uid, subject="劳动")
        twin.send(tmp_path / "twin-drive")
        plan = city.merge(twin.send(tmp_path / "twin-drive").path)
    assert balanced(plan)
    assert counts(plan, "teachers") == {"changed": 1, "same": 201, "conflict": 1}
    assert "任教学科：本单位“信息科技”，数据包“劳动”" in texts(plan)
    assert city.records(Teacher)[uid].content["subject"] == "信息科技"
    assert city.records(Teacher)[other_uid].content["subject"] == "劳动"


def test_an_older_backup_is_stale(city, county, drive, tmp_path):
    """A sender who restored an older backup is asked about once; what it has older is told and not written."""
    backup = county.copy(tmp_path / "backup")
    uid = min(county.records(Teacher))
    county.change(Teacher, uid, subject="信息科技")
    latest = county.send(drive).path
    city.merge(latest)
    with closing(backup.store):
        backup.store.renew_epoch()
        restored = backup.send(tmp_path / "backup-drive").path
        with pytest.raises(PackageRefused, match="恢复过备份") as error:
            city.plan(restored)
        assert error.value.code == "new-epoch"
        plan = city.merge(restored, accept_new_epoch=True)
        assert balanced(plan)
        assert counts(plan, "teachers") == {"same": 202, "stale": 1}
        assert "第 1 版，本单位已有第 2 版" in texts(plan)
        assert city.records(Teacher)[uid].content["subject"] == "信息科技"
        assert high_water(city) == (backup.store.epoch, 1)
        assert city.plan(restored).known_already
    with pytest.raises(PackageRefused) as error:
        city.plan(latest, accept_new_epoch=True)
    assert error.value.code == "closed-epoch"


# One writer


def test_one_person_entered_by_two_counties(city, county, other, sent, drive):
    """The second county's record is a conflict that names both; its appointment waits until that is settled."""
    city.merge(sent)
    known = next(iter(county.records(Teacher).values()))
    teacher = Edit(Teacher, "00000000-0000-7000-8000-00000000000a", None, dict(known.content))
    cohort = next(iter(county.records(Cohort).values()))
    cohort_uid = new_uid(Cohort, cohort.content)
    assert cohort_uid == cohort.uid
    appointment = {"teacher": teacher.uid, "cohort": cohort_uid, "tier": cohort.content["tier"]}
    appointment_uid = "00000000-0000-7000-8000-00000000000b"
    other.write(teacher, Edit(Cohort, cohort_uid, None, cohort.content))
    other.write(Edit(Appointment, appointment_uid, None, appointment))
    plan = city.merge(other.send(drive).path)
    assert balanced(plan)
    assert counts(plan, "teachers") == {"conflict": 1}
    assert counts(plan, "cohorts") == {"same": 1}
    assert counts(plan, "appointments") == {"conflict": 1}
    assert f"{known.content['name']}：所属的教师有待核对，这一条也没有采用" in texts(plan)
    name, number = known.content["name"], known.content["id_number"]
    assert f"身份证号 {number[:6]}********{number[-4:]} 同时属于" in texts(plan)
    assert number not in texts(plan)
    assert f"“{name}”（单位 {OTHER} 登记）和“{name}”（单位 {COUNTY} 登记）" in texts(plan)
    assert len(city.records(Teacher)) == 203
    assert appointment_uid not in city.records(Appointment)
    sent_again = other.send(drive).path
    city.settle(city.plan(sent_again), {teacher.uid: Settlement("same", "身份证号相同，电话核实")})
    assert counts(city.merge(sent_again), "appointments") == {"new": 1}
    assert city.records(Appointment)[appointment_uid].content["teacher"] == known.uid
    assert counts(city.plan(other.send(drive).path), "appointments") == {"same": 1}


def test_one_number_under_two_names_waits(city, county, other, sent, drive):
    """With another name it may be another person: what hangs on the record waits for the decision, too."""
    city.merge(sent)
    known = next(iter(county.records(Teacher).values()))
    teacher = Edit(Teacher, "00000000-0000-7000-8000-00000000000a", None, {**known.content, "name": "张三"})
    appointment = {"teacher": teacher.uid, "tier": "3"}
    other.write(teacher, Edit(Appointment, "00000000-0000-7000-8000-00000000000b", None, appointment))
    plan = city.merge(other.send(drive).path)
    assert counts(plan, "teachers") == counts(plan, "appointments") == {"conflict": 1}
    assert "张三：所属的教师有待核对" in texts(plan)


def test_shared_records_of_several_offices(city, county, other, sent, drive):
    """A cohort entered by two counties is one record: the same content is the same, another a conflict, told; what
    hangs on it is merged all the same."""
    city.merge(sent)
    cohorts = county.records(Cohort)
    (first, second) = sorted(cohorts)
    renamed = {**cohorts[second].content, "issue_date": "2001-01-01"}
    teacher = {"name": "王芳", "id_number": sample_citizen_id("19900101", 500, OTHER)}
    other.write(
        Edit(Cohort, first, None, cohorts[first].content),
        Edit(Cohort, second, None, renamed),
        Edit(Teacher, "u1", None, teacher),
        Edit(Appointment, "u2", None, {"teacher": "u1", "cohort": second, "tier": "3"}),
    )
    plan = city.merge(other.send(drive).path)
    assert balanced(plan)
    assert counts(plan, "cohorts") == {"same": 1, "conflict": 1}
    assert counts(plan, "teachers") == counts(plan, "appointments") == {"new": 1}
    assert f"单位 {COUNTY} 登记的内容不同（发文日期：" in texts(plan)
    assert city.records(Cohort)[second].origin == COUNTY


def test_links_are_found_by_key(city, county, other, sent, drive):
    """A record that links to one known here under another uid points to the one here."""
    city.merge(sent)
    school = next(iter(county.records(School).values()))
    person = {"name": "王芳", "id_number": sample_citizen_id("19900101", 500, OTHER)}
    post = {"teacher": "u1", "school": "s1", "kind": "1"}
    other.write(
        Edit(School, "s1", None, school.content), Edit(Teacher, "u1", None, person), Edit(Employment, "e1", None, post)
    )
    plan = city.merge(other.send(drive).path)
    assert counts(plan, "schools") == {"conflict": 1}
    assert city.records(Employment)["e1"].content["school"] == school.uid


@pytest.mark.parametrize("origin", [OTHER, CITY, "shipped", "000000"])
def test_a_forged_origin_is_refused(city, county, other, sent, drive, origin):
    """A record that says it was written outside the sender's branch is told and never written."""
    lines = lines_of(county, sent)
    lines["teachers"][0]["origin"] = origin
    plan = city.merge(forge(county, drive, lines, seq=1))
    assert balanced(plan)
    assert counts(plan, "teachers") == {"new": 202, "refused": 1}
    assert f"由单位 {origin} 登记，它不是报送单位 {COUNTY} 或其下属单位" in texts(plan)
    assert counts(plan, "appointments") == {"new": 202, "invalid": 1}


@pytest.mark.parametrize(("revision", "outcome"), [(9, "refused"), (4, "refused"), (2, "stale")])
def test_a_record_of_another_office_is_not_taken_over(city, county, other, sent, drive, revision, outcome):
    """Who claims another office's record is refused; who sends it from before it was handed over is stale."""
    city.write(Edit(Teacher, "u1", None, {"name": "王芳", "birth_date": "1980"}, origin=OTHER, revision=4))
    lines = lines_of(county, sent)
    claim = {"id": "u1", "rev": revision, "origin": COUNTY, "name": "王方", "birth_date": "1980"}
    lines["teachers"] = by_id([*lines["teachers"], claim])
    plan = city.merge(forge(county, drive, lines, seq=1))
    assert counts(plan, "teachers") == {"new": 203, outcome: 1}
    assert city.records(Teacher)["u1"].content["name"] == "王芳"


def test_offices_of_others_are_not_rewritten(city, county, other, sent, drive):
    """A package may bring the sender's own office and those under it, and no other."""
    lines = lines_of(county, sent)
    claims = [
        {"id": "o1", "rev": 1, "origin": COUNTY, "name": "石坪镇教办", "code": "509999001", "rank": "township"},
        {
            "id": "o2",
            "rev": 9,
            "origin": COUNTY,
            "name": "青石区",
            "code": OTHER,
            "rank": "county",
            "parent_code": COUNTY,
        },
        {"id": "o3", "rev": 1, "origin": COUNTY, "name": "别的县", "code": "123456", "rank": "county"},
    ]
    claims[0]["parent_code"] = claims[1]["parent_code"] = COUNTY
    lines["offices"] = by_id([*lines["offices"], *claims])
    village = {"id": "t1", "rev": 1, "origin": "509999001", "name": "王芳", "birth_date": "1980"}
    theirs = {"id": "t2", "rev": 1, "origin": OTHER, "name": "王芳", "birth_date": "1980"}
    lines["teachers"] = by_id([*lines["teachers"], village, theirs])
    plan = city.merge(forge(county, drive, lines, seq=1))
    assert balanced(plan)
    assert counts(plan, "offices") == {"new": 1, "changed": 1, "refused": 2}
    assert counts(plan, "teachers") == {"new": 204, "refused": 1}
    assert city.one(Office, "青石区教育委员会").content["parent_code"] == CITY


def test_a_township_reaches_the_city_through_its_county(city, county, drive, tmp_path):
    """What a county merged from below goes up with it, under the township's own name as writer."""
    folder = tmp_path / "offices" / "township"
    create_office(folder, name="石坪镇教办", code="509999001", rank="township").close()
    county.store.close()
    introduce(tmp_path / "offices" / "county", folder)
    county.store = Desk.open(tmp_path / "offices" / "county").store
    township = Desk.open(folder)
    with closing(township.store):
        township.write(Edit(Teacher, "t1", None, {"name": "李𠮷祥", "birth_date": "1980"}))
        county.merge(township.send(tmp_path / "low-drive").path)
    plan = city.merge(county.send(drive).path)
    assert balanced(plan)
    assert counts(plan, "teachers") == {"new": 204}
    assert counts(plan, "offices") == {"new": 1, "changed": 1}
    assert city.records(Teacher)["t1"].origin == "509999001"


def test_the_place_held_for_an_office_gives_way_to_its_own_record(city, drive, tmp_path):
    """Confirming a card notes the office; the office's own first record, of whatever revision, is newer than that."""
    folder = tmp_path / "offices" / "third"
    create_office(folder, name="大河区教育委员会", code="509997", rank="county", parent_code=CITY).close()
    city.store.close()
    introduce(tmp_path / "offices" / "city", folder)
    city.store = Desk.open(tmp_path / "offices" / "city").store
    third = Desk.open(folder)
    with closing(third.store):
        assert third.one(Office, "大河区教育委员会").revision == 1
        plan = city.merge(third.send(drive).path)
    assert counts(plan, "offices") == {"changed": 1}
    assert city.one(Office, "大河区教育委员会").content["county_word"] == "区级"
    with city.store.read() as session:
        act = last_undoable(session)
    undo(city.store, act.id)
    assert counts(city.merge(package_in(drive)), "offices") == {"changed": 1}


def test_the_place_held_for_an_office_is_not_sent(city, county, drive, tmp_path):
    """A county that confirmed a school which has sent nothing yet sends what it has, and nothing of it is invalid."""
    folder = tmp_path / "offices" / "school"
    create_office(folder, name="云岭县第一中学", code="50999901", rank="school", parent_code=COUNTY).close()
    county.store.close()
    introduce(tmp_path / "offices" / "county", folder)
    county.store = Desk.open(tmp_path / "offices" / "county").store
    assert county.one(Office, "云岭县第一中学").revision == 0
    plan = city.merge(county.send(drive).path)
    assert not plan.is_told
    assert counts(plan, "offices") == {"changed": 1}


def package_in(drive):
    return next(drive.glob("*.cpkg"))


# Values


def test_an_invalid_value_is_not_written(city, county, sent, drive):
    """A validly signed value that breaks the rules is told with record, field and value; the rest is merged."""
    lines = lines_of(county, sent)
    lines["teachers"][0]["gender"] = "7"
    lines["teachers"][1]["id_number"] = "509999198003150001"
    lines["employments"][0]["kind"] = "xx"
    names = [lines["teachers"][number]["name"] for number in (0, 1)]
    plan = city.merge(forge(county, drive, lines, seq=1))
    assert balanced(plan)
    assert counts(plan, "teachers") == {"new": 201, "invalid": 2}
    assert counts(plan, "appointments") == {"new": 201, "invalid": 2}
    assert f"教师“{names[0]}”：性别：代码“7”不在代码表中" in texts(plan)
    assert "509999198003150001" in texts(plan)
    assert len(city.records(Teacher)) == 201


def test_a_newer_minor_is_kept_and_a_newer_major_refused(city, county, sent, drive):
    """Optional fields of a newer program are kept for it; a form that is not known asks for an update."""
    lines = lines_of(county, sent)
    lines["teachers"][0]["shoe_size"] = 42
    uid = lines["teachers"][0]["id"]
    city.merge(forge(county, drive, lines, manifest={"schema": {"major": 1, "minor": 5}}))
    assert city.records(Teacher)[uid].content["extras"]["fields"] == {"shoe_size": 42}
    with pytest.raises(PackageRefused, match="升级到") as error:
        city.plan(forge(county, drive, lines, seq=3, manifest={"schema": {"major": 2, "minor": 0}}))
    assert error.value.code == "newer"


@pytest.mark.parametrize("manifest", [{"schema": 1}, {"schema": {"major": True}}, {"year": "2026"}, {"year": 2025}])
def test_a_manifest_of_another_form_is_refused(city, county, sent, drive, manifest):
    """The manifest names its schema and its year, and the year is that of the stream."""
    path = forge(county, drive, lines_of(county, sent), manifest=manifest)
    with pytest.raises(PackageRefused) as error:
        city.plan(path)
    assert error.value.code == "manifest-fields"


# Keys of records


def test_a_number_passes_from_one_record_to_another(city, county, sent, drive):
    """A number that its holder gives up in the same package is free: deleted and entered anew, or handed on."""
    city.merge(sent)
    (gone, first, second, third) = sorted(county.records(Teacher))[:4]
    held = county.records(Teacher)
    county.delete(Teacher, gone)
    county.change(Teacher, third, id_number=sample_citizen_id("19790101", 321))
    county.change(Teacher, second, id_number=held[third].content["id_number"])
    county.change(Teacher, first, id_number=held[second].content["id_number"])
    county.write(Edit(Teacher, "fresh", None, held[gone].content))
    before = content_of(city)
    plan = city.merge(county.send(drive).path)
    assert counts(plan, "teachers") == {"new": 1, "changed": 4, "same": 199}
    assert city.records(Teacher)["fresh"].content == held[gone].content
    with city.store.read() as session:
        act = last_undoable(session).id
    undo(city.store, act)
    assert content_of(city) == before


def test_numbers_exchanged_in_a_ring_wait(city, county, sent, drive):
    """Two records that exchange their numbers cannot be written one after the other; a person decides."""
    city.merge(sent)
    lines = lines_of(county, sent)
    first, second = lines["teachers"][:2]
    first["id_number"], second["id_number"] = second["id_number"], first["id_number"]
    first["rev"] = second["rev"] = 7
    plan = city.merge(forge(county, drive, lines))
    assert balanced(plan)
    assert counts(plan, "teachers") == {"same": 201, "conflict": 2}


def test_one_number_twice_in_a_package(city, county, sent, drive):
    """Two new records with one number are both told, neither is written, and what follows from that, too."""
    lines = lines_of(county, sent)
    lines["teachers"][1]["id_number"] = lines["teachers"][0]["id_number"]
    plan = city.merge(forge(county, drive, lines, seq=1))
    assert balanced(plan)
    assert counts(plan, "teachers") == {"new": 201, "conflict": 2}
    assert len(city.records(Teacher)) == 201


# Who signs


def test_an_unconfirmed_sender_may_be_looked_at(city, county, drive):
    """With only the card beside the package the plan can be seen, with the fingerprint, but not carried out."""
    stranger = Identity.create()
    (county.store.folder / "keys.json").unlink()
    stranger.save(county.store.folder / "keys.json")
    path = county.send(drive).path
    plan = city.plan(path)
    assert not plan.key_confirmed
    assert counts(plan, "teachers") == {"new": 203}
    before = content_of(city)
    with pytest.raises(RefusedError) as error:
        carry_out_merge(city.store, plan, "李主任")
    assert plan.fingerprint in error.value.sentence
    assert content_of(city) == before
    confirm_card(city.store, county.card, "李主任")
    assert counts(city.merge(path), "teachers") == {"new": 203}


def test_an_unknown_signer_is_refused(city, county, drive):
    """Without any card nothing of the package is believed."""
    (county.store.folder / "keys.json").unlink()
    Identity.create().save(county.store.folder / "keys.json")
    written = county.send(drive)
    written.card_path.unlink()
    with pytest.raises(PackageRefused) as error:
        city.plan(written.path)
    assert error.value.code == "unknown-signer"


def test_nobody_sends_in_anothers_name(city, county, other, sent, drive):
    """The office of the signer's card must be the sender of the header."""
    path = forge(county, drive, lines_of(county, sent), sender=OTHER)
    with pytest.raises(PackageRefused) as error:
        city.plan(path)
    assert error.value.code == "signer-office"


def test_packages_for_others_and_own_ones(city, county, sent, drive):
    """A package names its recipient; an office does not merge its own."""
    with pytest.raises(PackageRefused) as error:
        city.plan(forge(county, drive, lines_of(county, sent), recipient="123456"))
    assert error.value.code == "recipient"
    with pytest.raises(PackageRefused) as error:
        county.plan(sent)
    assert error.value.code == "own"


# One Act


def test_a_plan_is_void_after_another_act(city, county, sent):
    """A second click on the same plan, or any Act in between, writes nothing."""
    plan = city.plan(sent)
    carry_out_merge(city.store, plan, "李主任")
    before, acts = content_of(city), acts_of(city)
    with pytest.raises(RefusedError, match="预览之后数据又有改动"):
        carry_out_merge(city.store, plan, "李主任")
    assert (content_of(city), acts_of(city)) == (before, acts)


def test_undo_gives_back_what_was_and_the_package_merges_again(city, county, sent, drive):
    """Undoing merges one by one leads back through the same states, stream and revisions included."""
    empty = content_of(city)
    city.merge(sent)
    first, state = content_of(city), high_water(city)
    uid = min(county.records(Teacher))
    county.change(Teacher, uid, subject="信息科技")
    county.delete(Teacher, sorted(county.records(Teacher))[1])
    second_path = county.send(drive).path
    city.merge(second_path)
    second = content_of(city)
    for expected, water in ((first, state), (empty, None)):
        with city.store.read() as session:
            act = last_undoable(session)
        undo(city.store, act.id)
        assert (content_of(city), high_water(city)) == (expected, water)
    assert counts(city.merge(sent), "teachers") == {"new": 203}
    assert content_of(city) == first
    assert counts(city.merge(second_path), "teachers") == {"changed": 2, "same": 201}
    assert content_of(city) == second


def test_a_merge_that_fails_midway_leaves_nothing(city, county, sent, monkeypatch):
    """Whatever happens between the first row and the commit, the old state stands."""
    plan = city.plan(sent)
    before = content_of(city)

    def fail(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("desktop.exchange.merge.advance", fail)
        with pytest.raises(OSError, match="No space"):
            carry_out_merge(city.store, plan, "李主任")
    assert (content_of(city), high_water(city)) == (before, None)
    assert carry_out_merge(city.store, plan, "李主任") > 600


def test_what_is_written_is_compared_with_the_package(city, county, sent, monkeypatch):
    """If the database holds something else than the package says, all is rolled back."""
    plan = city.plan(sent)
    before = content_of(city)
    monkeypatch.setattr("desktop.exchange.merge.load", lambda *_, **__: _Altered())
    with pytest.raises(RefusedError, match="写入后与数据包不一致"):
        carry_out_merge(city.store, plan, "李主任")
    assert content_of(city) == before


class _Altered(dict):
    """Records that are never what was written."""

    def __missing__(self, uid):
        return type("Wrong", (), {"content": {}, "deleted_at": None, "revision": 1, "origin": COUNTY})


def test_a_plan_leaves_no_copy_behind(city, sent):
    """The copy in quarantine is gone after the plan, and a dry run writes nothing."""
    before, acts = content_of(city), acts_of(city)
    city.plan(sent)
    assert list((city.store.folder / "inbox").iterdir()) == []
    assert (content_of(city), acts_of(city)) == (before, acts)
    shutil.rmtree(sent.parent)
    assert tuple(entity.plural for entity in ANNUAL) == SECTIONS
