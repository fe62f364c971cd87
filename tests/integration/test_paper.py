"""Documents on paper, read back from the PDF: places, pages, shrinking, appended pages, missing characters."""

import errno
import os
import re
from dataclasses import replace
from itertools import pairwise

import pypdfium2
import pytest

from desktop.errors import RefusedError
from desktop.reports import fonts
from desktop.reports.blocks import (
    Cell,
    Column,
    Document,
    Grid,
    GridRow,
    ListTable,
    OpinionBlock,
    PageBreak,
    Part,
    Sheet,
    SignatureLine,
    SubLine,
    Text,
    Title,
)
from desktop.reports.cards import Card, CardGrid, CardText
from desktop.reports.characters import check_characters, without_missing
from desktop.reports.fitting import Fitted, fit
from desktop.reports.fonts import Family
from desktop.reports.lists import rows_on_page
from desktop.reports.paper import A4_LANDSCAPE, A4_PORTRAIT, PAPERS, POINTS_PER_MM, SEAL_SQUARE, Align
from desktop.reports.render import MissingPolicy, render

NOWHERE = "\U0002ebf0"
COLUMNS = (
    Column("序号", 12), Column("姓名", 25), Column("民族", 12), Column("工作单位", 60, align=Align.LEFT),
    Column("学时", 20, sum=True), Column("备注", 33, empty=""),
)  # fmt: skip
NAMES = ("王𠮷", "钅𬭚", "李𫘝", "张𨱏", "刘㛃", "䶮雯", "阿卜杜热西提·买买提")


def roster(count, *, paper=A4_PORTRAIT, **options):
    rows = tuple(
        (str(number + 1), NAMES[number % len(NAMES)], "汉族", "城关小学", "2.5", "") for number in range(count)
    )
    table = ListTable(COLUMNS, rows, **{"total_label": "合计", "closing": f"共 {count} 人", **options})
    return Document(
        "花名册", paper, (Title("示例县骨干教师花名册"), SubLine(("填报单位(盖章)：",)), table, SignatureLine())
    )


def printed(document, tmp_path, **options):
    path = tmp_path / "out.pdf"
    return render(document, path, **options), [text_of(page) for page in pypdfium2.PdfDocument(path)]


def text_of(page):
    return page.get_textpage().get_text_range().replace("\r\n", "\n")


def marks(page):
    """Every character of a page with its box in millimetres from the upper left corner."""
    text = page.get_textpage()
    height = page.get_height()
    for number in range(text.count_chars()):
        left, bottom, right, top = text.get_charbox(number, loose=True)
        yield (
            text.get_text_range(number, 1),
            *(value / POINTS_PER_MM for value in (left, height - top, right, height - bottom)),
        )


def test_every_name_comes_back(tmp_path):
    """Every name extracted from a list is the name that went in, beyond U+FFFF too."""
    _printed, pages = printed(roster(60), tmp_path)
    text = "\n".join(pages)
    for name in NAMES:
        assert text.count(name) == sum(NAMES[number % len(NAMES)] == name for number in range(60))


def test_heading_and_page_number_stand_on_every_page(tmp_path):
    """Each page of a list repeats the heading and says 第 x 页 共 y 页."""
    result, pages = printed(roster(60), tmp_path)
    assert result.pages == len(pages) > 1
    for number, text in enumerate(pages, 1):
        assert "工作单位" in text
        assert f"第 {number} 页 共 {len(pages)} 页" in text
    assert pages[0].count("示例县骨干教师花名册") == 1
    assert "示例县骨干教师花名册" not in pages[1]


@pytest.mark.parametrize("count", range(60))
def test_end_of_a_list_never_stands_alone(count, tmp_path):
    """However long the list is, total and signature line have two of its rows with them, all rows in order."""
    _printed, pages = printed(roster(count), tmp_path)
    assert "填表人：" in pages[-1]
    assert "合计" in pages[-1]
    assert pages[-1].count("城关小学") >= min(count, 2)
    assert "".join(pages).count("城关小学") == count


