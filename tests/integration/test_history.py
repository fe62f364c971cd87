"""History: every change of an Act is kept, and every Act can be taken back."""

import pytest

from desktop.errors import InvalidRecord, RefusedError, StaleRecord
from desktop.kinds import sample_citizen_id
from desktop.models import ENTITIES, Employment, School, Teacher
from desktop.models.local import StreamState
from desktop.services.records import delete, parse_values, save
from desktop.store import Edit, Store, load, write_edits
from desktop.store.history import changes_of, last_undoable, list_acts, reason_rows, undo


def teacher(number: int, **more: object) -> dict[str, object]:
    birth = f"19{70 + number % 25}{number % 12 + 1:02d}{number % 28 + 1:02d}"
    lines = [{"which": "1", "education": "31", "school": "渝州师范"}, {"which": "2", "education": "21"}]
    return {"name": "黄𨱏", "id_number": sample_citizen_id(birth, number), "educations": lines, **more}


def contents(store: Store) -> dict[str, dict[str, dict[str, object]]]:
    """Everything the office holds, without stamps: what an undo must give back."""
    with store.read() as session:
        return {
            entity.plural: {uid: record.content for uid, record in load(session, entity).items()} for entity in ENTITIES
        }


def add(store: Store, number: int = 1, **more: object) -> str:
    with store.write(f"新增教师{number}", operator="王主任") as session:
        return save(session, Teacher, teacher(number, **more))


def change(store: Store, uid: str, name: str = "修改教师", **values: object) -> None:
    with store.write(name) as session:
        save(session, Teacher, values, uid=uid, reason="更正")


def newest(store: Store) -> int:
    with store.read() as session:
        return list_acts(session, last=1)[0].id


def revision_of(store: Store, uid: str) -> int:
    with store.read() as session:
        return load(session, Teacher, (uid,), with_deleted=True)[uid].revision


def do_add(store: Store, _uid: str) -> None:
    add(store, 2)


def do_change(store: Store, uid: str) -> None:
    change(store, uid, subject="语文", mobile=None)


def do_change_lines(store: Store, uid: str) -> None:
    change(store, uid, educations=[{"which": "2", "education": "14"}])


def do_change_extras(store: Store, uid: str) -> None:
    change(store, uid, extras={"columns": {"宿舍": "3-201"}})


def do_clear(store: Store, uid: str) -> None:
    change(store, uid, educations=None, mobile=None)


def do_delete(store: Store, uid: str) -> None:
    with store.write("删除教师") as session:
        delete(session, Teacher, uid)


def do_import(store: Store, uid: str) -> None:
    """Many at once: new, changed and deleted ones in one Act."""
    with store.write("导入 城关小学花名册", kind="import") as session:
        write_edits(session, [Edit(Teacher, f"uid{number}", None, teacher(number)) for number in range(10, 200)])
        save(session, Teacher, {"subject": "数学"}, uid=uid)
        save(session, School, {"name": "城关小学", "county_code": "509999"})


def do_change_twice(store: Store, uid: str) -> None:
    """Two changes of one record within one Act."""
    with store.write("整理") as session:
        save(session, Teacher, {"subject": "数学"}, uid=uid)
        save(session, Teacher, {"mobile": "13900000002"}, uid=uid)


def do_add_change_delete(store: Store, _uid: str) -> None:
    with store.write("整理") as session:
        uid = save(session, Teacher, teacher(3))
        save(session, Teacher, {"subject": "数学"}, uid=uid)
        delete(session, Teacher, uid)


DEEDS = [
    do_add,
    do_change,
    do_change_lines,
    do_change_extras,
    do_clear,
    do_delete,
    do_import,
    do_change_twice,
    do_add_change_delete,
]


@pytest.mark.parametrize("deed", DEEDS)
def test_undo_gives_back_what_was(store, deed):
    """The content after undoing any Act is identical to before it."""
    uid = add(store, mobile="13900000001")
    before = contents(store)
    deed(store, uid)
    assert deed is do_add_change_delete or contents(store) != before
    assert undo(store, newest(store)).count >= (0 if deed is do_add_change_delete else 1)
    assert contents(store) == before


