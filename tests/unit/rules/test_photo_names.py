"""Whose photo a file is, by its name alone."""

import pytest

from desktop.rules.photo_names import id_number_in, names_in, places_in

KNOWN = ("王芳", "李明", "古丽娜尔·艾合买提", "欧阳芳")


@pytest.mark.parametrize(
    ("stem", "alone", "within"),
    [
        ("王芳", ["王芳"], []),
        ("王 芳", ["王芳"], []),
        ("03王芳-一寸", ["王芳"], []),
        ("IMG_2026王芳(1)", ["王芳"], []),
        ("云岭县实验小学王芳", ["王芳"], []),
        ("一中王芳老师照片", ["王芳"], []),
        ("王芳 城关小学", ["王芳"], []),
        ("王芳芳", [], ["王芳"]),
        ("小王芳", [], ["王芳"]),
        ("欧阳芳照片", ["欧阳芳"], []),
        ("古丽娜尔.艾合买提", ["古丽娜尔·艾合买提"], []),
        ("王芳、李明", ["王芳", "李明"], []),
        ("照片001", [], []),
    ],
)
def test_a_name_must_stand_by_itself(stem, alone, within):
    """School, number or 照片 may stand beside a name; another character makes it somebody else's."""
    assert names_in(stem, KNOWN) == (alone, within)


def test_id_number_of_a_file():
    """Eighteen digits, or X at the end in either case, anywhere in the name; a longer run of digits is none."""
    assert id_number_in("王芳50999919900307123x") == "50999919900307123X"
    assert id_number_in("2026509999199003071234") == ""


def test_schools_beside_a_name():
    """What ends as schools do is one; words of the photo and the name itself are none."""
    assert places_in("02县一中王芳一寸照", "王芳") == ["县一中"]
    assert places_in("王芳（城关小学）老师", "王芳") == ["城关小学"]
    assert places_in("王芳证件照2", "王芳") == []
