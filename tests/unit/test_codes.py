"""Shipped code tables, holidays and policies."""

import pytest

from desktop.codes import (
    grade_labels,
    shipped_holidays,
    shipped_policies,
    table,
    table_names,
)
from desktop.errors import ValueProblem
from desktop.paths import RESOURCES
from desktop.rules.characters import plain
from desktop.rules.policies import policy_value
from desktop.rules.retirement import read_stages

ENTRIES = [(name, entry) for name in table_names() for entry in table(name).entries]
NOT_TABLES = {"tables", "refused", "surname_readings", "character_readings"}


def test_every_file_is_a_table():
    """Each file has its line in tables.csv, and each line its file."""
    files = {path.stem for path in (RESOURCES / "codes").glob("*.csv")} - NOT_TABLES
    assert files == set(table_names())


@pytest.mark.parametrize(("name", "entry"), ENTRIES, ids=[f"{name}-{entry.code}" for name, entry in ENTRIES])
def test_every_word_resolves(name, entry):
    """Code, label, full name and every alias mean their entry, unless refused as ambiguous."""
    choices = table(name)
    for word in (entry.code, entry.label, entry.name, *entry.aliases):
        if name == "gender" and word in {"0", "1"}:
            continue
        assert choices.read(word) == entry.code, word
        assert choices.read(f"（{word}）") == entry.code, word
    assert choices.label(entry.code) == entry.label
    assert choices.entry(entry.code) is entry


@pytest.mark.parametrize("name", table_names())
def test_words_are_unambiguous(name):
    """Labels are unique, and no word belongs to two entries of a table."""
    choices = table(name)
    labels = [entry.label for entry in choices.entries]
    assert len(labels) == len(set(labels))
    owners: dict[str, set[str]] = {}
    for entry in choices.entries:
        for word in (entry.code, entry.label, entry.name, *entry.aliases):
            owners.setdefault(plain(word).casefold(), set()).add(entry.code)
    assert {word: codes for word, codes in owners.items() if len(codes) > 1} == {}
    assert choices.title
    assert choices.codes == tuple(entry.code for entry in choices.entries)


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("title", "T4", "中教高级/中高/中学高级/高级教师/副高/中小学高级教师/小中高/中学高级教师"),
        (
            "title",
            "T3",
            "中教一级/中一/一级教师/中级/中小学一级教师/小高/小学高级/幼高/幼儿园高级/中小学一级/小学高级教师",
        ),
        ("title", "T2", "中二/中教二级/小一/小教一级/二级教师/助理级/中小学二级教师/小学一级教师"),
        ("title", "T1", "中三/小二/小三/三级教师/员级"),
        ("title", "T0", "未评/无/未定级/见习/试用期"),
        ("title", "V4", "高级讲师"),
        ("tier", "2", "市级/省级/市级骨干/市级骨干教师/市级（省级）/市级(省级)骨干教师"),
        ("tier", "3", "区县级/区级/县级/区级骨干/县级骨干教师/区县级骨干教师"),
        ("tier", "1", "国家级/国家级骨干教师"),
        ("tier", "4", "校级/校级骨干教师"),
        ("education", "21", "本科/大学/大本/大学本科/大学本科毕业"),
        ("education", "31", "大专/专科/大学专科"),
        ("education", "14", "硕士/硕士研究生/研究生"),
        ("education", "11", "博士/博士研究生"),
        ("education", "41", "中专/中师/中专（非师范）"),
        ("gender", "1", "男/男性/M/m/ 男 "),
        ("gender", "2", "女/女性/F/女 性"),
        ("ethnicity", "01", "汉/汉族/HA/Han/1/汉 族/（汉族）"),
        ("ethnicity", "15", "土家/土家族"),
        ("ethnicity", "46", "崩龙族/德昂"),
        ("political_status", "01", "党员/中共党员"),
        ("political_status", "02", "预备党员"),
        ("political_status", "03", "团员"),
        ("political_status", "10", "九三"),
        ("degree", "4", "学士/学士学位"),
        ("school_type", "341", "完中/完全中学"),
        ("subject", "17", "信息技术"),
    ],
)
def test_words_of_the_domain(name, code, words):
    """The aliases of domain §1.5 and §3 mean what it says."""
    for word in words.split("/"):
        assert table(name).read(word) == code, word


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("tier", "骨干", "没有写明级别"),
        ("tier", "名师", "不是骨干教师的级别"),
        ("tier", "省骨", "“省骨”不是可用的骨干级别，相近的有：市级"),
        ("tier", "qqq", "可用的有：国家级、"),
        ("ethnicity", "@@@", "下拉列表"),
        ("gender", "0", "含义不同"),
        ("gender", "1", "含义不同"),
        ("political_status", "民主党派", "具体党派"),
        ("title", "初级", "哪一级"),
        ("education", "本科（函授）", "大学本科"),
        ("title", "高级教师（一级）", "不是可用的职称"),
        ("ethnicity", ")", "民族"),
        ("ethnicity", "汉族)", "民族"),
    ],
)
def test_refusals(name, text, told):
    """An unknown or ambiguous value is named, with the nearest labels; nothing is guessed."""
    with pytest.raises(ValueProblem, match=told):
        table(name).read(text)
    assert table(name).find(text) is None