def test_sums_are_exact(tmp_path):
    """The total row adds the column in decimals; absent values count as nothing."""
    document = roster(3)
    table = document.blocks[2]
    rows = (*table.rows, ("4", "某", "", "", "0.1", ""), ("5", "某", "", "", "", ""))
    blocks = (*document.blocks[:2], replace(table, rows=rows), *document.blocks[3:])
    _printed, pages = printed(replace(document, blocks=blocks), tmp_path)
    assert "7.6" in pages[-1]


def test_two_kinds_of_empty(tmp_path):
    """A cell for data without value says 无, a cell for the hand stays empty."""
    rows = (("1", "王某", "", "城关小学", "", ""),)
    document = Document("册", A4_PORTRAIT, (ListTable(COLUMNS, rows),))
    _printed, pages = printed(document, tmp_path)
    assert pages[0].count("无") == 2


def test_merged_heading(tmp_path):
    """Neighbours of one group stand under one merged heading."""
    columns = (Column("姓名", 30), Column("起", 20, group="任职时间"), Column("止", 20, group="任职时间"))
    table = ListTable(columns, (("王某", "2023", "2026"),), name_column=0)
    _printed, pages = printed(Document("册", A4_PORTRAIT, (table,)), tmp_path)
    assert pages[0].count("任职时间") == 1
    found = [(mark[0], mark[2]) for mark in marks(pypdfium2.PdfDocument(tmp_path / "out.pdf")[0])]
    heights = dict(found)
    assert heights["任"] < heights["起"] == pytest.approx(heights["止"], abs=0.1)


@pytest.mark.parametrize("paper", PAPERS, ids=lambda paper: paper.name)
def test_nothing_is_printed_on_the_margins(paper, tmp_path):
    """Margins stay free for binding and the 骑缝章; only the page number stands below."""
    render(roster(40, paper=paper), tmp_path / "out.pdf")
    for page in pypdfium2.PdfDocument(tmp_path / "out.pdf"):
        assert page.get_width() == pytest.approx(paper.width * POINTS_PER_MM, abs=0.5)
        image = page.render(scale=1).to_pil().convert("L")
        right, left, top = paper.width - paper.right + 1, paper.left - 1, paper.top - 1
        for box in ((right, 0, paper.width, paper.height), (0, 0, left, paper.height), (0, 0, paper.width, top)):
            darkest, _lightest = image.crop([round(edge * POINTS_PER_MM) for edge in box]).getextrema()
            assert darkest > 128


def test_rows_keep_their_height(tmp_path):
    """A long value wraps and never makes its row higher."""
    long = "青龙湾镇九年一贯制学校（青龙校区）初中部七年级语文"
    rows = tuple(
        (str(number), "王某", "柯尔克孜族", long if number == 2 else "小学", "1", "") for number in range(1, 5)
    )
    render(Document("册", A4_PORTRAIT, (ListTable(COLUMNS, rows),)), tmp_path / "out.pdf")
    page = pypdfium2.PdfDocument(tmp_path / "out.pdf")[0]
    names = [(top + bottom) / 2 for mark, _left, top, _right, bottom in marks(page) if mark == "某"]
    assert [second - first for first, second in pairwise(names)] == pytest.approx([9.0] * 3, abs=0.1)
    assert long in text_of(page)


def test_shrinking_then_wrapping_then_appending():
    """One line keeps its size while it fits, shrinks to 小五, then wraps, then shrinks; what fits nowhere is told."""
    sizes = (10.5, 9.0, 8.0, 7.0, 6.5)
    assert fit("汉族", Family.SONG, sizes, 40, 24) == fit("汉族", Family.SONG, sizes, 21, 24)
    assert fit("维吾尔族", Family.SONG, sizes, 37, 24) == Fitted(9.0, ("维吾尔族",), complete=True)
    assert fit("维吾尔族", Family.SONG, sizes, 29, 24) == Fitted(10.5, ("维吾", "尔族"), complete=True)
    assert fit("乌孜别克族", Family.SONG, sizes, 29, 21) == Fitted(9.0, ("乌孜别", "克族"), complete=True)
    assert fit("乌孜别克族", Family.SONG, sizes, 29, 18) == Fitted(8.0, ("乌孜别", "克族"), complete=True)
    assert not fit("某" * 50, Family.SONG, sizes, 29, 24).complete


