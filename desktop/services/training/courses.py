"""The order of the courses of a class."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from desktop.models import Course
from desktop.store.records import Edit, load, write_edits


def order_courses(session: Session, uids: Sequence[str]) -> int:
    """Number courses from 1 in this order; returns how many changed. One that is deleted meanwhile is passed over."""
    known = load(session, Course, uids)
    edits = []
    for place, uid in enumerate((each for each in uids if each in known), 1):
        if known[uid].content.get("order") != place:
            edits.append(Edit(Course, uid, known[uid], {**known[uid].content, "order": place}))
    return write_edits(session, edits)
