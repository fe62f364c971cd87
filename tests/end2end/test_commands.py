"""The commands as they are written: every form is taken, the exit code tells how it ended, exit 2 says one sentence."""

import json
import os
import re
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from desktop import cli
from desktop.archive import removable
from desktop.commands import base
from desktop.errors import DatabaseError, RefusedError
from desktop.exchange import outbox
from desktop.models import Programme, School, Teacher
from desktop.store import Store, database_file
from tests.builders import add, add_all, contents_of, school_content, teacher_content
from tests.builders_rosters import HEADINGS, SCHOOL, THREE, WANG, write_roster
from tests.builders_training import make_class, score

ROOT = Path(__file__).parents[2]
SPREADSHEETS = sorted(str(path) for path in (ROOT / "resources" / "sample").glob("0[12]-*"))


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A city, the county under it and a school under that, each with the card of the office above, closed."""
    folder = tmp_path_factory.mktemp("made")
    os.environ["COUNTY_DESK_SETTINGS"] = str(folder / "settings")
    offices = (
        ("city", "云州市教育委员会", "509900", ()),
        ("county", "云岭县教育委员会", "509999", ("--parent-card", f"{folder}/city.ckey")),
        ("school", "云岭县第一中学", "509999-01", ("--parent-card", f"{folder}/county.ckey")),
    )
    for level, name, code, above in offices:
        words = [f"{folder}/{level}", "--name", name, "--code", code, "--level", level, *above]
        assert cli.run(["new-office", *words]) == 0
        assert cli.run(["keys", "card", "--to", f"{folder}/{level}.ckey", "--office", f"{folder}/{level}"]) == 0
    assert cli.run(["keys", "confirm", f"{folder}/county.ckey", "--office", f"{folder}/city"]) == 0
    assert cli.run(["keys", "confirm", f"{folder}/school.ckey", "--office", f"{folder}/county"]) == 0
    del os.environ["COUNTY_DESK_SETTINGS"]
    return folder


@pytest.fixture
def place(made, tmp_path, monkeypatch):
    """A working copy of the three offices; commands are given in its folder."""
    folder = shutil.copytree(made, tmp_path / "place")
    monkeypatch.setenv("COUNTY_DESK_SETTINGS", str(tmp_path / "settings"))
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def desk(place, capfdbinary):
    """Give one command; its exit code, its JSON document (None without) and the lines on stderr."""

    def run(*words: str):
        try:
            code = cli.run(words)
        except SystemExit as ended:
            code = ended.code
        told = capfdbinary.readouterr()
        document = json.loads(told.out) if "--json" in words and code != 2 else None
        assert code != 2 or told.out == b""
        return code, document, told.err.decode().splitlines()

    return run


def test_every_form_of_the_words(desk, place):
    """The commands of the main job, each with --office and --json, give one document and end with 0 or 1."""

    def done(*words: str, code: int = 0):
        found = desk(*words, "--json")
        assert (found[0], found[2]) == (code, []), words
        return found[1]

    county, city = ("--office", "county"), ("--office", "city")
    counts = done("import", *SPREADSHEETS, "--as", "roster", "--dry-run", *county, code=1)
    assert (
        counts["new"] == done("import", *SPREADSHEETS, "--as", "roster", "--errors", "errors", *county, code=1)["new"]
    )
    assert done("export", "teachers", "--to", "teachers.xlsx", *county)["records"] == counts["new"]
    assert done("import", "teachers.xlsx", "--as", "teachers", *county)["same"] == counts["new"]
    assert len(done("list", "appointments", "--where", "tier=市级", *county)["records"]) > 0
    assert done("report", "F01", "--to", "x.pdf", "--set", "version=public", *county)["people"] == counts["new"]
    assert "F01" in {each["code"] for each in done("report", "--list", *county)["reports"]}
    seniors = done("report", "F01", "--to", "y.pdf", "--where", "title=高级教师", *county)["people"]
    assert 0 < seniors < counts["new"]
    assert [each["people"] for each in done("report", "--log", *county)["prints"]] == [seniors, counts["new"]]
    (place / "drive").mkdir()
    package = done("package", "write", "--year", "2026", "--to", "drive", *county)["path"]
    assert done("package", "show", package, *city)["counts"]["teachers"] == counts["new"]
    for words in (("--dry-run",), ("--receipt", "receipts")):
        assert done("package", "merge", package, *words, *city)["teachers"]["new"] == counts["new"]
    assert done("package", "merge", package, *city)["appointments"]["same"] == counts["new"]
    [receipt] = (place / "receipts").glob("*.cpkg")
    assert done("package", "receipt", str(receipt), *county)["result"] == "imported"
    merged = done("history", *city)["acts"][0]
    assert done("history", "--undo", str(merged["id"]), *city)["records"] > counts["new"]
    assert done("package", "merge", package, *city)["teachers"]["new"] == counts["new"]
    backup = done("backup", "--to", "stick", *county)["path"]
    assert done("restore", backup, "--to", "again")["folder"] == "again"
    assert done("check", "--office", "again")["counts"]["teachers"] == counts["new"]
    assert done("sample", "sample")["folder"] == "sample"


@pytest.mark.parametrize(
    "words",
    [
        "nothing",
        "list",
        "list nothing",
        "list teachers --where name",
        "list teachers --where nothing=1",
        "export teachers --to missing/x.xlsx",
        "report F99 --to x.pdf",
        "report F01 --to missing/x.pdf",
        "package",
        "package write --year 26 --to .",
        "package write --year 99999 --to .",
        "package write --year 2026 --to missing/deeper",
        "package show county.ckey",
        "package merge county.ckey",
        "package merge missing.cpkg",
        "package merge empty",
        "history --undo 99",
        "history --undo one",
        "history --undo",
        "report F01 --set",
        "report F01 --to x.txt",
        "report F01 --to x.pdf --where nothing=1",
        "list teachers --unknown",
        "backup --to county.ckey",
        "restore county.ckey --to new",
        "restore missing.cbak --to new",
        "keys card --to county.ckey",
        "keys confirm missing.ckey",
        "keys confirm county.pdf",
        "keys confirm county.ckey",
        "sample county",
        "sample county.ckey",
        "new-office county --name 甲 --code 1 --level county",
        "new-office county.ckey --name 甲 --code 1 --level county",
        "new-office new --name 甲 --code 1 --level village",
        "new-office new --name 甲 --code 1 --level province --parent-card city.ckey",
        "new-office new --name 甲 --code 509900 --level county --parent-card city.ckey",
        "import missing.xls --as roster",
        "import county.pdf --as roster",
        "import county.ckey --as nothing",
        f"import {SPREADSHEETS[0]} --as roster --move 调动:2026-13",
        f"import {SPREADSHEETS[0]} --as roster --move 调动:明天:文号",
        f"import {SPREADSHEETS[0]} --as roster --move 借调",
        f"import {SPREADSHEETS[0]} --as roster --move 出走:2026-08",
        f"import {SPREADSHEETS[0]} --as roster --errors county.ckey",
        f"import {SPREADSHEETS[0]} --as roster --errors county.ckey/deeper",
    ],
)
def test_what_is_not_done_is_one_sentence(desk, place, words):
    """Exit 2, one line on stderr in the clerk's language, nothing on stdout, no office made, no crash logged."""
    (place / "empty").mkdir()
    code, _, told = desk(*words.split(), "--office", "county", "--json")
    assert (code, len(told)) == (2, 1)
    assert any("一" <= sign <= "鿿" for sign in told[0])
    assert not re.search("error|invalid|argument|required|expected|choose", told[0])
    assert "程序出错" not in told[0]
    assert not (place / "new").exists()


