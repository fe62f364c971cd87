"""The wheel: installed into a clean environment and started from another folder, the program has all it needs."""

import os
import site
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]

MAKING_AN_OFFICE = """
import desktop, sys
from pathlib import Path
from desktop.codes import shipped_holidays, shipped_policies
from desktop.paths import MIGRATIONS, RESOURCES
from desktop.sample import write_sample
from desktop.store import Store

write_sample(Path("office")).close()
store = Store.open(Path("office"))
assert len(shipped_policies()) > 50 and len(shipped_holidays()) > 200
print(Path(desktop.__file__).parent, RESOURCES, MIGRATIONS, store.office_code, sep="\\n")
store.close()
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel as pip builds it from this tree, without a network."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--no-deps", "--no-build-isolation", "--no-index", "-q"]
    subprocess.run([*command, "--wheel-dir", str(folder), str(ROOT)], check=True)
    [path] = folder.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def clean(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment that holds this wheel; dependencies are seen where they are installed already.

    The folder with the dependencies is appended behind the environment's own, and without its `.pth` files,
    so that the tree under test is not reached by way of the development install.
    """
    folder = tmp_path_factory.mktemp("clean")
    venv.create(folder, with_pip=False, symlinks=os.name != "nt")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    command = [str(python), "-c", "import site; print(site.getsitepackages()[0])"]
    own = Path(subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip())
    (own / "dependencies.pth").write_text("\n".join(site.getsitepackages()) + "\n", encoding="utf-8")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(own)
    return python


def names_in(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.mark.parametrize("folder", ["resources", "migrations"])
def test_the_wheel_holds_what_the_program_reads(wheel, folder):
    """Every file of resources and migrations is in the wheel, beside the code."""
    wanted = {
        f"desktop/{path.relative_to(ROOT).as_posix()}"
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted <= set(names_in(wheel))


def test_the_wheel_holds_nothing_else(wheel):
    """Neither tests nor compiled files are installed."""
    tops = {name.split("/")[0] for name in names_in(wheel)}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"desktop"}
    assert not [name for name in names_in(wheel) if name.endswith(".pyc")]


def test_the_wheel_names_the_command(wheel):
    """Installing makes `county-desk`."""
    [path] = [name for name in names_in(wheel) if name.endswith("entry_points.txt")]
    with zipfile.ZipFile(wheel) as archive:
        assert "county-desk = desktop.__main__:main" in archive.read(path).decode()


def test_the_installed_program_makes_an_office(clean, tmp_path):
    """Started from another folder, it finds its own resources and migrates a new database."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [str(clean), "-c", MAKING_AN_OFFICE]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    package, resources, migrations, code = done.stdout.split("\n")[:4]
    assert not Path(package).is_relative_to(ROOT / "desktop")
    assert (resources, migrations) == (f"{package}/resources", f"{package}/migrations")
    assert code == "509999"
    assert (tmp_path / "office" / "office.db").is_file()