@pytest.mark.parametrize("deed", DEEDS)
def test_undo_of_undo_gives_back_what_was_done(store, deed):
    """An undo is an Act like any other, and can be taken back itself; then the first Act stands again."""
    uid = add(store, mobile="13900000001")
    deed(store, uid)
    done = contents(store)
    act = newest(store)
    if undo(store, act).count == 0:
        return
    undo(store, newest(store))
    assert contents(store) == done
    with store.read() as session:
        assert last_undoable(session).id == act
    undo(store, act)


def add_school(store: Store, name: str = "导入甲校名册") -> str:
    with store.write(name, kind="import") as session:
        school = save(session, School, {"name": "青山县第一中学", "county_code": "509999"})
        save(session, Employment, {"teacher": save(session, Teacher, teacher(1)), "school": school, "kind": "1"})
        return school


def employ(store: Store, school: str, teacher_uid: str) -> None:
    with store.write("登记任职") as session:
        save(session, Employment, {"teacher": teacher_uid, "school": school, "kind": "1"})


def test_a_school_that_later_records_need_outlives_the_undo(store):
    """Undoing the import that first named a school leaves it to those who came after, and says so."""
    school = add_school(store)
    first = newest(store)
    employ(store, school, add(store, 2))
    undone = undo(store, first)
    assert undone.kept == ("学校“青山县第一中学”",)
    assert "青山县第一中学”后来还有别的记录用到，保留不动" in undone.sentence
    with store.read() as session:
        assert list(load(session, School)) == [school]
        assert len(load(session, Employment)) == len(load(session, Teacher)) == 1
    assert undo(store, newest(store)).kept == ()
    with store.read() as session:
        assert len(load(session, Employment)) == len(load(session, Teacher)) == 2


def test_a_person_with_later_records_is_not_undone(store):
    """A person who got an employment since stays; the sentence names the Act to undo first."""
    uid = add(store, 2)
    first = newest(store)
    employ(store, add_school(store), uid)
    before = contents(store)
    with pytest.raises(RefusedError, match="教师“黄𨱏”后来又登记了任职经历（“登记任职”），请先撤销后面的操作"):
        undo(store, first)
    assert contents(store) == before


def test_nothing_comes_back_without_what_it_belongs_to(store):
    """Redoing the employment of a person who is gone by now is refused; first the person, then the employment."""
    uid = add(store, 2)
    person = newest(store)
    employ(store, add_school(store), uid)
    undo(store, newest(store))
    employment_gone = newest(store)
    undo(store, person)
    person_gone = newest(store)
    with pytest.raises(RefusedError, match="所属的教师已经删除，请先恢复教师"):
        undo(store, employment_gone)
    undo(store, person_gone)
    assert undo(store, employment_gone).count == 1


def test_acts_go_back_one_by_one(store):
    """Pressing Ctrl+Z again and again leads back to the empty office, the newest Act first."""
    empty = contents(store)
    uid = add(store)
    do_change(store, uid)
    do_import(store, uid)
    names = []
    for _ in range(3):
        with store.read() as session:
            act = last_undoable(session)
        names.append(act.name)
        undo(store, act.id)
    assert names == ["导入 城关小学花名册", "修改教师", "新增教师1"]
    assert contents(store) == empty


def test_an_act_is_named_with_operator_and_count(store):
    """The log says who did what to how many records; an Act of two changes to one record counts one."""
    uid = add(store)
    do_change_twice(store, uid)
    with store.read() as session:
        second, first = list_acts(session, last=2)
    assert (first.name, first.operator, first.kind, first.changes) == ("新增教师1", "王主任", "edit", 1)
    assert (second.name, second.changes) == ("整理", 1)


def test_an_act_without_changes_leaves_no_row(store):
    """Saving what is already there is no Act and no revision."""
    uid = add(store)
    before = newest(store)
    change(store, uid, name="再存一次")
    change(store, uid, name="黄𨱏", educations=teacher(1)["educations"])
    assert newest(store) == before
    assert revision_of(store, uid) == 1


