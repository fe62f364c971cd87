"""Traditional characters, for comparing."""

import pytest

from desktop.codes import table
from desktop.rules.traditional import simplified


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("身份證號", "身份证号"),
        ("骨幹教師級別", "骨干教师级别"),
        ("聯繫電話", "联系电话"),
        ("认定时间", "认定时间"),
        ("乾隆", "乾隆"),
        ("瀘遼瓊閩魯陝", "泸辽琼闽鲁陕"),
    ],
)
def test_characters_are_replaced_one_for_one(written, read):
    """What has one simplified form gets it; everything else stays."""
    assert simplified(written) == read
    assert len(simplified(written)) == len(written)


@pytest.mark.parametrize(
    ("name", "written", "code"),
    [("tier", "縣級", "3"), ("title", "高級教師", "T4"), ("ethnicity", "漢族", "01"), ("ethnicity", "瑤族", "13")],
)
def test_words_of_codes_are_read_in_traditional_characters(name, written, code):
    """縣級 is 县级."""
    assert table(name).find(written) == code
