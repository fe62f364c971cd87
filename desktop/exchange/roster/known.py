"""What the office already holds, laid out for finding the teacher, school, document and appointment of a row."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date

from rapidfuzz import fuzz, process
from sqlalchemy.orm import Session

from desktop.exchange.headings import plain_heading
from desktop.models import Appointment, Cohort, Employment, School, Teacher
from desktop.models.base import Content
from desktop.rules.dates import agree, first_day, last_day
from desktop.store.records import Stored, load, new_uid

ALIKE = 78
"""From this likeness (0 to 100) on, an unknown school may be a short form of a known one."""

MAIN = "1"
"""The kind of employment that makes a school a teacher's own."""


class KnownSchools:
    """The schools by every name they have or had; new ones join as a plan goes on."""

    def __init__(self, stored: Iterable[Stored], county_code: str) -> None:
        self.county_code = county_code
        self.by_name: dict[str, str] = {}
        self.contents: dict[str, Content] = {}
        self.fresh: dict[str, Content] = {}
        for record in sorted(stored, key=lambda each: each.content.get("order") or 0):
            self._add(record.uid, record.content)
        self._order = max((content.get("order") or 0 for content in self.contents.values()), default=0)

    def _add(self, uid: str, content: Content) -> None:
        self.contents[uid] = content
        for line in content.get("names", ()):
            self.by_name.setdefault(plain_heading(line["name"]), uid)
        self.by_name[plain_heading(content["name"])] = uid

    def find(self, name: str) -> str | None:
        """The uid of a school by full, short or former name; a merged school leads to the one it became."""
        uid = self.by_name.get(plain_heading(name))
        seen = set()
        while uid is not None and uid not in seen and self.contents.get(uid, {}).get("merged_into"):
            seen.add(uid)
            uid = self.contents[uid]["merged_into"]
        return uid

    def alike(self, name: str) -> list[str]:
        """Full names of known schools that an unknown name may stand for, best first.

        A name that only differs in a number (第一 / 第二) is another school, however alike the letters are.
        """
        plain = plain_heading(name)
        stored = [content["name"] for uid, content in self.contents.items() if uid not in self.fresh]
        found = process.extract(plain, stored, scorer=fuzz.partial_ratio, limit=3, score_cutoff=ALIKE)
        return [each for each, _score, _place in found if _is_shortened(plain, plain_heading(each))]

    def make(self, name: str) -> str:
        """A new school of the county, last in the official order."""
        self._order += 1
        content: Content = {"name": name, "county_code": self.county_code, "order": self._order}
        uid = new_uid(School, content)
        self.fresh[uid] = content
        self._add(uid, content)
        return uid

    def name_of(self, uid: str) -> str:
        """The full name of a school."""
        return str(self.contents[uid]["name"]) if uid in self.contents else "（未登记的学校）"


def _is_shortened(short: str, full: str) -> bool:
    """Every character of the short name stands in the full one, in order: 石坪中心校 in 云岭县石坪镇中心小学校."""
    if len(short) >= len(full):
        return False
    rest = iter(full)
    return all(character in rest for character in short)


class Known:
    """The records that a roster can meet, and how to find them."""

    def __init__(self, session: Session, county_code: str) -> None:
        self.schools = KnownSchools(load(session, School).values(), county_code)
        self.deleted_schools = load(session, School, with_deleted=True)
        self.teachers = load(session, Teacher)
        self.cohorts = load(session, Cohort, with_deleted=True)
        self.by_number = {
            record.content["id_number"]: uid for uid, record in self.teachers.items() if "id_number" in record.content
        }
        self.by_name: dict[str, list[str]] = defaultdict(list)
        for uid, record in self.teachers.items():
            self.by_name[record.content["name"]].append(uid)
        self.employments: dict[str, list[Stored]] = defaultdict(list)
        for record in load(session, Employment).values():
            self.employments[record.content["teacher"]].append(record)
        self.appointments: dict[str, list[Stored]] = defaultdict(list)
        for record in load(session, Appointment).values():
            self.appointments[record.content["teacher"]].append(record)

    def current_employment(self, teacher: str) -> Stored | None:
        """The open main employment of a teacher; the latest if there are several."""
        today = date.today()  # noqa: DTZ011 - an office's day is the day of its own clock
        found = [
            record
            for record in self.employments.get(teacher, ())
            if record.content.get("kind") == MAIN
            and not (record.content.get("end") and last_day(record.content["end"]) < today)
        ]
        return max(found, key=_start, default=None)

    def works_at(self, teacher: str, school: str) -> bool:
        """Whether any employment of a teacher names this school."""
        return any(record.content["school"] == school for record in self.employments.get(teacher, ()))

    def namesakes(self, name: str, birth: str | None, school: str | None) -> list[str]:
        """Teachers of this name whose birth does not contradict and who work at this school, if it is told."""
        found = []
        for uid in self.by_name.get(name, ()):
            known_birth = self.teachers[uid].content.get("birth_date")
            if birth and known_birth and not agree(birth, known_birth):
                continue
            if school is None or self.works_at(uid, school):
                found.append(uid)
        return found


def _start(record: Stored) -> date:
    start = record.content.get("start")
    return first_day(start) if start else date.min
