"""Training by commands: people into a class, leave slips, places for schools."""

from argparse import Namespace
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Final

from desktop.commands.base import Exit, answer, open_office, operator_of
from desktop.errors import RefusedError
from desktop.exchange.training.trainee_rows import name_list
from desktop.exchange.workbook.read import Reader
from desktop.models import Leave, Place
from desktop.models.base import Content
from desktop.queries.directory import Directory
from desktop.queries.training.classes import find_class, sessions_of, trainees_of
from desktop.queries.training.leaves import covered_sessions
from desktop.queries.training.people_list import listed_people
from desktop.queries.training.places import limit_of, limit_text, place_balance
from desktop.queries.training.trainees import check_enrolment
from desktop.services.records import parse_values
from desktop.services.training.enrolling import enrol_list
from desktop.services.training.leave import record_leave
from desktop.services.training.places import receive_places, share_places
from desktop.store.database import Store
from desktop.store.records import Stored, find

_NO_SESSION: Final = "；这段时间本班没有课次，请核对日期"
_HALVES: Final = ("上午", "下午", "晚上")


def run_enrol(arguments: Namespace) -> int:
    """Enrol the people of a list; who is not found is told and left out, or enrolled by name."""
    with open_office(arguments) as store:
        with store.read() as session:
            uid = find_class(Directory(session), arguments.training_class)
            people = listed_people(session, _listed(arguments), date.today())  # noqa: DTZ011 - the office's own clock
        if not people:
            raise RefusedError("名单里没有人，没有报名；请写姓名，或用 --from 指定名单表格")
        walk_ins = [each.walk_in for each in people if arguments.walk_in and each.walk_in is not None]
        teachers = [each.teacher for each in people if each.teacher is not None]
        with store.read() as session:
            check = check_enrolment(session, uid, teachers, walk_ins=walk_ins)
        made: list[str] = []
        if check.fresh or check.walk_ins:
            name = f"报名 {len(check.fresh) + len(check.walk_ins)} 人"
            with store.write(name, operator=operator_of(arguments, store)) as session:
                made = enrol_list(session, uid, check.fresh, check.walk_ins)
        told = [each for each in people if each.sentence and not (arguments.walk_in and each.walk_in)]
        refused = [f"第 {each.line} 行：{each.sentence}" if each.repeats else each.sentence for each in told]
        data = {"enrolled": len(made), "there": len(check.there), "remarks": list(check.remarks), "refused": refused}
        answer(arguments, data, "\n".join([f"已报名 {len(made)} 人", *check.remarks, *refused]))
    return Exit.ROWS_REFUSED if refused else Exit.DONE


def _listed(arguments: Namespace) -> str:
    """The names of the command line and of the workbooks."""
    lines = list(arguments.names)
    if arguments.files:
        with Reader() as reader:
            lines.append(name_list([(Path(each), reader.read(Path(each))) for each in arguments.files]))
    return "\n".join(lines)


def run_leave(arguments: Namespace) -> int:
    """Record a leave slip and turn the absence it covers, or with `returned` that its person came back sooner."""
    with open_office(arguments) as store:
        with store.read() as session:
            names = Directory(session)
            uid = find_class(names, arguments.training_class)
            trainee = _trainee(names, [(each.uid, each.content) for each in trainees_of(session, uid)], arguments.who)
            values = {"enrolment": trainee, **_leave_values(arguments)}
            slips = find(session, Leave, {"enrolment": trainee})
            slip = _slip(slips, values) if arguments.returned else None
            is_idle = not covered_sessions(sessions_of(session, uid), values)
        act = "销假" if slip else "登记请假"
        with store.write(f"{act} {arguments.who}", operator=operator_of(arguments, store)) as session:
            kept = record_leave(session, _returned(arguments.returned) if slip else values, uid=slip)
        told = f"销假已登记，{kept.released} 次请假改回待核" if slip else f"请假已登记，{kept.turned} 次待核改为请假"
        data = {"uid": kept.uid, "turned": kept.turned, "released": kept.released}
        answer(arguments, data, f"{told}{_NO_SESSION if is_idle else ''}")
    return Exit.DONE