def test_lines_break_as_in_print():
    """No line begins with a closing mark or a date's 年, names break at the dot, numbers stay whole."""
    assert fit("古丽娜尔·艾合买提江", Family.SONG, (10,), 65, 40).lines == ("古丽娜尔·", "艾合买提江")
    assert fit("经研究决定，同意", Family.SONG, (10,), 50, 40).lines == ("经研究决", "定，同意")
    assert fit("参加工作时间", Family.SONG, (10,), 52, 40).lines == ("参加工", "作时间")
    assert fit("A" * 20, Family.SONG, (10,), 52, 60).complete
    assert fit("一二三2024年", Family.SONG, (10,), 52, 40).lines == ("一二三", "2024年")


def test_a_broken_name_is_copied_out_whole(tmp_path):
    """A name set on two lines comes out of the PDF as one word, in the order of its row."""
    columns = (Column("序号", 20), Column("姓名", 22), Column("民族", 120))
    table = ListTable(columns, (("1", "古丽娜尔·艾合买提江", "维吾尔族"),))
    _printed, pages = printed(Document("册", A4_PORTRAIT, (table,)), tmp_path)
    assert "古丽娜尔·艾合买提江" in pages[0]


def test_one_size_one_line_where_a_column_says_so(tmp_path):
    """A column that does not wrap refers to the appended page as soon as its text is too long."""
    columns = (Column("序号", 10), Column("姓名", 20), Column("文号", 50, wrap=False))
    table = ListTable(
        columns, (("1", "王某", "渡教发〔2023〕15号"), ("2", "李某", "渡教发〔2023〕15号等三份文件，详见附件"))
    )
    paper = replace(A4_PORTRAIT, left=65, right=65)
    _printed, pages = printed(Document("册", paper, (table,)), tmp_path)
    assert "渡教发〔2023〕15号" in pages[0]
    assert "见附页1" in pages[0]
    assert "详见附件" in pages[1]


def test_a_note_stays_with_its_list(tmp_path):
    """A kept note goes with the end of the list, two rows with both, whatever the length."""
    for count in range(20, 32):
        document = roster(count)
        note = Text("注：本表一式两份。\n加盖公章后报送。", keep=True)
        _printed, pages = printed(replace(document, blocks=(*document.blocks, note)), tmp_path)
        assert "加盖公章后报送" in pages[-1]
        assert pages[-1].count("城关小学") >= 2


def test_a_list_on_a_person_sheet_is_checked_for_characters():
    """Characters in a list on a person's own sheet are told under the person."""
    sheet = Sheet("王某", (ListTable(COLUMNS, (("1", f"李{NOWHERE}", "", "", "", ""),)),))
    assert [found.where for found in check_characters(Document("表", A4_PORTRAIT, (sheet,)))] == ["王某"]


def test_a_list_on_the_sheet_of_a_group_is_checked_by_rows():
    """A sheet of nobody has a person in each row of its lists: that row is told, and that row left out."""
    rows = (("1", f"李{NOWHERE}", "", "", "", ""), ("2", "王某", "", "", "", ""))
    document = Document("签到表", A4_PORTRAIT, (Sheet("", (ListTable(COLUMNS, rows),)),))
    assert [found.where for found in check_characters(document)] == [f"第1行 李{NOWHERE}"]
    (sheet,) = without_missing(document).blocks
    assert [row[1] for row in sheet.blocks[0].rows] == ["王某"]


