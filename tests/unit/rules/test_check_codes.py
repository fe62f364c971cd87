"""Codes by which two people compare a package."""

import random

from desktop.rules.check_codes import check_code, paper_code


def test_check_code():
    """Twelve digits in three groups of four, from the hash of the manifest."""
    assert check_code("0" * 64) == "0000 0000 0000"
    assert check_code(f"{10**12 * 7 + 123456789012:064x}") == "1234 5678 9012"
    codes = {check_code(random.Random(number).randbytes(32).hex()) for number in range(500)}
    assert len(codes) == 500


def test_paper_code():
    """The first sixteen digits of the hash in groups of four, as F41 prints them."""
    assert paper_code("0123456789abcdef" * 4) == "0123 4567 89AB CDEF"
