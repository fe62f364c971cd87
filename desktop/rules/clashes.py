"""Two things at one time: teachers, rooms or trainees that a timetable needs in two places."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

_HALVES: Final = {"1": ("08:00", "12:00"), "2": ("12:00", "18:00"), "3": ("18:00", "23:59")}
"""When a half-day without clock times begins and ends."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One session's time and whom or what it needs: `needs` are (kind, name) such as ("teacher", "王芳")."""

    uid: str
    date: str
    half: str
    starts: str
    ends: str
    needs: frozenset[tuple[str, str]]
    unit: str = ""
    """The unit of the teacher; empty where it is not known."""

    @property
    def times(self) -> tuple[str, str]:
        """Clock times, those of the half-day where none are written."""
        first, last = _HALVES[self.half]
        return (_padded(self.starts) or first, _padded(self.ends) or last)

    @property
    def is_timed(self) -> bool:
        """Whether both clock times are written."""
        return bool(self.starts and self.ends)


@dataclass(frozen=True, slots=True)
class Clash:
    """Two sessions at one time that need the same."""

    one: str
    other: str
    kind: str
    name: str


def _padded(clock: str) -> str:
    return clock.replace("：", ":").zfill(5) if clock else ""


def overlap(one: Slot, other: Slot) -> bool:
    """Whether two sessions of one day share any time; one may begin when the other ends.

    Those of different half-days do only by their clock times: a lecture from 10:00 to 13:00 runs into the afternoon.
    """
    if one.date != other.date:
        return False
    if one.half != other.half and not (one.is_timed and other.is_timed):
        return False
    return one.times[0] < other.times[1] and other.times[0] < one.times[1]


def shared_needs(one: Slot, other: Slot) -> set[tuple[str, str]]:
    """What two sessions both need; teachers of one name and two units are two people.

    Two sessions of one class clash by the class: that it has the same teacher and room says nothing more.
    """
    is_other = bool(one.unit and other.unit) and not (
        one.unit.startswith(other.unit) or other.unit.startswith(one.unit)
    )
    both = {need for need in one.needs & other.needs if need[0] != "teacher" or not is_other}
    return {need for need in both if need[0] == "class"} or both


def clashes(slots: Iterable[Slot]) -> list[Clash]:
    """Every pair of sessions that need the same at one time, once for each need."""
    by_need: dict[tuple[str, str, str], list[Slot]] = {}
    for slot in slots:
        for kind, name in slot.needs:
            by_need.setdefault((slot.date, kind, name), []).append(slot)
    found = []
    for (_, kind, name), some in by_need.items():
        for place, one in enumerate(some):
            found += [
                Clash(one.uid, other.uid, kind, name)
                for other in some[place + 1 :]
                if overlap(one, other) and (kind, name) in shared_needs(one, other)
            ]
    return found


def periods_overlap(one: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """Whether two classes with start and end share a day; a class without days overlaps nothing."""
    if not all(each.get(name) for each in (one, other) for name in ("start", "end")):
        return False
    return one["start"] <= other["end"] and other["start"] <= one["end"]