def _leave_values(arguments: Namespace) -> Content:
    first, first_half = _day_and_half(arguments.start)
    last, last_half = _day_and_half(arguments.end or arguments.start)
    texts = {"kind": arguments.kind, "start": first, "end": last, "reason": arguments.reason or ""}
    return parse_values(Leave, texts | {"start_half": first_half, "end_half": last_half})


def _returned(text: str) -> Content:
    day, half = _day_and_half(text)
    return parse_values(Leave, {"returned_on": day, "returned_half": half})


def _slip(slips: Mapping[str, Stored], values: Content) -> str:
    """The one of a trainee's slips that has this kind and start. Raises RefusedError where there is none."""
    known = ("kind", "start", "start_half")
    for uid, each in slips.items():
        if all(each.content.get(name) == values.get(name) for name in known):
            return uid
    raise RefusedError(f"没有登记过 {values['start']} 开始的这次请假，没有销假；请核对类别和开始的日期时段")


def _trainee(names: Directory, trainees: list[tuple[str, dict[str, object]]], text: str) -> str:
    """The enrolment that a name or number in the class means. Raises RefusedError with a sentence."""
    text = text.strip()
    found = [
        uid for uid, content in trainees if text in (str(content.get("number", "")), names.name("enrolments", uid))
    ]
    if len(found) == 1:
        return found[0]
    why = f"有 {len(found)} 名学员" if found else "没有学员"
    raise RefusedError(f"“{text}”在这个班{why}，没有登记请假；请写学号或姓名")


def _day_and_half(text: str) -> tuple[str, str]:
    """Day and half-day of 2026-07-09上午; the half-day may be left out."""
    half = next((each for each in _HALVES if text.strip().endswith(each)), "")
    return text.strip().removesuffix(half), half


def run_places(arguments: Namespace) -> int:
    """Note places from above, share them to schools, and tell the account."""
    with open_office(arguments) as store:
        with store.read() as session:
            names = Directory(session)
            uid = _one(names, "programmes", arguments.programme)
            counts = dict(_share(names, each) for each in arguments.share or ())
        limit = {name: text for name in ("stage", "subject") if (text := getattr(arguments, name))}
        if arguments.received or counts:
            name = f"登记名额 {names.text('programmes', uid)}"
            with store.write(name, operator=operator_of(arguments, store)) as session:
                if arguments.received:
                    doc_no = {"doc_no": arguments.doc_no} if arguments.doc_no else {}
                    receive_places(session, uid, {"count": arguments.received, **limit, **doc_no})
                share_places(session, uid, counts, limit=limit_of(parse_values(Place, limit)))
        _tell_places(arguments, store, uid)
    return Exit.DONE


def _share(names: Directory, text: str) -> tuple[str, int]:
    school, sign, count = text.rpartition("=")
    if not sign or not count.strip().isdecimal():
        raise RefusedError(f"“{text}”看不懂，没有分配；请写 学校=名额，例如 第一中学=3（只作格式示范）")
    return _one(names, "schools", school), int(count)


def _one(names: Directory, plural: str, text: str) -> str:
    """The record that a name means. Raises RefusedError with a sentence that lists what there is."""
    found = names.find(plural, text)
    if len(found) == 1:
        return found[0]
    shown = "、".join(list(names.texts(plural).values())[:6]) or "还没有登记"
    why = f"可能是 {len(found)} 个" if found else "没有登记"
    raise RefusedError(f"“{text}”{why}，没有分配名额；可选：{shown}")


def _tell_places(arguments: Namespace, store: Store, uid: str) -> None:
    with store.read() as session:
        names, balance = Directory(session), place_balance(session, uid)
    schools = {names.text("schools", school): count for school, count in balance.by_school.items()}
    limits = [
        {"limit": limit_text(limit), "received": each.received, "shared": each.shared}
        for limit, each in balance.limits.items()
        if any(limit)
    ]
    whole = {"received": balance.received, "shared": balance.shared, "left": balance.left}
    data = {**whole, "schools": schools, "limits": limits}
    received = "未登记" if balance.received is None else f"{balance.received} 名，剩余 {balance.left} 名"
    told = [
        f"上级下达 {received}，各校合计 {balance.shared} 名",
        *(f"其中{each['limit']}下达 {each['received'] or 0} 名，各校合计 {each['shared']} 名" for each in limits),
        *(f"{name}　{count}" for name, count in schools.items()),
    ]
    answer(arguments, data, "\n".join(told))
