"""Who is meant by a pasted list of names, one a line, each perhaps with ID number or school beside."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from desktop.queries.columns import Surroundings
from desktop.rules.names import normalise_name

_SERIAL: Final = re.compile(r"^\s*[（(]?\d{1,4}[)）.、．]\s*|^\s*\d{1,4}\t")
_UNIT: Final = re.compile(r"(校|学|园|中心|中|小|部|所|局|教点)$")
_NAMED: Final = re.compile(r"^(?:教师|学员|参训人员)?姓\s*名$")
_TELLING: Final = re.compile(r"身份证|证件号|学校|单位|校名")
"""The headings of a pasted table whose columns tell who is meant."""
_SIGNS: Final = re.compile(r"[\t,，、;；|]+|\s{2,}")


@dataclass(frozen=True, slots=True)
class PastedPerson:
    """One line: its number from 1, its text, the teachers it may mean, and a sentence unless that is exactly one."""

    line: int
    text: str
    teachers: tuple[str, ...]
    sentence: str
    shown: str = ""
    """The teacher as lists name him, if there is one and only one."""

    unit: str = ""
    """The unit written beside a name that is in no roster."""
    repeats: int = 0
    """The line in which this person stands already; 0 for none."""

    @property
    def teacher(self) -> str | None:
        """The teacher, if there is one and only one."""
        return self.teachers[0] if len(self.teachers) == 1 else None

    @property
    def walk_in(self) -> tuple[str, str] | None:
        """Name and unit, where no teacher is meant and the line says so for the first time."""
        name = normalise_name(self.text.split("\t")[0])
        return (name, self.unit) if not self.teachers and not self.repeats and name else None


def listed_people(session: Session, text: str, day: date) -> list[PastedPerson]:
    """The people of a list; schools are those of the day."""
    return find_people(Surroundings(session, day), text)


def find_people(around: Surroundings, text: str) -> list[PastedPerson]:
    """The people of a list; several names may stand in one line if signs part them.

    Under a line of headings one person stands in a line, and other columns than number and unit say nothing of who.
    """
    found: list[PastedPerson] = []
    columns: list[int] = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in line.split("\t")]
        names = [place for place, cell in enumerate(cells) if _NAMED.match(cell)]
        if names:
            columns = [names[0], *(place for place, cell in enumerate(cells) if _TELLING.search(cell))]
        elif len(columns) > 1 or (columns and columns[0]):
            told = [cells[place] for place in columns if place < len(cells)]
            found += [_person(around, number, "\t".join(told))] if told and told[0] else []
        elif plain := _SERIAL.sub("", line).strip():
            found += [_person(around, number, part) for part in _people_in(around, plain)]
    return _without_repeats(found)


def _without_repeats(people: Iterable[PastedPerson]) -> list[PastedPerson]:
    """Who stands in an earlier line is told so; two of one name who are in no roster are two if their units differ."""
    first: dict[object, int] = {}
    told = []
    for each in people:
        who: object = each.teacher or (each.walk_in if not each.teachers else None)
        before = first.setdefault(who, each.line) if who is not None else each.line
        if who is not None and before != each.line:
            text = f"与第 {before} 行是同一人，只报名一次"
            told.append(replace(each, repeats=before, sentence=text, shown=""))
        else:
            told.append(each)
    return told


def _people_in(around: Surroundings, line: str) -> list[str]:
    """A line is one person with hints if its parts name a school or number, else a person for each part."""
    parts = [part.strip() for part in _SIGNS.split(line) if part.strip() not in {"", "男", "女"}]
    if len(parts) == 1 and len(words := parts[0].split()) > 1 and around.names.find("teachers", words[0]):
        parts = words
    return ["\t".join(parts)] if any(_is_hint(around, part) for part in parts[1:]) else parts


def _is_hint(around: Surroundings, part: str) -> bool:
    """A number, or a school, known or not, is no second person."""
    return any(map(str.isdigit, part)) or bool(_UNIT.search(part) or around.names.find("schools", part))


def _person(around: Surroundings, number: int, text: str) -> PastedPerson:
    name, *hints = text.split("\t")
    by_hint = [uid for hint in hints if any(map(str.isdigit, hint)) for uid in around.names.find("teachers", hint)]
    found = tuple(by_hint) or around.names.find("teachers", name)
    if len(found) > 1:
        schools = {school for hint in hints for school in around.names.find("schools", hint)}
        found = tuple(uid for uid in found if around.school_of.get(uid) in schools) or found
    shown = normalise_name(name)
    if not found:
        unit = next((hint.strip() for hint in hints if not any(map(str.isdigit, hint)) or _UNIT.search(hint)), "")
        sentence = f"“{shown}”不在教师名册中，请核对姓名，或按现场报到登记"
        return PastedPerson(number, text, (), sentence, unit=unit)
    if len(found) > 1:
        told = "、".join(around.names.text("teachers", uid) for uid in found[:4])
        return PastedPerson(number, text, found, f"“{shown}”有 {len(found)} 人（{told}），请写上身份证号或学校")
    return PastedPerson(number, text, found, "", around.names.text("teachers", found[0]))
