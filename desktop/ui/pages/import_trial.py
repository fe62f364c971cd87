"""Reading files and planning their import: the work of the Jobs of the import page, without any widget."""

from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Final

from desktop.errors import UnreadableFile
from desktop.exchange.entity_import import plan_entity_import
from desktop.exchange.plan import Outcome, Plan, PlanRow, carry_out
from desktop.exchange.roster.answers import RosterOptions
from desktop.exchange.roster.plan import RosterPlan, carry_out_roster, plan_roster
from desktop.exchange.roster.returns import write_entity_returns, write_returns
from desktop.exchange.workbook.cells import Book
from desktop.exchange.workbook.read import Reader
from desktop.models import BY_PLURAL
from desktop.services.backups import make_backup
from desktop.store.database import Store
from desktop.store.history import ActLine, last_undoable
from desktop.text import tr
from desktop.ui.jobs import Progress

ROSTER: Final = "roster"
RETURNED: Final = frozenset({Outcome.INVALID, Outcome.DUPLICATE, Outcome.AMBIGUOUS})
"""The outcomes of rows that are not taken as they are."""


@dataclass
class Files:
    """Files as they were read; `unreadable` are the sentences of those that could not be."""

    profile: str
    books: list[tuple[Path, Book]] = field(default_factory=list)
    unreadable: list[str] = field(default_factory=list)


@dataclass
class Trial:
    """Files and the plan made of them."""

    files: Files
    plan: Plan

    @property
    def is_roster(self) -> bool:
        """Whether these are rosters of schools, whose plan can be answered."""
        return isinstance(self.plan, RosterPlan)

    @property
    def unit(self) -> str:
        """What rows are counted in."""
        return tr("人") if self.files.profile in (ROSTER, "teachers") else tr("条")

    @property
    def returned(self) -> list[PlanRow]:
        """The rows that go back to the sender in a copy."""
        if isinstance(self.plan, RosterPlan):
            return self.plan.returned
        return [row for row in self.plan.rows if row.outcome in RETURNED]

    @property
    def has_returns(self) -> bool:
        """Whether there is anything to send back."""
        return bool(self.returned or (isinstance(self.plan, RosterPlan) and self.plan.kept))


def read_files(paths: list[Path], profile: str, progress: Progress) -> Files:
    """Read all files; those that cannot be read are told together."""
    files = Files(profile)
    with Reader() as reader:
        for number, path in enumerate(paths):
            progress.step(number, len(paths), tr("正在读取 {name}", name=path.name))
            try:
                files.books.append((path, reader.read(path, cancelled=progress.is_cancelled)))
            except UnreadableFile as error:
                progress.check()
                files.unreadable.append(error.sentence)
    return files


def plan_files(store: Store, files: Files, options: RosterOptions, progress: Progress) -> Trial:
    """Decide every row; nothing is written. Raises RefusedError where there is nothing to decide."""
    said = tr("正在与现有数据核对")
    progress.step(0, 0, said)
    if files.profile == ROSTER:
        told = partial(progress.step, what=said)
        return Trial(files, plan_roster(store, files.books, options, progress=told))
    paths, known = [path for path, _book in files.books], dict(files.books)
    plan = plan_entity_import(store, paths, BY_PLURAL[files.profile], read=known.__getitem__, check=progress.check)
    return Trial(files, plan)


def carry_out_trial(store: Store, trial: Trial, operator: str, progress: Progress) -> ActLine | None:
    """Back up, then write all as one Act; returns that Act. A wish to cancel before its end takes all back."""
    progress.step(0, 0, tr("正在备份"))
    make_backup(store, "导入前")
    count = sum(1 for row in trial.plan.rows if row.is_written)
    progress.step(0, count, tr("正在保存 {count} {unit}", count=count, unit=trial.unit))
    if isinstance(trial.plan, RosterPlan):
        carry_out_roster(store, trial.plan, operator, check=progress.check)
    else:
        carry_out(store, trial.plan, operator, check=progress.check)
    with store.read() as session:
        return last_undoable(session)


def write_trial_returns(trial: Trial, folder: Path) -> list[Path]:
    """Write the copies with the faults marked, and the lists of values corrected here."""
    if isinstance(trial.plan, RosterPlan):
        return write_returns(trial.plan, trial.files.books, folder)
    return write_entity_returns(trial.plan, trial.files.books, folder)