def test_a_school_reaches_the_city_through_its_county(desk, place):
    """School, county and city speak of one school: what it sends passes up whole, and no school stands twice."""
    (place / "drive").mkdir()
    desk("import", SPREADSHEETS[1], "--as", "roster", "--office", "county")
    code, sent, _ = desk("import", SPREADSHEETS[0], "--as", "roster", "--office", "school", "--json")
    assert (code, sent["new"]) == (1, 22)
    package = desk("package", "write", "--year", "2026", "--to", "drive", "--office", "school", "--json")[1]["path"]
    assert desk("package", "merge", package, "--office", "county", "--json")[0] == 0
    package = desk("package", "write", "--year", "2026", "--to", "drive", "--office", "county", "--json")[1]["path"]
    code, merged, _ = desk("package", "merge", package, "--office", "city", "--json")
    assert (code, merged["offices"]["new"], merged["schools"]["new"]) == (0, 1, 2)
    names = [each["name"] for each in desk("list", "schools", "--office", "city", "--json")[1]["records"]]
    assert sorted(names) == ["云岭县第一中学", "云岭县第二中学"]


def test_a_school_that_the_county_knows_is_the_same(desk, place):
    """What a school's office tells of itself and the county holds already is no conflict."""
    (place / "drive").mkdir()
    (place / "schools.csv").write_text("学校全称,校长\n云岭县第二中学,李一\n云岭县第一中学,王二\n", encoding="utf-8")
    assert desk("import", "schools.csv", "--as", "schools", "--office", "county")[0] == 0
    desk("import", SPREADSHEETS[0], "--as", "roster", "--office", "school")
    package = desk("package", "write", "--year", "2026", "--to", "drive", "--office", "school", "--json")[1]["path"]
    code, merged, _ = desk("package", "merge", package, "--office", "county", "--json")
    assert (code, merged["schools"]["same"], merged["schools"]["new"]) == (0, 1, 0)


