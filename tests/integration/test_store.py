"""The database of one office: settings, sessions, refusals, and what a killed program leaves behind."""

import shutil
import sqlite3
from contextlib import closing

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from desktop.errors import DatabaseError, RefusedError
from desktop.kinds import sample_citizen_id
from desktop.models import Teacher
from desktop.services.records import save
from desktop.store import Edit, Store, load, write_edits
from desktop.store.database_file import DATABASE_NAME, SCHEMA_VERSION, check_file, copy_database, set_aside
from desktop.store.engine import APPLICATION_ID
from desktop.store.records import load_one
from desktop.store.scan import pieces
from desktop.store.tables import plain_table, schema


def teacher(number: int) -> dict[str, object]:
    birth = f"1980{number // 28 % 12 + 1:02d}{number % 28 + 1:02d}"
    return {
        "name": "李𠮷祥",
        "gender": "1",
        "id_number": sample_citizen_id(birth, 2 * number % 1000 + 1),
        "educations": [{"which": "1", "education": "31"}, {"which": "2", "education": "21"}],
    }


def pragma(store: Store, name: str, *, reader: bool = False) -> object:
    engine = store._reader if reader else store._writer
    with engine.connect() as connection:
        return connection.exec_driver_sql(f"PRAGMA {name}").scalar()


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("trusted_schema", 0),
        ("cell_size_check", 1),
        ("mmap_size", 0),
        ("busy_timeout", 5000),
        ("recursive_triggers", 1),
        ("temp_store", 2),
        ("secure_delete", 1),
        ("journal_size_limit", 67108864),
        ("application_id", APPLICATION_ID),
        ("user_version", SCHEMA_VERSION),
        ("query_only", 0),
    ],
)
def test_writer_settings(store, name, wanted):
    """Every setting that durability and safety rest on is in force on the writing connection."""
    assert pragma(store, name) == wanted


@pytest.mark.parametrize(("name", "wanted"), [("query_only", 1), ("wal_autocheckpoint", 0), ("foreign_keys", 1)])
def test_reader_settings(store, name, wanted):
    """Readers can neither write nor checkpoint."""
    assert pragma(store, name, reader=True) == wanted


def test_every_table_is_strict(store):
    """A column holds the type it was declared with, whatever program writes into it."""
    with closing(sqlite3.connect(store.path)) as connection:
        strict = {row[1]: row[5] for row in connection.execute("PRAGMA table_list")}
    assert {name: strict[name] for name in schema().tables} == dict.fromkeys(schema().tables, 1)


def test_a_read_session_refuses_writes(store):
    """What only looks cannot change anything."""
    with store.read() as session, pytest.raises(OperationalError, match="readonly"):
        session.execute(text("DELETE FROM settings"))


def test_a_write_session_takes_the_lock_at_once(store):
    """Nobody can slip in between reading and writing of one Act."""
    with (
        store.write("改"),
        closing(sqlite3.connect(store.path, timeout=0, isolation_level=None)) as other,
        pytest.raises(sqlite3.OperationalError, match="locked"),
    ):
        other.execute("BEGIN IMMEDIATE")


