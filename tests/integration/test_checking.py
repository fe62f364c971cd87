"""What `check` tells of an office's records."""

import sqlite3
from contextlib import closing

import pytest

from desktop.cli import make_parser
from desktop.commands.offices import run_check
from desktop.models import Teacher
from desktop.services.checking import check_database
from tests.builders import add, teacher_content


@pytest.mark.parametrize(
    ("change", "told"),
    [
        pytest.param("UPDATE teachers SET gender='7'", "性别：代码“7”不在代码表中", id="code"),
        pytest.param("UPDATE teachers SET name=''", "姓名没有填写", id="empty"),
        pytest.param("UPDATE teacher_educations SET degree='77'", "学历学位第 1 行：学位：代码“77”", id="line"),
        pytest.param("UPDATE teachers SET id_number='509999198001010111'", "校验未通过", id="rule"),
    ],
)
def test_values_that_came_in_behind_the_program_are_told(store, capsys, change, told):
    """Codes outside their table, empty texts and broken rules are found; the command then ends with 1."""
    add(store, Teacher, teacher_content(educations=[{"which": "2", "education": "21", "degree": "4"}]))
    arguments = make_parser().parse_args(["check", "--office", str(store.folder)])
    assert check_database(store) == []
    assert run_check(arguments) == 0
    with closing(sqlite3.connect(store.path)) as connection:
        connection.execute(change)
        connection.commit()
    (finding,) = check_database(store)
    assert told in finding.text
    assert run_check(arguments) == 1
    assert "1 处问题" in capsys.readouterr().out