def test_equal_neighbours_of_a_merged_column_are_one_cell(tmp_path):
    """A merged value is printed once for its rows on each page, and apart where the column before it differs."""
    columns = (Column("日期", 30, merged=True), Column("时段", 20, merged=True), Column("课程", 60))
    days = [f"7月{1 + number // 3}日" for number in range(30)]
    rows = tuple((day, "上午", f"课程{number}") for number, day in enumerate(days))
    _printed, pages = printed(Document("日程表", A4_PORTRAIT, (ListTable(columns, rows),)), tmp_path)
    assert len(pages) == 2
    for page in pages:
        shown = {day for number, day in enumerate(days) if f"课程{number}\n" in f"{page}\n"}
        assert page.count("上午") == len(shown)
        assert all(len(re.findall(rf"(?<!\d){day}", page)) == 1 for day in shown)


def test_rows_beside_each_other_are_all_there(tmp_path):
    """A list in two columns has every row once, the second half beside the first."""
    rows = tuple((str(number), f"教师{number}") for number in range(1, 8))
    table = ListTable((Column("序号", 20), Column("姓名", 40)), rows, beside=2)
    _printed, (page,) = printed(Document("名单", A4_PORTRAIT, (table,)), tmp_path)
    assert "1 教师1 5 教师5" in page
    assert all(page.count(f"教师{number}") == 1 for number in range(1, 8))
    assert page.count("姓名") == 2


def test_cards_fill_the_page_and_name_their_persons(tmp_path):
    """Cards of one size stand as many to a page as it holds; a missing character is told with the card's person."""
    cards = tuple(
        Card(f"教师{number}", (CardText(f"教师{number}{NOWHERE if number == 3 else ''}", (2, 2, 60, 20)),), tent=True)
        for number in range(1, 8)
    )
    document = Document("座签", A4_PORTRAIT, (CardGrid(cards, 80, 70),), page_numbers=False, list_missing=False)
    assert [found.where for found in check_characters(document)] == ["教师3"]
    _printed, pages = printed(document, tmp_path)
    assert len(pages) == 2
    assert [page.count("教师") for page in pages] == [12, 2]  # a tent bears the name on both faces


def test_too_long_text_goes_to_an_appended_page(tmp_path):
    """A text that fits at no size is printed in full on the appended page, and its cell refers to it."""
    long = "承担区级公开课，主持课题研究。" * 60
    rows = (("1", "王𠮷", "汉族", long, "1", ""),)
    result, pages = printed(Document("册", A4_PORTRAIT, (ListTable(COLUMNS, rows), SignatureLine())), tmp_path)
    assert "见附页1" in pages[0]
    assert "附页" in pages[1]
    assert "1. 第1行 王𠮷　工作单位：" in pages[1]
    assert long in pages[1].replace("\n", "").replace("　　", "")
    assert result.warnings == ("有1处文字超出栏目，已印在附页。",)


def person(name="王某", *, text="热爱教育事业。", opinion=""):
    label, value = (lambda text, **size: Cell(text, Part.LABEL, **size)), Cell
    grid = Grid(
        (20, 61, 20, 61),
        (
            GridRow((label("姓名"), value(name), label("性别"), value("女"))),
            GridRow((label("行政职务"), value(""), label("签字"), Cell("", Part.HAND))),
            GridRow((label("主要业绩", rows=2), Cell(text, Part.TEXT, columns=3)), height=30),
            GridRow((Cell("", Part.HAND, columns=3),), height=20),
        ),
    )
    return Sheet(name, (Title("推荐表"), grid, OpinionBlock("学校意见", opinion), OpinionBlock("区县意见")))


def test_form_prints_labels_values_and_both_kinds_of_empty(tmp_path):
    """A form prints labels and values, 无 for an absent value, nothing in a cell for the hand."""
    _printed, pages = printed(Document("表", A4_PORTRAIT, (person(),)), tmp_path)
    assert pages[0].count("无") == 1
    for text in ("姓名", "行政职务", "热爱教育事业。", "学校意见", "负责人签名："):
        assert text in pages[0]


