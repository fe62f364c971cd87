"""The official sheets, printed from the sample office with the twelve rosters imported, and read back from the PDF."""

import json
import re
import shutil
from datetime import date

import pypdfium2
import pytest
from sqlalchemy import select

from desktop.cli import run
from desktop.collation import pinyin_key, stroke_key
from desktop.errors import RefusedError
from desktop.exchange.roster.plan import carry_out_roster, plan_roster
from desktop.exchange.workbook.read import Reader
from desktop.models import Appointment, AppointmentEvent, Cohort, Employment, Office, School, Teacher
from desktop.models.local import Act, PrintLog
from desktop.queries.flows import flows_between, load_histories
from desktop.queries.listing import rows
from desktop.queries.offices import tier_words
from desktop.reports.blocks import Column, Document, ListTable
from desktop.reports.exchange_sheets import EXCHANGE_SHEETS
from desktop.reports.paper import A4_LANDSCAPE
from desktop.reports.printing import prepare_report, print_prepared, print_report
from desktop.reports.registry import REPORTS, TRAINING, report_named
from desktop.reports.render import MissingPolicy, render
from desktop.sample import SPREADSHEETS, write_sample
from desktop.services.records import save
from desktop.store import Store, load
from desktop.store.history import last_undoable, undo
from tests.builders import (
    add,
    appointment_content,
    cohort_content,
    employment_content,
    event_content,
    make_office,
    school_content,
    teacher_content,
)

DAY = "2026-11-22"


@pytest.fixture(scope="module")
def sample_office(tmp_path_factory):
    """A closed sample office that has imported the rosters of its twelve schools."""
    folder = tmp_path_factory.mktemp("sample") / "office"
    store = write_sample(folder)
    paths = sorted([*SPREADSHEETS.glob("*.xls*"), *SPREADSHEETS.glob("*.csv")])
    with Reader() as reader:
        plan = plan_roster(store, [(path, reader.read(path)) for path in paths])
    carry_out_roster(store, plan, "王晓岚")
    store.close()
    return folder


@pytest.fixture
def store(sample_office, tmp_path):
    """An open copy of the sample office."""
    opened = Store.open(shutil.copytree(sample_office, tmp_path / "sample"))
    yield opened
    opened.close()


def text_of_page(page):
    return page.get_textpage().get_text_range().replace("\r\n", "\n")


def text_of(path):
    return "\n".join(map(text_of_page, pypdfium2.PdfDocument(path)))


def table_of(store, code="F01", **options):
    """The list on a sheet, before it is drawn."""
    document = prepare_report(store, code, options).filled.document
    return next(block for block in document.blocks if isinstance(block, ListTable))


def column(table, label):
    number = [each.title for each in table.columns].index(label)
    return [row[number] for row in table.rows]


def printed(store, tmp_path, code="F01", **options):
    path = tmp_path / "sheet.pdf"
    result, row = print_report(store, code, path, options, operator="王晓岚")
    return result, row, text_of(path)


def correct(store, entity, uid, reason="派出所证明", **values):
    with store.write("更正", operator="李科员") as session:
        save(session, entity, values, uid=uid, reason=reason)


def teacher_named(store, name):
    with store.read() as session:
        return next(record for record in load(session, Teacher).values() if record.content["name"] == name)


def appointment_of(store, number):
    """The uid of the appointment in one row of the list of appointments."""
    with store.read() as session:
        return rows(session, Appointment, day=date.fromisoformat(DAY))[number].stored.uid


def test_every_name_and_number_on_paper_is_the_one_in_the_database(store, tmp_path):
    """The roster of all 203 says, copied out of the PDF, exactly the names and ID numbers of the database, in order."""
    result, row, text = printed(store, tmp_path, date=DAY)
    with store.read() as session:
        expected = [(each.values["name"], each.values["id_number"]) for each in rows(session, Appointment)]
    assert len(expected) == 203 == row.people
    found = re.findall(r"^(\d+)\s\S+\s(\S+)\s[男女]\s\S+\s\d{4}\.\d{2}\s(\d{17}[\dX])\s", text, re.MULTILINE)
    assert [(name, number) for _, name, number in found] == expected
    assert [int(number) for number, _, _ in found] == list(range(1, 204))
    assert any(ord(character) > 0xFFFF for name, _ in expected for character in name)
    assert not result.skipped
    assert not result.blanks