def test_another_writing_program_is_told_in_a_sentence(store):
    """Two programs on one database: the second is told to wait, and its change is not half done."""
    with store._writer.connect() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=0")
    with closing(sqlite3.connect(store.path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(DatabaseError, match="另一个程序正在写入"), store.write("新增") as session:
            save(session, Teacher, teacher(1))
    with store.write("新增") as session:
        save(session, Teacher, teacher(1))
    with store.read() as session:
        assert len(load(session, Teacher)) == 1


def test_a_full_disk_keeps_what_was_saved(store):
    """F7: a full disk is one sentence, the Act is rolled back, and reading and later saving go on."""
    with store.write("新增") as session:
        kept = save(session, Teacher, teacher(1))
    pages = pragma(store, "page_count")
    pragma(store, f"max_page_count={pages}")
    with pytest.raises(DatabaseError, match="磁盘已满"), store.write("导入") as session:
        write_edits(session, [Edit(Teacher, f"uid{number}", None, teacher(number)) for number in range(2, 400)])
    with store.read() as session:
        assert list(load(session, Teacher)) == [kept]
    pragma(store, "max_page_count=100000")
    with store.write("新增") as session:
        save(session, Teacher, teacher(2))
    with store.read() as session:
        assert len(load(session, Teacher)) == 2


def test_a_query_takes_any_number_of_values(store):
    """More values than a database takes parameters (32,766) are asked for at once, texts with quotes among them."""
    odd = ("uid'\"\\", "uid，甲")
    with store.write("新增") as session:
        write_edits(session, [Edit(Teacher, uid, None, teacher(number)) for number, uid in enumerate(odd)])
    with store.read() as session:
        assert load(session, Teacher, [*odd, *map(str, range(40_000))]).keys() == set(odd)


def test_pieces_give_what_load_gives(store):
    """Records read piece by piece are those of one reading, in the order of their uids, the deleted ones among them."""
    uids = [f"uid{number:04d}" for number in range(2_500)]
    with store.write("导入") as session:
        write_edits(session, [Edit(Teacher, uid, None, teacher(n)) for n, uid in reversed(list(enumerate(uids)))])
    with store.write("删除") as session:
        write_edits(session, [Edit(Teacher, "uid0007", load_one(session, Teacher, "uid0007"), None)])
    with store.read() as session:
        read = list(pieces(session, Teacher, plain_table(Teacher).c.uid != uids[-1]))
        assert [len(piece) for piece in read] == [1000, 1000, 499]
        assert [uid for piece in read for uid in piece] == uids[:-1]
        whole = load(session, Teacher, uids[:-1], with_deleted=True)
        assert {uid: record for piece in read for uid, record in piece.items()} == whole
        assert len(whole["uid0008"].content["educations"]) == 2


def save_and_fail(session):
    save(session, Teacher, teacher(1))
    raise KeyError("外来")


def test_an_error_rolls_the_whole_act_back(store):
    """An Act is there as a whole or not at all, its row in the log included."""
    with pytest.raises(KeyError, match="外来"), store.write("导入") as session:
        save_and_fail(session)
    with store.read() as session:
        assert not load(session, Teacher)
        assert session.scalar(text("SELECT count(*) FROM acts WHERE name='导入'")) == 0


def test_listeners_hear_what_changed(store):
    """Open pages learn from the store which entities to load again, and only after the commit."""
    heard = []
    store.changed.append(heard.append)
    with store.write("新增") as session:
        save(session, Teacher, teacher(1))
        assert heard == []
    with store.write("看看"):
        pass
    assert heard == [frozenset({"teachers"})]
    assert store.acts_done == 1


def test_closing_leaves_one_file(store):
    """A closed office can be copied as one file."""
    with store.write("新增") as session:
        save(session, Teacher, teacher(1))
    store.close()
    assert sorted(path.name for path in store.folder.iterdir() if path.name.startswith(DATABASE_NAME)) == [
        DATABASE_NAME
    ]


@pytest.mark.parametrize("name", ["云岭 县", "100%25", "a#b", "甲'乙"])
def test_any_name_of_a_folder_works(tmp_path, name):
    """Clerks name folders as they like; signs of web addresses mean nothing here."""
    Store.create(tmp_path / name).close()
    store = Store.open(tmp_path / name)
    store.close()
    assert (tmp_path / name / DATABASE_NAME).is_file()


def test_an_empty_folder_is_refused(tmp_path):
    """A folder without a database is told by its name, and nothing is made in it."""
    with pytest.raises(DatabaseError, match="没有本程序的数据库"):
        Store.open(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_a_second_office_in_a_folder_is_refused(store):
    """Creating never overwrites."""
    before = store.path.read_bytes()
    with pytest.raises(RefusedError, match="已经有一个单位"):
        Store.create(store.folder)
    assert store.path.read_bytes() == before


@pytest.mark.parametrize(
    "newer",
    [
        f"PRAGMA user_version={SCHEMA_VERSION + 1}",
        f"UPDATE alembic_version SET version_num='{SCHEMA_VERSION + 1:04d}'",
    ],
)
def test_a_newer_database_is_refused_in_a_sentence(office, newer):
    """An older program opens nothing that it does not understand, and says which program is needed."""
    path = office / DATABASE_NAME
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(newer)
        connection.commit()
    before = path.read_bytes()
    with pytest.raises(DatabaseError, match="请先升级本程序"):
        Store.open(office)
    assert path.read_bytes() == before


def test_a_foreign_database_is_refused(tmp_path):
    """Another program's SQLite file is left alone."""
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME)) as connection:
        connection.execute("CREATE TABLE photos (name TEXT)")
    with pytest.raises(DatabaseError, match="不是本程序的数据库"):
        Store.open(tmp_path)


@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda _: "花名册".encode() * 1000, id="text"),
        pytest.param(lambda data: data[: len(data) // 3], id="truncated"),
        pytest.param(lambda data: data[:8192] + b"\0" * 8192 + data[16384:], id="pages of zeros"),
        pytest.param(lambda _: b"", id="empty"),
    ],
)
def test_a_damaged_database_is_refused(office, damage):
    """Damage is found at opening, told in one sentence, and the file stays for whoever repairs it."""
    path = office / DATABASE_NAME
    damaged = damage(path.read_bytes())
    path.write_bytes(damaged)
    with pytest.raises(DatabaseError) as error:
        Store.open(office)
    assert any("\u4e00" <= sign <= "\u9fff" for sign in error.value.sentence)
    assert path.read_bytes() == damaged


def test_a_copied_database_gets_an_identity_of_its_own(store):
    """Two copies cannot pass for one: the epoch is 16 hexadecimal digits and is renewed."""
    before = store.epoch
    store.renew_epoch()
    assert store.epoch != before
    assert len(bytes.fromhex(store.epoch)) == 8
    store.close()
    again = Store.open(store.folder)
    assert again.epoch == store.epoch
    again.close()


def test_a_copy_holds_what_only_the_log_has(store, tmp_path):
    """A copy of a database in use has every committed change, also those still in the write-ahead log."""
    with store.write("新增") as session:
        uid = save(session, Teacher, teacher(1))
    target = tmp_path / "copy"
    target.mkdir()
    copy_database(store.path, target / DATABASE_NAME)
    copied = Store.open(target)
    with copied.read() as session:
        assert list(load(session, Teacher)) == [uid]
    copied.close()


def test_setting_aside_moves_the_log_too(store):
    """A log left beside another database file would corrupt it."""
    with store.write("新增") as session:
        save(session, Teacher, teacher(1))
    folder = shutil.copytree(store.folder, store.folder.with_name("killed"))
    assert (folder / f"{DATABASE_NAME}-wal").stat().st_size > 0
    first = set_aside(folder / DATABASE_NAME)
    assert list(folder.glob("office.*")) == []
    assert {DATABASE_NAME, f"{DATABASE_NAME}-wal"} <= {path.name for path in first.iterdir()}
    assert check_file(first / DATABASE_NAME) == SCHEMA_VERSION
    assert set_aside(folder / DATABASE_NAME) is None
    shutil.copy(store.path, folder)
    assert set_aside(folder / DATABASE_NAME).name == "2"