def test_revision_rises_once_per_act(store):
    """The revision counts Acts, not steps; undoing is one more, never one less."""
    uid = add(store)
    assert revision_of(store, uid) == 1
    do_change_twice(store, uid)
    assert revision_of(store, uid) == 2
    undo(store, newest(store))
    assert revision_of(store, uid) == 3


def test_undo_back_and_forth_names_the_right_act(store):
    """However often an undo is itself undone, the first Act is marked as it stands, and Ctrl+Z offers it only then."""
    add(store, 1)
    add(store, 2)
    first = newest(store)
    for turn in range(5):
        undo(store, newest(store))
        with store.read() as session:
            act = next(each for each in list_acts(session) if each.id == first)
            last = last_undoable(session)
        assert (act.undone_by is None) == (turn % 2 == 1)
        assert (last.id == first) == (turn % 2 == 1)
    undo(store, last.id)


def test_undo_is_refused_when_changed_since(store):
    """What a later Act did is never overwritten: the sentence names it, and nothing is changed."""
    uid = add(store)
    change(store, uid, "电话更正", mobile="13900000001")
    act = newest(store)
    change(store, uid, "换了号码", mobile="13900000002")
    before = contents(store)
    with pytest.raises(RefusedError, match="黄𨱏”后来又被“换了号码”改过"):
        undo(store, act)
    assert contents(store) == before
    with store.read() as session:
        assert list_acts(session, last=1)[0].name == "换了号码"


def test_undo_of_another_field_is_not_in_the_way(store):
    """Two Acts on different fields of one person do not hold each other up."""
    uid = add(store)
    change(store, uid, mobile="13900000001")
    act = newest(store)
    change(store, uid, subject="语文")
    undo(store, act)
    content = contents(store)["teachers"][uid]
    assert content["subject"] == "语文"
    assert "mobile" not in content


def test_one_record_changed_since_holds_up_the_whole_act(store):
    """An import is taken back whole or not at all."""
    uid = add(store)
    do_import(store, uid)
    act = newest(store)
    change(store, "uid100", "改一个", subject="语文")
    before = contents(store)
    with pytest.raises(RefusedError, match="改一个"):
        undo(store, act)
    assert contents(store) == before
    undo(store, newest(store))
    undo(store, act)
    assert list(contents(store)["teachers"]) == [uid]


@pytest.mark.parametrize("again", [True, False])
def test_an_act_is_undone_once(store, again):
    """Undoing twice, or undoing what never was, is refused with a sentence."""
    add(store)
    act = newest(store)
    undo(store, act)
    with pytest.raises(RefusedError, match="已经撤销过" if again else "没有编号"):
        undo(store, act if again else 9999)


def test_the_beginning_of_an_office_stands(store):
    """Taking back 新建单位 would leave data without the office that they belong to."""
    before = contents(store)
    with pytest.raises(RefusedError, match=r"新建单位.*不能撤销"):
        undo(store, 1)
    assert contents(store) == before


def test_undone_deletion_returns_with_its_lines(store):
    """A record that comes back from the bin has all it had, under a higher revision."""
    uid = add(store)
    do_delete(store, uid)
    with store.read() as session:
        assert load(session, Teacher) == {}
    undo(store, newest(store))
    assert contents(store)["teachers"][uid] == {**teacher(1)}
    assert revision_of(store, uid) == 3


def test_undo_refuses_when_the_record_was_deleted_since(store):
    """An edit of a record that is in the bin by now cannot be taken back before the deletion is."""
    uid = add(store)
    do_change(store, uid)
    act = newest(store)
    do_delete(store, uid)
    with pytest.raises(RefusedError, match="删除教师"):
        undo(store, act)


# Merges


def merge(store: Store, edits: list[Edit]) -> int:
    with store.write("合并 石坪镇中心校 第1次", kind="merge") as session:
        write_edits(session, edits)
        act = session.info["act"].number(session)
        session.add(StreamState(sender="5099991", stream="annual", epoch="0" * 16, seq=1, manifest_hash="", act_id=act))
    return act


