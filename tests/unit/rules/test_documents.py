"""Numbers of official documents."""

import pytest

from desktop.rules.documents import is_document_number, normalise_document_number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("渡教发【2013】30号", "渡教发〔2013〕30号"),
        ("渝教师发[2022)15号", "渝教师发〔2022〕15号"),
        ("云教发（2024]30号", "云教发〔2024〕30号"),
        ("云教发【2024)30号", "云教发〔2024〕30号"),
        ("云教发｛２０２４｝３０号", "云教发〔2024〕30号"),
        ("云教发2019]30", "云教发〔2019〕30号"),
        ("云教发〔2024 〕 30 号", "云教发〔2024〕30号"),
        ("云教发〔2024〕第030号", "云教发〔2024〕30号"),
        ("云教发<2024>30", "云教发〔2024〕30号"),
        ("云教发﹝2024﹞30号", "云教发〔2024〕30号"),
        ("云教发﹙2024﹚30号", "云教发〔2024〕30号"),
        ("云教发[2024] 30 号文", "云教发〔2024〕30号"),
        ("云教发〔2024〕30号文件", "云教发〔2024〕30号"),
        ("云教发〔2024年〕30号", "云教发〔2024〕30号"),
        ("（云教发〔2024〕30号）", "云教发〔2024〕30号"),
        ("渡教发【201*】30号", "渡教发〔201*〕30号"),
        ("教委{201*}30号", "教委〔201*〕30号"),
        ("云教发〔2024〕30号", "云教发〔2024〕30号"),
        ("雲教發【2024】30號", "云教发〔2024〕30号"),
        ("乾教發〔2024〕30號", "乾教发〔2024〕30号"),
        (" 见附件 ", "见附件"),
        ("見附件", "見附件"),
        ("云教发2024年30号", "云教发2024年30号"),
    ],
)
def test_normalises(typed, number):
    """Brackets of all sorts become 〔〕, traditional characters simplified ones; other texts stay as they are."""
    assert normalise_document_number(typed) == number


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("渝教师发〔2022〕15号", True),
        ("渡教发〔201*〕30号", False),
        ("云教发[2024]30号", False),
        ("〔2024〕30号", False),
        ("云教发〔2024〕030号", False),
        ("", False),
    ],
)
def test_recognises(text, right):
    """Only a complete number with 〔〕 and a real year is one (domain §3.11)."""
    assert is_document_number(text) is right
