"""The scope of an annual package (报送范围): which tiers, which forms; no more people than must go.

To add a form: a `Form` in FORMS with the entities that it brings, each entity in one form.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from desktop.codes import table
from desktop.errors import RefusedError
from desktop.models import Alias, ConflictDecision, Handover, Office, School, Teacher


@dataclass(frozen=True, slots=True)
class Form:
    """What a clerk chooses as one: its name in a package, its name for people, the entities that it brings."""

    name: str
    label: str
    entities: tuple[str, ...]


FORMS: Final = (
    Form("roster", "花名册和任期", ("employments", "cohorts", "appointments", "appointment_events")),
    Form("awards", "职称、荣誉、处分", ("title_awards", "honors", "sanctions")),
    Form(
        "training",
        "培训",
        (
            "programmes",
            "places",
            "classes",
            "courses",
            "sessions",
            "enrolments",
            "sign_in_sheets",
            "leaves",
            "score_sheets",
            "certificates",
            "hours_entries",
            "inspections",
            "archive_scans",
        ),
    ),
)
BY_NAME: Final[Mapping[str, Form]] = {form.name: form for form in FORMS}
_WITH_ALL: Final = tuple(each.plural for each in (Office, School, Teacher, Alias, Handover, ConflictDecision))
"""What goes with every form: units, the people that the forms speak of, and what was settled about them."""


@dataclass(frozen=True, slots=True)
class Scope:
    """Tiers and forms by name; none of either means all."""

    tiers: tuple[str, ...] = ()
    forms: tuple[str, ...] = ()

    @classmethod
    def of(cls, tiers: Collection[str], forms: Collection[str]) -> "Scope":
        """The scope of what was chosen; all forms are no scope. Raises RefusedError for a form that there is not."""
        unknown = [name for name in forms if name not in BY_NAME]
        if unknown:
            known = "、".join(f"{form.label}（{form.name}）" for form in FORMS)
            raise RefusedError(f"没有叫“{unknown[0]}”的报送内容，可用的有：{known}")
        chosen = tuple(form.name for form in FORMS if form.name in forms)
        return cls(tuple(sorted(tiers)), () if len(chosen) == len(FORMS) else chosen)

    def __bool__(self) -> bool:
        return bool(self.tiers or self.forms)

    @property
    def sections(self) -> frozenset[str]:
        """The entities that may go."""
        chosen = [form for form in FORMS if not self.forms or form.name in self.forms]
        return frozenset((*_WITH_ALL, *(plural for form in chosen for plural in form.entities)))

    @property
    def is_roster(self) -> bool:
        """Whether everybody goes, and not only those of whom the forms speak."""
        return not self.forms or FORMS[0].name in self.forms

    def to_value(self) -> dict[str, Any]:
        """The scope as a manifest has it."""
        return {"tiers": list(self.tiers), "forms": list(self.forms or BY_NAME)}


def told_scope(value: object) -> str:
    """A manifest's scope in a sentence; empty where there is none or it cannot be read."""
    if type(value) is not dict:
        return ""
    tiers, forms = value.get("tiers"), value.get("forms")
    if type(tiers) is not list or type(forms) is not list:
        return ""
    labels = table("tier")
    named = "、".join(labels.label(each) for each in tiers if each in labels.codes) or "全部级别"
    brought = "、".join(BY_NAME[each].label for each in forms if each in BY_NAME)
    return f"报送范围：{named}；{brought or '全部内容'}"