def test_heading_sums_and_signatures_of_the_roster(store, tmp_path):
    """Title, unit, empty date, columns, sums in the local word and who signs; one place for a seal."""
    result, row, text = printed(store, tmp_path, date=DAY)
    assert row.title == "云岭县2026年度骨干教师花名册"
    for wanted in (
        "填报单位(盖章)：云岭县教育委员会",
        "填报日期：　　　　年　　月　　日",
        "合计203人，其中：国家级0人　市级73人　县级130人　校级0人",
        "填表人：",
        "审核人：",
        "单位负责人：",
    ):
        assert text.count(wanted) == 1
    assert text.count("盖章") == 1
    assert "区县级" not in text
    assert text.count("认定时间及文号") == result.pages == text.count("页 共")
    assert f"第 {result.pages} 页 共 {result.pages} 页" in text


def test_the_columns_are_those_of_the_form(store):
    """The fifteen columns of domain F01, 267 mm wide together; over several units the unit stands before the name."""
    persons, posts = (
        "序号 姓名 性别 民族 出生年月 身份证号 工作单位",
        "学段 任教学科 学历 职称 参加工作时间 级别 认定时间及文号 备注",
    )
    labels = f"{persons} {posts}".split()
    widths = [10, 18, 9, 12, 18, 38, 40, 11, 16, 13, 20, 18, 12, 24, 8]
    table = table_of(store, date=DAY, school="县一中")
    assert [each.title for each in table.columns] == labels
    assert [each.mm for each in table.columns] == widths
    table = table_of(store, date=DAY)
    order = [0, 6, *range(1, 6), *range(7, 15)]
    assert [each.title for each in table.columns] == [labels[number] for number in order]
    assert [each.mm for each in table.columns] == [widths[number] for number in order]
    assert set(column(table, "备注")) == {""}
    assert table.columns[-1].empty == ""


def test_values_are_written_as_on_forms(store):
    """Birth as 1990.07, local word for the tier, the document's date above its number."""
    table = table_of(store, date=DAY)
    assert all(re.fullmatch(r"\d{4}\.\d{2}", each) for each in column(table, "出生年月"))
    assert set(column(table, "级别")) == {"市级", "县级"}
    assert set(column(table, "认定时间及文号")) == {
        "2022.09.01\n渝教师发〔2022〕15号",
        "2024.03.15\n云教发〔2024〕30号",
    }


def test_a_document_date_that_disagrees_does_not_hide_what_the_school_wrote(store):
    """Where the time of recognition lies outside the document's date, the registered time is printed."""
    uid = appointment_of(store, 0)
    correct(store, Appointment, uid, recognized_on="2021-05")
    assert column(table_of(store, date=DAY), "认定时间及文号")[0] == "2021.05\n渝教师发〔2022〕15号"


def test_public_version_has_no_number_no_telephone_and_no_day_of_birth(store, tmp_path):
    """Nothing of a person's numbers stands anywhere in the text or the properties of the public file."""
    with store.read() as session:
        teachers = [record.content for record in load(session, Teacher).values()]
        own = next(iter(load(session, Office)))
    correct(store, Office, own, phone="023-68880001")
    _result, _row, text = printed(store, tmp_path, date=DAY, version="public")
    everything = text + (tmp_path / "sheet.pdf").read_bytes().decode("latin-1")
    for content in teachers:
        for name in ("id_number", "mobile"):
            assert content.get(name, "missing") not in everything
        assert content["birth_date"].replace("-", ".") not in text
    assert not re.search(r"\d{8}", text)
    assert "身份证" not in text
    assert "68880001" not in everything
    assert "合计203人" in text


