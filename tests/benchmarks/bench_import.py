"""The import of a 10,000×30 workbook, plan and commit with history, beside reading and storing the bare cells.

The floor reads the same file with calamine and writes the cells with one `executemany`; the second line holds the
whole import against what openpyxl needs only to read the file.
"""

import gc
import random
import shutil
import sqlite3
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from statistics import median

from openpyxl import Workbook, load_workbook
from python_calamine import CalamineWorkbook

from desktop.exchange.roster.plan import carry_out_roster, plan_roster
from desktop.exchange.workbook.read import Reader
from desktop.kinds import sample_citizen_id
from desktop.services.offices import create_office
from desktop.store.database import Store
from tests.benchmarks.measurement import Measurement

PEOPLE = 10_000
REPEATS = 7
LIMIT = 8.0
HEADINGS = [
    "学校",
    "姓名",
    "身份证号码",
    "性别",
    "民族",
    "出生年月",
    "籍贯",
    "政治面貌",
    "入党（团）时间",
    "第一学历",
    "第一学历毕业院校",
    "第一学历专业",
    "最高学历",
    "最高学位",
    "毕业院校",
    "毕业时间",
    "所学专业",
    "参加工作时间",
    "进入现单位任教时间",
    "行政职务",
    "任教年级",
    "主教学科",
    "兼教学科",
    "职称",
    "职称评审通过时间",
    "骨干级别",
    "认定时间",
    "认定文号",
    "联系电话",
    "备注",
]
_SURNAMES = "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林罗高"
_GIVEN = "芳伟娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华"


def measure() -> list[Measurement]:
    """Seconds of import, with what they are held against; the middle of several runs in turn."""
    folder = Path(tempfile.mkdtemp(prefix="bench-import-"))
    try:
        path = folder / "全县教师花名册.xlsx"
        write_workbook(path)
        _in_turn(path, folder / "warm")  # code and files are warm for both sides
        pairs = [_in_turn(path, folder / str(number)) for number in range(REPEATS)]
        other = _seconds(partial(_read_with_openpyxl, path))
    finally:
        shutil.rmtree(folder)
    figure, floor = median(first for first, _ in pairs), median(second for _, second in pairs)
    ratio = median(first / second for first, second in pairs)  # of neighbours: the pace of a machine changes
    return [
        Measurement("导入 10,000×30（s）", figure, floor, ratio, LIMIT),
        Measurement("导入 10,000×30，比 openpyxl 只读（s）", figure, other, figure / other, 1.0),
    ]


def _in_turn(path: Path, folder: Path) -> tuple[float, float]:
    """Seconds of the import and of the floor, one after the other, so that both meet the same noise."""
    store = create_office(folder, name="云岭县教育委员会", code="509999", rank="county")
    seconds = _seconds(partial(_import, path, store)), _seconds(partial(_store_plainly, path, folder / "plain.sqlite"))
    store.close()
    return seconds


def _seconds(work: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def _import(path: Path, store: Store) -> None:
    with Reader() as reader:
        books = [(path, reader.read(path))]
    plan = plan_roster(store, books)
    assert plan.counts()["new"] == PEOPLE
    carry_out_roster(store, plan, "王主任")


def _store_plainly(path: Path, target: Path) -> None:
    target.unlink(missing_ok=True)
    rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    connection = sqlite3.connect(target)
    connection.execute(f"create table cells ({','.join(f'c{number}' for number in range(len(HEADINGS)))})")
    connection.executemany(f"insert into cells values ({','.join('?' * len(HEADINGS))})", rows[2:])
    connection.commit()
    connection.close()


def _read_with_openpyxl(path: Path) -> int:
    book = load_workbook(path, read_only=True)
    count = sum(len(row) for row in book.active.iter_rows(values_only=True))
    book.close()
    return count


def write_workbook(path: Path) -> None:
    """A county's whole staff: invented people of 40 schools."""
    chance = random.Random(1)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("花名册")
    sheet.append(["全县教师花名册"])
    sheet.append(HEADINGS)
    for number in range(PEOPLE):
        sheet.append(_cells(number, chance))
    book.save(path)


def _cells(number: int, chance: random.Random) -> list[str]:
    year, month, day, woman = 1965 + number % 35, number % 12 + 1, number % 28 + 1, number % 2
    name = chance.choice(_SURNAMES) + chance.choice(_GIVEN) + chance.choice(_GIVEN)
    citizen_id = sample_citizen_id(f"{year}{month:02d}{day:02d}", (number // 35 * 2 + (1 - woman)) % 1000)
    head = [f"云岭县第{number % 40 + 1}小学", name, citizen_id, "女" if woman else "男", "汉族", f"{year}.{month:02d}"]
    middle = [
        "重庆市云岭县",
        "中共党员",
        "2005.06",
        "大专",
        "某某师范学院",
        "汉语言文学",
        "本科",
        "学士",
        "西南大学",
        "2008年7月",
        "小学教育",
    ]
    work = [f"{year + 22}年9月", "2010.09", "无", "三年级", "语文", "道德与法治", "一级教师", "2015.12"]
    tail = ["区县级", "2024.3", "云教发〔2024〕30号", f"139{number:08d}", f"备注{number}"]
    return [*head, *middle, *work, *tail]
