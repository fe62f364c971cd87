"""A folder with the packages of many offices: looked at, merged in one go, summed up; what must wait is kept."""

import json
import shutil
from datetime import date

import pytest

from desktop import cli
from desktop.archive import Identity
from desktop.exchange.cards import confirm_card
from desktop.exchange.gathering import State, carry_out, gather
from desktop.exchange.quarantine import held_packages, path_of, release
from desktop.models import School, Teacher
from desktop.queries.owing import owing
from desktop.services.offices import create_office
from desktop.services.papers import forget_paper, note_paper
from tests.builders import add, school_content, teacher_content
from tests.builders_packages import COUNTY, Desk, counts, introduce

DAY = date(2026, 3, 2)
CODES = [f"509999{number:03d}" for number in range(1, 5)]


def step(*_told):
    """Nobody looks."""


@pytest.fixture
def offices(tmp_path):
    """A county and four townships with one teacher each."""
    create_office(tmp_path / COUNTY, name="云岭县教育委员会", code=COUNTY, rank="county").close()
    made = {}
    for number, code in enumerate(CODES, 1):
        create_office(tmp_path / code, name=f"第{number}中心校", code=code, rank="township").close()
        introduce(tmp_path / COUNTY, tmp_path / code)
        made[code] = Desk.open(tmp_path / code)
        add(made[code].store, School, school_content(number))
        add(made[code].store, Teacher, teacher_content(number))
    made[COUNTY] = Desk.open(tmp_path / COUNTY)
    yield made
    for desk in made.values():
        desk.store.close()


@pytest.fixture
def stick(offices, tmp_path):
    """A stick with a package of each, one of them twice, one damaged, one of an office that nobody confirmed."""
    stick = tmp_path / "stick"
    for number, code in enumerate(CODES):
        offices[code].send(stick / f"{number}")
    offices[CODES[0]].send(stick / "0")
    damaged = next((stick / "1").glob("*.cpkg"))
    data = bytearray(damaged.read_bytes())
    data[3000] ^= 1
    damaged.write_bytes(data)
    stranger = offices[CODES[3]]
    shutil.rmtree(stick / "3")
    (stranger.store.folder / "keys.json").unlink()
    Identity.create().save(stranger.store.folder / "keys.json")
    stranger.send(stick / "3")
    (stick / "autorun.inf").write_text("[autorun]\nopen=x.exe\n")
    return stick


def found(offices, stick):
    county = offices[COUNTY]
    return gather(county.store, stick, identity=county.identity, step=step)


def test_each_package_is_told_apart(offices, stick):
    """Ready, superseded, damaged, waiting: nothing is written, and the sum says how many of each."""
    gathering = found(offices, stick)
    states = {(item.office, item.found.header.seq): item.state for item in gathering.items}
    assert states == {
        ("第1中心校", 1): State.SUPERSEDED,
        ("第1中心校", 2): State.READY,
        ("第2中心校", 1): State.REFUSED,
        ("第3中心校", 1): State.READY,
        ("第4中心校", 2): State.WAITING,
    }
    assert gathering.summary() == "共 5 个数据包：可以合并 2 个，有更新的一次 1 个，暂存，待处理 1 个，没有采用 1 个"
    assert offices[COUNTY].records(Teacher) == {}


def test_damaged_newer_package_leaves_the_older_one(offices, stick):
    """The newest package that is whole is planned; the newer one that is damaged is told, and hides none."""
    newer = next(path for path in (stick / "0").glob("*.cpkg") if "第2次" in path.name)
    data = bytearray(newer.read_bytes())
    data[3000] ^= 1
    newer.write_bytes(data)
    items = [item for item in found(offices, stick).items if item.found.path.parent == stick / "0"]
    states = {item.found.header.seq: item.state for item in items if "上报" in item.what}
    assert states == {1: State.READY, 2: State.REFUSED}


def test_own_packages_are_told_as_own(offices, stick):
    """What the office itself wrote stays on the stick for the upper office, the older ones too."""
    own = offices[CODES[0]]
    gathering = gather(own.store, stick / "0", identity=own.identity, step=step)
    packages = [item for item in gathering.items if "上报" in item.what]
    assert [item.state for item in packages] == [State.OTHER, State.OTHER]
    assert all(item.reason.startswith("这是本单位自己生成的") for item in packages)


def test_second_copy_of_a_package_is_told(offices, stick):
    """The same package twice on a stick is merged once; a damaged copy does not stand for the whole one."""
    whole = next((stick / "2").glob("*.cpkg"))
    shutil.copy(whole, stick / "0" / "副本.cpkg")
    data = bytearray(whole.read_bytes())
    data[3000] ^= 1
    (stick / "0" / "坏.cpkg").write_bytes(data)
    states = [item.state for item in found(offices, stick).items if item.office in {"第3中心校", CODES[2]}]
    assert sorted(states) == [State.OTHER, State.READY, State.REFUSED]


