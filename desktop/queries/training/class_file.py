"""The file of a class: which papers regulation asks for, which the records already make up, which are filed."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.collation import natural_key
from desktop.models import ArchiveScan, Certificate, Inspection
from desktop.queries.directory import Directory
from desktop.queries.policies import Policies
from desktop.queries.training.attendance import year_of
from desktop.queries.training.classes import is_held, session_text, sessions_of, sheet_of, trainees_of
from desktop.queries.training.results import class_results
from desktop.queries.training.timetable import check_plan
from desktop.rules.absence import Mark
from desktop.store.records import Stored, find


@dataclass(frozen=True, slots=True)
class FileItem:
    """One paper: its code of archive_item, whether it is filed, and what is still lacking (empty: complete)."""

    item: str
    filed_on: str
    lacking: str

    @property
    def is_complete(self) -> bool:
        """Whether nothing is lacking."""
        return not self.lacking

    @property
    def label(self) -> str:
        """The word for the paper."""
        return table("archive_item").label(self.item)


class _Around:
    """What is looked at to tell whether a class's file is complete."""

    def __init__(self, session: Session, policies: Policies, names: Directory, uid: str) -> None:
        self.session, self.policies, self.names, self.uid = session, policies, names, uid
        self.content = names.content("classes", uid)


def class_file(
    session: Session, policies: Policies, names: Directory, uid: str, scanned: Iterable[str] = ()
) -> list[FileItem]:
    """Every paper that policy asks for, in its order, then others that are filed or of which there are scans."""
    around = _Around(session, policies, names, uid)
    programmes = {each: record.content for each, record in names.records("programmes").items()}
    words = table("archive_item")
    year = year_of(around.content, programmes)
    wanted = [words.read(word) for word in policies.value("training.archive_items", year)]
    filed = {line["item"]: line.get("filed_on", "") for line in around.content.get("archive", ())}
    found = []
    for item in dict.fromkeys((*wanted, *filed, *sorted(scanned))):
        lacking = _CHECKS[item](around) if item in _CHECKS else ""
        found.append(FileItem(item, filed.get(item, ""), lacking or _not_filed(item, filed)))
    return found


def _not_filed(item: str, filed: dict[str, str]) -> str:
    if item in filed:
        return "" if filed[item] else "归档日期没有填写"
    return "已齐，还没有归档"


def _plan(around: _Around) -> str:
    remarks = check_plan(around.session, around.policies, around.names, around.uid).remarks
    about_plan = [each for each in remarks if "论证" in each or "学时" in each or "还没有登记课程" in each]
    return "；".join(each for each in about_plan if "跨年" not in each)


def _schedule(around: _Around) -> str:
    if not any(map(is_held, sessions_of(around.session, around.uid))):
        return "还没有排课"
    return "" if "schedule_issued_on" in around.content else "日程表下发日期没有填写"


def _syllabus(around: _Around) -> str:
    courses = [
        record.content
        for record in around.names.records("courses").values()
        if record.content["training_class"] == around.uid
    ]
    bare = [each["name"] for each in courses if not each.get("syllabus")]
    return f"没有教学大纲：{'、'.join(bare)}" if bare else "" if courses else "还没有登记课程"


def _roster(around: _Around) -> str:
    people = trainees_of(around.session, around.uid)
    unlinked = [each.content["written_name"] for each in people if "teacher" not in each.content]
    return f"现场登记还没有关联教师：{'、'.join(unlinked)}" if unlinked else "" if people else "还没有学员"


def _sheets(around: _Around) -> str:
    lacking, pending = [], []
    for each in filter(is_held, sessions_of(around.session, around.uid)):
        sheet = sheet_of(around.session, each.uid)
        if sheet is None or "entered_on" not in sheet.content:
            lacking.append(session_text(each))
        elif any(line.get("mark") == Mark.PENDING for line in sheet.content.get("marks", ())):
            pending.append(session_text(each))
    told = [f"还没有登记考勤：{_some(lacking)}"] if lacking else []
    return "；".join([*told, *([f"还有待核：{_some(pending)}"] if pending else [])])


def _some(texts: list[str]) -> str:
    return "、".join(texts[:5]) + (f"等 {len(texts)} 次" if len(texts) > 5 else "")


def _scores(around: _Around) -> str:
    trainees = class_results(around.session, around.policies, around.uid).trainees
    bare = [around.names.name("enrolments", each.uid) for each in trainees if each.result.missing]
    due = [around.names.name("enrolments", each.uid) for each in trainees if each.result.makeups]
    told = [f"成绩未齐：{_some(bare)}"] if bare else []
    return "；".join([*told, *([f"待补考：{_some(due)}"] if due else [])])


def _summary(around: _Around) -> str:
    return "" if "summary" in around.content else "培训总结没有填写"


def _certificates(around: _Around) -> str:
    found = class_results(around.session, around.policies, around.uid)
    entitled = [each.uid for each in found.trainees if each.result.is_entitled]
    holders = {who for who in entitled if find(around.session, Certificate, {"enrolment": who})}
    left = len(entitled) - len(holders)
    return f"还有 {left} 名合格学员没有发证" if left else ""


def _inspections(around: _Around) -> str:
    return "" if find(around.session, Inspection, {"training_class": around.uid}) else "还没有登记教学检查"


_CHECKS: Final[dict[str, Callable[[_Around], str]]] = {
    "1": _plan,
    "2": _schedule,
    "3": _syllabus,
    "4": _roster,
    "5": _sheets,
    "7": _scores,
    "8": _certificates,
    "9": _summary,
    "11": _inspections,
}
"""What the records themselves must hold before a paper is complete, by archive_item."""


@dataclass(frozen=True, slots=True)
class ClassArchive:
    """The file of a class with where its papers lie, its inspections by day, and the names that forms show."""

    items: tuple[FileItem, ...]
    places: dict[str, str]
    """Where a paper lies, by its code."""
    inspections: tuple[Stored, ...]
    names: Directory
    scans: dict[str, list[Stored]]
    """The scanned files of a paper, by its code, in the order of their names."""

    @property
    def complete(self) -> int:
        """How many papers lack nothing."""
        return sum(each.is_complete for each in self.items)


def class_archive(session: Session, uid: str) -> ClassArchive:
    """Everything that the page of a class's file shows."""
    names = Directory(session)
    scans = _scans(session, uid)
    items = class_file(session, Policies(session), names, uid, scans)
    places = {each["item"]: each.get("place", "") for each in names.content("classes", uid).get("archive", ())}
    found = find(session, Inspection, {"training_class": uid}).values()
    inspections = sorted(found, key=lambda each: (each.content["date"], each.uid))
    return ClassArchive(tuple(items), places, tuple(inspections), names, scans)


def _scans(session: Session, uid: str) -> dict[str, list[Stored]]:
    found: dict[str, list[Stored]] = defaultdict(list)
    records = find(session, ArchiveScan, {"training_class": uid}).values()
    for each in sorted(records, key=lambda record: (natural_key(record.content["name"]), record.uid)):
        found[each.content["item"]].append(each)
    return found
