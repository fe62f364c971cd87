"""Broken and hostile files: each ends in a Book or in one sentence, in bounded memory and time."""

import io
import random
import re
import resource
import struct
import subprocess
import sys
import time
import zipfile
from functools import partial
from pathlib import Path

import pytest
import xlwt

from desktop.errors import UnreadableFile
from desktop.exchange.workbook.cells import Book, Limits
from desktop.exchange.workbook.read import Reader, read_book
from tests import builders_files as builders

MEMORY = 1 << 30  # bytes a helper may ever have had in use
SECONDS = 20.0
SENTENCE = re.compile(r"「[^「」]+」[^\n]{6,}。")
FOREIGN = re.compile(r"Error|Traceback|None|0x|\bat 0")

SOURCES = {
    "xlsx": builders.build_plain_xlsx,
    "xls": builders.build_plain_xls,
    "xlsb": builders.build_xlsb,
    "ods": builders.build_ods,
    "csv": builders.build_gb18030_csv,
    "html": builders.build_html_xls,
    "xml": builders.build_xml_spreadsheet,
    "txt": builders.build_utf16_text,
}


def _whole(kind: str, folder: Path) -> bytes:
    path = folder / f"whole.{kind}"
    SOURCES[kind](path)
    return path.read_bytes()


def _xlsx(sheet_data: str, **parts: str) -> bytes:
    return builders.pack_zip(builders.xlsx_members(sheet_data, **parts))


def _changed(member: str, content: str | bytes) -> bytes:
    return builders.pack_zip(builders.xlsx_members('<row r="1"><c r="A1"><v>1</v></c></row>') | {member: content})


def _far_xls() -> bytes:
    book = xlwt.Workbook()
    sheet = book.add_sheet("S")
    sheet.write(0, 0, "甲")
    sheet.write(65535, 255, "乙")
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def _ods(rows: str) -> bytes:
    names = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<office:document-content xmlns:office="{names}office:1.0" xmlns:table="{names}table:1.0" '
        f'xmlns:text="{names}text:1.0"><office:body><office:spreadsheet><table:table table:name="S">{rows}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    return builders.pack_zip({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": content})


def _bomb() -> bytes:
    """A small archive whose sheet inflates to 3 thousand million bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in builders.xlsx_members("").items():
            if not name.endswith("sheet1.xml"):
                archive.writestr(name, content)
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 1000)
    data = packed.getvalue()
    # Only the directory claims the size: what matters is that nobody believes and inflates it.
    place = data.rfind(b"PK\x01\x02") + 24
    return data[:place] + struct.pack("<I", 3_000_000_000) + data[place + 4 :]


def _real_bomb(member: str) -> bytes:
    """An archive with one member that really inflates to 600 million bytes and declares it."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in builders.xlsx_members('<row r="1"><c r="A1" t="s"><v>0</v></c></row>').items():
            if name != member:
                archive.writestr(name, content)
        with archive.open(member, "w", force_zip64=True) as target:
            target.write(b'<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>')
            for _ in range(600):
                target.write(b"A" * 1_000_000)
    return packed.getvalue()


def _noise(start: bytes, seed: int) -> bytes:
    return start + random.Random(seed).randbytes(20_000)


def _lying_bomb() -> bytes:
    """The same, but the directory declares ten bytes."""
    data = _real_bomb("xl/sharedStrings.xml")
    place = data.rfind(b"PK\x01\x02")
    return data[: place + 24] + struct.pack("<I", 10) + data[place + 28 :]


CELL = '<c r="{}"><v>1</v></c>'
ENTITIES = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'