def test_a_receipt_that_cannot_be_written_undoes_no_merge(desk, place, monkeypatch):
    """A file where the receipts' folder should be is told before the merge; a drive that fails after it says so."""
    (place / "drive").mkdir()
    package = desk("package", "write", "--year", "2026", "--to", "drive", "--office", "county", "--json")[1]["path"]
    code, _, told = desk("package", "merge", package, "--receipt", "city.ckey", "--office", "city")
    assert (code, "没有合并" in told[0]) == (2, True)
    assert desk("package", "merge", package, "--dry-run", "--office", "city", "--json")[1]["offices"]["changed"] == 1

    def pulled(_source: Path, target: Path, **_words: object) -> str:
        raise RefusedError(f"没有写成 {target.name}：磁盘已被拔出。")

    with monkeypatch.context() as patch:
        patch.setattr(outbox, "deliver", pulled)
        code, _, told = desk("package", "merge", package, "--receipt", "receipts", "--office", "city")
    assert (code, len(told)) == (2, 1)
    assert told[0].startswith("数据包已经合并，只是回执没有写成")
    code, merged, _ = desk("package", "merge", package, "--receipt", "receipts", "--office", "city", "--json")
    assert (code, merged["offices"]["same"], len(list((place / "receipts").glob("*.cpkg")))) == (0, 1, 1)


def test_packages_are_told_in_the_words_of_an_office(place, capsys):
    """What stands in a package is called as the window calls it, not by the names in the file."""
    (place / "drive").mkdir()
    assert cli.run(["package", "write", "--year", "2026", "--to", "drive", "--office", "county"]) == 0
    [package] = map(str, (place / "drive").glob("*.cpkg"))
    for words in (["show", package], ["verify", package], ["merge", "drive"]):
        assert cli.run(["package", *words, "--office", "city"]) == 0
    told = capsys.readouterr().out
    assert "单位 1" in told
    assert "2026 年度上报 第 1 次" in told
    assert "备份 第" in told
    assert not re.search(r"annual|offices|backup 第", told)