@pytest.mark.parametrize(
    ("order", "key"),
    [("pinyin", pinyin_key), ("strokes", stroke_key), ("姓氏笔画", stroke_key)],
)
def test_order_by_name_goes_over_the_whole_list(store, order, key):
    """By pinyin or strokes people of all schools stand in one order; numbers are given afterwards."""
    table = table_of(store, date=DAY, order=order)
    names = column(table, "姓名")
    assert names == sorted(names, key=key)
    assert column(table, "序号")[-1] == "203"


def test_default_order_is_that_of_the_schools_then_as_sent(store):
    """Schools stand in their official order, the people of a school as it sent them."""
    with store.read() as session:
        order = {each.content["name"]: each.content["order"] for each in load(session, School).values()}
    units = column(table_of(store, date=DAY), "工作单位")
    assert [order[unit] for unit in units] == sorted(order[unit] for unit in units)


def test_a_registered_reading_decides_the_order_by_pinyin(store):
    """A name with a registered reading stands where that reading belongs."""
    someone = teacher_named(store, column(table_of(store, date=DAY, order="pinyin"), "姓名")[-1])
    correct(store, Teacher, someone.uid, name_reading=" ".join("a" * len(someone.content["name"])))
    assert column(table_of(store, date=DAY, order="pinyin"), "姓名")[0] == someone.content["name"]


@pytest.mark.parametrize(
    ("options", "people", "title"),
    [
        ({"tier": "市级"}, 73, "云岭县2026年度第五届市级骨干教师花名册"),
        ({"级别": "县级"}, 130, "云岭县2026年度第三届县级骨干教师花名册"),
        ({"cohort": "云教发〔2024〕30号"}, 130, "云岭县2026年度第三届县级骨干教师花名册"),
        ({"school": "县一中"}, 22, "云岭县2026年度骨干教师花名册"),
        ({"school": "县一中", "tier": "2", "title": "一中名册"}, 10, "一中名册"),
        ({"职称": "高级教师", "gender": "女"}, None, "云岭县2026年度骨干教师花名册"),
    ],
)
def test_any_column_of_the_list_is_a_filter(store, options, people, title):
    """A roster may be narrowed down by any column; 届 and 级别 stand in the title only where they are one."""
    prepared = prepare_report(store, "F01", {"date": DAY, **options})
    where = {name: text for name, text in options.items() if name != "title"}
    with store.read() as session:
        expected = len(rows(session, Appointment, where, day=date.fromisoformat(DAY)))
    assert prepared.filled.people == (people or expected) == expected > 0
    assert prepared.filled.document.title == title


@pytest.mark.parametrize(
    ("options", "word"),
    [({"tier": "校级"}, "校级"), ({"date": "2020-01-01"}, "2020年1月1日"), ({"status": "取消资格"}, "取消资格")],
)
def test_nobody_to_print_is_told_with_the_condition(store, options, word):
    """A roster without a row is refused with the condition that left nobody."""
    with pytest.raises(RefusedError, match=word):
        prepare_report(store, "F01", {"date": DAY, **options})


def test_only_appointments_in_force_at_the_day_are_listed(store):
    """Before the document, after a revocation and after the end of the term nobody stands on the roster."""
    add(store, AppointmentEvent, event_content(appointment_of(store, 0), date="2026-06-01"))
    assert prepare_report(store, "F01", {"date": "2026-05-31"}).filled.people == 203
    assert prepare_report(store, "F01", {"date": "2026-06-01"}).filled.people == 202
    assert prepare_report(store, "F01", {"date": "2024-03-14"}).filled.people == 73
    assert prepare_report(store, "F01", {"date": "2027-03-15"}).filled.people == 72
    assert prepare_report(store, "F01", {"date": DAY, "status": "取消资格"}).filled.people == 1
    assert prepare_report(store, "F01", {"date": DAY, "status": "all"}).filled.people == 203


