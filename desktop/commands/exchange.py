"""The state of the exchange: what was sent and answered, what waits, who owes what; handing a person over."""

from argparse import Namespace
from datetime import UTC, date, datetime
from typing import Any

from desktop.commands.base import Exit, answer, open_office, operator_of
from desktop.exchange.desks import divide, own_areas
from desktop.exchange.quarantine import held_packages
from desktop.exchange.scope import BY_NAME
from desktop.exchange.streams import title_of
from desktop.queries.owing import owing
from desktop.queries.traffic import sent_packages
from desktop.services.handovers import hand_over


def run_status(arguments: Namespace) -> int:
    """Tell what was sent and answered, what waits in quarantine, and what offices below owe."""
    today = date.today()  # noqa: DTZ011 - an office's day is the day of its own clock
    year = arguments.year or today.year
    with open_office(arguments) as store, store.read() as session:
        sent = sent_packages(session)
        held = held_packages(session)
        owed = owing(session, store.office_code, year, today)
    now = datetime.now(UTC)
    data: dict[str, Any] = {
        "sent": [
            {
                "stream": each.stream,
                "seq": each.seq,
                "recipient": each.recipient,
                "state": each.state,
                "sealed_at": each.sealed_at,
                "receipted_at": each.receipted_at,
                "days_waiting": each.days_waiting(now),
            }
            for each in sent
        ],
        "held": [
            {"file": each.file_name, "sender": each.sender, "stream": each.stream, "seq": each.seq, "code": each.code}
            for each in held
        ],
        "owed": [
            {
                "office": each.office,
                "name": each.name,
                "step": each.step.name,
                "package_on": each.package_on.isoformat() if each.package_on else None,
                "paper_on": each.paper_on.isoformat() if each.paper_on else None,
                "missing": list(each.missing),
                "late": each.late,
            }
            for each in owed
        ],
    }
    waiting = [each for each in sent if each.days_waiting(now) is not None]
    lines = [
        f"已生成数据包 {len(sent)} 个，其中 {len(waiting)} 个还没有回执",
        *(f"  {title_of(each.stream)} 第 {each.seq} 次，{each.days_waiting(now)} 天没有回执" for each in waiting),
        f"暂存待处理 {len(held)} 个",
        *(f"  {each.sender} {title_of(each.stream)} 第 {each.seq} 次：{each.reason}" for each in held),
        *(f"{each.name} {each.step.label}：欠{'、'.join(each.missing)}" for each in owed if each.missing),
    ]
    answer(arguments, data, "\n".join(lines))
    return Exit.DONE


def run_handover(arguments: Namespace) -> int:
    """Give a teacher to another office below."""
    with open_office(arguments) as store:
        uid = hand_over(
            store,
            arguments.teacher,
            arguments.to,
            day=arguments.day or date.today().isoformat(),  # noqa: DTZ011 - an office's own day
            operator=operator_of(arguments, store),
            doc_no=arguments.doc_no,
            reason=arguments.reason or "",
        )
    answer(arguments, {"uid": uid}, f"已移交给单位 {arguments.to}；请把审定下发的数据包交给移出、移入两个单位")
    return Exit.DONE


def run_desk(arguments: Namespace) -> int:
    """Tell or change which areas this desk of the office writes."""
    with open_office(arguments) as store:
        if arguments.owns is not None:
            divide(store, arguments.owns.split(","))
        areas = own_areas(store)
    told = "、".join(BY_NAME[name].label for name in areas)
    answer(arguments, {"areas": list(areas)}, f"本股室登记：{told}")
    return Exit.DONE
