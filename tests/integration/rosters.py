"""What the tests of the roster import share: importing files into an office and looking at what is there."""

from pathlib import Path

from desktop.exchange.plan import Outcome
from desktop.exchange.roster.answers import RosterOptions
from desktop.exchange.roster.plan import RosterPlan, carry_out_roster, plan_roster
from desktop.exchange.workbook.cells import Book
from desktop.exchange.workbook.read import Reader
from desktop.models import ENTITIES, Appointment, Cohort, Employment, School, Teacher
from desktop.models.base import trimmed
from desktop.store.database import Store
from desktop.store.records import Edit, load, write_edits


def read_books(*paths: Path) -> list[tuple[Path, Book]]:
    with Reader() as reader:
        return [(path, reader.read(path)) for path in paths]


def plan_files(store: Store, *paths: Path, **options) -> RosterPlan:
    return plan_roster(store, read_books(*paths), RosterOptions(**options))


def take_in(store: Store, *paths: Path, **options) -> RosterPlan:
    plan = plan_files(store, *paths, **options)
    carry_out_roster(store, plan, "王主任")
    return plan


def outcomes(plan: RosterPlan) -> dict[str, int]:
    """The outcomes that occur, with the number of rows."""
    return {name: count for name, count in plan.counts().items() if count}


def problems(plan: RosterPlan) -> dict[str, set[str]]:
    """By name: the fields that have problems."""
    return {row.name: {problem.field for problem in row.problems} for row in plan.rows if row.problems}


def contents(store: Store) -> dict[str, dict]:
    """The content of all live records, in canonical order."""
    with store.read() as session:
        return {
            f"{entity.plural} {uid}": trimmed(entity, record.content)
            for entity in ENTITIES
            for uid, record in load(session, entity).items()
        }


def teachers(store: Store) -> dict[str, dict]:
    """The content of all teachers by name, with their school's name and their appointment."""
    with store.read() as session:
        schools = {uid: record.content["name"] for uid, record in load(session, School).items()}
        cohorts = {uid: record.content for uid, record in load(session, Cohort).items()}
        found = {uid: dict(record.content) for uid, record in load(session, Teacher).items()}
        for record in load(session, Employment).values():
            found[record.content["teacher"]].setdefault("schools", []).append(schools[record.content["school"]])
        for record in load(session, Appointment).values():
            document = cohorts.get(record.content.get("cohort", ""), {}).get("doc_no")
            found[record.content["teacher"]]["appointment"] = {**record.content, "doc_no": document}
    return {content["name"]: content for content in found.values()}


def records(store: Store, entity) -> list:
    with store.read() as session:
        return list(load(session, entity).values())


def correct(store: Store, entity, name: str, **values) -> None:
    """A correction at the desk, after a telephone call."""
    with store.write("更正", kind="edit", operator="王主任") as session:
        for record in load(session, entity).values():
            if record.content.get("name") == name:
                edit = Edit(entity, record.uid, record, {**record.content, **values}, reason="电话更正")
                write_edits(session, [edit])


def said(plan: RosterPlan, *words: str) -> bool:
    """Whether one assumption holds all these words."""
    return any(all(word in sentence for word in words) for sentence in plan.assumed)


def waiting(plan: RosterPlan) -> list[str]:
    return [row.name for row in plan.rows if row.outcome is Outcome.AMBIGUOUS]