@pytest.mark.parametrize("opinion", ["同意推荐。", "经校务委员会研究，同意推荐。" * 12])
def test_seal_place_stays_free(opinion, tmp_path):
    """In the 48 mm square at the lower right of an opinion block stand only signature, (盖章) and date."""
    render(Document("表", A4_PORTRAIT, (person(opinion=opinion),)), tmp_path / "out.pdf")
    found = list(marks(pypdfium2.PdfDocument(tmp_path / "out.pdf")[0]))
    bottom = next(mark[4] for mark in found if mark[0] == "日") + 2
    right = A4_PORTRAIT.width - A4_PORTRAIT.right - 2
    inside = [
        mark[0] for mark in found
        if mark[3] > right - SEAL_SQUARE + 0.5 and bottom - SEAL_SQUARE < mark[2] and mark[4] < bottom
    ]  # fmt: skip
    assert set("".join(inside)) <= set("负责人签名：(盖章)　年月日 \r\n")


def test_each_person_begins_on_a_front_side(tmp_path):
    """In duplex, each sheet begins on an odd page, its pages counted by themselves; backs are really blank."""
    long = "承担区级公开课，主持课题研究。" * 80
    document = Document("表", A4_PORTRAIT, (person("甲"), person("乙", text=long), person("丙")), duplex=True)
    _printed, pages = printed(document, tmp_path)
    assert [index for index, text in enumerate(pages) if "推荐表" in text] == [0, 2, 4]
    assert pages[1] == ""
    assert "第 1 页 共 1 页" in pages[0]
    assert "第 2 页 共 2 页" in pages[3]
    assert "1. 乙　主要业绩：" in pages[3]


def test_wrongly_declared_form_is_a_bug(tmp_path):
    """A row whose cells do not fill the columns is refused while the report is written."""
    grid = Grid((20, 61), (GridRow((Cell("一"),)),))
    with pytest.raises(ValueError, match="fill"):
        render(Document("表", A4_PORTRAIT, (grid,)), tmp_path / "out.pdf")
    grid = Grid((20, 61), (GridRow((Cell("一", columns=3),)),))
    with pytest.raises(ValueError, match="row 1"):
        render(Document("表", A4_PORTRAIT, (grid,)), tmp_path / "out.pdf")


def test_a_long_form_breaks_between_rows_that_belong_together(tmp_path):
    """A form of several pages breaks between rows, never inside cells that cover rows, two rows with its end."""
    rows = tuple(
        row
        for number in range(12)
        for row in (
            GridRow((Cell(f"类{number}", Part.LABEL, rows=2), Cell(f"甲{number}。")), 18),
            GridRow((Cell(f"乙{number}。"),), 18),
        )
    )
    _printed, pages = printed(Document("表", A4_PORTRAIT, (Grid((40, 122), rows), SignatureLine())), tmp_path)
    assert len(pages) == 2
    for number in range(12):
        assert len([1 for text in pages if f"甲{number}。" in text and f"乙{number}。" in text]) == 1
    assert "填表人" in pages[-1]
    assert "乙11。" in pages[-1]


def test_running_text_and_page_break(tmp_path):
    """Running text goes over as many pages as it takes; a page break begins a new page."""
    text = Text("根据文件要求，现予公示。\n" * 60)
    _printed, pages = printed(Document("公示", A4_PORTRAIT, (text, PageBreak(), Text("此页另起。"))), tmp_path)
    assert "".join(pages).count("现予公示") == 60
    assert "此页另起。" in pages[-1]
    assert "现予公示" not in pages[-1]


def with_missing():
    rows = (("1", "王某", "", "小学", "1", ""), ("2", f"李{NOWHERE}", "", "小学", "1", ""))
    return Document("册", A4_PORTRAIT, (ListTable(COLUMNS, rows), SignatureLine()))


def test_missing_characters_are_told_before_printing():
    """A character that no font has is told with person, character and number."""
    (found,) = check_characters(with_missing())
    assert (found.where, found.character, found.code) == (f"第2行 李{NOWHERE}", NOWHERE, "U+2EBF0")
    assert "U+2EBF0" in found.sentence