def test_all_are_merged_each_for_itself(offices, stick):
    """What is ready is merged office by office; afterwards it is told as merged already."""
    county = offices[COUNTY]
    gathering = found(offices, stick)
    told = []
    carry_out(county.store, gathering, "李", identity=county.identity, step=lambda *words: told.append(words))
    assert [item.office for item in gathering.of(State.MERGED)] == ["第1中心校", "第3中心校"]
    assert {each.content["name"] for each in county.records(Teacher).values()} == {
        teacher_content(1)["name"],
        teacher_content(3)["name"],
    }
    assert sorted({words[:2] for words in told}) == [(0, 2), (1, 2)]
    assert len(found(offices, stick).of(State.ALREADY)) == 2


def test_cancelling_leaves_whole_offices(offices, stick):
    """Cancelled between two packages, the first is merged and the second as if it had never been looked at."""
    county = offices[COUNTY]
    gathering = found(offices, stick)

    def cancel(done, _total, _what):
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        carry_out(county.store, gathering, "李", identity=county.identity, step=cancel)
    assert len(county.records(Teacher)) == 1
    assert len(gathering.of(State.READY)) == 1


def test_a_held_package_is_tried_again(offices, stick):
    """The stick may go back: the copy waits with its reason until the key was confirmed."""
    county, stranger = offices[COUNTY], offices[CODES[3]]
    found(offices, stick)
    found(offices, stick)
    shutil.rmtree(stick)
    with county.store.read() as session:
        [held] = held_packages(session)
    assert (held.code, held.sender) == ("unconfirmed", CODES[3])
    assert "核对码" in held.reason
    path = path_of(county.store, held)
    assert not county.plan(path).key_confirmed
    confirm_card(county.store, stranger.card, "李")
    assert counts(county.merge(path), "teachers") == {"new": 1}
    release(county.store, held.sha256)
    assert not path.exists()
    with county.store.read() as session:
        assert held_packages(session) == []


def test_a_folder_on_the_command_line(offices, stick, tmp_path, capsys):
    """`package merge DIR` sums up, writes receipts, and `exchange status` tells who owes what."""
    office = ["--office", str(offices[COUNTY].store.folder), "--json"]
    offices[COUNTY].store.close()
    assert cli.run(["package", "merge", str(stick), "--receipt", str(tmp_path / "receipts"), *office]) == 1
    told = json.loads(capsys.readouterr().out)
    assert sorted(each["state"] for each in told["packages"]) == [
        "merged",
        "merged",
        "refused",
        "superseded",
        "waiting",
    ]
    assert len(list((tmp_path / "receipts").glob("*.cpkg"))) == 2
    assert cli.run(["exchange", "status", "--year", "2026", *office]) == 0
    status = json.loads(capsys.readouterr().out)
    assert [each["sender"] for each in status["held"]] == [CODES[3]]
    assert {each["days_waiting"] for each in status["sent"]} == {None}, "receipts are answered by nobody"
    owed = {(each["office"], each["step"]): each["missing"] for each in status["owed"]}
    assert owed[CODES[0], "roster"] == ["盖章纸质材料"]
    assert owed[CODES[1], "roster"] == ["电子数据", "盖章纸质材料"]
    folder = tmp_path / "down"
    folder.mkdir()
    down = ["--stream", "decisions", "--for", CODES[0], "--year", "2026", "--to", str(folder)]
    assert cli.run(["package", "write", *down, *office]) == 0
    [written] = json.loads(capsys.readouterr().out)["packages"]
    assert written["recipient"] == CODES[0]
    assert cli.run(["package", "verify", written["path"], *office]) == 0
    assert json.loads(capsys.readouterr().out)["stream"] == "decisions/2026"


def test_paper_is_noted_and_taken_back(offices):
    """The stamped paper has a day and a bearer of its own beside the package."""
    store = offices[COUNTY].store
    note_paper(store, CODES[0], "roster", 2026, day=DAY, bearer="王")
    with store.read() as session:
        first = owing(session, COUNTY, 2026, DAY)[0]
    assert (first.office, first.paper_on, first.missing) == (CODES[0], DAY, ("电子数据",))
    forget_paper(store, CODES[0], "roster", 2026)
    with store.read() as session:
        assert owing(session, COUNTY, 2026, DAY)[0].paper_on is None


def test_steps_on_paper_ask_for_paper_alone(offices):
    """Handbook and assessment have no records yet: what is missing there is the stamped paper, and nothing with it."""
    store = offices[COUNTY].store
    with store.read() as session:
        before = {each.step.name: each.missing for each in owing(session, COUNTY, 2026, DAY) if each.office == CODES[0]}
    assert list(before) == ["roster", "handbook", "training", "assessment", "title"]
    assert before["handbook"] == before["assessment"] == ("盖章纸质材料",)
    assert before["title"] == ("电子数据", "盖章纸质材料")
    note_paper(store, CODES[0], "assessment", 2026, day=DAY, bearer="")
    with store.read() as session:
        after = {each.step.name: each.missing for each in owing(session, COUNTY, 2026, DAY) if each.office == CODES[0]}
    assert (after["assessment"], after["handbook"]) == ((), ("盖章纸质材料",))
