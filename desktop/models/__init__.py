"""The entities, declared, one file for each business area; ENTITIES lists them in the order of the menu.

To add an entity: declare the class in the file of its area, name it in ENTITIES (and in ANNUAL, behind what it
links to, if the yearly package carries it), and write the migration.
"""

from desktop.models.base import Base, Content, Line, Record
from desktop.models.notes import Note
from desktop.models.people import Alias, Education, Employment, Honor, Operator, Sanction, Teacher, TitleAward
from desktop.models.places import Office, School, SchoolName
from desktop.models.regulation import Holiday, Policy
from desktop.models.roster import Appointment, AppointmentEvent, Cohort

ENTITIES: tuple[type[Record], ...] = (
    Office,
    School,
    Teacher,
    Employment,
    Sanction,
    Honor,
    TitleAward,
    Cohort,
    Appointment,
    AppointmentEvent,
    Policy,
    Holiday,
    Operator,
    Note,
    Alias,
)
"""Every entity, in the order of the menu."""

ANNUAL: tuple[type[Record], ...] = (
    Office,
    School,
    Teacher,
    Employment,
    Sanction,
    Honor,
    TitleAward,
    Cohort,
    Appointment,
    AppointmentEvent,
    Alias,
)
"""The entities of the yearly package, each behind those it links to."""

LINES: tuple[type[Line], ...] = (SchoolName, Education)
"""Every kind of line."""

BY_PLURAL: dict[str, type[Record]] = {entity.plural: entity for entity in ENTITIES}

__all__ = [
    "ANNUAL",
    "BY_PLURAL",
    "ENTITIES",
    "LINES",
    "Alias",
    "Appointment",
    "AppointmentEvent",
    "Base",
    "Cohort",
    "Content",
    "Education",
    "Employment",
    "Holiday",
    "Honor",
    "Line",
    "Note",
    "Office",
    "Operator",
    "Policy",
    "Record",
    "Sanction",
    "School",
    "SchoolName",
    "Teacher",
    "TitleAward",
]
