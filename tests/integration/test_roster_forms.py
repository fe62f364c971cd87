"""A roster means the same however its columns are ordered, its names padded and its dates written."""

import csv
import itertools
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from desktop.exchange.roster.plan import plan_roster
from desktop.exchange.workbook.cells import Book, Sheet
from desktop.models import Appointment, Cohort, Teacher
from desktop.models.base import shared_uid
from desktop.store.database import Store
from tests.builders_rosters import SCHOOL, id_number

COLUMNS = {
    "name": ("姓名", "教师姓名", "姓　名", "*姓 名"),
    "id_number": ("身份证号", "身份证号码（文本格式）", "公民身份号码"),
    "birth_date": ("出生年月", "出生日期", "出生\n年月"),
    "subject": ("任教学科", "学科", "主教学科（只能选一门）"),
    "tier": ("级别", "骨干教师级别", "骨干级别"),
    "recognized_on": ("认定时间", "认定年月"),
    "doc_no": ("认定文号", "批准文号", "文号"),
}
PEOPLE = (("王芳", "19800315", 102), ("阿依古丽·买买提", "19751120", 202), ("𠮷", "19900607", 303))
BANNERS = (
    [],
    [[f"{SCHOOL}骨干教师花名册"]],
    [["附件3："], [f"2024年{SCHOOL}骨干教师花名册"], ["填报单位（盖章）：　　　　", "填报日期：2024年9月"]],
    [[f"填报单位：{SCHOOL}"], []],
)
MONTHS: tuple[Callable[[int, int], str], ...] = (
    "{0}.{1}".format,
    "{0}.{1:02}".format,
    "{0}-{1:02}".format,
    "{0}年{1}月".format,
    "{0}/{1}".format,
    "{0}{1:02}".format,
)
PADDINGS: tuple[Callable[[str], str], ...] = (
    str,
    "　".join,
    " ".join,
    lambda name: f" {name}\u00a0",
    lambda name: f"{name}\t",
)
TIERS = ("市级", "市级骨干教师", "市骨干")
DOCUMENTS = ("云教发〔2024〕15号", "云教发[2024]15号", "云教发（2024）第15号")


@st.composite
def sheets(draw: st.DrawFn) -> list[list[str]]:
    """The same three people, written in one of many ways."""
    order = draw(st.permutations(list(COLUMNS)))
    rows: list[list[str]] = [*draw(st.sampled_from(BANNERS))]
    rows.append([draw(st.sampled_from(COLUMNS[name])) for name in order])
    for name, birth, sequence in PEOPLE:
        month = draw(st.sampled_from(MONTHS))
        padding = draw(st.sampled_from(PADDINGS)) if "·" not in name else str
        cells = {
            "name": padding(name),
            "id_number": id_number(birth, sequence),
            "birth_date": month(int(birth[:4]), int(birth[4:6])),
            "subject": "语文",
            "tier": draw(st.sampled_from(TIERS)),
            "recognized_on": draw(st.sampled_from(MONTHS))(2024, 9),
            "doc_no": draw(st.sampled_from(DOCUMENTS)),
        }
        rows.append([cells[column] for column in order])
        if draw(st.booleans()):
            rows.append([])
    return rows


def _plan_contents(store: Store, rows: list[list[str]], folder: Path) -> list[dict]:
    """What the plan would write of each row: teacher, appointment and document."""
    path = folder / "花名册.csv"
    width = max(map(len, rows))
    square = [[*row, *itertools.repeat(None, width - len(row))] for row in rows]
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    plan = plan_roster(store, [(path, Book(path.name, "csv", sheets=[Sheet("名册", square)]))])
    assert plan.counts()["new"] == len(plan.rows) == len(PEOPLE)
    found = []
    for row in plan.rows:
        contents = {edit.entity: dict(edit.content) for edit in row.edits}
        contents[Appointment].pop("teacher")
        found.append({entity.plural: contents[entity] for entity in (Teacher, Appointment, Cohort)})
    return found


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=sheets())
def test_forms_of_one_roster_mean_the_same(store: Store, tmp_path: Path, rows: list[list[str]]) -> None:
    """Order of columns, wording of headings, banners, padding and forms of dates change nothing of the content."""
    assert _plan_contents(store, rows, tmp_path) == [
        {
            "teachers": {
                "name": name,
                "id_number": id_number(birth, sequence),
                "birth_date": f"{birth[:4]}-{birth[4:6]}-{birth[6:]}",
                "subject": "语文",
                "gender": "1" if sequence % 2 else "2",
            },
            "appointments": {
                "tier": "2",
                "recognized_on": "2024-09",
                "subject": "语文",
                "cohort": _cohort(),
            },
            "cohorts": {"tier": "2", "doc_no": DOCUMENTS[0]},
        }
        for name, birth, sequence in PEOPLE
    ]


def _cohort() -> str:
    return shared_uid(Cohort, {"tier": "2", "doc_no": DOCUMENTS[0]})
