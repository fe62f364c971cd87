"""Teachers with what they were and are: employment, sanctions, honours, titles; and operators."""

from collections.abc import Mapping
from typing import Any, ClassVar

from desktop.errors import Blocks, Problem, ValueProblem
from desktop.fields import (
    birth,
    choice,
    citizen_id,
    day,
    digits,
    document_number,
    field_named,
    lines,
    link,
    long_text,
    partial_date,
    person_name,
    phone,
    picture,
    text,
    whole,
    yes_no,
)
from desktop.models.base import Content, Line, Record
from desktop.rules.citizen_id import LEAST_AGE, read_citizen_id
from desktop.rules.dates import agree, first_day, last_day
from desktop.rules.names import name_faults
from desktop.rules.terms import add_years


class Operator(Record):
    """Who is at the desk: chosen by name, stamped on every Act."""

    plural: ClassVar[str] = "operators"
    label: ClassVar[str] = "经办人"
    key: ClassVar[tuple[str, ...]] = ("name",)
    local: ClassVar[bool] = True

    name: str = person_name("姓名", listed=True)
    section_name: str | None = text("股（科）室", listed=True, limit=60)
    phone: str | None = phone("联系电话", listed=True, personal=False)


class Education(Line):
    """One education of a teacher: 第一学历, 最高学历 or another."""

    parent: ClassVar[str] = "teachers"
    table: ClassVar[str] = "teacher_educations"

    which: str = choice("类别", "education_rank")
    education: str | None = choice("学历", "education")
    degree: str | None = choice("学位", "degree")
    school: str | None = text("毕业院校")
    major: str | None = text("所学专业")
    graduated: str | None = partial_date("毕业时间")
    study_mode: str | None = choice("学习形式", "study_mode")