def test_a_person_of_two_tiers_stands_once_at_the_higher(store):
    """Sums add up to persons; the person is told, and still stands on the roster of the lower tier."""
    with store.read() as session:
        county = next(uid for uid, each in load(session, Cohort).items() if each.content["tier"] == "3")
        someone = load(session, Appointment)[rows(session, Appointment)[0].stored.uid].content["teacher"]
    add(store, Appointment, appointment_content(someone, county))
    prepared = prepare_report(store, "F01", {"date": DAY})
    assert "合计203人，其中：国家级0人　市级73人　县级130人" in table_of(store, date=DAY).closing
    assert any("最高级别" in warning for warning in prepared.filled.warnings)
    assert prepare_report(store, "F01", {"date": DAY, "tier": "县级"}).filled.people == 131
    assert "合计203人（204人次）" in table_of(store, date=DAY, status="all").closing


def test_the_local_word_of_a_district_is_printed(store):
    """In a district the tier is 区级, on the sheet and in the sum."""
    with store.read() as session:
        own = next(iter(load(session, Office)))
    correct(store, Office, own, county_word="区级", city_word="省级", handler_title="经办人", leader_title="分管领导")
    document = prepare_report(store, "F01", {"date": DAY}).filled.document
    table = next(block for block in document.blocks if isinstance(block, ListTable))
    assert set(column(table, "级别")) == {"省级", "区级"}
    assert "省级73人　区级130人" in table.closing
    assert document.blocks[-1].parts == ("经办人：", "审核人：", "分管领导：")


def test_values_that_are_not_registered_are_told(store):
    """A column with absent values prints — and is told before the sheet is stamped."""
    uid = appointment_of(store, 4)
    with store.read() as session:
        teacher = load(session, Appointment, [uid])[uid].content["teacher"]
        name = load(session, Teacher, [teacher])[teacher].content["name"]
    correct(store, Teacher, teacher, subject=None)
    correct(store, Appointment, uid, subject=None)
    warnings = prepare_report(store, "F01", {"date": DAY}).filled.warnings
    assert f"任教学科没有登记：{name}，表上印作“—”，请核对后再报。" in warnings
    assert "参加工作时间没有登记：203人，表上印作“—”，请核对后再报。" in warnings


def test_every_print_is_logged_and_is_no_act(store, tmp_path):
    """Report, title, version, people, pages, copies, operator, time and file stand in the log; a plan stays good."""
    with store.read() as session:
        acts = len(list(session.scalars(select(Act))))
    result, row, _text = printed(store, tmp_path, date=DAY, copies="2")
    with store.read() as session:
        assert len(list(session.scalars(select(Act)))) == acts
        [logged] = session.scalars(select(PrintLog))
        assert (logged.report, logged.title, logged.people) == ("F01", "云岭县2026年度骨干教师花名册", 203)
        assert (logged.pages, logged.copies, logged.operator) == (result.pages, 2, "王晓岚")
        assert logged.file_name == "sheet.pdf"
        assert re.fullmatch(r"[0-9a-f]{64}", logged.file_hash)
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", logged.at)
        assert logged.version == row.version


def test_the_version_changes_with_what_is_printed_only(store):
    """The same data give the same version, a changed value another one."""
    first = prepare_report(store, "F01", {"date": DAY}).version
    assert prepare_report(store, "F01", {"date": DAY, "copies": "3"}).version == first
    assert prepare_report(store, "F01", {"date": DAY, "paper": "A3"}).version != first
    correct(store, Teacher, teacher_named(store, "崔霞").uid, name="崔霞霞")
    assert prepare_report(store, "F01", {"date": DAY}).version != first


def test_what_is_told_of_a_sheet_is_told_without_the_persons_left_out(store, tmp_path):
    """Left out, a person is counted in no warning, and the sheet has a version of its own."""
    with store.read() as session:
        uid = next(iter(load(session, Appointment).values())).content["teacher"]
    with store.write("更正") as session:
        save(session, Teacher, {"name": "王\U0002ffff"}, uid=uid, reason="更正")
    prepared = prepare_report(store, "F01", {"date": DAY})
    assert any("参加工作" in each and "203人" in each for each in prepared.filled.warnings)
    rows = {}
    for policy in MissingPolicy:
        result, rows[policy] = print_prepared(store, prepared, tmp_path / "x.pdf", operator="王", missing=policy)
        people = f"{rows[policy].people}人"
        assert [each for each in result.warnings if "参加工作" in each and people in each]
    assert (rows[MissingPolicy.SKIP].people, rows[MissingPolicy.BLANK].people) == (202, 203)
    assert rows[MissingPolicy.BLANK].version == prepared.version != rows[MissingPolicy.SKIP].version


