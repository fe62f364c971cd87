"""What a program that is killed leaves behind (reliability T2): all it confirmed, and nothing half done."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from desktop.models import Teacher
from desktop.store import Store, load
from desktop.store.database_file import DATABASE_NAME, SCHEMA_VERSION

ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")

SAVING = """
import sys
from pathlib import Path
from desktop.models import Teacher
from desktop.services.records import save
from desktop.store import Store

store = Store.open(Path(sys.argv[1]))
for number in range(10_000):
    lines = [{"which": "1"}, {"which": "2", "education": "21"}]
    with store.write("新增") as session:
        values = {"name": "刘𬭚", "birth_date": "1980", "mobile": f"139{number:08d}", "educations": lines}
        uid = save(session, Teacher, values)
    print(uid, flush=True)
"""


def start(script: str, office: Path) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    return subprocess.Popen(
        [sys.executable, "-c", script, str(office)], stdout=subprocess.PIPE, text=True, env=environment
    )


def check(office: Path, confirmed: list[str], kills: int) -> None:
    """Every confirmed record is there; each kill may leave at most one more, and that one whole."""
    store = Store.open(office)
    with store.read() as session:
        found = load(session, Teacher)
        assert set(confirmed) <= set(found)
        assert len(found) <= len(confirmed) + kills
        assert all(len(record.content["educations"]) == 2 for record in found.values())
        assert session.scalar(text("SELECT count(*) FROM changes WHERE entity='teachers'")) == len(found)
        assert session.scalar(text("PRAGMA integrity_check")) == "ok"
    store.close()


@pytest.mark.parametrize("acknowledged", [1, 7, 40])
def test_a_killed_program_loses_nothing_it_confirmed(office, acknowledged):
    """F1: every save that was confirmed is there with its lines and history, any other wholly there or absent."""
    with start(SAVING, office) as program:
        confirmed = [program.stdout.readline().strip() for _ in range(acknowledged)]
        program.send_signal(signal.SIGKILL)
        confirmed += program.stdout.read().split()
    assert program.returncode == -signal.SIGKILL
    check(office, confirmed, kills=1)


@pytest.mark.faults
def test_a_hundred_kills_lose_nothing(office):
    """T2: the database grows through kills at random instants, and is opened again after each."""
    chance = random.Random(20)  # the same instants each time, as far as a clock allows
    confirmed: list[str] = []
    for kills in range(1, 101):
        with start(SAVING, office) as program:
            confirmed.append(program.stdout.readline().strip())
            time.sleep(chance.uniform(0, 0.05))
            program.send_signal(signal.SIGKILL)
            confirmed += program.stdout.read().split()
        check(office, confirmed, kills)


MIGRATING = """
import sys
from pathlib import Path
from desktop.store import Store, database_file, migration

migration.MIGRATIONS = Path(sys.argv[1]).parent / "migrations"
database_file.SCHEMA_VERSION += 1
print("", flush=True)
Store.open(Path(sys.argv[1])).close()
"""

ADDING = f"""
revision = "{SCHEMA_VERSION + 1:04d}"
down_revision = "{SCHEMA_VERSION:04d}"
from alembic import op
import sqlalchemy as sa

def upgrade():
    for name in ("teachers", "schools", "appointments"):
        with op.batch_alter_table(name, recreate="always") as batch:
            batch.add_column(sa.Column("nickname", sa.Text(), nullable=True))
"""


@pytest.mark.faults
def test_killed_migrations_leave_one_whole_database(office):
    """T20: whenever a migration is killed, the file is the old schema or the new one, whole, with all its people."""
    scripts = office.parent / "migrations"
    subprocess.run(["cp", "-r", str(ROOT / "migrations"), str(scripts)], check=True)
    (scripts / "versions" / f"{SCHEMA_VERSION + 1:04d}_adding.py").write_text(ADDING, encoding="utf-8")
    with start(SAVING, office) as program:
        confirmed = [program.stdout.readline().strip() for _ in range(200)]
        program.send_signal(signal.SIGKILL)
        confirmed += program.stdout.read().split()
    seen = set()
    for step in range(60):
        copy = office.with_name(f"copy{step}")
        subprocess.run(["cp", "-r", str(office), str(copy)], check=True)
        with start(MIGRATING, copy) as program:
            program.stdout.readline()
            time.sleep(step / 60)
            program.send_signal(signal.SIGKILL)
        with closing(sqlite3.connect(copy / DATABASE_NAME)) as connection:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
            found = {row[0] for row in connection.execute("SELECT uid FROM teachers")}
        assert set(confirmed) <= found
        seen.add(version)
    assert seen == {SCHEMA_VERSION, SCHEMA_VERSION + 1}