def test_brackets_that_repeat():
    """高级教师(副高) says one thing twice."""
    assert table("title").read("高级教师（副高）") == "T4"


def test_ethnic_groups_are_complete():
    """56 groups, 97 and 98 (GB/T 3304 and administrative data)."""
    assert table("ethnicity").codes == (*(f"{number:02d}" for number in range(1, 57)), "97", "98")


@pytest.mark.parametrize(
    "call", [lambda: table("colour"), lambda: table("tier").label("9"), lambda: table("tier").entry("9")]
)
def test_unknown_names_are_bugs(call):
    """A table or code that does not exist is a KeyError."""
    with pytest.raises(KeyError):
        call()


def test_tables_are_read_once():
    """The same table is given again."""
    assert table("tier") is table("tier")


@pytest.mark.parametrize("grade_set", table("grade_set").codes)
def test_grades_of_a_set_exist(grade_set):
    """Each grade of a set is a label of the table of grades."""
    labels = {entry.label for entry in table("grade").entries}
    assert set(grade_labels(grade_set)) <= labels


def test_grade_set_b():
    """Backbone teachers are graded in four grades by default (clerk.md §5.11)."""
    assert grade_labels("B") == ("优秀", "良好", "合格", "不合格")


def test_holidays_are_off_or_work():
    """No other kind of day is shipped, and no day twice."""
    days = [row.day for row in shipped_holidays()]
    assert {row.kind for row in shipped_holidays()} == {"off", "work"}
    assert len(days) == len(set(days))


def test_policies_are_complete():
    """Every row has key, label and source, and no two rows of a set overlap in force."""
    rows = shipped_policies()
    assert all(row.key and row.label and row.source for row in rows)
    for row in rows:
        twins = [other for other in rows if (other.policy_set, other.key) == (row.policy_set, row.key)]
        assert sum(other.in_force(row.from_year or 2026) for other in twins) == 1


def test_local_sets_say_what_differs():
    """Every key of a local set is a key of the national one, but those of that place alone."""
    national = {row.key for row in shipped_policies() if row.policy_set == "national"}
    local = {row.key for row in shipped_policies() if row.policy_set != "national"}
    assert local - national == {"exchange.age_max.from_mountains"}


@pytest.mark.parametrize(
    ("key", "sets", "value"),
    [
        ("backbone.cycle_years.tier1", ("national",), 5),
        ("backbone.cycle_years.tier3", ("national",), 3),
        ("publicity.min_workdays", ("national",), 5),
        ("publicity.min_workdays", ("kangbao", "national"), 7),
        ("ce.annual_hours", ("chongqing", "national"), 80),
        ("exchange.age_max.men", ("miyun", "national"), 57),
        ("assess.excellent_cap_pct.exchange", ("national",), 15),
        ("assess.grade_set.backbone", ("national",), "B"),
        ("assess.thresholds.B", ("national",), {"优秀": 85, "良好": 75, "合格": 60}),
    ],
)
def test_policy_values(key, sets, value):
    """Values of domain appendix A."""
    assert policy_value(shipped_policies(), key, 2026, sets) == value


def test_retirement_table():
    """The shipped table has the three base ages."""
    stages = read_stages(policy_value(shipped_policies(), "retire.table", 2026, ("national",)))
    assert [stage.base_age for stage in stages] == [60, 55, 50]
