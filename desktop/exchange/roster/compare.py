"""One row of a roster against what the office holds: what it would change."""

from collections.abc import Iterable, Mapping

from desktop.exchange.plan import Outcome, PlanRow
from desktop.exchange.roster.again import plan_again
from desktop.exchange.roster.answers import RosterOptions
from desktop.exchange.roster.checks import Said
from desktop.exchange.roster.known import Known
from desktop.exchange.roster.people import People
from desktop.exchange.roster.row_appointments import RowAppointments
from desktop.exchange.roster.row_employments import RowEmployments, new_employment
from desktop.exchange.roster.row_schools import RowSchools
from desktop.exchange.roster.row_teachers import RowTeachers
from desktop.exchange.roster.weigh import FileContext, Weigher
from desktop.exchange.targets import Target
from desktop.models import Teacher
from desktop.store.records import Edit, new_uid


class RowPlanner:
    """Plans row after row: who is meant, at which school, and what is said of person, work and appointment."""

    def __init__(
        self,
        known: Known,
        targets: Iterable[Target],
        own: str,
        answers: RosterOptions,
        school_meanings: Mapping[str, str] | None = None,
    ) -> None:
        self.known = known
        self.own = own
        self.targets = {target.name: target for target in targets}
        self.people = People(known, answers.people)
        self.schools = RowSchools(known, own, answers, school_meanings or {})
        self.teachers = RowTeachers(known, own, self.targets)
        self.employments = RowEmployments(known, own, answers, self.schools, self.targets)
        self.appointments = RowAppointments(known, own, self.targets)

    def plan(self, said: Said, context: FileContext) -> tuple[PlanRow, str | None]:
        """The planned row and the uid of its teacher, if it is clear who that is."""
        row = PlanRow(file=said.file, sheet=said.sheet, row=said.row, outcome=Outcome.SAME, name=said.name)
        self.people.settle_damaged(said)
        if said.problems:
            return self._refuse(row, said), None
        if said.doubts:
            row.outcome, row.problems = Outcome.AMBIGUOUS, list(said.doubts)
            return row, None
        school = self.schools.find(row, said)
        if row.problems:
            return row, None
        uid = self.people.find(row, said, school)
        if row.problems:
            return row, None
        met = self.people.met(said, uid, school)
        if met:
            uid = met[0].uid
            plan_again(self, row, said, met, school=school, context=context)
        elif uid is None:
            uid = self._plan_new(row, said, school, context)
        else:
            self._plan_known(row, said, uid, school, context)
        if row.outcome is not Outcome.DUPLICATE:
            self.people.remember(row, said, uid, school)
        return row, uid

    def _refuse(self, row: PlanRow, said: Said) -> PlanRow:
        offer = self.people.offer(row, said) if said.damaged is not None else ""
        if offer:
            said.problems = [each for each in said.problems if each.field != "id_number"]
            said.doubts = [said.problem("id_number", offer), *said.doubts]
        row.outcome = Outcome.INVALID if said.problems else Outcome.AMBIGUOUS
        row.problems = [*said.problems, *said.doubts]
        return row

    def _plan_new(self, row: PlanRow, said: Said, school: str | None, context: FileContext) -> str:
        content = self.teachers.content(said)
        uid = new_uid(Teacher, content)
        row.outcome = Outcome.NEW
        row.edits.append(Edit(Teacher, uid, None, content))
        if school is not None:
            self.schools.need(row, said, school)
            row.edits.append(new_employment(uid, school, said.values.get("school_entry_month")))
        self.appointments.plan_new(row, said, uid, context)
        return uid

    def _plan_known(self, row: PlanRow, said: Said, uid: str, school: str | None, context: FileContext) -> None:
        weigher = Weigher(row, said, context, uid)
        if not self.teachers.plan(weigher, self.known.teachers[uid]):
            return
        self.employments.weigh(weigher, uid, school)
        self.appointments.weigh(weigher, uid)
        if row.problems:
            row.outcome = Outcome.AMBIGUOUS
        elif row.edits:
            row.outcome = Outcome.CHANGED