MADE = {
    "empty.xlsx": lambda: b"",
    "one.xls": lambda: b"\x00",
    "zeros.xls": lambda: bytes(5000),
    "blank.csv": lambda: b" \r\n\r\n",
    "mark.csv": lambda: b"\xef\xbb\xbf",
    "picture.xls": lambda: b"\xff\xd8\xff\xe0" + bytes(range(256)) * 20,
    "picture.xlsx": lambda: b"\x89PNG\r\n\x1a\n" + bytes(500),
    "gif.xls": lambda: b"GIF89a" + bytes(500),
    "bitmap.xls": lambda: b"BM" + bytes(500),
    "phone.xls": lambda: b"\x00\x00\x00\x18ftypheic" + bytes(500),
    "scan.xls": lambda: b"%PDF-1.4\n" + bytes(500),
    "word.xls": lambda: builders.pack_compound({"WordDocument": b"\xec\xa5"}),
    "slides.xls": lambda: builders.pack_compound({"PowerPoint Document": b"1"}),
    "other.xls": lambda: builders.pack_compound({"Contents": b"1"}),
    "rich.xls": lambda: b"{\\rtf1\\ansi abc}",
    "word.xlsx": lambda: builders.pack_zip({"[Content_Types].xml": "<Types/>", "word/document.xml": "<d/>"}),
    "slides.xlsx": lambda: builders.pack_zip({"[Content_Types].xml": "<Types/>", "ppt/presentation.xml": "<d/>"}),
    "text.ods": lambda: builders.pack_zip({"mimetype": "application/vnd.oasis.opendocument.text"}),
    "official.xlsx": lambda: builders.pack_zip({"OFD.xml": "<ofd/>"}),
    "archive.xls": lambda: builders.pack_zip({"名册.xls": "abc"}),
    "nothing.xlsx": lambda: builders.pack_zip({}),
    "rar.xls": lambda: b"Rar!\x1a\x07\x00" + bytes(100),
    "seven.xls": lambda: b"7z\xbc\xaf\x27\x1c" + bytes(100),
    "gzip.csv": lambda: b"\x1f\x8b\x08" + bytes(100),
    "program.xls": lambda: b"MZ" + bytes(500),
    "database.xls": lambda: b"SQLite format 3\x00" + bytes(500),
    "package.xlsx": lambda: b"header.json".ljust(512, b"\0") + bytes(500),
    "archive.mht": lambda: b"MIME-Version: 1.0\r\n",
    "lock/~$名册.xlsx": lambda: b"\x06clerk",
    "lock/.~名册.xlsx": lambda: b"\x06clerk",
    "noise.xls": lambda: random.Random(1).randbytes(20_000),
    "noise.xlsx": lambda: b"PK\x03\x04" + random.Random(2).randbytes(20_000),
    "noise-ole.xls": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.Random(3).randbytes(20_000),
    "noise-old.xls": partial(_noise, b"\x09\x08", 4),
    "mojibake.csv": lambda: "姓名,ÐÕÃû\n".encode() + b"\xff\xfe\xfd\n",
    "page.xls": partial(str.encode, "<html><body>没有表格</body></html>"),
    "frame.xls": lambda: b"<html><frameset><frame src=sheet001.htm></frameset></html>",
    "page-open.xls": partial(str.encode, "<table><tr><td>甲<td>乙<tr><td>丙"),
    "page-wide.xls": lambda: b"<table><tr><td colspan=999999999 rowspan=999999999>1</td></tr></table>",
    "page-deep.xls": partial(bytes, b"<table><tr><td>" * 5000),
    "other.xml": lambda: b"<?xml version='1.0'?><a>1</a>",
    "entities.xml": partial(str.encode, f"<?xml version='1.0'?>{ENTITIES}<Workbook>&b;</Workbook>"),
    "far-outside.xml": lambda: (
        b'<?xml version="1.0"?><Workbook xmlns:ss="urn:s"><Worksheet><Table><Row ss:Index="9999999">'
        b'<Cell ss:Index="9999999"><Data>1</Data></Cell></Row></Table></Worksheet></Workbook>'
    ),
    "encrypted.xlsx": lambda: builders.pack_compound({"EncryptedPackage": b"1", "EncryptionInfo": b"1"}),
    "encrypted.xls": lambda: builders.pack_compound({"Workbook": builders.pack_biff([], before=[(0x2F, bytes(54))])}),
    "encrypted-zip.xlsx": lambda: (
        _xlsx("")
        .replace(b"PK\x03\x04\x14\x00\x00", b"PK\x03\x04\x14\x00\x01")
        .replace(b"PK\x01\x02\x14\x03\x14\x00\x00", b"PK\x01\x02\x14\x03\x14\x00\x01")
    ),
    "used-rows.xlsx": lambda: _xlsx("".join(f'<row r="{n}"><c r="A{n}"/></row>' for n in range(1, 1_048_577))),
    "used-cells.xlsx": lambda: _xlsx(
        "".join(f'<row r="{n}"><c r="A{n}"><v>1</v></c></row>' for n in range(1, 1_048_577))
    ),
    "wide.xlsx": lambda: _xlsx('<row r="1">' + "".join(f"<c><v>{n}</v></c>" for n in range(300)) + "</row>"),
    "too-wide.xlsx": lambda: _xlsx('<row r="1">' + "".join(f"<c><v>{n}</v></c>" for n in range(900)) + "</row>"),
    "far.xlsx": lambda: _xlsx(
        f'<row r="1">{CELL.format("A1")}</row><row r="1048576">{CELL.format("XFD1048576")}</row>'
    ),
    "far-unplaced.xlsx": lambda: _xlsx('<row r="1"><c><v>1</v></c></row><row r="1048576"><c><v>1</v></c></row>'),
    "no-such-place.xlsx": lambda: _xlsx('<row r="999999999"><c r="ZZZ999999999"><v>1</v></c></row>'),
    "backwards.xlsx": lambda: _xlsx(f'<row r="9">{CELL.format("B9")}</row><row r="1">{CELL.format("A1")}</row>'),
    "far.xls": _far_xls,
    "far.xlsb": lambda: builders.pack_xlsb([(0, 0, "甲"), (1_048_575, 16_383, "乙")]),
    "far.ods": lambda: _ods(
        '<table:table-row table:number-rows-repeated="1048575"/><table:table-row>'
        '<table:table-cell table:number-columns-repeated="16383"/>'
        '<table:table-cell office:value-type="float" office:value="1"/></table:table-row>'
    ),
    "repeated.ods": lambda: _ods(
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
        'table:number-columns-repeated="16384" office:value-type="float" office:value="1"/></table:table-row>'
    ),
    "dates.ods": lambda: _ods(
        '<table:table-row><table:table-cell office:value-type="date" office:date-value="2013-02-29"/></table:table-row>'
    ),
    "content.ods": lambda: builders.pack_zip({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
    "locked.ods": lambda: builders.pack_zip(
        {
            "mimetype": "application/vnd.oasis.opendocument.spreadsheet",
            "content.xml": b"\x00\x01",
            "META-INF/manifest.xml": "<manifest><encryption-data/></manifest>",
        }
    ),
    "errors.xlsx": lambda: _xlsx('<row r="1"><c r="A1" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'),
    "type.xlsx": lambda: _xlsx('<row r="1"><c r="A1" t="zz"><v>1</v></c></row>'),
    "texts.xlsx": lambda: _xlsx('<row r="1"><c r="A1" t="s"><v>99</v></c></row>'),
    "numbers.xlsx": lambda: _xlsx('<row r="1"><c r="A1"><v>NaN</v></c><c r="B1"><v>1e999</v></c></row>'),
    "serials.xlsx": lambda: _xlsx('<row r="1"><c r="A1" t="d"><v>2013-02-29</v></c></row>'),
    "cyclic.xlsx": lambda: _changed(
        "xl/_rels/workbook.xml.rels",
        str(builders.xlsx_members("")["xl/_rels/workbook.xml.rels"]).replace("worksheets/sheet1.xml", "workbook.xml"),
    ),
    "no-relations.xlsx": lambda: _changed("xl/_rels/workbook.xml.rels", "<Relationships/>"),
    "no-workbook.xlsx": lambda: builders.pack_zip({"[Content_Types].xml": "<Types/>", "xl/styles.xml": "<a/>"}),
    "torn.xlsx": lambda: _changed("xl/worksheets/sheet1.xml", "<worksheet><sheetData><row><c"),
    "torn-book.xlsx": lambda: _changed("xl/workbook.xml", "<workbook><sheets>"),
    "torn-styles.xlsx": lambda: _changed("xl/styles.xml", "<styleSheet><cellXfs><xf"),
    "styles.xlsx": lambda: _changed(
        "xl/styles.xml", '<styleSheet><cellXfs><xf numFmtId="x" fontId="99"/></cellXfs></styleSheet>'
    ),
    "torn-texts.xlsx": lambda: _changed("xl/sharedStrings.xml", "<sst><si><t>abc"),
    "types.xlsx": lambda: _changed("[Content_Types].xml", "<Types><Override PartName='/a' ContentType='b'/></Types>"),
    "entities.xlsx": lambda: _changed("xl/worksheets/sheet1.xml", f"{ENTITIES}<worksheet><sheetData/></worksheet>"),
    "bomb.xlsx": _bomb,
    "bomb-sheet.xlsx": lambda: _real_bomb("xl/worksheets/sheet1.xml"),
    "bomb-texts.xlsx": lambda: _real_bomb("xl/sharedStrings.xml"),
    "bomb-lying.xlsx": _lying_bomb,
    "biff5.xls": lambda: builders.pack_compound({"Book": builders.pack_biff([(0x204, b"\x00\x00")], version=0x500)}),
    "biff-sheet.xls": lambda: builders.pack_compound(
        {"Workbook": builders.pack_biff([(0xBD, b"\x01\x00\x02\x00\x01\x00")])}
    ),
    "biff-place.xls": lambda: builders.pack_compound(
        {"Workbook": builders.pack_biff([]).replace(b"\x06\x00Sheet1", b"\xff\x00Sheet1")}
    ),
    "biff-cells.xls": lambda: builders.pack_compound(
        {"Workbook": builders.pack_biff([(0xFD, struct.pack("<HHHI", 0, 0, 99, 4_000_000_000))])}
    ),
    "long-line.csv": lambda: b"a" * 3_000_000,
    "long-cell.csv": lambda: b'a,"' + b"a" * 3_000_000,
    "many-columns.csv": lambda: b",".join([b"1"] * 3000),
    "many-rows.csv": lambda: b"1,2\n" * 250_000,
    "quotes.csv": lambda: b'","\n"' * 1000,
    "control.txt": lambda: b"a,b\x01\x02\n",
    "half.csv": lambda: "姓名,王".encode()[:-1],
    "half-wide.txt": lambda: "姓名\t王".encode("utf-16")[:-1],
    "big5.csv": lambda: "姓名,學校\n張三,國中\n".encode("big5"),
}

REFUSED = frozenset(
    name
    for name in MADE
    if name.split(".")[0]
    in {
        *("empty", "one", "zeros", "blank", "mark", "picture", "gif", "bitmap", "phone", "scan", "word", "slides"),
        *("other", "rich", "text", "official", "archive", "nothing", "rar", "seven", "gzip", "program", "database"),
        *("lock/~$名册", "lock/", "noise", "noise-ole", "noise-old", "mojibake", "page", "frame", "entities"),
        *("encrypted", "encrypted-zip", "used-cells", "too-wide", "no-relations", "no-workbook", "torn", "torn-book"),
        *("content", "locked", "bomb", "bomb-sheet", "bomb-texts", "many-columns", "many-rows", "control", "half"),
        *("half-wide", "repeated", "texts", "cyclic", "biff-cells", "far-outside", "no-such-place", "torn-texts"),
    }
)


def _truncations() -> list[tuple[str, int]]:
    return [(kind, part) for kind in SOURCES for part in (1, 7, 30, 55, 80, 97)]


@pytest.fixture(scope="module")
def reader():
    with Reader(Limits(seconds=SECONDS)) as made:
        yield made


def _end(reader: Reader, path: Path) -> Book | str:
    """The Book or the sentence in which reading ends; anything else fails the test."""
    start = time.monotonic()
    try:
        outcome: Book | str = reader.read(path)
    except UnreadableFile as error:
        outcome = error.sentence
        assert SENTENCE.fullmatch(outcome), outcome
        assert not FOREIGN.search(outcome), outcome
        assert outcome.startswith(f"「{path.name}」")
    else:
        assert outcome.sheets
    assert time.monotonic() - start < 3 * SECONDS  # the limit ends the reading; a busy machine notices it late
    return outcome


@pytest.mark.parametrize("name", MADE)
def test_broken_file_ends_in_a_book_or_one_sentence(name, tmp_path, reader):
    """No file does more than be read or be refused with a sentence that names it."""
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(MADE[name]())
    outcome = _end(reader, path)
    if name in REFUSED:
        assert isinstance(outcome, str)


@pytest.mark.parametrize(("kind", "part"), _truncations())
def test_truncated_file_ends_in_a_book_or_one_sentence(kind, part, tmp_path, reader):
    """A file cut off by a pulled drive; a cut zip or OLE2 file is always refused."""
    data = _whole(kind, tmp_path)
    path = tmp_path / f"cut.{kind}"
    path.write_bytes(data[: max(len(data) * part // 100, 1)])
    outcome = _end(reader, path)
    if kind in {"xlsx", "xlsb", "ods", "xml"}:
        assert isinstance(outcome, str)


@pytest.mark.parametrize("kind", SOURCES)
def test_altered_bytes_end_in_a_book_or_one_sentence(kind, tmp_path, reader):
    """Twenty files with ten altered bytes each."""
    data, chance = _whole(kind, tmp_path), random.Random(kind)
    for number in range(20):
        altered = bytearray(data)
        for _ in range(10):
            altered[chance.randrange(len(altered))] = chance.randrange(256)
        path = tmp_path / f"altered{number}.{kind}"
        path.write_bytes(altered)
        _end(reader, path)


def test_what_is_no_file_is_told(tmp_path, reader):
    """A folder, a missing file and a broken link end in a sentence."""
    (tmp_path / "link.xlsx").symlink_to(tmp_path / "nowhere")
    (tmp_path / "folder.xlsx").mkdir()
    for name in ("missing.xlsx", "link.xlsx", "folder.xlsx"):
        assert isinstance(_end(reader, tmp_path / name), str)


def test_helper_stays_below_the_memory_limit(tmp_path):
    """The costliest files, each in a helper of its own: its largest resident size is below 1 GB."""
    script = (
        "import resource, sys; from pathlib import Path; from desktop.errors import UnreadableFile\n"
        "from desktop.exchange.workbook.read import read_book\n"
        "for name in sys.argv[1:]:\n"
        "    try: read_book(Path(name))\n"
        "    except UnreadableFile: pass\n"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024)\n"
    )
    names = (
        "used-rows.xlsx",
        "used-cells.xlsx",
        "far.xlsx",
        "far.xls",
        "far.ods",
        "bomb-texts.xlsx",
        "bomb-lying.xlsx",
    )
    for name in names:
        (tmp_path / name).write_bytes(MADE[name]())
    arguments = [sys.executable, "-c", script, *(str(tmp_path / name) for name in names)]
    result = subprocess.run(arguments, capture_output=True, check=True, text=True, cwd=Path(__file__).parents[2])
    assert 10 << 20 < int(result.stdout) < MEMORY


def test_reading_writes_nothing(tmp_path):
    """Reading leaves the folder as it was."""
    builders.build_plain_xlsx(tmp_path / "a.xlsx")
    before = (tmp_path / "a.xlsx").read_bytes()
    read_book(tmp_path / "a.xlsx")
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]
    assert (tmp_path / "a.xlsx").read_bytes() == before
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 < MEMORY
