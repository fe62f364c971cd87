"""Scanned files of a class's papers: kept once, refused with a sentence, sent up with the class, never for a photo."""

import pytest
from PIL import Image

from desktop.errors import RefusedError
from desktop.models import ArchiveScan, Teacher
from desktop.queries.training.class_file import class_archive
from desktop.services.checking import check_database
from desktop.services.training.archive import drop_scan, keep_scans
from desktop.store.blobs import blob_names, blob_path
from tests.builders import contents_of
from tests.builders_packages import give_photo, texts
from tests.builders_training import make_class

PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"
PLAN, SHEETS = "1", "5"


@pytest.fixture
def scans(tmp_path):
    """A PDF and a picture."""
    folder = tmp_path / "scans"
    folder.mkdir()
    (folder / "计划.pdf").write_bytes(PDF)
    Image.new("L", (300, 400), 200).save(folder / "签到2.jpg")
    return folder


def keep(store, made, item, *files):
    with store.write("放入扫描件") as session:
        return keep_scans(session, store.folder, made.uid, item, files)


def shown(store, made):
    with store.read() as session:
        found = class_archive(session, made.uid).scans
    return {item: [each.content["name"] for each in several] for item, several in found.items()}


def test_scans_are_kept_once_and_taken_out(store, scans):
    """The same file twice is one; taken out it is in the bin, and its bytes stay for an undo."""
    made = make_class(store)
    files = sorted(scans.iterdir())
    assert keep(store, made, SHEETS, *files) == 2
    assert keep(store, made, SHEETS, *files) == 0
    assert keep(store, made, PLAN, scans / "计划.pdf") == 1
    found = shown(store, made)
    assert (found[PLAN], sorted(found[SHEETS])) == (["计划.pdf"], sorted(each.name for each in files))
    assert check_database(store) == []
    first = next(uid for uid, each in contents_of(store, ArchiveScan).items() if each["item"] == PLAN)
    with store.write("移除") as session:
        drop_scan(session, first)
    assert PLAN not in shown(store, made)
    assert len(blob_names(store.folder)) == 2
    with pytest.raises(RefusedError, match="已被移除"), store.write("移除") as session:
        drop_scan(session, first)


def test_paper_that_policy_does_not_ask_for_is_listed_once_scanned(store, scans):
    """办班通知 stands in the checklist as soon as a scan of it is there."""
    made = make_class(store)
    keep(store, made, "10", scans / "计划.pdf")
    with store.read() as session:
        items = [each.item for each in class_archive(session, made.uid).items]
    assert items == ["1", "2", "3", "4", "5", "7", "9", "10"]


def test_what_is_no_scan_is_refused_together(store, scans, monkeypatch):
    """A program and a file too large are both named; nothing is kept."""
    made = make_class(store)
    (scans / "表.exe").write_bytes(b"MZ")
    (scans / "大.pdf").write_bytes(PDF + bytes(5000))
    monkeypatch.setattr("desktop.services.training.archive.LIMITS", type("Limits", (), {"blob": 4000}))
    with pytest.raises(RefusedError, match=r"“大.pdf”超过.*“表.exe”不是 PDF") as told:
        keep(store, made, PLAN, *sorted(scans.iterdir()))
    assert str(told.value).endswith("没有放入任何扫描件")
    assert blob_names(store.folder) == set()


def test_scans_go_up_with_their_class(city, county, scans, tmp_path):
    """A PDF of the class's file lies byte for byte at the city; as a photo of a person it is refused."""
    made = make_class(county.store, people=1)
    keep(county.store, made, PLAN, scans / "计划.pdf")
    other = PDF.replace(b"1.4", b"1.7")
    give_photo(county, made.teachers[0], other)
    plan = city.merge(county.send(tmp_path / "drive").path)
    [content] = contents_of(city.store, ArchiveScan).values()
    assert blob_names(city.store.folder) == {content["file"]}
    assert blob_path(city.store.folder, content["file"]).read_bytes() == PDF
    assert "照片不是 JPEG 或 PNG 图片，没有采用" in texts(plan)
    assert "photo" in contents_of(county.store, Teacher)[made.teachers[0]]
