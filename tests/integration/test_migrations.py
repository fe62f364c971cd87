"""Migrations: the first schema equals the models, and an older database becomes newer whole or not at all."""

import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from desktop.errors import DatabaseError
from desktop.kinds import sample_citizen_id
from desktop.models import Teacher, local
from desktop.paths import MIGRATIONS
from desktop.services.records import save
from desktop.store import Store, database_file, load, migration
from desktop.store.database_file import DATABASE_NAME, SCHEMA_VERSION
from desktop.store.tables import schema

ADDING = f"""
revision = "{SCHEMA_VERSION + 1:04d}"
down_revision = "{SCHEMA_VERSION:04d}"
from alembic import op
import sqlalchemy as sa

def upgrade():
    with op.batch_alter_table("teachers", recreate="always") as batch:
        batch.add_column(sa.Column("nickname", sa.Text(), nullable=True))
"""

FAILING = (
    ADDING
    + """
    op.execute("DELETE FROM teachers")
    op.execute("SELECT * FROM no_such_table")
"""
)

ORPHANING = (
    ADDING
    + """
    op.execute("DELETE FROM teachers")
"""
)


def script_directory() -> ScriptDirectory:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return ScriptDirectory.from_config(config)


def test_schema_version_is_the_number_of_migrations():
    """The number that a database carries is the ordinal of the newest migration, and there is one newest."""
    script = script_directory()
    revisions = list(script.walk_revisions())
    assert len(script.get_heads()) == 1
    assert len(revisions) == SCHEMA_VERSION == len(list((MIGRATIONS / "versions").glob("*.py")))


def test_migrations_make_what_the_models_declare(store):
    """Nothing was declared without a migration, and nothing migrated that is not declared."""
    assert len(local.LOCAL_TABLES) == 18
    with store._reader.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, schema()) == []


def test_every_constraint_is_named(store):
    """Batch migrations lose constraints without a name, so every table is made with names."""
    with closing(sqlite3.connect(store.path)) as connection:
        made = dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE type='table'"))
    for name in schema().tables:
        unnamed = [
            line
            for line in made[name].splitlines()
            if line.strip().startswith(("PRIMARY KEY", "FOREIGN KEY", "UNIQUE", "CHECK"))
        ]
        assert unnamed == []


@pytest.fixture
def newer_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Make the program one that knows a second migration, whose text is given."""

    def make(migration_text: str) -> None:
        scripts = shutil.copytree(MIGRATIONS, tmp_path / "migrations", ignore=shutil.ignore_patterns("__pycache__"))
        (scripts / "versions" / f"{SCHEMA_VERSION + 1:04d}_another.py").write_text(migration_text, encoding="utf-8")
        monkeypatch.setattr(migration, "MIGRATIONS", scripts)
        monkeypatch.setattr(database_file, "SCHEMA_VERSION", SCHEMA_VERSION + 1)

    return make


@pytest.fixture
def killed(office: Path) -> Path:
    """An office whose program was killed: its newest teacher is only in the write-ahead log."""
    store = Store.open(office)
    with store.write("新增") as session:
        lines = [{"which": "1", "education": "31"}, {"which": "2", "education": "21"}]
        values = {"name": "李𠮷祥", "id_number": sample_citizen_id("19800315", 101), "educations": lines}
        save(session, Teacher, values)
    folder = shutil.copytree(office, office.with_name("killed"))
    store.close()
    assert (folder / f"{DATABASE_NAME}-wal").stat().st_size > 0
    return folder


def teachers_of(folder: Path) -> list[dict[str, object]]:
    store = Store.open(folder)
    with store.read() as session:
        found = [record.content for record in load(session, Teacher).values()]
    store.close()
    return found


def databases_in(folder: Path) -> list[str]:
    """The database, its logs, and copies that are being made."""
    return sorted(path.name for path in folder.glob("office.*"))


def version_of(path: Path) -> int:
    with closing(sqlite3.connect(path)) as connection:
        return connection.execute("PRAGMA user_version").fetchone()[0]


def test_an_older_database_is_migrated_with_all_it_holds(killed, newer_program):
    """A table that is rebuilt keeps its rows and the lines under them, what only the log held included."""
    newer_program(ADDING)
    [teacher] = teachers_of(killed)
    assert teacher["name"] == "李𠮷祥"
    assert [line["education"] for line in teacher["educations"]] == ["31", "21"]
    assert version_of(killed / DATABASE_NAME) == SCHEMA_VERSION + 1
    with closing(sqlite3.connect(killed / DATABASE_NAME)) as connection:
        assert "nickname" in {row[1] for row in connection.execute("PRAGMA table_info(teachers)")}


def test_the_older_database_is_kept(killed, newer_program):
    """The program that was used before can still open what it left."""
    newer_program(ADDING)
    Store.open(killed).close()
    kept = killed / "quarantine" / "1" / DATABASE_NAME
    assert version_of(kept) == SCHEMA_VERSION
    with closing(sqlite3.connect(kept)) as connection:
        assert connection.execute("SELECT count(*) FROM teachers").fetchone() == (1,)
    assert databases_in(killed) == [DATABASE_NAME]


@pytest.mark.parametrize(("text", "error"), [(FAILING, "no_such_table"), (ORPHANING, "失去归属")])
def test_a_failing_migration_changes_nothing(killed, newer_program, monkeypatch, text, error):
    """A step that fails or loses rows is dropped with its copy; the older program opens the file as before."""
    newer_program(text)
    with pytest.raises(Exception, match=error):
        Store.open(killed)
    assert databases_in(killed) == [DATABASE_NAME]
    monkeypatch.undo()
    assert version_of(killed / DATABASE_NAME) == SCHEMA_VERSION
    assert [teacher["name"] for teacher in teachers_of(killed)] == ["李𠮷祥"]


@pytest.mark.parametrize("step", ["copy_database", "_upgrade", "check_file", "sync_folder"])
def test_a_migration_that_is_cut_off_is_done_at_the_next_start(killed, newer_program, monkeypatch, step):
    """F6: whenever the program ends in the middle, the file under the office's name is one whole database."""
    newer_program(ADDING)

    def end(*_words: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(database_file, step, end)
        with pytest.raises(KeyboardInterrupt):
            database_file.migrate(killed / DATABASE_NAME)
    assert version_of(killed / DATABASE_NAME) in (SCHEMA_VERSION, SCHEMA_VERSION + 1)
    assert [teacher["name"] for teacher in teachers_of(killed)] == ["李𠮷祥"]
    assert version_of(killed / DATABASE_NAME) == SCHEMA_VERSION + 1


def test_a_database_in_use_is_not_migrated(office, newer_program):
    """While another program has the file open, nothing is put in its place."""
    store = Store.open(office)
    with store.write("新增") as session:
        save(session, Teacher, {"name": "李𠮷祥", "id_number": sample_citizen_id("19800315", 101)})
    newer_program(ADDING)
    with pytest.raises(DatabaseError, match="另一个程序使用"):
        Store.open(office)
    store.close()
    assert version_of(office / DATABASE_NAME) == SCHEMA_VERSION


def test_an_empty_schema_of_ours_is_brought_up(tmp_path):
    """A database with our mark and no schema yet, as an interrupted creation leaves it, becomes a whole one."""
    with closing(sqlite3.connect(tmp_path / DATABASE_NAME)) as connection:
        connection.execute(f"PRAGMA application_id={database_file.APPLICATION_ID}")
    store = Store.open(tmp_path)
    with store.read() as session:
        assert load(session, Teacher) == {}
    store.close()
    assert version_of(tmp_path / DATABASE_NAME) == SCHEMA_VERSION
