"""Ten people by keys alone, thirty rows pasted and undone, in a real window: under Xvfb where there is one."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from desktop.models import Teacher
from desktop.store import Store
from tests.builders import contents_of, make_office, teacher_content

ROOT = Path(__file__).parents[2]


@pytest.fixture
def screen() -> Iterator[dict[str, str]]:
    """The variables of a screen: a virtual X server of its own, or Qt's without any."""
    server = shutil.which("Xvfb")
    if server is None:
        yield {"QT_QPA_PLATFORM": "offscreen"}
        return
    reading, writing = os.pipe()
    command = [server, "-displayfd", str(writing), "-screen", "0", "1366x768x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL) as running:
        os.close(writing)
        with os.fdopen(reading) as told:
            number = told.readline().strip()
        try:
            yield {"DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb;offscreen"}
        finally:
            running.terminate()


def test_ten_people_by_keys_and_thirty_pasted(tmp_path: Path, screen: dict[str, str]) -> None:
    """Everything typed is saved as typed, Enter never leaves pinyin, a paste is one Act that Ctrl+Z takes back."""
    make_office(tmp_path / "office").close()
    command = [sys.executable, "-m", "tests.end2end.typing_clerk", str(tmp_path / "office")]
    environment = {**os.environ, **screen, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().endswith("[40, 10]"), done.stdout
    store = Store.open(tmp_path / "office")
    people = sorted(contents_of(store, Teacher).values(), key=lambda each: int(each["name"][2:]))
    store.close()
    assert [each["name"] for each in people] == [f"教师{number}" for number in range(1, 11)]
    for number, each in enumerate(people, 1):
        expected = teacher_content(number)
        assert each["id_number"] == expected["id_number"]
        assert (each["gender"], each["ethnicity"], each["birth_date"]) == (expected["gender"], "01", "1980-03")
