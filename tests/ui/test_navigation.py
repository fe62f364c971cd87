"""The navigation: every area in sight without scrolling, folded where there is no room, as it was left."""

from pathlib import Path
from typing import Any

import pytest

from desktop.ui.navigation import Navigation


@pytest.fixture(autouse=True)
def settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("COUNTY_DESK_SETTINGS", str(tmp_path / "settings"))


def shown(qtbot: Any, height: int, page: str = "home") -> Navigation:
    made = Navigation()
    qtbot.addWidget(made)
    made.resize(made.width(), height)
    made.show()
    made.show_current(page)
    qtbot.wait(1)
    return made


def opened(navigation: Navigation) -> list[str]:
    return [group.name for group in navigation.groups if group.is_open]


@pytest.mark.parametrize("height", [480, 584, 738, 1000])
def test_every_heading_is_in_sight_at_any_height(qtbot: Any, height: int) -> None:
    """All groups have their heading in sight; as many are unfolded as find room, those used rarely last."""
    made = shown(qtbot, height)
    assert made.fits()
    bottom = max(group.heading.mapTo(made, group.heading.rect().bottomLeft()).y() for group in made.groups)
    assert bottom < height
    names = opened(made)
    assert names[0] == "人员"
    assert names == [group.name for group in made.groups] or "档案" not in names


def test_page_in_front_unfolds_its_group(qtbot: Any) -> None:
    """A page that is opened from elsewhere is seen in the navigation, and the others give way."""
    made = shown(qtbot, 584)
    assert "档案" not in opened(made)
    made.show_current("honors")
    assert "档案" in opened(made)
    assert made.buttons["honors"].isVisible()
    qtbot.wait(1)
    assert made.fits()


def test_folded_groups_stay_folded(qtbot: Any) -> None:
    """What a clerk folds away or unfolds is so again at the next start, by mouse or by key."""
    made = shown(qtbot, 738)
    by_name = {group.name: group for group in made.groups}
    before = opened(made)
    by_name["业务"].heading.click()
    assert opened(made) == [name for name in before if name != "业务"]
    by_name["系统"].heading.click()
    assert "系统" in opened(made)
    again = shown(qtbot, 738)
    assert opened(again) == opened(made)
    assert by_name["业务"].heading.accessibleName() == "展开业务"
    by_name["业务"].heading.click()
    assert "业务" in opened(made)


def test_group_of_the_page_in_front_can_be_folded(qtbot: Any) -> None:
    """Even the group of the page in front folds when asked, and unfolds with the next page of it."""
    made = shown(qtbot, 738, "teachers")
    made.groups[0].heading.click()
    assert "人员" not in opened(made)
    made.show_current("schools")
    assert "人员" in opened(made)