def test_a_column_named_like_an_option_narrows_the_list_too(store):
    """`title` is the heading among the options and the professional title among the conditions."""
    prepared = prepare_report(store, "F01", {"date": DAY, "title": "高级骨干"}, {"title": "高级教师"})
    assert prepared.filled.document.title == "高级骨干"
    assert set(
        column(next(each for each in prepared.filled.document.blocks if isinstance(each, ListTable)), "职称")
    ) == {"高级教师"}
    with pytest.raises(RefusedError, match="没有“nonsense”这一项"):
        prepare_report(store, "F01", {}, {"nonsense": "1"})


def test_a_character_without_a_font_is_told_and_skipped_or_left_blank(store, tmp_path):
    """The person is named before printing; skipped, the person is on neither the sheet nor the log's count."""
    correct(store, Teacher, teacher_named(store, "崔霞").uid, name="崔\U0002ebf0")
    prepared = prepare_report(store, "F01", {"date": DAY})
    [missing] = prepared.missing
    assert missing.character == "\U0002ebf0"
    assert "崔" in missing.where
    path = tmp_path / "sheet.pdf"
    for policy, people in ((MissingPolicy.BLANK, 203), (MissingPolicy.SKIP, 202)):
        result, row = print_report(store, "F01", path, {"date": DAY}, operator="", missing=policy)
        assert row.people == people
        assert len(result.skipped) == 203 - people
        assert f"合计{people}人，其中：国家级0人　市级{people - 130}人" in text_of(path)
        assert re.search(rf"^{people}\s云岭县大河乡中心小学\s陈丽\s女", text_of(path), re.MULTILINE)
        assert ("行号是没有跳过任何人时的行号" in text_of(path)) == bool(result.skipped)


def test_unknown_names_and_values_are_refused(store):
    """An option nobody knows is answered with those there are; a value that cannot be, with what can."""
    with pytest.raises(RefusedError, match="copies（份数）"):
        report_named("B01").settings({"颜色": "红"})
    with pytest.raises(RefusedError, match="school（工作单位）"):
        report_named("F01").settings({"颜色": "红"})
    with pytest.raises(RefusedError, match="public（公示版）"):
        report_named("F01").settings({"version": "secret"})
    with pytest.raises(RefusedError, match="截止日期"):
        report_named("F01").settings({"date": "13月"})
    with pytest.raises(RefusedError, match="F01 骨干教师花名册"):
        report_named("F99")


def test_the_year_of_the_sample_reconciles(store):
    """Every row and sum of the 变动表 reconciles, and its closing stock is the roster of the same day."""
    uids = [appointment_of(store, number) for number in (0, 1, 30, 31)]
    for uid, status in zip(uids, ("REVOKED", "RETIRED", "DECEASED", "MOVED_OUT"), strict=True):
        add(store, AppointmentEvent, event_content(uid, status=status, date="2026-06-01"))
    table = table_of(store, "B01", year="2026")
    total = table.rows[-1]
    assert total[0] == "合计"
    assert (total[2], total[7], total[-3], total[-2], total[-1]) == ("203", "—", "4", "199", "")
    assert prepare_report(store, "F01", {"year": "2026"}).filled.people == 199
    for row in table.rows:
        figures = [int(value) if value != "—" else 0 for value in row[2:-1]]
        assert figures[0] + sum(figures[1:5]) - sum(figures[6:13]) == figures[-1]
        assert sum(figures[1:5]) == figures[5]
        assert sum(figures[6:13]) == figures[13]
    sums = [row for number, row in enumerate(table.rows) if number in table.strong_rows]
    assert [row[1] for row in sums] == ["小计", "小计", ""]
    assert int(sums[0][2]) + int(sums[1][2]) == int(sums[2][2])


