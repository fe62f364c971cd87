"""Certificates: issued to those entitled under numbers without gaps, reprinted, voided, replaced (F19)."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import Certificate, Enrolment
from desktop.models.base import Content
from desktop.queries.directory import Directory
from desktop.queries.offices import own_office
from desktop.queries.policies import Policies
from desktop.queries.training.certificates import EXCELLENCE, GRADUATION, is_issued_here, series_of, why_not_entitled
from desktop.queries.training.results import TraineeResult, class_results
from desktop.rules.certificates import certificate_number, next_serial
from desktop.services.records import save
from desktop.store.records import Edit, load, load_one, new_uid, write_edits
from desktop.store.scan import scan


def issue(
    session: Session, uid: str, day: date, *, enrolments: Sequence[str] | None = None, kind: str = GRADUATION
) -> list[str]:
    """Issue certificates to trainees of a class in the order of their numbers; returns the new uids.

    Without `enrolments` to all who are entitled; who has a valid one of this kind gets no second. Raises RefusedError
    if one of those named is not entitled, with the reason, if nobody is, or for a day before the class is over.
    """
    found = class_results(session, Policies(session), uid)
    ended = found.content.get("end", "")
    if day.isoformat() < ended:
        raise RefusedError(f"发证日期“{day.isoformat()}”早于结班日期 {ended}，没有编号；请核对发证日期")
    names = Directory(session)
    chosen = [each for each in found.trainees if enrolments is None or each.uid in enrolments]
    if enrolments is not None:
        _refuse_unentitled(chosen, names, kind)
    holders = {
        record.content["enrolment"]
        for record in names.records("certificates").values()
        if record.content.get("kind", GRADUATION) == kind and "voided_on" not in record.content
    }
    due = [each for each in chosen if not why_not_entitled(each, kind) and each.uid not in holders]
    if not due:
        raise RefusedError("没有可以发证的学员：有人不及格、待补考、成绩未齐，或已经发过；没有编号")
    contents = [{"enrolment": each.uid, "kind": kind, "hours": found.content.get("hours")} for each in due]
    return _number(session, contents, day)


def _refuse_unentitled(chosen: Iterable[TraineeResult], names: Directory, kind: str) -> None:
    told = [
        f"{names.name('enrolments', each.uid)}（{why}）" for each in chosen if (why := why_not_entitled(each, kind))
    ]
    if told:
        who = "评为优" if kind == EXCELLENCE else "及格并且没有待补考"
        raise RefusedError(f"{'、'.join(told[:6])}不能发证书，没有编号；{who}的才能发")


def _number(session: Session, contents: Iterable[Content], day: date) -> list[str]:
    """Write certificates under the next numbers of this office and year."""
    office = own_office(session)
    series = series_of(session, office, day.year)
    held = scan(session, Certificate, ("number",))
    numbers = [each.content["number"] for each in held if each.origin == office["code"]]
    serial = next_serial(numbers, day.year, series)
    edits = []
    for place, content in enumerate(contents, serial):
        number = certificate_number(day.year, series, place)
        full = {**content, "number": number, "issuer": office["name"], "issued_on": day.isoformat()}
        edits.append(Edit(Certificate, new_uid(Certificate, full), None, full))
    write_edits(session, edits)
    return [edit.uid for edit in edits]


def void(session: Session, uid: str, day: date, reason: str) -> None:
    """Void a number; it stays in the register. Raises RefusedError without a reason or if it is void already."""
    record = load_one(session, Certificate, uid)
    if record is None:
        raise RefusedError("这张证书的登记已被删除，没有改动")
    if not reason.strip():
        raise RefusedError("作废原因没有填写，没有作废")
    if "voided_on" in record.content:
        raise RefusedError(f"证书 {record.content['number']} 已于 {record.content['voided_on']} 作废，没有改动")
    save(session, Certificate, {"voided_on": day.isoformat(), "void_reason": reason.strip()}, uid=uid)


def replace(session: Session, uid: str, day: date, reason: str) -> str:
    """Void a certificate and issue another under a new number, with the hours of the class now (换发); returns its uid.

    Raises RefusedError as `void`, for a certificate of another issuer, and for who is not entitled to one any more.
    """
    void(session, uid, day, reason)
    old = load(session, Certificate, (uid,))[uid].content
    if not is_issued_here(session, old):
        raise RefusedError(f"证书 {old['number']} 由{old['issuer']}发，没有换发；请由发证单位换发")
    kind = old.get("kind", GRADUATION)
    enrolment = load_one(session, Enrolment, old["enrolment"])
    if enrolment is None:
        raise RefusedError(f"证书 {old['number']} 的学员记录已被删除，没有换发；请先从回收站恢复")
    found = class_results(session, Policies(session), enrolment.content["training_class"])
    _refuse_unentitled([each for each in found.trainees if each.uid == enrolment.uid], Directory(session), kind)
    hours = found.content.get("hours")
    return _number(session, [{"enrolment": enrolment.uid, "kind": kind, "hours": hours, "replaces": uid}], day)[0]


def mark_reprint(session: Session, uid: str, day: date, reason: str) -> None:
    """Note that a certificate was printed again under its number. Raises RefusedError if it is void."""
    record = load_one(session, Certificate, uid)
    if record is None or "voided_on" in record.content:
        raise RefusedError("这张证书已作废或被删除，不能补打；请换发新证书")
    lines = [*record.content.get("reprints", ()), {"date": day.isoformat(), "reason": reason.strip() or "补打"}]
    save(session, Certificate, {"reprints": lines}, uid=uid)


def hand_out(session: Session, uids: Iterable[str], day: date, names: Mapping[str, str]) -> int:
    """Note that certificates were fetched on a day, with who took each by its uid; returns how many changed.

    Raises RefusedError for one that is void.
    """
    known = load(session, Certificate, tuple(uids))
    void_ones = [each.content["number"] for each in known.values() if "voided_on" in each.content]
    if void_ones:
        raise RefusedError(f"证书 {'、'.join(void_ones[:6])} 已作废，没有登记领取；请核对所选")
    edits = [
        Edit(Certificate, uid, each, {**each.content, "collected_on": day.isoformat(), "collected_by": names[uid]})
        for uid, each in known.items()
    ]
    return write_edits(session, edits)
