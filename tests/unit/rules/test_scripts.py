"""Repairs of wrongly decoded texts."""

import pytest

from desktop.rules.scripts import find_lost_byte, propose_from_gbk, propose_from_latin, repair_lost_byte


@pytest.mark.parametrize("mark", ["！", "!"])
def test_lost_byte(mark):
    """示范校”的選拔 with one byte lost is found, and one character repairs it (domain §7)."""
    text = f"培訓示范{mark}钡倪x拔、展示"
    lost = find_lost_byte(text)
    assert lost is not None
    assert "校" in lost.candidates
    assert lost.rest == "”的選"
    assert repair_lost_byte(text, lost, "校") == "培訓示范校”的選拔、展示"


@pytest.mark.parametrize("text", ["加油！王老师", "很好！", "示范！𠮷倪x拔", "优秀！甲a", "好！㐀a丁", "示范！丂a丁"])
def test_no_lost_byte(text):
    """Real exclamation marks are left alone."""
    assert find_lost_byte(text) is None


@pytest.mark.parametrize(
    ("text", "proposal"),
    [("ÐÕÃû", "姓名"), ("ÐÔ±ð", "性别"), ("Müller", None), ("姓名ÐÕ", None), ("ÿÿ", None), ("姓名", None)],
)
def test_from_latin(text, proposal):
    """GBK bytes read as Latin-1 are proposed back; other accents are left."""
    assert propose_from_latin(text) == proposal


@pytest.mark.parametrize(
    ("text", "proposal"),
    [("濮撳悕", "姓名"), ("瀛﹀巻", "学历"), ("姓名", None), ("abc", None), ("姓\ud800", None)],
)
def test_from_gbk(text, proposal):
    """UTF-8 bytes read as GBK are proposed back; Chinese texts are left."""
    assert propose_from_gbk(text) == proposal
