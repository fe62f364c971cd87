"""Who teaches a session: its own teacher, else its course's; two of one name are told apart by their units."""

from dataclasses import dataclass

from desktop.models.base import Content
from desktop.queries.directory import Directory


@dataclass(frozen=True, slots=True)
class Lecturer:
    """Name and unit as written; "" where nothing is."""

    name: str
    unit: str

    @property
    def text(self) -> str:
        """The name, with the unit behind it."""
        return f"{self.name}（{self.unit}）" if self.unit else self.name


def lecturer_of(names: Directory, lesson: Content) -> Lecturer:
    """Who teaches a session; one of the same name as the course's teacher is of that one's unit if none is written."""
    course = names.content("courses", lesson.get("course", ""))
    name = str(lesson.get("teacher") or course.get("teacher", ""))
    usual = course.get("teacher_unit", "") if name == course.get("teacher", "") else ""
    return Lecturer(name, str(lesson.get("teacher_unit") or usual))


def unit_key(names: Directory, unit: str) -> str:
    """What units are compared by: the school that is meant, else what is written before a post."""
    first = unit.split(maxsplit=1)[0] if unit.split() else ""
    schools = names.find("schools", unit) or names.find("schools", first)
    return schools[0] if len(schools) == 1 else first
