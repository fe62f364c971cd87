"""Numbers for hand scanners."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop.errors import ValueProblem
from desktop.rules.scan_codes import ScanCode, Scanned, read_scan_code

CODES = st.builds(ScanCode, st.sampled_from(Scanned), st.uuids().map(str), st.integers(0, 99))


@given(CODES)
def test_a_printed_number_is_read_back(code):
    """Digits alone carry kind, uid and page."""
    assert code.digits.isdigit()
    assert len(code.digits) == 44
    assert read_scan_code(f" {code.digits}\n") == code


@given(CODES, st.integers(0, 43), st.integers(1, 9))
def test_one_wrong_digit_is_told(code, place, by):
    """No other number is read where one digit is wrong."""
    wrong = str((int(code.digits[place]) + by) % 10)
    with pytest.raises(ValueProblem, match="请"):
        read_scan_code(code.digits[:place] + wrong + code.digits[place + 1 :])


@pytest.mark.parametrize("text", ["", "12", "G1-0709上", "９" * 44, "0" * 44])
def test_anything_else_is_told(text):
    """A text that is no such number is refused with a sentence."""
    with pytest.raises(ValueProblem, match="请重新扫描"):
        read_scan_code(text)
