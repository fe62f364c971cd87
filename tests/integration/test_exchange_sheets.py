"""Sheets around packages: F41, F42, conflicts, reminders, restoring; each is filled, printed and read back."""

import pypdfium2
import pytest

from desktop.errors import RefusedError
from desktop.exchange.settling import Settlement
from desktop.models import Teacher
from desktop.reports.registry import report_named
from desktop.reports.render import render
from tests.builders_packages import COUNTY


def printed(desk, code, tmp_path, **given):
    report = report_named(code)
    with desk.store.read() as session:
        filled = report.build(session, report.settings({"year": "2026", **given} if code != "B14" else given))
    path = tmp_path / f"{code}.pdf"
    render(filled.document, path)
    with pypdfium2.PdfDocument(path) as document:
        return "".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "")


def test_submission_list_and_slip_carry_one_code(city, county, tmp_path):
    """F41 of the county and F42 of the city show the same codes and the same number of records."""
    with pytest.raises(RefusedError, match="没有生成过"):
        printed(county, "F41", tmp_path)
    with pytest.raises(RefusedError, match="没有收到"):
        printed(city, "F42", tmp_path)
    written = county.send(tmp_path / "drive")
    city.merge(written.path)
    total = sum(written.counts.values())
    up, down = printed(county, "F41", tmp_path), printed(city, "F42", tmp_path, office=COUNTY)
    assert f"数据包共{total}条" in up
    assert "渝州市教育局" in up
    assert written.check_code in up
    assert written.check_code in down
    assert f"记录{total}条" in down
    assert "☑ 校验通过" in down


def test_slip_lists_remarks_and_the_conflict_sheet_both_values(city, county, tmp_path):
    """What was not taken over stands on the slip by name; a settled conflict has a sheet of its own."""
    twin = county.copy(tmp_path / "twin")
    uid = min(county.records(Teacher))
    county.change(Teacher, uid, subject="信息科技")
    city.merge(county.send(tmp_path / "drive").path)
    twin.change(Teacher, uid, subject="劳动")
    twin.send(tmp_path / "twin-drive")
    path = twin.send(tmp_path / "twin-drive").path
    twin.store.close()
    with pytest.raises(RefusedError, match="没有处理过差异"):
        printed(city, "B12", tmp_path)
    city.settle(city.plan(path), {uid: Settlement("here", "电话核实")})
    city.merge(path)
    slip = printed(city, "F42", tmp_path)
    assert "反馈清单" in slip
    assert "☑ 退回补正" in slip
    sheet = printed(city, "B12", tmp_path)
    for text in ("信息科技", "劳动", "保留本单位", "电话核实", "李主任"):
        assert text in sheet


def test_reminders_and_restoring(city, county, tmp_path):
    """A reminder for each office that owes something, none when nobody does; the page for the safe has no secret."""
    text = printed(city, "B13", tmp_path)
    assert "云岭县教育委员会" in text
    assert "骨干教师名册：电子数据、盖章纸质材料" in text
    secret = (county.store.folder / "recovery.key").read_text(encoding="ascii").split()[0]
    page = printed(county, "B14", tmp_path)
    assert "从备份恢复" in page
    assert secret not in page