def test_the_longest_word_of_a_tier_stays_in_its_cell(store, tmp_path):
    """A city calls the tier 县（区）级: no appended page; and a flow of nobody is a figure, not a value to register."""
    with store.read() as session:
        [office] = [uid for uid, each in load(session, Office).items() if each.content["code"] == store.office_code]
    correct(store, Office, office, county_word="县（区）级")
    result, _row, text = printed(store, tmp_path, "B01", year="2026")
    assert "县（区）级" in text
    assert "见附" not in text
    assert result.warnings == ()


def test_the_account_of_the_database_is_the_roster_of_both_days(store):
    """Opening and closing stock are the rosters of the two days, school by school and tier by tier."""
    with store.read() as session:
        flows = flows_between(load_histories(session), date(2023, 12, 31), date(2024, 12, 31))
    assert sum(row.opening for row in flows.rows) == prepare_report(store, "F01", {"year": "2023"}).filled.people
    assert sum(row.closing for row in flows.rows) == prepare_report(store, "F01", {"year": "2024"}).filled.people
    assert not flows.unexplained


def test_what_does_not_reconcile_is_said_on_the_sheet(store, tmp_path):
    """A person who ceased to work anywhere without a registered reason is named on the sheet, and the row marked."""
    name = "崔霞"
    with store.read() as session:
        employment = next(
            each for each in rows(session, Employment) if each.names.name("teachers", each.values["teacher"]) == name
        )
    correct(store, Employment, employment.stored.uid, end="2026-07")
    result, _row, text = printed(store, tmp_path, "B01", year="2026")
    assert "不平衡" in text
    assert f"{name}2026年8月1日由市级云岭县第一中学变为市级（单位未登记），没有登记原因" in text.replace("\n", "")
    assert any(name in warning for warning in result.warnings)


def test_days_of_the_account_may_be_set(store):
    """The account may go from any day to a later one, never backwards."""
    table = table_of(store, "B01", **{"from": "2024-03-14", "to": "2024-03-15"})
    assert table.rows[-1][2:4] == ("73", "130")
    with pytest.raises(RefusedError, match="应早于"):
        prepare_report(store, "B01", {"from": "2024-03-14", "to": "2024-03-14"})
    with pytest.raises(RefusedError, match="没有在任"):
        prepare_report(store, "B01", {"year": "1990"})


def test_corrections_are_listed_with_reason_and_person(store, tmp_path):
    """Each correction of a sensitive field stands in the register with both values; other changes do not."""
    someone = teacher_named(store, "崔霞")
    correct(store, Teacher, someone.uid, "身份证核对", name="崔暇", mobile="13900001111")
    correct(store, Appointment, appointment_of(store, 0), "文件核对", recognized_on="2022-08")
    table = table_of(store, "B02")
    assert [row[2:9] for row in table.rows] == [
        ("云岭县第一中学", "崔暇", "姓名", "崔霞", "崔暇", "身份证核对", "李科员"),
        ("云岭县第一中学", "崔暇", "认定时间", "2022.09", "2022.08", "文件核对", "李科员"),
    ]
    _result, row, text = printed(store, tmp_path, "B02")
    assert row.people == 1, "two corrections of one person"
    assert "合计2项更正" in text
    assert "13900001111" not in text


def test_corrections_of_a_year_or_of_one_act(store):
    """The register may be narrowed down; a correction taken back is left out and told."""
    correct(store, Teacher, teacher_named(store, "崔霞").uid, name="崔暇")
    correct(store, Teacher, teacher_named(store, "高凤雪").uid, name="高风雪")
    with store.read() as session:
        last = last_undoable(session)
    assert column(table_of(store, "B02", act=str(last.id)), "更正前") == ["高凤雪"]
    assert column(table_of(store, "B02", year=last.at[:4]), "序号") == ["1", "2"]
    with pytest.raises(RefusedError, match="1999年没有需要登记的更正"):
        prepare_report(store, "B02", {"year": "1999"})
    undo(store, last.id)
    prepared = prepare_report(store, "B02", {})
    assert prepared.filled.people == 1
    assert prepared.filled.warnings == ("另有1项更正后来已撤销，没有列入。",)


