"""Builders of rosters as schools send them: any rows as a workbook, and the people to put into them."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Font

from desktop.kinds import sample_citizen_id

SCHOOL = "云岭县第三中学"
TITLE = f"{SCHOOL}骨干教师花名册"
HEADINGS = (
    "序号",
    "姓名",
    "性别",
    "身份证号",
    "出生年月",
    "任教学科",
    "职称",
    "级别",
    "认定时间",
    "认定文号",
    "联系电话",
)
DOCUMENT = "云教发〔2024〕15号"


def id_number(birth: str, sequence: int) -> str:
    """A valid number of an invented person; odd sequences are men."""
    return sample_citizen_id(birth, sequence)


def person(name: str, birth: str = "19800315", sequence: int = 102, **other: Any) -> dict[str, Any]:
    """The cells of one person by heading."""
    cells = {
        "姓名": name,
        "性别": "男" if sequence % 2 else "女",
        "身份证号": id_number(birth, sequence),
        "出生年月": f"{birth[:4]}.{birth[4:6]}",
        "任教学科": "语文",
        "职称": "一级教师",
        "级别": "市级",
        "认定时间": "2024.3",
        "认定文号": DOCUMENT,
        "联系电话": f"139{sequence:08d}",
    }
    return {**cells, **other}


WANG = person("王芳")
LI = person("李建国", "19751120", 201, 任教学科="数学", 级别="区县级")
ZHAO = person("赵䶮", "19781231", 517, 任教学科="物理")
THREE = (WANG, LI, ZHAO)


def rows_of(people: Iterable[Mapping[str, Any]], headings: Sequence[str] = HEADINGS) -> list[list[Any]]:
    """The rows of people under some headings, with serials."""
    return [
        [number if heading == "序号" else one.get(heading) for heading in headings]
        for number, one in enumerate(people, start=1)
    ]


def roster_rows(people: Iterable[Mapping[str, Any]], headings: Sequence[str] = HEADINGS, title: str = TITLE) -> list:
    """A title, headings and people."""
    return [[title], list(headings), *rows_of(people, headings)]


def write_sheets(
    path: Path,
    sheets: Mapping[str, Sequence[Sequence[Any]]],
    *,
    merged: Mapping[str, Sequence[str]] | None = None,
    hidden: Sequence[str] = (),
    struck: Sequence[tuple[str, int]] = (),
) -> Path:
    """A workbook of these sheets; texts stay texts, numbers numbers."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for number, cells in enumerate(rows, start=1):
            for column, value in enumerate(cells, start=1):
                if value is not None:
                    cell = sheet.cell(number, column, value)
                    if isinstance(value, str):
                        cell.data_type = "s"
        for area in (merged or {}).get(name, ()):
            sheet.merge_cells(area)
        if name in hidden:
            sheet.sheet_state = "hidden"
    for name, row in struck:
        for cell in book[name][row]:
            cell.font = Font(strike=True)
    book.save(path)
    return path


def write_roster(path: Path, people: Iterable[Mapping[str, Any]] = THREE, **words: Any) -> Path:
    """A workbook with one sheet: title, headings, people."""
    return write_sheets(path, {"Sheet1": roster_rows(people, **words)})


STAFF_HEADINGS = [
    "单位全称（按照单位公章）",
    "学校类型",
    "统一社会信用代码",
    "姓名",
    "身份证号码（文本格式）",
    "性别",
    "民族",
    "籍贯（精确到市）",
    "婚姻状况",
    "政治面貌",
    "入党（团）时间",
    "参加工作前学历",
    "参加工作前学位",
    "参加工作前毕业院校",
    "参加工作前毕业时间",
    "参加工作前所学专业",
    "最高学历",
    "最高学位",
    "最高学历毕业院校",
    "最高学历毕业时间",
    "最高学历所学专业",
    "参加工作时间",
    "首次进入本区教育时间",
    "入编时间",
    "进入现单位任教时间",
    "行政职务",
    "任现行政职务时间",
    "任教年级",
    "主教学科（只能选一门）",
    "兼教学科",
    "现持有最高职称",
    "职称证专业",
    "职称证发证时间",
    "职称评审通过时间",
    "现聘专业技术职称",
    "现聘职级首次聘用时间",
    "现聘专业技术岗位",
    "现聘岗位首次聘用时间",
    "普通话层次",
    "教师资格层次",
    "教师资格学科",
    "最高骨干教师级别",
    "工作室主持人名称",
    "工作室主持人时间",
    "荣誉（可填多个，逗号隔开）",
    "人才项目",
    "支教单位",
    "支教地域",
    "支教开始时间",
    "支教结束时间",
    "交流单位",
    "交流开始时间",
    "交流结束时间",
    "住址",
    "手机",
    "短号",
    "紧急联系人",
    "紧急联系人关系",
    "紧急联系人电话",
    "区域",
    "主要任教学段",
    "编制所在学段",
    "在岗状态",
    "是否音体美专任",
    "党内职务",
    "校内其他职务",
    "备注",
]


def staff_member(name: str, birth: str, sequence: int, **other: Any) -> dict[str, Any]:
    """One person of the whole-staff roster of 50 to 72 columns (domain F01); 无 where there is nothing."""
    cells = dict.fromkeys(STAFF_HEADINGS, "无")
    cells |= {
        "单位全称（按照单位公章）": SCHOOL,
        "学校类型": "初级中学",
        "统一社会信用代码": "125099990000000001",
        "姓名": name,
        "身份证号码（文本格式）": id_number(birth, sequence),
        "性别": "男" if sequence % 2 else "女",
        "民族": "汉族",
        "籍贯（精确到市）": "重庆市",
        "婚姻状况": "已婚",
        "政治面貌": "群众",
        "参加工作前学历": "中师",
        "最高学历": "本科",
        "最高学位": "学士学位",
        "最高学历毕业院校": "西南大学",
        "最高学历毕业时间": "2008年07月",
        "参加工作时间": "1998年09月",
        "进入现单位任教时间": "2010年09月",
        "任教年级": "七年级",
        "主教学科（只能选一门）": "数学",
        "现持有最高职称": "一级教师",
        "普通话层次": "二级甲等",
        "支教单位": "云岭县大河乡中心小学",
        "手机": f"138{sequence:08d}",
        "短号": f"6{sequence:03d}",
        "紧急联系人": "张三",
        "紧急联系人电话": "13700000001",
        "主要任教学段": "初中",
        "在岗状态": "在岗",
    }
    return {**cells, **other}
