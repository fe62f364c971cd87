"""Who stood in a sender's last roster and not in this one: a question, and what its answers change."""

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.exchange.roster.answers import LeftAnswer, Missed
from desktop.exchange.roster.known import Known
from desktop.exchange.roster.receptions import Incoming
from desktop.models import AppointmentEvent, Employment
from desktop.models.base import Content
from desktop.store.records import Edit, Stored, load, new_uid


def missed_people(known: Known, received: Sequence[Incoming]) -> list[Missed]:
    """Who stood in the last file of a sender, not in these, and is not known to have left."""
    earlier = received[0].earlier
    if earlier is None or all(each.earlier is not None and each.earlier.is_old_file for each in received):
        return []
    sender = received[0]
    present = {row.teacher for each in received for row in each.rows if row.teacher is not None}
    waiting = [row for each in received for row in each.rows if row.teacher is None]
    unclear = {row.name for row in waiting} | {row.values.get("id_number") for row in waiting} - {None}
    found = []
    for uid in earlier.in_last_file:
        if uid in present or uid not in known.teachers or known.has_left(uid, sender.sender):
            continue
        content = known.teachers[uid].content
        if not unclear & {content["name"], content.get("id_number")}:
            found.append(Missed(uid, str(content["name"]), sender.sender_name, _told(known, uid, content)))
    return found


def _told(known: Known, uid: str, content: Content) -> str:
    tiers = [table("tier").label(each.content["tier"]) for each in known.appointments.get(uid, ())]
    return "，".join(filter(None, (str(content.get("birth_date", "")), "、".join(tiers))))


class Leaving:
    """Turns the answers about people who left into edits, and tells each in a sentence."""

    def __init__(self, session: Session, known: Known, own: str) -> None:
        self._known = known
        self._own = own
        self._ended = {
            record.content["appointment"]
            for record in load(session, AppointmentEvent).values()
            if record.content["status"] in ("MOVED_OUT", "RETIRED", "DECEASED", "REVOKED", "RESIGNED")
        }
        self.edits: list[Edit] = []
        self.told: list[str] = []

    def settle(self, missed: Sequence[Missed], answers: Mapping[str, LeftAnswer]) -> list[Missed]:
        """Carry out the answers there are; returns the people who are still a question."""
        for person in missed:
            answer = answers.get(person.teacher)
            if answer is not None and not answer.stays:
                self.edits += self._edits(person, answer)
        return [person for person in missed if person.teacher not in answers]

    def _edits(self, person: Missed, answer: LeftAnswer) -> Iterator[Edit]:
        foreign: list[Stored] = []
        current = self._known.current_employment(person.teacher)
        if current is not None and current.origin == self._own:
            content = {**current.content, "end": answer.since}
            yield Edit(Employment, current.uid, current, content, reason=_reason(answer))
        elif current is not None:
            foreign.append(current)
        appointments = self._known.appointments.get(person.teacher, ()) if answer.status else ()
        for record in appointments:
            if record.uid not in self._ended:
                yield _event(record, answer)
        what = table("appointment_status").label(answer.status) if answer.status else "离开本校"
        self.told.append(f"{person.sender}上次名册中的{person.name}：{what}，{answer.since} 起")
        for record in foreign:
            owner = self._known.office_name(record.origin)
            self.told.append(f"{person.name}的任职由“{owner}”登记，请该单位结束这一任职")


def _reason(answer: LeftAnswer) -> str:
    return f"据{answer.doc_no}" if answer.doc_no else "据学校报送的名册"


def _event(appointment: Stored, answer: LeftAnswer) -> Edit:
    content: Content = {"appointment": appointment.uid, "status": answer.status, "date": answer.since}
    if answer.doc_no:
        content["doc_no"] = answer.doc_no
    return Edit(AppointmentEvent, new_uid(AppointmentEvent, content), None, content)
