"""How a record stands with the upper office: green, yellow or red by its receipt and what was done since."""

import pytest

from desktop.models.local import Acknowledgement
from desktop.queries.traffic import Light, light_of, told_answer


def answer(outcome, text=None):
    return Acknowledgement(record_uid="x", entity="teachers", revision=3, outcome=outcome, text=text, package_id="p")


@pytest.mark.parametrize(
    ("outcome", "text", "revision", "light", "told"),
    [
        ("received", None, 3, Light.GREEN, "上级已收到"),
        ("new", None, 3, Light.GREEN, "上级已收到"),
        ("same", None, 3, Light.GREEN, "上级已收到"),
        ("received", None, 4, Light.YELLOW, "报送后又有改动，还没有再报"),
        ("new", "照片不在数据包里", 3, Light.YELLOW, "上级待核对：照片不在数据包里"),
        ("conflict", "与另一人号码相同", 3, Light.YELLOW, "上级待核对：与另一人号码相同"),
        ("stale", "已有更新的一版", 3, Light.YELLOW, "上级待核对：已有更新的一版"),
        ("refused", "不是本单位的", 3, Light.RED, "上级退回：不是本单位的"),
        ("invalid", "姓名没有填写", 9, Light.RED, "上级退回：姓名没有填写"),
    ],
)
def test_lights(outcome, text, revision, light, told):
    """Taken is green; changed since, or open, is yellow; sent back is red until the next receipt says otherwise."""
    said = told_answer(answer(outcome, text), revision)
    assert said == told
    assert light_of(said) is light


def test_no_answer_is_no_light():
    """A record that was never answered has no sign before it."""
    assert light_of(None) is Light.NONE
    assert light_of("") is Light.NONE