def test_missing_character_leaves_a_blank_for_the_pen(tmp_path):
    """The person is printed with one blank, and stands on the list at the end."""
    result, pages = printed(with_missing(), tmp_path)
    assert "2\n李" in pages[0] or "李" in pages[0]
    assert "待手写字清单" in pages[1]
    assert "U+2EBF0" in pages[1]
    assert [found.code for found in result.blanks] == ["U+2EBF0"]
    assert result.skipped == ()


def test_missing_character_may_leave_the_person_out(tmp_path):
    """With the other choice the person is not printed and told at the end; the others are."""
    result, pages = printed(with_missing(), tmp_path, missing=MissingPolicy.SKIP)
    assert "李" not in pages[0]
    assert "王某" in pages[0]
    assert "未打印" in pages[1]
    assert [found.where for found in result.skipped] == [f"第2行 李{NOWHERE}"]


def test_a_sheet_may_be_left_out(tmp_path):
    """A person's whole sheet is left out, never the batch."""
    document = Document("表", A4_PORTRAIT, (person("甲"), person(f"乙{NOWHERE}")), list_missing=False)
    result, pages = printed(document, tmp_path, missing=MissingPolicy.SKIP)
    assert len(pages) == 1
    assert {found.where for found in result.skipped} == {f"乙{NOWHERE}"}


def test_only_the_sheet_with_the_character_is_left_out(tmp_path):
    """Of two persons of one name only the one whose sheet cannot be printed is left out."""
    document = Document("表", A4_PORTRAIT, (person("王伟"), person("王伟", text=NOWHERE)), list_missing=False)
    _result, pages = printed(document, tmp_path, missing=MissingPolicy.SKIP)
    assert len(pages) == 1
    assert "热爱教育事业。" in pages[0]


def test_a_missing_character_of_a_title_is_never_a_reason_to_leave_out(tmp_path):
    """What stands in no person's row leaves a blank whatever was chosen."""
    document = Document("册", A4_PORTRAIT, (Title(f"某{NOWHERE}县"), *roster(2).blocks))
    result, pages = printed(document, tmp_path, missing=MissingPolicy.SKIP)
    assert pages[0].count("城关小学") == 2
    assert [found.where for found in result.blanks] == ["册"]


def test_a_list_of_missing_characters_stays_readable(tmp_path):
    """Beyond 400 lines the last page gives the number; the whole list is returned."""
    rows = tuple((str(number), f"李{NOWHERE}", "", "", "", "") for number in range(450))
    result, pages = printed(Document("册", A4_PORTRAIT, (ListTable(COLUMNS, rows),)), tmp_path)
    assert len(result.blanks) == 450
    assert "共450处" in pages[-1]


def test_line_under_the_title_and_signatures_fit(tmp_path):
    """Three parts stand left, middle, right; many signatures shrink instead of running together."""
    line = SubLine(("填报单位：示例县城关镇第一中心小学校", "联系人：王某", "2024年9月30日"))
    signatures = SignatureLine(("填表人：", "审核人：", "党组织书记：", "校长：", "单位负责人：", "联系电话："))
    render(Document("册", A4_PORTRAIT, (line, Text("正文。"), signatures)), tmp_path / "out.pdf")
    page = pypdfium2.PdfDocument(tmp_path / "out.pdf")[0]
    boxes = [mark for mark in marks(page) if mark[0].strip()]
    assert max(mark[3] for mark in boxes) <= A4_PORTRAIT.width - A4_PORTRAIT.right + 0.1
    assert "联系电话：" in text_of(page)
    for first, second in pairwise(boxes):
        assert second[2] > first[2] + 1 or second[1] >= first[3] - 0.3


@pytest.mark.parametrize("length", [10, 30, 50, 70, 120])
def test_a_long_unit_never_runs_into_the_date(length, tmp_path):
    """However long the unit under the title is, its parts do not overlap; at last each has a line of its own."""
    line = SubLine((f"填报单位(盖章)：{'校' * length}", "（截至2026年11月22日）", "填报日期：2026年11月22日"))
    render(Document("册", A4_LANDSCAPE, (line, Text("正文。"))), tmp_path / "out.pdf")
    boxes = [mark for mark in marks(pypdfium2.PdfDocument(tmp_path / "out.pdf")[0]) if mark[0].strip()]
    assert sum(mark[0] == "校" for mark in boxes) == length
    for first, second in pairwise(boxes):
        assert second[2] > first[2] + 1 or second[1] >= first[3] - 0.3
    if length < 120:
        assert max(mark[3] for mark in boxes) <= A4_LANDSCAPE.width - A4_LANDSCAPE.right + 0.1