def test_a_package_copied_again_takes_a_backup_along(place, capsys, monkeypatch):
    """A drive written to from the outbox has what the first one had, and is let go before it may be pulled."""
    let_go = []
    drive = removable.Drive(place / "second", "校U盘", "/dev/x", "vfat", 1 << 30, 1 << 31, read_only=False)
    for name in ("drive", "second"):
        (place / name).mkdir()
    assert cli.run(["package", "write", "--year", "2026", "--to", "drive", "--office", "county"]) == 0
    assert "安全拔出" not in capsys.readouterr().out
    monkeypatch.setattr(removable, "drive_of", lambda path: drive if path.name == "second" else None)
    monkeypatch.setattr(removable, "eject", let_go.append)
    assert cli.run(["package", "copy", "1", "--to", "second", "--office", "county"]) == 0
    told = capsys.readouterr().out
    assert "备份已随带" in told
    assert told.rstrip().endswith("可以安全拔出U盘。")
    assert let_go == [drive]
    assert len(list((place / "second" / "备份").glob("*.cbak"))) == 1


@pytest.mark.parametrize("failure", [RefusedError, DatabaseError])
def test_a_failing_backup_at_the_end_undoes_nothing(desk, place, monkeypatch, failure):
    """What was done stays done: the backup that could not be made is told, and the command ends as it would have."""

    def full(_store: object, why: str) -> Path:
        raise failure(f"{why}的备份没有写成：磁盘空间不足。")

    monkeypatch.setattr(base, "make_backup", full)
    (place / "schools.csv").write_text("学校全称\n云岭县第一中学\n", encoding="utf-8")
    code, counts, told = desk("import", "schools.csv", "--as", "schools", "--office", "county", "--json")
    assert (code, counts["new"], len(told)) == (0, 1, 1)
    assert told[0].startswith("已经完成")


