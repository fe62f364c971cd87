"""Values of policies as people write them, and back."""

import pytest

from desktop.codes import shipped_policies
from desktop.errors import ValueProblem
from desktop.rules.policy_texts import Shape, policy_text, read_policy

SHIPPED = shipped_policies()
CHOICES = {"INCLUSIVE": "首日计入", "STRICT": "次日起算"}


@pytest.mark.parametrize("row", SHIPPED, ids=[f"{row.policy_set}-{row.key}-{row.from_year}" for row in SHIPPED])
def test_every_shipped_value_can_be_read_back(row):
    """What the dialog proposes is the value that is in force."""
    shape = Shape(row.value, row.unit, row.choices)
    assert read_policy(policy_text(row.value, row.choices), shape) == row.value


@pytest.mark.parametrize(
    ("text", "shape", "value"),
    [
        ("９０．５", Shape(72, "学时"), 90.5),
        ("否", Shape(True), False),
        ("首日计入", Shape("STRICT", "", CHOICES), "INCLUSIVE"),
        ("1／4", Shape("1/3"), "1/4"),
        ("9-5", Shape("12-20"), "09-05"),
        ("30，70", Shape([40, 60], "%"), [30, 70]),
        ("2.5、6", Shape(["1.5", 6], "个月"), ["2.5", 6]),
        ("", Shape([]), []),
        ("公假、 产假", Shape([]), ["公假", "产假"]),
        ("计划（修订）", Shape(["计划"]), ["计划（修订）"]),
        ("国家级：１．５\n省级: 1", Shape({}, "倍"), {"国家级": 1.5, "省级": 1}),
        ("2、班主任\n9、校长；", Shape([[1, "班主任"]], "天"), [[2, "班主任"], [9, "校长"]]),
        ("60、1965-01", Shape([{"base": 55, "birth": "1970-01"}]), [{"base": 60, "birth": "1965-01"}]),
        ("渝", Shape(""), "渝"),
    ],
)
def test_what_clerks_type(text, shape, value):
    """Any width, any separator, rows on lines or behind a sign."""
    assert read_policy(text, shape) == value


@pytest.mark.parametrize(
    ("text", "shape", "sentence"),
    [
        ("-1", Shape(72, "学时"), "“-1”应是不小于 0 的数字"),
        ("", Shape(72, "学时"), "“”应是不小于 0 的数字"),
        ("2.5", Shape(5, "年"), "“2.5”应是整数（年）"),
        ("120", Shape(20, "%"), "“120”应在 0—100 之间"),
        ("也许", Shape(True), "“也许”不能用，可填：是、否"),
        ("第三天", Shape("STRICT", "", CHOICES), "“第三天”不能用，可填：首日计入、次日起算"),
        ("3/2", Shape("1/3"), "“3/2”应是大于 0、不大于 1 的分数，例如 1/3"),
        ("1/0", Shape("1/3"), "“1/0”应是大于 0、不大于 1 的分数，例如 1/3"),
        ("三分之一", Shape("1/3"), "“三分之一”应是大于 0、不大于 1 的分数，例如 1/3"),
        ("2-30", Shape("12-20"), "“2-30”应是月-日，例如 12-20"),
        ("年底", Shape("12-20"), "“年底”应是月-日，例如 12-20"),
        ("1965", Shape([{"birth": "1970-01"}]), "“1965”应是年-月，例如 1965-01"),
        ("40", Shape([40, 60], "%"), "应有 2 项，用“、”隔开，例如 40、60"),
        ("40、70", Shape([40, 60], "%"), "合计应是 100，现在是 110"),
        ("国家级", Shape({}, "倍"), "“国家级”应写成“词：数”，例如 国家级：2"),
        ("国家级：1；国家级：2", Shape({}, "倍"), "“国家级”写了两次"),
        ("太空级：1", Shape({}, "倍", {}, "国家级".__eq__, ("国家级",)), "“太空级”不能用，可用的有：国家级"),
        ("旷课", Shape([], "", {}, "公假".__eq__, ("公假", "产假")), "“旷课”不能用，可用的有：公假、产假"),
        ("1、2、3", Shape([[1, "班主任"]], "天"), "“1、2、3”应有 2 项，用“、”隔开，例如 1、班主任"),
    ],
)
def test_what_cannot_be_is_told(text, shape, sentence):
    """Each refusal names the value and the way out."""
    with pytest.raises(ValueProblem) as error:
        read_policy(text, shape)
    assert error.value.sentence == sentence


@pytest.mark.parametrize(("like", "is_table"), [({}, True), ([[1]], True), ([], False), ([1], False), (1, False)])
def test_tables_want_lines(like, is_table):
    """Rows stand on lines of their own in the dialog."""
    assert Shape(like).is_table is is_table
