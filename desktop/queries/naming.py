"""What people call a record that others link to: a ladder of texts, of which the first that is its own is shown.

To name an entity: write its ladder below, from the shortest text to the longest, and put it into LADDERS; where a
record is called by another's name, put the link to that one into CALLED_BY.
"""

from collections.abc import Callable
from typing import Final, Protocol

from desktop.codes import table
from desktop.models.base import Content

Ladder = tuple[str, ...]


class Names(Protocol):
    """Where the names of linked records come from."""

    def name(self, plural: str, uid: object) -> str:
        """The plain name; empty if unknown."""

    def text(self, plural: str, uid: object) -> str:
        """The name that no other record has."""


CALLED_BY: Final[dict[str, tuple[str, str]]] = {
    "appointments": ("teacher", "teachers"),
    "enrolments": ("teacher", "teachers"),
}
"""Records that are called as the record they point to: the field of the link, and the entity."""


def _teacher(_names: Names, content: Content) -> Ladder:
    name = content["name"]
    hints = (content.get("id_number", "")[-4:], content.get("birth_date", ""))
    return (name, *(f"{name}（{hint}）" for hint in hints if hint))


def _cohort(_names: Names, content: Content) -> Ladder:
    return (f"{table('tier').label(content['tier'])} {content['doc_no']}",)


def _appointment(names: Names, content: Content) -> Ladder:
    who = names.text("teachers", content["teacher"])
    document = names.name("cohorts", content.get("cohort")) or content.get("recognized_on", "")
    return (f"{who} {table('tier').label(content['tier'])} {document}".strip(),)


def _programme(_names: Names, content: Content) -> Ladder:
    name = content["name"]
    return (name, f"{name}（{content['year']}年）")


def _place(names: Names, content: Content) -> Ladder:
    whose = names.text("schools", content["school"]) if "school" in content else "上级下达"
    shortest = f"{names.text('programmes', content['programme'])} {whose} {content['count']} 名"
    hints = (content.get("subject", ""), content.get("doc_no", ""))
    return (shortest, *(f"{shortest}（{hint}）" for hint in hints if hint))


def _class(_names: Names, content: Content) -> Ladder:
    name = content["name"]
    hints = (content.get("code", ""), content.get("site", ""), content.get("start", ""))
    return (name, *(f"{name}（{hint}）" for hint in hints if hint))


def _course(names: Names, content: Content) -> Ladder:
    name = content["name"]
    return (name, f"{names.text('classes', content['training_class'])} {name}")


def _session(names: Names, content: Content) -> Ladder:
    when = f"{content['date']} {table('day_part').label(content['half'])}"
    shortest = f"{names.text('classes', content['training_class'])} {when}"
    what = names.name("courses", content.get("course")) or content.get("activity", "")
    return (shortest, f"{shortest} {content.get('starts', '')}".strip(), f"{shortest} {what}".strip())


def _enrolment(names: Names, content: Content) -> Ladder:
    who = names.text("teachers", content["teacher"]) if "teacher" in content else content.get("written_name", "")
    where = names.text("classes", content["training_class"])
    return (who, f"{who}（{where}）", f"{who}（{where} {content.get('number', '')} 号）")


def _certificate(_names: Names, content: Content) -> Ladder:
    return (content["number"], f"{content['issuer']} {content['number']}")


LADDERS: Final[dict[str, Callable[[Names, Content], Ladder]]] = {
    "teachers": _teacher,
    "cohorts": _cohort,
    "appointments": _appointment,
    "programmes": _programme,
    "places": _place,
    "classes": _class,
    "courses": _course,
    "sessions": _session,
    "enrolments": _enrolment,
    "certificates": _certificate,
}
"""The texts for a record by the plural of its entity; an entity that is not here is called by its plain name."""
