"""The history of child lines as sentences."""

from desktop.fields import children_of
from desktop.models import Policy, Teacher
from desktop.store import Edit, Store, write_edits
from desktop.store.history import list_acts
from desktop.store.records import load
from desktop.ui.forms.line_sayings import tell_lines
from desktop.ui.forms.sayings import tell_act, tell_record
from tests.builders import add, teacher_content

(EDUCATIONS,) = children_of(Teacher)
FIRST = {"which": "1", "education": "21", "school": "西南大学", "graduated": "2001-07"}
HIGHEST = {"which": "2", "education": "14", "school": "重庆师范大学"}


def told(before: list[dict[str, str]], after: list[dict[str, str]]) -> list[str]:
    return list(tell_lines(EDUCATIONS, before, after, lambda field, line: line.get(field.name, "")))


def test_changed_line_tells_its_field_old_and_new() -> None:
    """A line that was changed is named by its place and first value, with the field, from what to what."""
    after = [FIRST, {**HIGHEST, "school": "北京师范大学"}]
    assert told([FIRST, HIGHEST], after) == ["学历学位第 2 行“2”：毕业院校由“重庆师范大学”改为“北京师范大学”"]
    assert told([FIRST], [{**FIRST, "school": "", "major": "中文"}]) == [
        "学历学位第 1 行“1”：毕业院校“西南大学”被清空，所学专业填为“中文”"
    ]


def test_line_between_others_is_told_alone() -> None:
    """A line put in or taken out between others is told with all it says, and the others are not told as changed."""
    assert told([FIRST], [HIGHEST, FIRST]) == ["学历学位增加第 1 行：类别 2，学历 14，毕业院校 重庆师范大学"]
    assert told([FIRST, HIGHEST], [HIGHEST]) == [
        "学历学位删去原第 1 行：类别 1，学历 21，毕业院校 西南大学，毕业时间 2001-07"
    ]


def test_line_changed_beside_one_taken_out_keeps_its_own_values() -> None:
    """Of two old lines the one that has more in common with the new line is the one that was changed."""
    assert told([FIRST, HIGHEST], [{**HIGHEST, "school": "四川大学"}]) == [
        "学历学位第 1 行“2”：毕业院校由“重庆师范大学”改为“四川大学”",
        "学历学位删去原第 1 行：类别 1，学历 21，毕业院校 西南大学，毕业时间 2001-07",
    ]


def test_many_lines_are_told_to_an_end() -> None:
    """Of very many changed lines the first are told and the rest counted."""
    after = [{**FIRST, "major": f"专业{number}"} for number in range(80)]
    assert told([], after)[-1] == "学历学位另有 50 处改动"


def test_history_of_a_teacher_tells_lines_in_words(office: Store) -> None:
    """变更记录 says codes of lines in words, as the form does."""
    uid = add(office, Teacher, teacher_content(1, educations=[FIRST]))
    with office.write("修改教师", kind="edit", operator="王主任") as session:
        stored = load(session, Teacher, [uid])[uid]
        content = {**stored.content, "educations": [{**FIRST, "graduated": "2002-07"}]}
        write_edits(session, [Edit(Teacher, uid, stored, content)])
    newest, entered = tell_record(office, uid)
    assert "学历学位第 1 行“第一学历”：毕业时间由“2001-07”改为“2002-07”" in newest.text
    assert "学历学位增加第 1 行：类别 第一学历" in entered.text


def test_policy_is_called_by_its_meaning(office: Store) -> None:
    """The log names a policy by what it settles, not by the program's own name for it."""
    content = {
        "policy_set": "office",
        "name": "training.pass_score",
        "from_year": 2026,
        "value": "60",
        "source": "通知",
    }
    add(office, Policy, {**content, "meaning": "培训及格分数线"})
    with office.read() as session:
        newest = list_acts(session, last=1)[0].id
    assert tell_act(office, newest) == ["新增 政策参数“培训及格分数线”"]