def test_corrections_speak_the_office_s_words(store):
    """A corrected tier stands in the local word; a correction of a school or office names no person."""
    correct(store, Appointment, appointment_of(store, 0), tier="3")
    with store.read() as session:
        own = next(iter(load(session, Office)))
    correct(store, Office, own, name="云岭县教育局")
    table = table_of(store, "B02")
    assert [row[3:7] for row in table.rows] == [
        ("崔霞", "级别", "市级", "县级"),
        ("", "单位全称", "云岭县教育委员会", "云岭县教育局"),
    ]
    assert prepare_report(store, "B02", {}).filled.people == 1


@pytest.mark.parametrize("place", range(9, 18))
def test_a_subtotal_never_begins_a_page(place, tmp_path):
    """Wherever subtotals fall, a page of a list begins with a row of its own, and no row is lost."""
    rows_ = tuple(("小计" if number in (place, place + 1) else f"行{number}",) for number in range(40))
    table = ListTable((Column("单位", 50),), rows_, name_column=0, strong_rows=frozenset({place, place + 1}))
    render(Document("表", A4_LANDSCAPE, (table,), page_numbers=False), tmp_path / "list.pdf")
    pages = [text_of_page(page).split() for page in pypdfium2.PdfDocument(tmp_path / "list.pdf")]
    assert all(page[1].startswith("行") for page in pages)
    assert [text for page in pages for text in page[1:]] == [row[0] for row in rows_]


OF_ROSTERS = [report for report in REPORTS if report not in (*TRAINING, *EXCHANGE_SHEETS)]
"""The sheets that the sample data fill; those of a class and of packages are printed by the tests of their own."""


@pytest.mark.parametrize("report", OF_ROSTERS, ids=lambda report: report.code)
def test_every_report_prints(report, store, tmp_path):
    """Every declared report prints on the sample data, with words only: no None, null or day zero, pages numbered."""
    correct(store, Teacher, teacher_named(store, "崔霞").uid, name="崔暇")
    result, row, text = printed(store, tmp_path, report.code, filled=DAY, title="云岭县样表")
    assert row.title == "云岭县样表"
    assert text.count("云岭县样表") == 1
    assert "填报日期：2026年11月22日" in text
    assert text.count("盖章") == 1
    assert f"第 {result.pages} 页 共 {result.pages} 页" in text
    for word in ("None", "null", "1970-01-01", "1970年", "nan", "区县级"):
        assert word not in text


def test_command_prints_and_tells(store, tmp_path, capsysbinary):
    """`report F01 --json` gives path, pages, people, skipped, blanks and warnings as one document."""
    folder = store.folder
    path = tmp_path / "roster.pdf"
    words = ["report", "F01", "--office", str(folder), "--to", str(path), "--set", f"date={DAY}", "--set", "copies=2"]
    assert run([*words, "--json"]) == 0
    told = json.loads(capsysbinary.readouterr().out)
    assert (told["path"], told["people"], told["copies"]) == (str(path), 203, 2)
    assert told["pages"] == len(pypdfium2.PdfDocument(path))
    assert told["skipped"] == told["blanks"] == []
    assert len(told["warnings"]) == 2


def test_command_ends_with_one_when_somebody_was_left_out(store, tmp_path, capsys):
    """A person left out for a character without a font is told on stderr, and the exit code is 1."""
    correct(store, Teacher, teacher_named(store, "崔霞").uid, name="崔\U0002ebf0")
    words = ["report", "F01", "--office", str(store.folder), "--to", str(tmp_path / "out.pdf"), "--set", f"date={DAY}"]
    assert run([*words, "--missing", "skip"]) == 1
    assert "U+2EBF0" in capsys.readouterr().err
    assert run(words) == 0
    assert run([*words, "--set", "颜色=红"]) == 2
    assert run(["report", "--office", str(store.folder)]) == 2


