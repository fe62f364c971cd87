"""Certificates on paper and in the register."""

from datetime import date

import pypdfium2
import pytest
from PIL import Image

from desktop.errors import RefusedError
from desktop.models import Certificate, ScoreSheet, TrainingClass
from desktop.reports.printing import prepare_report, print_report
from desktop.services.training.certificates import issue, void
from desktop.services.training.photos import save_photos
from tests.builders import contents_of
from tests.printed import change, column, document_of, printed, table_of

DAY = date(2026, 7, 21)


def test_only_those_entitled_have_one_and_a_second_print_is_a_reprint(finished, tmp_path):
    """A first print is noted; another asks for a reason, is marked on paper and counted in the register."""
    result, row, pages = printed(finished, tmp_path, "F19")
    assert (result.pages, row.people) == (45, 45)
    assert "李𬭚" not in "".join(pages)
    assert "王𠮷，男，1980年3月15日生，身份证号50999919800315101X" in pages[0].replace("\n", "")
    assert "共80学时，修完规定课程，考核合格，准予结业。" in pages[0].replace("\n", "")
    assert "证书编号：202650999900001" in pages[0]
    assert all("printed_on" in each for each in contents_of(finished, Certificate).values())
    with pytest.raises(RefusedError, match="都打印过了，补打请选“补打”"):
        document_of(finished, "F19")
    with pytest.raises(RefusedError, match="补打原因没有填写"):
        document_of(finished, "F19", which="reprint", trainee="王𠮷")
    _result, _row, pages = printed(finished, tmp_path, "F19", which="reprint", trainee="王𠮷", reason="打印污损")
    assert "（补打第1次）" in pages[0]
    assert column(table_of(finished, "B23", year="2026"), "备注")[0] == "补打1次"


def test_a_void_number_stays_in_the_register_and_is_not_printed(finished, tmp_path):
    """The register has all numbers without gaps and says which are void."""
    first = min(contents_of(finished, Certificate).items(), key=lambda pair: pair[1]["number"])[0]
    with finished.write("作废", operator="王主任") as session:
        void(session, first, DAY, "姓名印错")
    _result, row, pages = printed(finished, tmp_path, "F19")
    assert row.people == 44
    assert "202650999900001" not in "".join(pages)
    table = table_of(finished, "B23", year="2026")
    assert column(table, "证书编号") == [f"2026509999{number:05d}" for number in range(1, 46)]
    assert column(table, "备注")[0] == "作废：姓名印错"
    assert table.closing == "合计45个编号　有效44张　作废1张"


def test_who_is_no_more_entitled_is_told_and_left_out(finished):
    """A score that falls after the certificate was numbered keeps it from being printed."""
    final = next(uid for uid, each in contents_of(finished, ScoreSheet).items() if each["part"] == "2")
    scores = contents_of(finished, ScoreSheet)[final]["scores"]
    change(finished, ScoreSheet, final, scores=[{**scores[0], "points": "5.0"}, *scores[1:]])
    prepared = prepare_report(finished, "F19", {})
    assert prepared.filled.people == 44
    assert any("王𠮷（202650999900001）" in each for each in prepared.filled.warnings)


def test_named_trainee_without_certificate_is_told_why(finished):
    """A print for one who must make up or has no number says so of him; a name that is nobody's is told."""
    with pytest.raises(RefusedError, match=r"号李𬭚（待补考：.*缺课满 16 学时.*）没有可以打印的证书"):
        document_of(finished, "F19", trainee="李𬭚")
    with pytest.raises(RefusedError, match="没有叫“查无此人”的学员，也没有这个编号的证书"):
        document_of(finished, "F19", trainee="查无此人")


def test_excellence_is_not_printed_for_who_only_passed(finished):
    """优秀学员证书 is left out where the grade fell to 及格 since; the other certificates are printed."""
    [uid] = contents_of(finished, TrainingClass)
    with finished.write("发证", operator="王主任") as session:
        given = issue(session, uid, DAY, kind="2")
    trainee = contents_of(finished, Certificate)[given[0]]["enrolment"]
    final = next(uid for uid, each in contents_of(finished, ScoreSheet).items() if each["part"] == "2")
    lines = contents_of(finished, ScoreSheet)[final]["scores"]
    lower = [{**line, "points": "60.0"} if line["enrolment"] == trainee else line for line in lines]
    change(finished, ScoreSheet, final, scores=lower)
    prepared = prepare_report(finished, "F19", {})
    assert prepared.filled.people == 45 + len(given) - 1
    assert any("不是优，没有打印" in each for each in prepared.filled.warnings)


def test_a_photo_is_cut_to_35_by_49(finished, made, tmp_path):
    """The picture on paper has the size of the photo place; who has none is named."""
    picture = tmp_path / "王𠮷.jpg"
    Image.new("RGB", (900, 900), (180, 40, 40)).save(picture)
    with finished.write("照片", operator="王主任") as session:
        save_photos(session, finished.folder, {made.teachers[0]: picture})
    path = tmp_path / "certificate.pdf"
    result, _row = print_report(finished, "F19", path, {"trainee": "王𠮷"}, operator="王主任")
    assert not [each for each in result.warnings if "照片" in each]
    page = pypdfium2.PdfDocument(path)[0]
    (image,) = [each for each in page.get_objects() if each.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    left, bottom, right, top = image.get_bounds()
    assert ((right - left) / 72 * 25.4, (top - bottom) / 72 * 25.4) == pytest.approx((35, 49), abs=0.1)
    (other,) = prepare_report(finished, "F19", {"trainee": "张伟"}).filled.warnings
    assert other == "没有照片1人，照片处留空：张伟。"