def test_printing_without_the_fonts_ends_in_a_sentence(tmp_path, monkeypatch):
    """When a shipped font is not in its place, printing is refused and names it."""
    face = fonts.Face("CountyDeskSong", tmp_path / "CountyDeskSong.ttf")
    monkeypatch.setattr(fonts, "faces", lambda: {face.name: face})
    with pytest.raises(RefusedError, match="CountyDeskSong"):
        render(roster(1), tmp_path / "out.pdf")
    assert list(tmp_path.iterdir()) == []


def test_same_document_gives_the_same_bytes(tmp_path):
    """Printing twice gives the same file."""
    for name in ("first.pdf", "second.pdf"):
        render(roster(30), tmp_path / name)
    assert (tmp_path / "first.pdf").read_bytes() == (tmp_path / "second.pdf").read_bytes()


def test_progress_is_told_and_may_stop_the_printing(tmp_path):
    """Progress rises to the whole; what it raises ends the printing and leaves the old file."""
    told = []
    path = tmp_path / "out.pdf"
    render(roster(250), path, progress=lambda done, total: told.append((done, total)))
    assert told == [(100, 250), (200, 250), (250, 250)]
    before = path.read_bytes()

    def stop(done, total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        render(roster(10), path, progress=stop)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [(errno.ENOSPC, "磁盘空间不足"), (errno.EIO, "没有写成"), (errno.EACCES, "正被其他程序打开")],
)
def test_a_failed_write_leaves_the_old_file(tmp_path, monkeypatch, number, sentence):
    """When the disk is full or the file is held open, a sentence says so and the old file stays whole."""
    path = tmp_path / "花名册.pdf"
    path.write_bytes(b"old")

    def fail(handle):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(RefusedError, match=sentence) as refused:
        render(roster(3), path)
    assert "花名册.pdf" in refused.value.sentence
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there(tmp_path):
    """A folder that does not exist is named."""
    with pytest.raises(RefusedError, match="不存在"):
        render(roster(3), tmp_path / "没有" / "花名册.pdf")


def test_only_a_file_is_written_over(tmp_path):
    """A folder, a device and a name no disk takes end in a sentence without English; nothing is replaced."""
    folder, device = tmp_path / "报送", tmp_path / "device"
    folder.mkdir()
    os.mkfifo(device)
    below = tmp_path / "名册.pdf"
    below.write_bytes(b"old")
    targets = (
        (folder, "是文件夹"),
        (device, "不是普通文件"),
        (tmp_path / ("册" * 300), "太长"),
        (below / "册", "不是文件夹"),
    )
    for path, sentence in targets:
        with pytest.raises(RefusedError, match=sentence) as refused:
            render(roster(3), path)
        assert not re.search("[a-z]{4}", refused.value.sentence.replace(str(tmp_path), "").replace("device", ""))
    assert device.is_fifo()
    assert sorted(tmp_path.iterdir()) == sorted((folder, device, below))


@pytest.mark.parametrize("room", [30.0, 45.0, 90.0])
@pytest.mark.parametrize("left", range(12))
def test_rows_on_page_always_comes_to_an_end(left, room):
    """Paging takes at least one row a page while there are any, and never more than the room holds."""
    count = rows_on_page(left, room, tail=18.0, height=9.0)
    assert count * 9 <= room
    assert count >= (1 if left else 0)


def test_landscape_roster_fits_its_sheet(tmp_path):
    """The widths of F01 fill the landscape sheet: 267 mm."""
    assert A4_LANDSCAPE.grid_width == 267
    assert A4_PORTRAIT.grid_width == sum(column.mm for column in COLUMNS) == 162