def test_command_lists_reports(capsys):
    """`report --list` names every report with its options."""
    assert run(["report", "--list"]) == 0
    listed = capsys.readouterr().out
    for report in REPORTS:
        assert report.code in listed
        assert report.title in listed
        for option in report.all_options:
            assert f"--set {option.name}=" in listed


def test_a_stage_that_is_not_registered_is_not_guessed(store):
    """The sheet shows the stage that is held, never one that follows from the type of the school; blanks are told."""
    assert set(column(table_of(store, date=DAY), "学段")) == {""}
    warnings = prepare_report(store, "F01", {"date": DAY}).filled.warnings
    assert "学段没有登记：203人，表上印作“—”，请核对后再报。" in warnings
    correct(store, Teacher, teacher_named(store, "崔霞").uid, stage="4")
    assert column(table_of(store, date=DAY), "学段")[0] == "高中"


def test_nothing_on_a_roster_is_smaller_than_small_five(store, tmp_path):
    """小五 is the smallest type on the roster, date and number of the document included (clerk §5.8)."""
    printed(store, tmp_path, date=DAY)
    sizes = {
        round(each.get_font_size(), 1)
        for page in pypdfium2.PdfDocument(tmp_path / "sheet.pdf")
        for each in page.get_objects()
        if isinstance(each, pypdfium2.PdfTextObj)
    }
    assert min(sizes) == 9.0


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"order": "strokes", "date": DAY}, "（按姓氏笔画为序，截至2026年11月22日）"),
        ({"status": "all"}, "（状态：全部）"),
        ({"order": "pinyin"}, None),
    ],
)
def test_what_the_title_does_not_say_stands_below_it(store, options, told):
    """A list of another state than 在任, by strokes, or of a day says so under its title."""
    line = prepare_report(store, "F01", options).filled.document.blocks[1]
    assert line.parts[1:-1] == ((told,) if told else ())


def test_an_option_left_empty_has_its_default(store):
    """`version=` is the official version with numbers and signatures, not a third one."""
    assert table_of(store, date=DAY, version="", order=" ", status="") == table_of(store, date=DAY)


@pytest.mark.parametrize(
    ("rank", "name", "word"),
    [
        ("school", "云岭县第一中学", "县级"),
        ("school", "山城市渡口区实验小学", "区级"),
        ("township", "云岭县石坪镇教育管理中心", "县级"),
        ("school", "城区第一小学", "县（区）级"),
        ("county", "渡口区教育委员会", "区级"),
        ("city", "山城市教育委员会", "县（区）级"),
    ],
)
def test_a_school_says_the_word_of_its_county(rank, name, word):
    """The tier of the county stands in the local word on the sheets of the offices below it too."""
    assert tier_words({"rank": rank, "name": name})["3"] == word
    assert tier_words({"rank": rank, "name": name, "county_word": "区级"})["3"] == "区级"


def test_a_city_keeps_the_schools_of_a_county_together(tmp_path):
    """Schools of two counties, each with its own order from 1, stand county by county on every sheet."""
    store = make_office(tmp_path / "city", name="山城市教育委员会", code="500000", rank="city")
    counties = (("509998", "渡口区"), ("509999", "云岭县"))
    units = [(f"{place}第{number}中学", code, number) for number in (1, 2) for code, place in counties]
    schools = [
        add(store, School, school_content(name=name, county_code=code, order=order)) for name, code, order in units
    ]
    cohort = add(store, Cohort, cohort_content(tier="2", issue_date="2024-09-01"))
    for number, school in enumerate(schools, 1):
        teacher = add(store, Teacher, teacher_content(number))
        add(store, Employment, employment_content(teacher, school))
        add(store, Appointment, appointment_content(teacher, cohort, tier="2"))
    expected = ["渡口区第1中学", "渡口区第2中学", "云岭县第1中学", "云岭县第2中学"]
    assert column(table_of(store, date=DAY), "工作单位") == expected
    assert column(table_of(store, "B01", year="2026"), "工作单位")[:4] == expected
    store.close()
