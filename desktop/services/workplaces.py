"""Where people of a block work: a first employment for who has none; a move is never guessed."""

from collections import defaultdict
from collections.abc import Collection
from datetime import date

from sqlalchemy.orm import Session

from desktop.errors import ValueProblem
from desktop.models import Employment, School
from desktop.models.base import Content
from desktop.queries.people import EMPLOYED, MAIN, schools_from
from desktop.store.records import Edit, load, new_uid
from desktop.store.scan import scan


class Workplaces:
    """The schools where some teachers work today, and what a block adds to them."""

    def __init__(self, session: Session, teachers: Collection[str]) -> None:
        self._schools = {uid: record.content for uid, record in load(session, School).items()}
        self._employments: dict[str, list[Content]] = defaultdict(list)
        for record in scan(session, Employment, EMPLOYED, only=teachers, by="teacher"):
            self._employments[record.content["teacher"]].append(record.content)

    def plan(self, teacher: str, school: str) -> Edit | None:
        """The employment that a row adds; None where the teacher works there already.

        Raises ValueProblem where the teacher works elsewhere: a move has a day and a document.
        """
        today = date.today()  # noqa: DTZ011 - an office's day is the day of its own clock
        present = schools_from(self._employments.get(teacher, ()), self._schools, today).get(teacher)
        if present == school:
            return None
        if present is not None:
            now, then = self._schools[present]["name"], self._schools[school]["name"]
            raise ValueProblem(f"现在“{now}”任职，要改到“{then}”，请在“任职经历”登记调动的时间和文号")
        content: Content = {"teacher": teacher, "school": school, "kind": MAIN}
        return Edit(Employment, new_uid(Employment, content), None, content)
