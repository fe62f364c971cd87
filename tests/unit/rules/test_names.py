"""Spelling of names and the marks of characters that could not be typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from desktop.rules.names import name_faults, normalise_name, propose_without_pinyin


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("王　芳", "王芳"),
        ("王 芳", "王芳"),
        ("王  芳 ", "王芳"),
        ("王\u00a0芳", "王芳"),
        (" \u3000王芳\u200b", "王芳"),
        ("'王芳", "王芳"),
        ("王芳'", "王芳"),
        ("李𠮷 祥", "李𠮷祥"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("阿依古丽‧买买提", "阿依古丽·买买提"),
        ("阿依古丽・买买提", "阿依古丽·买买提"),
        ("阿依古丽∙买买提", "阿依古丽·买买提"),
        ("阿依古丽⋅买买提", "阿依古丽·买买提"),
        ("阿依古丽.买买提", "阿依古丽·买买提"),
        ("阿依古丽．买买提", "阿依古丽·买买提"),
        ("阿依古丽。买买提", "阿依古丽·买买提"),
        ("阿依古丽－买买提", "阿依古丽·买买提"),
        ("阿依古丽 · 买买提", "阿依古丽·买买提"),
        ("次仁 卓玛", "次仁卓玛"),
        ("Anna  Lee", "Anna Lee"),
        ("Anne-Marie Lee", "Anne-Marie Lee"),
        ("J. Smith", "J. Smith"),
        ("王芳.", "王芳."),
        ("e\u0301", "é"),
        ("", ""),
    ],
)
def test_normalises(typed, name):
    """Padding goes between Han characters only; every dot between ethnic parts is U+00B7."""
    assert normalise_name(typed) == name


@given(some.text(alphabet="王芳𠮷·.•－ \u3000ab'", max_size=12))
def test_normalising_twice_changes_nothing(text):
    """A normal name is its own normal form."""
    name = normalise_name(text)
    assert normalise_name(name) == name


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "为空"),
        ("王？", "代替生僻字"),
        ("王芳、李四", "不止一个人"),
        ("王芳/李四", "不止一个人"),
        ("王□", "代替生僻字"),
        ("王\ue123", "自造字"),
        ("王\U000f0001", "自造字"),
        ("李(王+月)", "偏旁"),
        ("李⿰王月", "偏旁"),
        ("王芳2", "数字"),
        ("王芳（大）", "括号"),
        ("王芳A", "字母"),
        ("王" * 51, "超过50个字"),
    ],
)
def test_faults(name, told):
    """Each mark of a character that is not the real one is told."""
    assert any(told in sentence for sentence in name_faults(name))


@pytest.mark.parametrize("name", ["王芳", "李𠮷祥", "阿依古丽·买买提", "Anna Lee", "马𫘝远", "左明", "王" * 50])
def test_no_faults(name):
    """Real names, rare characters included, have no fault."""
    assert name_faults(name) == ()


@pytest.mark.parametrize(
    ("text", "proposal"),
    [("區(qū)", "區"), ("創（chuàng）業(yè)", "創業"), ("（精选5篇）", None), ("王芳(大)", None), ("区", None)],
)
def test_pinyin_is_a_proposal(text, proposal):
    """Appended pinyin is proposed away; real brackets are left."""
    assert propose_without_pinyin(text) == proposal
