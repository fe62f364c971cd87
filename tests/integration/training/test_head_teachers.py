"""Head teachers of school classes hold a certificate or are listed as having none (持证上岗)."""

from datetime import date

from desktop.models import Certificate, HoursEntry, Programme, Teacher
from desktop.queries.listing import rows
from desktop.queries.training.year_plan import programme_detail
from desktop.services.records import save
from tests.builders import add, teacher_content
from tests.builders_training import make_class


def listed(store, where):
    with store.read() as session:
        return [row.values["name"] for row in rows(session, Teacher, where, day=date(2026, 7, 1))]


def test_head_teachers_without_certificate_are_listed(store):
    """One of a class for 班主任, one brought forward count; a void one, one of another training, and none do not."""
    programme = add(store, Programme, {"name": "班主任培训", "year": 2026, "kind": "7"})
    made = make_class(store, people=4, programme=programme)
    other = make_class(store, people=1)
    with store.write("班主任") as session:
        for number, each in enumerate((*made.teachers, *other.teachers)):
            save(session, Teacher, {"is_class_teacher": int(number != 2)}, uid=each)
    add(store, Teacher, teacher_content(20))
    number = iter(range(1, 9))

    def certify(enrolment, **values):
        content = {"number": f"B{next(number)}", "issuer": "云岭县教委", "enrolment": enrolment}
        return add(store, Certificate, {**content, **values})

    certify(made.trainees[0])
    voided = certify(made.trainees[1], voided_on="2026-07-02", void_reason="姓名有误")
    certify(made.trainees[2])
    certify(other.trainees[0])
    brought = {"activity": "2019年骨干班主任培训", "kind": "7", "hours": "30.0", "certificate_no": "2019-7"}
    add(store, HoursEntry, {"teacher": made.teachers[3], "year": 2019, **brought})
    assert listed(store, {"班主任持证": "否"}) == ["教师丙", "教师己"]
    assert listed(store, {"班主任持证": "是"}) == ["教师乙", "教师戊"]
    with store.read() as session:
        assert "现有 2 名班主任没有证书" in "".join(programme_detail(session, programme).remarks)
    certify(made.trainees[1], replaces=voided)
    assert listed(store, {"班主任持证": "否"}) == ["教师己"]
