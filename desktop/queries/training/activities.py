"""What gave hours to each teacher: entries by hand and classes passed here, with what tells them from each other."""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import lru_cache
from typing import Final

from sqlalchemy.orm import Session

from desktop.models import Certificate, Enrolment, HoursEntry, Programme, TrainingClass
from desktop.models.base import Content
from desktop.queries.policies import Policies
from desktop.queries.training.results import ClassResults, results
from desktop.rules.characters import plain
from desktop.rules.hours import tenths
from desktop.rules.hours_ledger import Activity
from desktop.store.records import load
from desktop.store.scan import scan

EXEMPTION: Final = "9"
"""考核合格免修 of hours_kind."""
PUBLIC, SPECIAL = "1", "2"
"""公需科目 and 专业科目 of hours_field."""
_KIND_OF_MODE: Final = {"2": "2", "4": "4", "5": "3"}
"""hours_kind by training_mode; every other mode is 集中培训."""
_ENTRY: Final = frozenset(
    {"teacher", "year", "activity", "kind", "level", "field", "hours", "date", "enrolment", "certificate_no"}
)


class _Around:
    """Enrolments, classes, programmes and certificates: what an entry may speak of."""

    def __init__(self, session: Session, teachers: Collection[str] | None) -> None:
        found = scan(session, Enrolment, ("teacher", "training_class"), teachers, by="teacher")
        self.enrolments = {each.uid: each.content for each in found}
        chosen = {each["training_class"] for each in self.enrolments.values()}
        self.classes = {uid: each.content for uid, each in load(session, TrainingClass, chosen).items()}
        self.programmes = {uid: each.content for uid, each in load(session, Programme).items()}
        self.numbers: dict[str, list[str]] = defaultdict(list)
        only = None if teachers is None else list(self.enrolments)
        for each in scan(session, Certificate, ("enrolment", "number"), only, by="enrolment"):
            self.numbers[each.content["enrolment"]].append(_number(each.content["number"]))

    def sources(self, enrolment: str) -> frozenset[str]:
        """The class of a trainee, and the certificates that came of it."""
        owner = self.enrolments.get(enrolment, {}).get("training_class", "")
        return frozenset((owner, *self.numbers.get(enrolment, ()))) if owner in self.classes else frozenset()

    def names(self, owner: str) -> frozenset[str]:
        """The plain names of a class and of its programme."""
        content = self.classes[owner]
        programme = self.programmes.get(content.get("programme", ""), {})
        return frozenset(map(plain, filter(None, (content["name"], programme.get("name")))))


def activities(
    session: Session, policies: Policies, teachers: Collection[str] | None = None
) -> dict[str, list[Activity]]:
    """What gave hours to each of some teachers, or to all: entries by hand first, then classes passed, by day.

    An entry that names the trainee's record speaks of that class, which then counts once, with the entry's hours.
    """
    around = _Around(session, teachers)
    found: dict[str, list[Activity]] = defaultdict(list)
    for record in scan(session, HoursEntry, _ENTRY, teachers, by="teacher"):
        if record.content["kind"] != EXEMPTION:
            found[record.content["teacher"]].append(_entry(record.uid, record.content, around))
    for own in found.values():
        if len(own) > 1:
            own.sort(key=lambda each: (each.date, each.entry))
    if around.classes:
        for each in results(session, policies, None if teachers is None else list(around.classes)):
            for who, activity in _of_class(each, around):
                if teachers is None or who in teachers:
                    found[who].append(activity)
    return found


def _entry(uid: str, content: Content, around: _Around) -> Activity:
    enrolment, number = content.get("enrolment"), content.get("certificate_no")
    sources = around.sources(enrolment) if enrolment is not None else frozenset()
    return Activity(
        content["year"],
        content["kind"],
        content["activity"],
        tenths(content.get("hours")),
        content.get("level", ""),
        content.get("field", ""),
        content.get("date", ""),
        uid,
        sources=sources | {_number(number)} if number is not None else sources,
        names=_names(content["activity"]),
    )


@lru_cache(maxsize=4096)
def _names(activity: str) -> frozenset[str]:
    return frozenset((plain(activity),))


def _number(text: str) -> str:
    return f"证书{plain(text)}"


def _of_class(class_: ClassResults, around: _Around) -> Iterator[tuple[str, Activity]]:
    """The teachers who passed a class; its hours belong to the year in which it ended."""
    content = class_.content
    ended = content.get("end") or content.get("start")
    if not ended or not content.get("hours") or class_.uid not in around.classes:
        return
    programme = around.programmes.get(content.get("programme", ""), {})
    shared = Activity(
        int(ended[:4]),
        _KIND_OF_MODE.get(programme.get("mode", ""), "1"),
        content["name"],
        tenths(content["hours"]),
        programme.get("level", ""),
        SPECIAL,
        ended,
        start=str(content.get("start", ended)),
        programme=content.get("programme", ""),
        names=around.names(class_.uid),
    )
    for each in class_.trainees:
        if each.result.is_entitled and "teacher" in each.content:
            yield each.content["teacher"], replace(shared, sources=around.sources(each.uid))