def merged(store: Store, content: dict[str, object] | None, revision: int) -> int:
    with store.read() as session:
        before = load(session, Teacher, ("u1",), with_deleted=True).get("u1")
    return merge(store, [Edit(Teacher, "u1", before, content, origin="5099991", revision=revision)])


def test_undone_merge_leaves_no_trace(store):
    """A record that only came with a package is as unknown as before, so the package can be merged again."""
    before = contents(store)
    act = merged(store, teacher(1), 7)
    assert revision_of(store, "u1") == 7
    undo(store, act)
    assert contents(store) == before
    with store.read() as session:
        assert load(session, Teacher, with_deleted=True) == {}
        assert session.get(StreamState, ("5099991", "annual")) is None
    merged(store, teacher(1), 7)
    assert revision_of(store, "u1") == 7


@pytest.mark.parametrize("content", [teacher(1, subject="语文"), teacher(1), None])
def test_undone_merge_returns_to_the_senders_revision(store, content):
    """After undoing a second package the record is the sender's own of the first: content, revision, writer."""
    merged(store, teacher(1), 7)
    with store.write("清除") as session:
        session.delete(session.get(StreamState, ("5099991", "annual")))
    act = merged(store, content, 9)
    assert revision_of(store, "u1") == 9
    undo(store, act)
    with store.read() as session:
        record = load(session, Teacher)["u1"]
    assert (record.content, record.revision, record.origin) == (teacher(1), 7, "5099991")


def test_undone_merge_is_merged_again_not_redone(store):
    """The undo of a merge is not undone: the package itself has everything, the history has not."""
    undo(store, merged(store, teacher(1), 7))
    with pytest.raises(RefusedError, match="重新合并"):
        undo(store, newest(store))


# Saving


def test_a_stale_form_is_not_saved(store):
    """Optimistic locking: whoever saves over somebody else's change is told, and nothing is lost."""
    uid = add(store)
    change(store, uid, subject="语文")
    with pytest.raises(StaleRecord, match="已被别人改过"), store.write("修改") as session:
        save(session, Teacher, {"subject": "数学"}, uid=uid, revision=1)
    assert contents(store)["teachers"][uid]["subject"] == "语文"
    with store.write("修改") as session:
        save(session, Teacher, {"subject": "数学"}, uid=uid, revision=2)
    assert revision_of(store, uid) == 3


@pytest.mark.parametrize(
    "deed",
    [
        pytest.param(lambda session: save(session, Teacher, {"subject": "语文"}, uid="u1"), id="save"),
        pytest.param(lambda session: delete(session, Teacher, "u1"), id="delete"),
    ],
)
def test_a_record_has_one_writer(store, deed):
    """An upper office never edits a lower one's record."""
    merged(store, teacher(1), 7)
    with pytest.raises(RefusedError, match="由单位 5099991 登记"), store.write("修改") as session:
        deed(session)
    assert revision_of(store, "u1") == 7


@pytest.mark.parametrize(
    "values",
    [{"name": "黄晓"}, {"id_number": sample_citizen_id("19800101", 1)}, {"id_number": None, "birth_date": "1980"}],
)
def test_a_correction_needs_a_reason(store, values):
    """A sensitive field that had a value is corrected with a reason, which stands in the register of corrections."""
    uid = add(store)
    with pytest.raises(RefusedError, match="需要填写更正原因"), store.write("更正") as session:
        save(session, Teacher, values, uid=uid, reason=" ")
    with store.write("更正", operator="王主任") as session:
        save(session, Teacher, values, uid=uid, reason="户籍更正")
    with store.read() as session:
        [(row, act)] = reason_rows(session)
    assert (row.reason, act.name, act.operator, row.record_uid) == ("户籍更正", "更正", "王主任", uid)


def test_filling_a_sensitive_field_is_no_correction(store):
    """A value that was missing is filled in without a reason."""
    with store.write("新增") as session:
        uid = save(session, Teacher, {"name": "周㛃", "birth_date": "1980-03"})
    with store.write("补录") as session:
        save(session, Teacher, {"id_number": sample_citizen_id("19800315", 2)}, uid=uid)
    assert revision_of(store, uid) == 2


