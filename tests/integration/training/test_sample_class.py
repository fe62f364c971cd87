"""The training class of the sample office is one that the rules have nothing against."""

import pytest

from desktop.models import Course, Enrolment, Place, Programme, TrainingClass, TrainingSession
from desktop.models.base import problems_of
from desktop.queries.directory import Directory
from desktop.queries.policies import Policies
from desktop.queries.training.timetable import check_plan, timetable_clashes
from desktop.sample import write_sample
from desktop.sample_class import write_sample_class
from desktop.store import Store
from tests.builders import contents_of


@pytest.fixture
def office(tmp_path) -> Store:
    return write_sample(tmp_path / "office")


def test_sample_class_is_in_order(office):
    """No record has a problem, hours add up, nothing clashes, people teach the subject and are in class once."""
    uid = write_sample_class(office)
    for entity in (Programme, Place, TrainingClass, Course, TrainingSession, Enrolment):
        for content in contents_of(office, entity).values():
            assert problems_of(entity, content) == [], entity.label
    with office.read() as session:
        names = Directory(session)
        assert check_plan(session, Policies(session), names, uid).remarks == ()
        assert timetable_clashes(names) == []
    people = [each["teacher"] for each in contents_of(office, Enrolment).values()]
    assert len(people) == len(set(people)) > 0
