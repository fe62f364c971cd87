"""What the whole office's sessions take up, read once: where a session of one class may go, and what others do then."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from desktop.queries.directory import Directory
from desktop.queries.training.classes import is_held
from desktop.queries.training.lecturers import lecturer_of
from desktop.queries.training.timetable import NEED_WORDS, held_slots, shown_need
from desktop.rules.clashes import Slot, overlap, shared_needs


@dataclass(frozen=True, slots=True)
class OtherSession:
    """A session of another class: whose, when, and what is taught by whom and where."""

    owner: str
    when: tuple[str, str]
    text: str


@dataclass(frozen=True, slots=True)
class Occupied:
    """The time of every session that is held, and whom or what those of one class share with others."""

    slots: dict[str, Slot]
    names: dict[tuple[str, str], str]
    """Name by need, of what the sessions of the class need."""
    class_of: dict[str, str]
    """The name of its class by session."""
    others: tuple[OtherSession, ...]
    """Sessions of other classes on the days of this one."""

    def clashes_if(self, uid: str, when: tuple[str, str]) -> list[str]:
        """What a session of the class would clash with at another half-day, in sentences; [] where it is free."""
        own = self.slots.get(uid)
        if own is None:
            return []
        kept = (own.starts, own.ends) if own.half == when[1] else ("", "")
        moved = replace(own, date=when[0], half=when[1], starts=kept[0], ends=kept[1])
        found = []
        for each in self.slots.values():
            if each.uid == uid or not overlap(moved, each):
                continue
            for kind, name in sorted(shared_needs(moved, each)):
                shown = self.names.get((kind, name), name)
                where = "" if kind == "class" else f"“{self.class_of[each.uid]}”"
                found.append(f"{NEED_WORDS[kind]}{shown}这时已在{where}上课")
        return list(dict.fromkeys(found))

    def classes(self) -> list[str]:
        """The other classes that have sessions on the days of this one, by name."""
        return sorted({each.owner for each in self.others})


def occupied(names: Directory, uid: str) -> Occupied:
    """What is taken up, as a class sees it."""
    slots = {each.uid: each for each in held_slots(names)}
    sessions = names.records("sessions")
    class_of = {each: names.text("classes", sessions[each].content["training_class"]) for each in slots}
    own = [each for each in slots if sessions[each].content["training_class"] == uid]
    needs = {need for each in own for need in slots[each].needs}
    shown = {(kind, name): shown_need(names, kind, name) for kind, name in needs}
    return Occupied(slots, shown, class_of, tuple(_others(names, uid, own)))


def _others(names: Directory, uid: str, own: Iterable[str]) -> Iterable[OtherSession]:
    sessions = names.records("sessions")
    content = names.content("classes", uid)
    days = [sessions[each].content["date"] for each in own]
    days += [content[name] for name in ("start", "end") if name in content]
    if not days:
        return
    for record in sessions.values():
        each = record.content
        if each["training_class"] == uid or not is_held(record) or not min(days) <= each["date"] <= max(days):
            continue
        course = names.content("courses", each.get("course", ""))
        parts = (
            course.get("name") or each.get("activity", ""),
            lecturer_of(names, each).name,
            each.get("room", ""),
        )
        owner = names.text("classes", each["training_class"])
        yield OtherSession(owner, (each["date"], each["half"]), " · ".join(filter(None, parts)))
