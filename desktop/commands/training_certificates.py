"""Certificates by commands: who is entitled and holds one, numbering, and photos of a folder."""

from argparse import Namespace
from datetime import date
from pathlib import Path
from typing import Any

from desktop.codes import table
from desktop.commands.base import Exit, answer, open_office, operator_of
from desktop.errors import RefusedError
from desktop.queries.directory import Directory
from desktop.queries.policies import Policies
from desktop.queries.training.certificates import ClassCertificates, Holder, class_certificates
from desktop.queries.training.classes import find_class
from desktop.rules.dates import read_day
from desktop.services.training.certificates import issue
from desktop.services.training.photos import match_photos, photo_files, save_photos
from desktop.store.database import Store


def run_certificates(arguments: Namespace) -> int:
    """List the certificates of a class; with --issue number those of all who are entitled and have none."""
    day = read_day(arguments.date) if arguments.date else date.today()  # noqa: DTZ011 - the office's own clock
    kind = table("certificate_kind").read(arguments.kind)
    with open_office(arguments) as store:
        uid, made = _class(store, arguments), 0
        if arguments.issue:
            title = f"发放{arguments.kind}"
            with store.write(title, operator=operator_of(arguments, store)) as session:
                made = len(issue(session, uid, day, kind=kind))
        with store.read() as session:
            found = class_certificates(session, Policies(session), uid, day.year)
    rows = [_row(each, kind, found.hours) for each in found.holders]
    data = {"issued": made, "gaps": list(found.register.gaps), "trainees": rows}
    answer(arguments, data, "\n".join(_told(found, kind, made)))
    return Exit.DONE


def _class(store: Store, arguments: Namespace) -> str:
    with store.read() as session:
        return find_class(Directory(session), arguments.training_class)


def _row(holder: Holder, kind: str, hours: str) -> dict[str, Any]:
    held = holder.valid(kind)
    return {
        "number": holder.person.number,
        "name": holder.person.name,
        "certificate": held.content["number"] if held is not None else None,
        "why_not": holder.why_not(kind) or None,
        "doubt": holder.doubt(kind, hours) or None,
        "photo": bool(holder.photo),
    }


def _told(found: ClassCertificates, kind: str, made: int) -> list[str]:
    lines = [f"新编号 {made} 张"] if made else []
    for each in found.holders:
        held = each.valid(kind)
        what = held.content["number"] if held is not None else each.why_not(kind) or "可以发证"
        what = "　".join(filter(None, (what, each.doubt(kind, found.hours))))
        lines.append(f"{each.person.number or '':>4} {each.person.name}　{what}{'' if each.photo else '　缺照片'}")
    if found.register.gaps:
        lines.append(f"缺号：{'、'.join(found.register.gaps)}，请查明")
    return lines


def run_photos(arguments: Namespace) -> int:
    """Keep the photos of a folder with the teachers of a class; exit 1 where a file was not taken."""
    with open_office(arguments) as store:
        uid = _class(store, arguments)
        files = photo_files(Path(arguments.folder))
        with store.read() as session:
            holders = class_certificates(session, Policies(session), uid, date.today().year).holders  # noqa: DTZ011
            people = {each.person.teacher: each.person for each in holders if each.person.teacher}
            if not people:
                raise RefusedError("这个班还没有登记在册的学员，没有放入照片；请先报名")
            plan = match_photos(Directory(session), {uid: each.unit for uid, each in people.items()}, files)
        if plan.matched:
            title = f"放入照片 {len(plan.matched)} 张"
            with store.write(title, operator=operator_of(arguments, store)) as session:
                save_photos(session, store.folder, plan.matched)
    missing = [people[each].name for each in plan.missing]
    refused = [sentence for _path, sentence in plan.refused]
    data = {"saved": len(plan.matched), "missing": missing, "refused": refused}
    lines = [f"已放入 {len(plan.matched)} 张照片", *refused]
    answer(arguments, data, "\n".join([*lines, *([f"没有照片：{'、'.join(missing)}"] if missing else [])]))
    return Exit.ROWS_REFUSED if refused else Exit.DONE
