"""What the office already holds, laid out for finding the teacher, school, document and appointment of a row."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date

import orjson
from sqlalchemy.orm import Session

from desktop.exchange.cards import county_code
from desktop.exchange.headings import bare_heading, plain_heading
from desktop.exchange.roster.school_names import may_mean
from desktop.models import Appointment, Cohort, Employment, Office, School, Teacher
from desktop.models.base import Content
from desktop.rules.dates import agree, first_day, last_day
from desktop.store.history import changes_of
from desktop.store.records import Stored, load, new_uid

MOST = 3
"""So many known schools are offered for an unknown name."""

MAIN = "1"
"""The kind of employment that makes a school a teacher's own."""


class KnownSchools:
    """The schools by every name they have or had; new ones join as a plan goes on."""

    def __init__(self, stored: Iterable[Stored], county_code: str, *, ordered: bool = True) -> None:
        self.county_code = county_code
        self._ordered = ordered
        self.by_name: dict[str, str] = {}
        self.contents: dict[str, Content] = {}
        self.fresh: dict[str, Content] = {}
        self.stored: dict[str, Stored] = {}
        self._found: dict[str, str] = {}
        self._alike: dict[str, list[str]] = {}
        for record in sorted(stored, key=lambda each: each.content.get("order") or 0):
            self.stored[record.uid] = record
            self._add(record.uid, record.content)
        self._order = max((content.get("order") or 0 for content in self.contents.values()), default=0)

    def _add(self, uid: str, content: Content) -> None:
        self.contents[uid] = content
        for line in content.get("names", ()):
            self.by_name.setdefault(plain_heading(line["name"]), uid)
        self.by_name[plain_heading(content["name"])] = uid

    def find(self, name: str) -> str | None:
        """The uid of a school by full, short or former name; a merged school leads to the one it became."""
        if name in self._found:
            return self._found[name]
        uid = self.by_name.get(plain_heading(name))
        seen: set[str] = set()
        while uid is not None and uid not in seen and self.contents.get(uid, {}).get("merged_into"):
            seen.add(uid)
            uid = self.contents[uid]["merged_into"]
        if uid is not None:
            self._found[name] = uid
        return uid

    def renamed(self) -> dict[str, str]:
        """The names met that are not a school's full name: short, former, or of a school merged since."""
        full = {name: self.name_of(uid) for name, uid in self._found.items()}
        return {name: now for name, now in full.items() if bare_heading(name) != bare_heading(now)}

    def alike(self, name: str) -> list[str]:
        """Full names of schools that an unknown name may stand for, at most three: of the office's list first.

        The schools that this import makes count too, so that one school named in two ways does not become two.
        """
        if name not in self._alike:
            names = [content["name"] for uid, content in self.contents.items() if uid not in self.fresh]
            self._alike[name] = [known for known in names if may_mean(name, known)]
        made = [content["name"] for content in self.fresh.values() if may_mean(name, content["name"])]
        return [*self._alike[name], *made][:MOST]

    def make(self, name: str) -> str:
        """A new school of the county, last in the official order, which is the county's to give."""
        content: Content = {"name": name, "county_code": self.county_code}
        if self._ordered:
            self._order += 1
            content["order"] = self._order
        uid = new_uid(School, content)
        self.fresh[uid] = content
        self._add(uid, content)
        return uid

    def name_of(self, uid: str) -> str:
        """The full name of a school."""
        return str(self.contents[uid]["name"]) if uid in self.contents else "（未登记的学校）"


class Known:
    """The records that a roster can meet, and how to find them."""

    def __init__(self, session: Session, office_code: str) -> None:
        self._session = session
        county = county_code(session, office_code)
        self.schools = KnownSchools(load(session, School).values(), county, ordered=county == office_code)
        self._offices = {
            record.content["code"]: str(record.content["name"]) for record in load(session, Office).values()
        }
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

    def office_name(self, code: str) -> str:
        """What a clerk calls the office of a code."""
        return self._offices.get(code, code)

    def open_employments(self, teacher: str) -> list[Stored]:
        """The employments of a teacher that have not ended."""
        today = date.today()  # noqa: DTZ011 - an office's day is the day of its own clock
        return [
            record
            for record in self.employments.get(teacher, ())
            if not (record.content.get("end") and last_day(record.content["end"]) < today)
        ]

    def current_employment(self, teacher: str) -> Stored | None:
        """The open main employment of a teacher; the latest if there are several."""
        found = [record for record in self.open_employments(teacher) if record.content.get("kind") == MAIN]
        return max(found, key=_start, default=None)

    def school_name_of(self, teacher: str) -> str:
        """The school where a teacher works, as a sentence names it."""
        current = self.current_employment(teacher)
        return self.schools.name_of(current.content["school"]) if current is not None else "未登记单位"

    def has_left(self, teacher: str, school: str) -> bool:
        """Whether it is on record already that a teacher works elsewhere, or nowhere any more."""
        if school not in self.schools.contents or not self.employments.get(teacher):
            return False
        current = self.current_employment(teacher)
        return current is None or self.schools.find(self.schools.name_of(current.content["school"])) != school

    def works_at(self, teacher: str, school: str) -> bool:
        """Whether any employment of a teacher names this school."""
        return any(record.content["school"] == school for record in self.employments.get(teacher, ()))

    def stood_at(self, teacher: str, school: str) -> bool:
        """Whether an employment of a teacher names this school, or named it before somebody here corrected it."""
        changed = (each for record in self.employments.get(teacher, ()) for each in self._before(record.uid))
        return self.works_at(teacher, school) or any(before.get("school") == school for before in changed)

    def _before(self, uid: str) -> Iterator[Content]:
        for change in changes_of(self._session, record=uid):
            yield orjson.loads(change.before)

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
