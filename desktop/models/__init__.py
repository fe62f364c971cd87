"""The entities, declared, one file for each business area; ENTITIES lists them in the order of the menu.

To add an entity: declare the class in the file of its area, name it in ENTITIES (and in ANNUAL, behind what it
links to, if the yearly package carries it), and write the migration.
"""

from desktop.models.attendance import Enrolment, Leave, LeaveApproval, Mark, SignInSheet
from desktop.models.base import Content, Line, Record
from desktop.models.exchange import ConflictDecision, ConflictValue, Handover, HandoverItem
from desktop.models.notes import Note
from desktop.models.people import Alias, Education, Employment, Honor, Operator, Sanction, Teacher, TitleAward
from desktop.models.places import Office, School, SchoolName
from desktop.models.regulation import Holiday, Policy
from desktop.models.results import ArchiveScan, Certificate, HoursEntry, Inspection, Reprint, Score, ScoreSheet
from desktop.models.roster import Appointment, AppointmentEvent, Cohort
from desktop.models.training import ArchiveItem, Course, Place, PlanExpert, Programme, TrainingClass, TrainingSession

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
    Programme,
    Place,
    TrainingClass,
    Course,
    TrainingSession,
    Enrolment,
    SignInSheet,
    Leave,
    ScoreSheet,
    Certificate,
    HoursEntry,
    Inspection,
    ArchiveScan,
    Policy,
    Holiday,
    Operator,
    Note,
    Alias,
    Handover,
    ConflictDecision,
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
    Programme,
    Place,
    TrainingClass,
    Course,
    TrainingSession,
    Enrolment,
    SignInSheet,
    Leave,
    ScoreSheet,
    Certificate,
    HoursEntry,
    Inspection,
    ArchiveScan,
    Alias,
    Handover,
    ConflictDecision,
)
"""The entities of the yearly package, each behind those it links to."""

LINES: tuple[type[Line], ...] = (
    SchoolName,
    Education,
    PlanExpert,
    ArchiveItem,
    Mark,
    LeaveApproval,
    Score,
    Reprint,
    HandoverItem,
    ConflictValue,
)
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
    "ArchiveItem",
    "ArchiveScan",
    "Certificate",
    "Cohort",
    "ConflictDecision",
    "ConflictValue",
    "Content",
    "Course",
    "Education",
    "Employment",
    "Enrolment",
    "Handover",
    "HandoverItem",
    "Holiday",
    "Honor",
    "HoursEntry",
    "Inspection",
    "Leave",
    "LeaveApproval",
    "Line",
    "Mark",
    "Note",
    "Office",
    "Operator",
    "Place",
    "PlanExpert",
    "Policy",
    "Programme",
    "Record",
    "Reprint",
    "Sanction",
    "School",
    "SchoolName",
    "Score",
    "ScoreSheet",
    "SignInSheet",
    "Teacher",
    "TitleAward",
    "TrainingClass",
    "TrainingSession",
]