class Teacher(Record):
    """A person of the teaching staff (domain §1.4 without what is derived or yearly)."""

    plural: ClassVar[str] = "teachers"
    label: ClassVar[str] = "教师"
    key: ClassVar[tuple[str, ...]] = ("id_number",)

    name: str = person_name(
        "姓名",
        section="基本情况",
        listed=True,
        sensitive=True,
        headings=(
            *("教师姓名", "名字", "姓名（教师）", "骨干教师姓名", "教职工姓名", "老师姓名"),
            *("被推荐人姓名", "被推荐人", "推荐人选", "人选姓名", "申报人姓名", "申报人", "参评人姓名"),
        ),
    )
    name_reading: str | None = text("姓名读音", section="基本情况", help="多音字姓名的拼音，例如 shan xiong", limit=60)
    former_name: str | None = person_name("曾用名", section="基本情况")
    gender: str | None = choice("性别", "gender", section="基本情况", listed=True, needed=True)
    ethnicity: str | None = choice(
        "民族", "ethnicity", section="基本情况", listed=True, needed=True, headings=("民族成份", "民族成分", "民族名称")
    )
    birth_date: str | None = birth(
        "出生年月",
        section="基本情况",
        listed=True,
        needed=True,
        headings=("出生日期", "出生时间", "出生年月日", "生日", "生年月", "出生"),
    )
    id_type: str | None = choice("证件类型", "id_type", section="基本情况", headings=("身份证件类型",))
    id_number: str | None = citizen_id(
        "身份证号",
        section="基本情况",
        listed=True,
        needed=True,
        headings=(
            "身份证号码",
            "身份证",
            "公民身份号码",
            "公民身份证号码",
            "身份证件号码",
            "身份证件号",
            "证件号",
            "居民身份证号",
            "居民身份证",
            "身份证编号",
            "身份号码",
            "证件号码",
            "居民身份证号码",
        ),
    )
    other_id_number: str | None = text(
        "其他证件号码",
        section="基本情况",
        limit=40,
        sensitive=True,
        personal=True,
        help="护照、港澳台居民居住证等",
    )
    native_place: str | None = text("籍贯", section="基本情况", limit=60)
    marital_status: str | None = choice("婚姻状况", "marital_status", section="基本情况")
    political_status: str | None = choice(
        "政治面貌", "political_status", section="基本情况", headings=("政治身份", "党派")
    )
    party_join_month: str | None = partial_date(
        "入党（团）时间", is_past=True, section="基本情况", headings=("入党时间", "入团时间", "入党团时间")
    )
    health: str | None = text("健康状况", section="基本情况", limit=40)
    work_start_month: str | None = partial_date(
        "参加工作时间",
        is_past=True,
        section="工作",
        listed=True,
        headings=("参加工作年月", "参加工作日期", "工作时间", "工作年月", "参工时间", "何时参加工作"),
    )
    teaching_start_month: str | None = partial_date(
        "从教时间", is_past=True, section="工作", headings=("任教时间", "首次从教时间")
    )
    district_entry_month: str | None = partial_date(
        "首次进入本区教育时间", is_past=True, section="工作", headings=("进入本区时间",)
    )
    establishment_month: str | None = partial_date("入编时间", is_past=True, section="工作")
    staffing_status: str | None = choice("编制情况", "staffing_status", section="工作", headings=("编制", "是否在编"))
    duty_status: str | None = choice("在岗状态", "duty_status", section="工作", headings=("在岗情况",))
    admin_post: str | None = text(
        "行政职务",
        section="工作",
        limit=60,
        headings=("职务", "现任职务", "担任职务", "校内职务", "现任行政职务", "行政职务名称", "党政职务"),
    )
    admin_post_since: str | None = partial_date("任现行政职务时间", is_past=True, section="工作")
    stage: str | None = choice("任教学段", "stage", section="教学", listed=True, headings=("学段", "主要任教学段"))
    subject: str | None = text(
        "任教学科",
        section="教学",
        listed=True,
        needed=True,
        limit=60,
        headings=("学科", "任教科目", "主教学科", "所教学科", "现任教学科"),
    )
    minor_subjects: str | None = text("兼教学科", section="教学", headings=("兼任学科",))
    grades: str | None = text("任教年级", section="教学", headings=("年级", "任教班级", "任教年级班级", "所教年级"))
    is_class_teacher: bool | None = yes_no("是否班主任", section="教学", headings=("班主任",))
    title: str | None = choice(
        "职称",
        "title",
        section="职称",
        listed=True,
        needed=True,
        headings=(
            "专业技术职务",
            "现职称",
            "专业技术职称",
            "职称级别",
            "职称名称",
            "技术职称",
            "专业技术资格",
            "现有职称",
            "专业职称",
            "现任职称",
            "现持有最高职称",
            "任职资格",
            "专业技术职务任职资格",
            "职称等级",
        ),
    )
    title_obtained_date: str | None = partial_date(
        "任职资格取得时间", is_past=True, section="职称", headings=("职称评审通过时间", "职称取得时间", "取得职称时间")
    )
    title_certificate_major: str | None = text("职称证专业", section="职称", limit=60)
    title_certificate_date: str | None = partial_date("职称证发证时间", is_past=True, section="职称")
    appointed_title: str | None = choice("现聘职务", "title", section="职称", headings=("现聘专业技术职称", "聘任职务"))
    appointed_since: str | None = partial_date(
        "聘任时间", is_past=True, section="职称", headings=("现聘职级首次聘用时间", "现聘时间")
    )
    post_level: str | None = choice("岗位等级", "post_level", section="职称", headings=("现聘专业技术岗位", "现聘岗位"))
    post_level_since: str | None = partial_date("现聘岗位首次聘用时间", is_past=True, section="职称")
    cert_type: str | None = choice(
        "教师资格种类", "cert_type", section="资格", headings=("教师资格层次", "教师资格证种类")
    )
    cert_subject: str | None = text("教师资格学科", section="资格", limit=60, headings=("教师资格证学科",))
    cert_no: str | None = digits(
        "教师资格证书号码", lengths=(17, 15), section="资格", headings=("教师资格证编号", "教师资格证号")
    )
    putonghua_level: str | None = choice(
        "普通话等级", "putonghua", section="资格", headings=("普通话层次", "普通话水平")
    )
    mobile: str | None = phone(
        "手机号",
        section="联系方式",
        listed=True,
        headings=(
            "手机号码",
            "联系电话",
            "手机",
            "电话",
            "移动电话",
            "联系方式",
            "电话号码",
            "联系手机",
            "移动号码",
            "手机电话",
            "本人电话",
            "本人手机",
            "联系电话号码",
            "手机联系电话",
        ),
    )
    bank_account: str | None = digits(
        "银行账号", section="联系方式", personal=True, sensitive=True, headings=("银行卡号",)
    )
    address: str | None = text("住址", section="联系方式", headings=("家庭住址", "现住址"), personal=True)
    photo: str | None = picture("照片", section="基本情况")
    retirement_override: str | None = day("约定退休日期", section="工作", help="弹性退休的，填实际日期")
    note: str | None = long_text("备注说明", section="备注")
    educations: list[Education] = lines("学历学位", Education)

    @classmethod
    def indexed(cls) -> tuple[str, ...]:
        """Found by name; by number through the index of the key."""
        return ("name",)

    @classmethod
    def rules(cls, content: Content) -> list[Problem]:
        """Identity, agreement of the number with gender and birth, and the order of dates."""
        return [*_identity_problems(content), *_agreement_problems(content), *order_problems(content)]


