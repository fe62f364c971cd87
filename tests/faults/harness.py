"""Starts the worker, makes the office a work begins from, strikes it, and checks what is left."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from desktop.models import Teacher
from desktop.paths import MIGRATIONS
from desktop.services import backups
from desktop.store import Store
from desktop.store.database_file import SCHEMA_VERSION
from tests.builders import add, teacher_content
from tests.builders_packages import Desk
from tests.faults import works

ROOT = Path(__file__).parents[2]
ADDING = """
revision = "{new:04d}"
down_revision = "{old:04d}"
from alembic import op
import sqlalchemy as sa

def upgrade():
    for name in ("teachers", "schools"):
        with op.batch_alter_table(name, recreate="always") as batch:
            batch.add_column(sa.Column("nickname", sa.Text(), nullable=True))
"""


def rounds(name: str, default: int) -> int:
    """How often to do something: the environment's FAULTS_<NAME>, else the default."""
    return int(os.environ.get(f"FAULTS_{name}", default))


def report(figure: str) -> None:
    """Keep a figure of the long part in out/faults.txt, under the name of its fault class."""
    path = ROOT / "out" / "faults.txt"
    path.parent.mkdir(exist_ok=True)
    with path.open("a", encoding="utf-8") as file:
        file.write(f"{figure}\n")


def build_injector(folder: Path) -> Path:
    """The library that strikes inside SQLite too; skips the test by name where there is no compiler."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        pytest.skip("gcc is not installed: no faults inside SQLite can be made")
    library = folder / "inject.so"
    if not library.exists():
        source = Path(__file__).with_name("inject.c")
        options = ["-O1", "-fPIC", "-shared", "-U_FORTIFY_SOURCE", "-o", library, source, "-ldl"]
        subprocess.run([compiler, *options], check=True, capture_output=True)
    return library


class Worker:
    """The warm process of `worker.py`, with the injecting library or with Python's own shim."""

    def __init__(self, library: Path | None = None, *wrapped: str) -> None:
        environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"}
        if library is not None:
            environment["LD_PRELOAD"] = str(library)
        self._process = subprocess.Popen(
            [*wrapped, sys.executable, "-m", "tests.faults.worker"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
            cwd=ROOT,
        )

    def run(self, work: str, folder: Path, **order: Any) -> dict[str, Any]:
        """Have a child do a work; what became of it."""
        self._process.stdin.write(json.dumps({"work": work, "folder": str(folder), **order}) + "\n")
        self._process.stdin.flush()
        done = json.loads(self._process.stdout.readline())
        assert "crash" not in done, done["crash"]
        return done

    def close(self) -> None:
        """End it."""
        self._process.stdin.close()
        self._process.wait()
        self._process.stdout.close()


@contextmanager
def working(library: Path | None = None, *wrapped: str) -> Iterator[Worker]:
    """A worker that is ended afterwards."""
    worker = Worker(library, *wrapped)
    try:
        yield worker
    finally:
        worker.close()


def make_start(work: str, offices: Path, folder: Path) -> str:
    """Make the folder from which a work starts; what its check must know of before."""
    shutil.copytree(offices, folder)
    (folder / works.STICK).mkdir()
    county = folder / "county"
    if work == "import":
        with closing(Desk.open(county).store) as store:
            Desk(store).send(folder / works.STICK)
        return works.state_of(folder / "city")
    if work in ("backup", "restore"):
        with closing(Store.open(county)) as store:
            backups.make_backup(store, "每日")
            add(store, Teacher, teacher_content(77))
        shutil.copytree(county, folder / "spare", ignore=shutil.ignore_patterns("backups"))
    if work == "migration":
        scripts = folder / works.SCRIPTS
        shutil.copytree(MIGRATIONS, scripts)
        text = ADDING.format(new=SCHEMA_VERSION + 1, old=SCHEMA_VERSION)
        (scripts / "versions" / f"{SCHEMA_VERSION + 1:04d}_adding.py").write_text(text, encoding="utf-8")
        with closing(Store.open(county)) as store, store.read() as session:
            return str(backups.count_records(session)["teachers"])
    return ""


class Strikes:
    """One work, struck again and again, each time on a fresh copy of where it starts."""

    def __init__(self, worker: Worker, work: str, offices: Path, folder: Path) -> None:
        self.worker, self.work, self.folder = worker, work, folder
        self.start = folder / f"start-{work}"
        self.before = make_start(work, offices, self.start)

    def strike(self, at: int, action: int, **order: Any) -> dict[str, Any]:
        """Do the work on a copy, struck at its `at`-th change, and check what is left; what became of it."""
        copy = self.folder / f"{self.work}-{at}-{action}"
        shutil.copytree(self.start, copy)
        done = self.worker.run(self.work, copy, at=at, action=action, **order)
        try:
            works.CHECKS[self.work](copy, done["said"], self.before)
        except Exception as error:
            error.add_note(f"{self.work} struck at change {at} with action {action}: {done}")
            raise
        shutil.rmtree(copy)
        return done

    def changes(self, **order: Any) -> int:
        """How many changes the work makes when nothing strikes it."""
        done = self.strike(0, 0, **order)
        assert not done["error"]
        assert done["said"]
        return done["counted"]
