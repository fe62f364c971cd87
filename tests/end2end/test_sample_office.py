"""The main job through the commands: the sample office takes in its schools' spreadsheets, again, and takes it back."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from desktop.models import ENTITIES
from desktop.store import Store, load

ROOT = Path(__file__).parents[2]
SPREADSHEETS = sorted(
    str(path) for path in (ROOT / "resources" / "sample").iterdir() if path.suffix in {".xls", ".xlsx", ".csv"}
)


@pytest.fixture
def desk(tmp_path):
    """Run one command on the sample office; its exit code and its JSON document."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "COUNTY_DESK_SETTINGS": str(tmp_path / "settings")}

    def run(*words: str) -> tuple[int, dict[str, object]]:
        command = [sys.executable, "-m", "desktop", *words, "--json"]
        done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode in (0, 1), done.stderr
        return done.returncode, json.loads(done.stdout)

    assert run("sample", "office")[0] == 0
    return run


def contents(folder: Path) -> dict[str, dict[str, object]]:
    store = Store.open(folder)
    with store.read() as session:
        found = {
            entity.plural: {uid: record.content for uid, record in load(session, entity).items()} for entity in ENTITIES
        }
    store.close()
    return found


def test_the_sample_spreadsheets_come_in_and_go_out_again(desk, tmp_path):
    """203 appointments come in and 15 rows are refused; again all are the same; undone, the office is as before."""
    before = contents(tmp_path / "office")
    code, first = desk("import", *SPREADSHEETS, "--as", "roster", "--office", "office")
    assert (code, first["new"], first["changed"], first["same"]) == (1, 203, 0, 0)
    assert first["invalid"] + first["duplicate"] == 15
    after = contents(tmp_path / "office")
    assert len(after["appointments"]) == 203
    assert len(after["teachers"]) == 300
    assert [after[name] for name in ("schools", "cohorts")] == [before[name] for name in ("schools", "cohorts")]
    _, again = desk("import", *SPREADSHEETS, "--as", "roster", "--office", "office")
    assert (again["new"], again["changed"], again["same"]) == (0, 0, 203)
    assert contents(tmp_path / "office") == after
    acts = desk("history", "--office", "office")[1]["acts"]
    number = min(each["id"] for each in acts if each["name"].startswith("导入"))
    desk("history", "--undo", str(number), "--office", "office")
    assert contents(tmp_path / "office") == before