def test_the_words_run_as_a_module_too(place):
    """`python -m desktop.cli`, as the sources call the commands, does not end in silence."""
    command = [sys.executable, "-m", "desktop.cli", "list", "policies", "--office", "county"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COUNTY_DESK_SETTINGS": str(place / "settings")}
    told = subprocess.run(command, capture_output=True, env=environment, encoding="utf-8", check=True)
    assert "条" in told.stdout


def test_a_reader_that_has_read_enough_is_no_error(place):
    """`county-desk list … | head` ends quietly."""
    command = f"'{sys.executable}' -m desktop list policies --office county | head -1"
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COUNTY_DESK_SETTINGS": str(place / "settings")}
    done = subprocess.run(["sh", "-c", command], env=environment, capture_output=True, text=True, check=True)
    assert (len(done.stdout.splitlines()), done.stderr) == (1, "")


@pytest.mark.parametrize("code", [sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_CORRUPT])
def test_only_a_damaged_database_is_called_damaged(desk, monkeypatch, code):
    """A disk that is full or write-protected is told as such: the clerk shall not go looking for a backup."""

    def fails(_path: Path) -> sqlite3.Connection:
        error = sqlite3.OperationalError("invented")
        error.sqlite_errorcode = code
        raise error

    monkeypatch.setattr(database_file, "_connect_to_read", fails)
    ended, _, told = desk("list", "teachers", "--office", "county")
    assert (ended, len(told), "已损坏" in told[0]) == (2, 1, code == sqlite3.SQLITE_CORRUPT)


def test_training_from_the_command_line(desk, place):
    """An evening is entered by row numbers, results and statistics are told, lists go by their short names."""
    store = Store.open(place / "county")
    made = make_class(store, courses=(("教法", "12.0"),), hours=((0, "4.0"),), people=5, class_hours="24.0")
    score(store, made, "2", ["90.0"] * 5)
    store.close()
    office = ("--office", "county", "--json")
    code, told, _ = desk(
        "attendance", "--class", "G1", "--session", "2026-07-01上午", "--absent", "缺课: 2, 5", *office
    )
    assert (code, told["session"], told["absent"]) == (0, "2026-07-01上午", 2)
    assert told["warnings"][0] == "教师丙：“教法”缺课满 4 学时，达到该课程 12 学时的三分之一，取消该课程成绩"
    code, told, _ = desk("results", "--class", "骨干教师一班", *office)
    assert (code, [each["absent_hours"] for each in told["trainees"]]) == (0, ["0", "4", "0", "0", "4"])
    assert desk("statistics", "--by", "class", *office)[1]["total"]["present"] == 3
    for name, count in (("class", 1), ("enrolment", 5), ("attendance", 1)):
        assert len(desk("list", name, *office)[1]["records"]) == count
    for words, sentence in (
        (("--session", "1", "--absent", "7"), "行号 7 不在 2026-07-01 的签到表上（共 5 行），没有登记"),
        (("--session", "1", "--absent", "4-7,99"), "行号 6—7、99 不在"),
        (("--session", "1", "--absent", " "), "全到请写“无”"),
        (("--session", "1", "--absent", "3x"), "字母不是考勤"),
        (("--session", "8", "--absent", "1"), "“8”没有课次"),
        (("--session", "1"), "要同时写"),
    ):
        code, _, lines = desk("attendance", "--class", "G1", *words, *office)
        assert code == 2
        assert sentence in lines[0]
    assert "没有叫“二班”的培训班" in desk("results", "--class", "二班", *office)[2][0]


def test_people_leave_and_places_from_the_command_line(desk, place, tmp_path):
    """People are enrolled by name, the unknown told; a slip turns 待核; places are never more than received."""
    store = Store.open(place / "county")
    programme = add(store, Programme, {"name": "国培", "year": 2026})
    make_class(store, courses=(("教法", "12.0"),), hours=((0, "4.0"),), people=2, programme=programme)
    others = add_all(store, Teacher, [teacher_content(number) for number in range(3, 5)])
    add(store, School, {**school_content(), "name": "云岭县石桥小学"})
    names = [contents_of(store, Teacher)[uid]["name"] for uid in others]
    store.close()
    office = ("--office", "county", "--json")
    code, told, _ = desk("enrol", names[0], "欧阳无名", "--class", "G1", *office)
    assert (code, told["enrolled"]) == (1, 1)
    assert "“欧阳无名”不在教师名册中" in told["refused"][0]
    write_roster(tmp_path / "名单.xlsx", headings=("姓名",), people=[{"姓名": each} for each in (*names, "欧阳无名")])
    code, told, _ = desk("enrol", "--from", str(tmp_path / "名单.xlsx"), "--walk-in", "--class", "G1", *office)
    assert (code, told["enrolled"], told["there"]) == (0, 2, 1)
    assert len(desk("list", "enrolment", *office)[1]["records"]) == 5
    desk("attendance", "--class", "G1", "--session", "1", "--absent", "2", *office)
    code, told, _ = desk("leave", "--class", "G1", "--who", "2", "--kind", "病假", "--start", "2026-07-01上午", *office)
    assert (code, told["turned"]) == (0, 1)
    slip = ("leave", "--class", "G1", "--who", "2", "--kind", "病假", "--returned", "2026-07-01上午")
    code, told, _ = desk(*slip, "--start", "2026-07-01上午", *office)
    assert (code, told["released"]) == (0, 1)
    assert "没有登记过 2026-07-02 开始的这次请假" in desk(*slip, "--start", "2026-07-02", *office)[2][0]
    assert (
        "这个班没有学员"
        in desk("leave", "--class", "G1", "--who", "9", "--kind", "病假", "--start", "2026-07-01", *office)[2][0]
    )
    share = "云岭县石桥小学=3"
    code, told, _ = desk("places", "--programme", "国培", "--received", "3", "--share", share, *office)
    assert (code, told["received"], told["left"]) == (0, 3, 0)
    limit = ("--stage", "小学", "--subject", "语文")
    code, told, _ = desk(
        "places", "--programme", "国培", "--received", "2", "--share", share[:-1] + "2", *limit, *office
    )
    assert (code, told["limits"]) == (0, [{"limit": "小学语文", "received": 2, "shared": 2}])
    code, _, lines = desk("places", "--programme", "国培", "--share", share.replace("=3", "=4"), *office)
    assert code == 2
    assert "多分 1 名，没有保存" in lines[0]


def test_json_of_an_import_has_the_agreed_shape(desk, tmp_path):
    """The document holds the counts, what was assumed and the rows, and nothing else, also with --errors."""
    words = ("import", *SPREADSHEETS, "--as", "roster", "--errors", "errors", "--office", "county", "--json")
    code, document, _ = desk(*words)
    assert code == 1
    assert list(document) == ["new", "changed", "same", "invalid", "duplicate", "ambiguous", "assumed", "rows"]
    assert {frozenset(row) for row in document["rows"]} == {frozenset({"file", "sheet", "row", "outcome", "problems"})}
    faults = [problem for row in document["rows"] for problem in row["problems"]]
    assert {frozenset(problem) for problem in faults} == {frozenset({"field", "text"})}


def test_strict_minds_assumptions_and_not_the_missed(desk, tmp_path):
    """--strict refuses what was assumed; who is only missing in the new file is told and stays as is."""
    write_roster(tmp_path / "a.xlsx", headings=(*HEADINGS, "单位"), people=[{**one, "单位": SCHOOL} for one in THREE])
    write_roster(tmp_path / "b.xlsx", headings=(*HEADINGS, "单位"), people=[{**WANG, "单位": SCHOOL}])
    first = ("import", str(tmp_path / "a.xlsx"), "--as", "roster", "--office", "county", "--json")
    code, _, told = desk(*first, "--strict")
    assert code == 2
    assert "新学校" in told[0]
    assert desk(*first)[0] == 0
    second = ("import", str(tmp_path / "b.xlsx"), "--as", "roster", "--office", "county", "--json")
    code, document, _ = desk(*second, "--strict")
    assert (code, document["same"]) == (0, 1)
    assert any("这次没有" in sentence for sentence in document["assumed"])
    code, _, told = desk(*second, "--map-heading", "职称=nosuchfield")
    assert code == 2
    assert "nosuchfield" in told[0]


def test_certificates_and_photos_from_the_command_line(desk, place, tmp_path):
    """Who passed is numbered, who failed told with the reason; photos are found by name, a tiny one is refused."""
    store = Store.open(place / "county")
    made = make_class(store, people=3)
    score(store, made, "2", ["90.0", "80.0", "30.0"])
    known = contents_of(store, Teacher)
    names = [known[uid]["name"] for uid in made.teachers]
    store.close()
    for name, wide in ((names[0], 400), (names[1], 40)):
        Image.new("RGB", (wide, wide * 2), "white").save(tmp_path / f"{name}.png")
    office = ("--office", "county", "--json", "--class", "G1")
    code, told, _ = desk("certificates", "--issue", "--date", "2026-07-31", *office)
    assert (code, told["issued"], told["gaps"]) == (0, 2, [])
    assert [each["certificate"] is not None for each in told["trainees"]] == [True, True, False]
    assert "不及格" in told["trainees"][2]["why_not"]
    assert "没有可以发证的学员" in desk("certificates", "--issue", *office)[2][0]
    code, told, _ = desk("photos", "--from", str(tmp_path), *office)
    assert (code, told["saved"], told["missing"]) == (1, 1, names[1:])
    assert "像素宽" in told["refused"][0]
    assert [each["photo"] for each in desk("certificates", *office)[1]["trainees"]] == [True, False, False]