def _identity_problems(content: Content) -> list[Problem]:
    found = [Problem("name", fault, Blocks.SUBMIT) for fault in name_faults(content.get("name", ""))]
    if not any(content.get(name) for name in ("id_number", "other_id_number", "birth_date")):
        text_ = "身份证号和出生年月都没有填写，无法确认是哪一个人，请至少填一项"
        found.append(Problem("id_number", text_))
    return found


def _agreement_problems(content: Content) -> list[Problem]:
    """A number that is valid but disagrees with gender or birth is told before submission (domain §3.9)."""
    number = content.get("id_number")
    if not number:
        return []
    try:
        read = read_citizen_id(number)
    except ValueProblem as error:
        return [Problem("id_number", str(error))]
    found = []
    if content.get("gender") in ("1", "2") and content["gender"] != read.gender:
        found.append(Problem("gender", "性别与身份证号不一致，请核对哪一个有误", Blocks.SUBMIT))
    birth = content.get("birth_date")
    if birth and not agree(birth, read.birth.isoformat()):
        found.append(Problem("birth_date", f"出生年月“{birth}”与身份证号不一致，请核对哪一个有误", Blocks.SUBMIT))
    return found


def order_problems(content: Mapping[str, Any]) -> list[Problem]:
    """What cannot have come in the order told: work before sixteen, a title before work (domain §7, cells 14)."""
    birth, work = content.get("birth_date"), content.get("work_start_month")
    found = []
    for name in ("work_start_month", "teaching_start_month"):
        start = content.get(name)
        if birth and start and last_day(start) < add_years(first_day(birth), LEAST_AGE):
            text_ = f"{_label(name)}“{start}”时不满{LEAST_AGE}周岁（出生年月“{birth}”），请核对"
            found.append(Problem(name, text_, Blocks.SUBMIT))
    for name in ("title_obtained_date", "appointed_since"):
        since = content.get(name)
        if work and since and last_day(since) < first_day(work):
            text_ = f"{_label(name)}“{since}”早于参加工作时间“{work}”，请核对"
            found.append(Problem(name, text_, Blocks.SUBMIT))
    return found


def _label(name: str) -> str:
    return field_named(Teacher, name).label


