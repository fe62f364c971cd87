"""The sample office: an invented county with its schools and teachers, always the same, for trying the program.

The appointments are not written here: they come in with the spreadsheets that lie beside `office.toml`.
"""

import random
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, repeat
from pathlib import Path
from typing import Any, Final

from desktop.kinds import sample_citizen_id
from desktop.models import Cohort, Content, Employment, Record, School, Teacher
from desktop.models.base import shared_uid
from desktop.paths import RESOURCES
from desktop.services.offices import create_office
from desktop.store import Edit, Store, write_edits
from desktop.store.records import new_uid

SPREADSHEETS: Final = RESOURCES / "sample"
"""Where the rosters of the sample county's twelve schools lie."""

_LEADERS: Final = ("secretary", "principal", "training_officer")
_TITLES: Final = ("T1", "T2", "T2", "T3", "T3", "T3", "T4", "T4", "T5")
_EDUCATIONS: Final = ("21", "21", "21", "31", "14")
_MINORITIES: Final = ("06", "07", "08", "11", "15")


def write_sample(folder: Path) -> Store:
    """Write the sample office into a folder without one; returns the open store.

    Two runs write the same content under other uids. Raises RefusedError if the folder holds an office already.
    """
    data = tomllib.loads((SPREADSHEETS / "office.toml").read_text(encoding="utf-8"))
    store = create_office(folder, **data["office"])
    chance = random.Random(data["people"]["seed"])  # noqa: S311 - the same people each time, nothing secret
    people = _People(chance, data["people"], data["office"]["code"])
    edits = [
        *_edits(School, [_school(each, order, people) for order, each in enumerate(data["school"], 1)]),
        *_edits(Cohort, [{**each} for each in data["cohort"]]),
        *_staff_edits(data["school"], people),
    ]
    with store.write("建立示例数据", kind="setup", operator=data["office"]["operator"]) as session:
        write_edits(session, edits)
    return store


def _edits(entity: type[Record], contents: Sequence[Content]) -> list[Edit]:
    return [Edit(entity, new_uid(entity, content), None, content) for content in contents]


class _People:
    """A source of invented people: first the names that are hard to print, then ordinary ones."""

    def __init__(self, chance: random.Random, words: Mapping[str, Any], area: str) -> None:
        self.chance = chance
        self.area = area
        self._words = words
        self._named = iter(words["named"])
        self._count = 0

    def name(self) -> str:
        """A surname and one or two characters."""
        given = self.chance.choices(self._words["given"], k=self.chance.choice((1, 2, 2)))
        surname: str = self.chance.choice(self._words["surnames"])
        return surname + "".join(given)

    def mobile(self) -> str:
        """A mobile number that no carrier has given out."""
        return f"1990000{self.chance.randrange(10_000):04d}"

    def teacher(self, school: Mapping[str, Any]) -> Content:
        """The next teacher of a school."""
        person = next(self._named, None) or self._ordinary()
        birth_year = self.chance.randint(1968, 1998)
        birth = f"{birth_year}{self.chance.randint(1, 12):02d}{self.chance.randint(1, 28):02d}"
        self._count += 1
        sequence = 2 * self._count + (1 if person["gender"] == "1" else 0)
        start = birth_year + self.chance.randint(22, 25)
        return {
            **person,
            "birth_date": f"{birth[:4]}-{birth[4:6]}-{birth[6:]}",
            "id_type": "1",
            "id_number": sample_citizen_id(birth, sequence, self.area),
            "political_status": self.chance.choice(("01", "13", "13")),
            "work_start_month": f"{start}-07",
            "teaching_start_month": f"{start}-09",
            "staffing_status": "1",
            "duty_status": "1",
            "stage": school["stage"],
            "subject": self.chance.choice(school["subjects"]),
            "title": self.chance.choice(_TITLES),
            "mobile": self.mobile(),
            "educations": [{"which": "2", "education": self.chance.choice(_EDUCATIONS), "graduated": f"{start}-06"}],
        }

    def _ordinary(self) -> Content:
        ethnicity = "01" if self.chance.random() < 0.8 else self.chance.choice(_MINORITIES)
        return {"name": self.name(), "gender": self.chance.choice("12"), "ethnicity": ethnicity}


def _school(data: Mapping[str, Any], order: int, people: _People) -> Content:
    names = ("name", "type", "location_class", "township", "merged_on", "merged_document")
    content: Content = {name: data[name] for name in names if name in data}
    content |= {"county_code": people.area, "order": order, "code": f"{people.area}{order:04d}", "ownership": "1"}
    for leader in _LEADERS:
        content |= {leader: people.name(), f"{leader}_phone": people.mobile()}
    for name in ("stamping_school", "merged_into"):
        if name in data:
            content[name] = _school_uid(data[name], people.area)
    content["names"] = list(_names(data))
    return content


def _names(data: Mapping[str, Any]) -> Iterator[Content]:
    if "in_force_from" in data:
        yield {"name": data["name"], "kind": "full", "from_year": data["in_force_from"]}
    yield from ({**former, "kind": "former"} for former in data.get("former", ()))
    yield from ({"name": name, "kind": "short"} for name in data["short"])


def _school_uid(name: str, county_code: str) -> str:
    return shared_uid(School, {"name": name, "county_code": county_code})


def _staff_edits(schools: Sequence[Mapping[str, Any]], people: _People) -> list[Edit]:
    """Edits for teachers and for the employment of each at a school."""
    edits: list[Edit] = []
    for school in chain.from_iterable(repeat(each, each["staff"]) for each in schools):
        content = people.teacher(school)
        [teacher] = _edits(Teacher, [content])
        employment = {
            "teacher": teacher.uid,
            "school": _school_uid(school["name"], people.area),
            "kind": "1",
            "start": content["teaching_start_month"],
        }
        edits += [teacher, *_edits(Employment, [employment])]
    return edits
