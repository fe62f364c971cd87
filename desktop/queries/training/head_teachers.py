"""Head teachers of school classes (班主任) must hold a certificate (持证上岗): who of the roster does, who does not.

A certificate counts that a class of a programme for 班主任 gave or brought back and that is not void, and one that an
entry of the ledger names for such a training, as those brought forward from earlier years do.
"""

from typing import Final

from sqlalchemy.orm import Session

from desktop.store.rows import LIVE, rows

HEAD_TEACHER: Final = "7"
"""The code of training_kind for head teachers of school classes."""
_ISSUED: Final = """deleted_at IS NULL AND uid IN (
    SELECT c.enrolment FROM certificates c WHERE c.deleted_at IS NULL AND c.voided_on IS NULL
) AND training_class IN (
    SELECT k.uid FROM classes k JOIN programmes p ON p.uid = k.programme
    WHERE k.deleted_at IS NULL AND p.deleted_at IS NULL AND p.kind = ?
)"""
_ENTERED: Final = f"{LIVE} AND certificate_no IS NOT NULL AND activity LIKE '%班主任%'"


def certified_head_teachers(session: Session) -> set[str]:
    """The teachers who hold such a certificate."""
    found = {teacher for (teacher,) in rows(session, "enrolments", ("teacher",), _ISSUED, (HEAD_TEACHER,)) if teacher}
    return found | {teacher for (teacher,) in rows(session, "hours_entries", ("teacher",), _ENTERED)}


def uncertified_head_teachers(session: Session) -> int:
    """How many head teachers of the roster hold none."""
    heads = {uid for (uid,) in rows(session, "teachers", ("uid",), f"{LIVE} AND is_class_teacher = 1")}
    return len(heads - certified_head_teachers(session))