def test_a_record_with_problems_is_not_saved(store):
    """What blocks saving is told with every problem; nothing is written."""
    with pytest.raises(InvalidRecord) as error, store.write("新增") as session:
        save(session, Teacher, {"gender": "1"})
    assert {problem.field for problem in error.value.problems} == {"name", "id_number"}
    assert contents(store)["teachers"] == {}


def test_one_person_is_entered_once(store):
    """The natural key is unique among records that are not deleted, and the sentence names the other one."""
    uid = add(store)
    with pytest.raises(InvalidRecord, match="身份证号与已有的教师“黄𨱏”相同"):
        add(store)
    do_delete(store, uid)
    assert add(store) != uid


def test_a_new_school_never_overwrites_a_renamed_one(store):
    """A school that takes the former name of another is a second school."""
    first = {"name": "城关小学", "county_code": "509999"}
    with store.write("新增") as session:
        old = save(session, School, first)
    with pytest.raises(InvalidRecord, match="与已有的学校“城关小学”相同"), store.write("新增") as session:
        save(session, School, first)
    with store.write("更名") as session:
        save(session, School, {"name": "城关第一小学"}, uid=old, reason="更名")
    with store.write("新增") as session:
        new = save(session, School, first)
    assert new != old
    assert {each["name"] for each in contents(store)["schools"].values()} == {"城关小学", "城关第一小学"}


def test_a_deleted_school_comes_back_under_its_uid(store):
    """Every office gives one school the same uid, also after it was deleted and entered again."""
    values = {"name": "城关小学", "county_code": "509999"}
    with store.write("新增") as session:
        uid = save(session, School, values)
    with store.write("删除") as session:
        delete(session, School, uid)
    with store.write("新增") as session:
        assert save(session, School, values) == uid
    undo(store, newest(store))
    assert contents(store)["schools"] == {}


def test_deleting_what_is_gone_is_told(store):
    """Deleting or saving a record that is in the bin is refused with a sentence."""
    uid = add(store)
    do_delete(store, uid)
    with pytest.raises(RefusedError, match="已被删除"):
        do_delete(store, uid)
    with pytest.raises(RefusedError, match="已被删除"):
        change(store, uid, subject="语文")


def test_texts_of_a_form_become_values(store):
    """A form's texts are read by the kinds; every text that cannot be read is told with its label."""
    content = parse_values(Teacher, {"name": " 黄 𨱏 ", "gender": "男", "birth_date": "1980年3月", "title": "中教一级"})
    assert content == {"name": "黄𨱏", "gender": "1", "birth_date": "1980-03", "title": "T3"}
    with pytest.raises(InvalidRecord) as error:
        parse_values(Teacher, {"gender": "无", "id_number": "123", "name": "黄𨱏"})
    assert [problem.field for problem in error.value.problems] == ["gender", "id_number"]
    assert error.value.problems[0].text.startswith("性别：")


def test_changes_keep_only_what_differs(store):
    """The history of one record reads as its Acts, each with the values before and after."""
    uid = add(store)
    change(store, uid, subject="语文")
    change(store, uid, subject="数学")
    with store.read() as session:
        rows = changes_of(session, record=uid)
    assert [(row.kind, row.before, row.after) for row in rows[1:]] == [
        ("edit", "{}", '{"subject":"语文"}'),
        ("edit", '{"subject":"语文"}', '{"subject":"数学"}'),
    ]
    assert [(row.revision_before, row.revision_after) for row in rows] == [(0, 1), (1, 2), (2, 3)]


def test_last_undoable_is_the_newest_that_stands(store: Store) -> None:
    """Acts that are undone, undo others or changed nothing are passed over."""
    add(store)
    first = newest(store)
    add(store, 2)
    undo(store, newest(store))
    with store.read() as session:
        found = last_undoable(session)
    assert found is not None
    assert (found.id, found.changes) == (first, 1)
