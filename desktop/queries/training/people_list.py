"""Who is meant by a pasted list of names, one a line, each perhaps with ID number or school beside."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from desktop.queries.columns import Surroundings
from desktop.rules.names import normalise_name

_SERIAL: Final = re.compile(r"^\s*[（(]?\d{1,4}[)）.、．]\s*|^\s*\d{1,4}\t")
_UNIT: Final = re.compile(r"(校|学|园|中心|中|小|部|所|局|教点)$")
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

    @property
    def teacher(self) -> str | None:
        """The teacher, if there is one and only one."""
        return self.teachers[0] if len(self.teachers) == 1 else None


def listed_people(session: Session, text: str, day: date) -> list[PastedPerson]:
    """The people of a list; schools are those of the day."""
    return find_people(Surroundings(session, day), text)


def find_people(around: Surroundings, text: str) -> list[PastedPerson]:
    """The people of a list; several names may stand in one line if signs part them."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        plain = _SERIAL.sub("", line).strip()
        if plain:
            found += [_person(around, number, part) for part in _people_in(around, plain)]
    return found


def _people_in(around: Surroundings, line: str) -> list[str]:
    """A line is one person with hints if its parts name a school or number, else a person for each part."""
    parts = [part.strip() for part in _SIGNS.split(line) if part.strip()]
    if len(parts) == 1 and len(words := line.split()) > 1 and around.names.find("teachers", words[0]):
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
        return PastedPerson(number, text, (), f"“{shown}”不在教师名册中，请核对姓名，或按现场报到登记")
    if len(found) > 1:
        told = "、".join(around.names.text("teachers", uid) for uid in found[:4])
        return PastedPerson(number, text, found, f"“{shown}”有 {len(found)} 人（{told}），请写上身份证号或学校")
    return PastedPerson(number, text, found, "", around.names.text("teachers", found[0]))