class Employment(Record):
    """Where a teacher works or worked: the base of "school at that date", rural years and recusal."""

    plural: ClassVar[str] = "employments"
    label: ClassVar[str] = "任职经历"

    teacher: str = link("教师", "teachers", listed=True)
    school: str = link("学校", "schools", listed=True)
    kind: str = choice("性质", "employment_kind", listed=True)
    start: str | None = partial_date("开始时间", listed=True, headings=("进入现单位任教时间", "来校时间"))
    end: str | None = partial_date("结束时间", listed=True)
    doc_no: str | None = document_number("文号", listed=True)
    note: str | None = text("备注")

    @classmethod
    def indexed(cls) -> tuple[str, ...]:
        """Found by teacher and by school."""
        return ("teacher", "school")

    @classmethod
    def rules(cls, content: Content) -> list[Problem]:
        """The end does not precede the start."""
        return period_problems(content, "start", "end", "结束时间")


def period_problems(content: Content, start: str, end: str, label: str) -> list[Problem]:
    """One problem if a period ends before it starts."""
    first, last = content.get(start), content.get(end)
    if first and last and last_day(last) < first_day(first):
        return [Problem(end, f"{label}“{last}”早于开始时间“{first}”，请核对")]
    return []


class Sanction(Record):
    """A disciplinary sanction; blocks honours and applications while in force."""

    plural: ClassVar[str] = "sanctions"
    label: ClassVar[str] = "处分"

    teacher: str = link("教师", "teachers", listed=True)
    kind: str = choice("处分种类", "sanction_kind", listed=True)
    start: str = partial_date("开始时间", listed=True)
    end: str | None = partial_date("解除时间", listed=True)
    doc_no: str | None = document_number("文号", listed=True)
    reason: str | None = long_text("事由")

    @classmethod
    def indexed(cls) -> tuple[str, ...]:
        """Found by teacher."""
        return ("teacher",)

    @classmethod
    def rules(cls, content: Content) -> list[Problem]:
        """The end does not precede the start."""
        return period_problems(content, "start", "end", "解除时间")


class Honor(Record):
    """A commendation or honorary title."""

    plural: ClassVar[str] = "honors"
    label: ClassVar[str] = "荣誉"

    teacher: str = link("教师", "teachers", listed=True)
    name: str = text("荣誉名称", listed=True)
    level: str | None = choice("级别", "honor_level", listed=True)
    issuer: str | None = text("颁发单位", listed=True)
    doc_no: str | None = document_number("文号")
    date: str | None = partial_date("获得时间", is_past=True, listed=True)
    source: str | None = text("数据来源", help="例如：据 2023 年汇总表录入，未核原件")

    @classmethod
    def indexed(cls) -> tuple[str, ...]:
        """Found by teacher."""
        return ("teacher",)


class TitleAward(Record):
    """A title as awarded by a committee, with its document; the county or whoever decided writes it."""

    plural: ClassVar[str] = "title_awards"
    label: ClassVar[str] = "职称评定"

    teacher: str = link("教师", "teachers", listed=True)
    title: str = choice("职称", "title", listed=True)
    obtained: str | None = partial_date("取得时间", is_past=True, listed=True)
    subject: str | None = text("专业（学科）", listed=True, limit=60)
    doc_no: str | None = document_number("文号", listed=True)
    certificate_no: str | None = text("证书编号", limit=60)
    exceptional: bool | None = yes_no("是否破格")
    rank_class: int | None = whole("岗位等级数字", least=1, most=13)

    @classmethod
    def indexed(cls) -> tuple[str, ...]:
        """Found by teacher."""
        return ("teacher",)


class Alias(Record):
    """A settled duplicate: the uid that was given up points to the one that was kept."""

    plural: ClassVar[str] = "aliases"
    label: ClassVar[str] = "重复合并"
    key: ClassVar[tuple[str, ...]] = ("entity", "lost_uid")
    shared: ClassVar[bool] = True

    entity: str = text("表", limit=40)
    lost_uid: str = text("弃用标识", limit=40)
    kept_uid: str = text("保留标识", limit=40)
    reason: str | None = text("原因")
