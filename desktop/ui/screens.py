"""The exceptions in how entities are listed, and the pages of the window in the order of the clerk's work.

To add a page: write it as a `Page`, and name it in PAGES; an entity needs only its plural name there.
"""

from dataclasses import dataclass
from typing import Final

RECORDS: Final = "records_page:RecordsPage"
HOME: Final = "home"


@dataclass(frozen=True, slots=True)
class Entry:
    """One page: name for the program, label, icon and group in the navigation, and where its class stands."""

    name: str
    label: str
    icon: str
    group: str
    place: str = RECORDS
    help: str = "lists"
    """The topic of the help that F1 opens here."""

    @property
    def module(self) -> str:
        """The module that its class stands in, loaded when the page is first needed."""
        return f"desktop.ui.pages.{self.place.partition(':')[0]}"

    @property
    def made_by(self) -> str:
        """The name of its class."""
        return self.place.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Screen:
    """What a list shows at first, what its filter bar offers, and what the empty page says."""

    shown: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    empty: str = ""
    unit: str = "条"
    tag: str = ""
    """The choice that stands beside the name above the form."""
    import_page: str = ""


PAGES: Final = (
    Entry("home", "工作台", "home", "", "home_page:HomePage", "home"),
    Entry("appointments", "骨干教师", "certificate", "人员"),
    Entry("teachers", "教师", "users", "人员"),
    Entry("schools", "学校", "school", "人员"),
    Entry("cohorts", "认定批次", "award", "业务"),
    Entry("import", "导入名册", "file-import", "业务", "import_page:ImportPage", "import"),
    Entry("notes", "备忘", "note", "业务", help="home"),
    Entry("appointment_events", "任期变动", "arrow-right", "业务"),
    Entry("plan", "培训计划", "clipboard", "培训", "plan_page:PlanPage", "training"),
    Entry("training", "培训班", "calendar", "培训", "training_page:TrainingPage", "training"),
    Entry("ledger", "学时台账", "notebook", "培训", "ledger_page:LedgerPage", "hours"),
    Entry("statistics", "培训统计", "chart-bar", "培训", "statistics_page:StatisticsPage", "hours"),
    Entry("employments", "任职经历", "briefcase", "档案"),
    Entry("title_awards", "职称评定", "gavel", "档案"),
    Entry("honors", "荣誉", "medal", "档案"),
    Entry("sanctions", "处分", "alert-triangle", "档案"),
    Entry("reports", "公文与报表", "file-text", "输出", "reports_page:ReportsPage", "reports"),
    Entry("prints", "打印登记", "printer", "输出", "prints_page:PrintsPage", "reports"),
    Entry("packages", "上报与下发", "usb", "输出", "packages_page:PackagesPage", "packages"),
    Entry("log", "操作日志", "history", "系统", "log_page:LogPage", "log"),
    Entry("bin", "回收站", "recycle", "系统", "bin_page:BinPage"),
    Entry("backups", "备份", "database-export", "系统", "backups_page:BackupsPage", "backups"),
    Entry("learned", "来表对应", "arrow-merge", "系统", "learned_page:LearnedPage", "import"),
    Entry("policies", "政策参数", "clipboard", "系统", "policies_page:PoliciesPage", "policies"),
    Entry("offices", "单位", "building", "系统"),
    Entry("operators", "经办人", "user", "系统"),
)

_PARTS: Final = {
    "classes": "training",
    "courses": "training",
    "sessions": "training",
    "enrolments": "training",
    "inspections": "training",
    "archive_scans": "training",
    "programmes": "plan",
    "places": "plan",
}
"""The pages of entities that have none of their own."""

ENTRIES: Final = {entry.name: entry for entry in PAGES}

SCREENS: Final[dict[str, Screen]] = {
    "appointments": Screen(
        ("name", "gender", "school", "teaching_subject", "title", "tier", "term_end"),
        ("tier", "stage", "school", "status"),
        "这里列出本单位登记的骨干教师。学校报来的花名册可以直接导入，不用改格式。",
        "人",
        "tier",
        "import",
    ),
    "teachers": Screen(
        ("name", "gender", "school", "subject", "title", "id_number"),
        ("school", "stage", "title", "tier", "is_certified_head_teacher"),
        "这里列出全体教师。可以逐个新增，也可以导入学校报来的名册。",
        "人",
        "title",
        "import",
    ),
    "schools": Screen(
        ("order", "name", "type", "principal", "training_officer", "training_officer_phone"),
        ("type", "location_class"),
        "这里列出本县学校；各种名册按“排列顺序”排列。",
        "所",
        "type",
    ),
    "cohorts": Screen(
        ("tier", "name", "doc_no", "issue_date"),
        filters=("tier",),
        empty="一个认定文件登记为一个批次，骨干教师的任期由它的发文日期算起。",
        unit="个",
        tag="tier",
    ),
    "appointment_events": Screen(
        ("appointment", "school", "status", "date", "doc_no", "reason"),
        ("status", "school"),
        "晋升、取消、调出、退休等有文件依据的变动登记在这里。",
        tag="status",
    ),
    "employments": Screen(
        ("teacher", "school", "kind", "start", "end", "doc_no"),
        ("kind", "school"),
        "教师在哪所学校工作、从何时起，由任职经历确定。",
        tag="kind",
    ),
    "title_awards": Screen(
        ("teacher", "school", "title", "obtained", "subject", "doc_no"),
        ("title", "school"),
        "评审委员会评定的职称登记在这里。",
        tag="title",
    ),
    "honors": Screen(
        ("teacher", "school", "name", "level", "issuer", "date"),
        ("level", "school"),
        "表彰和荣誉称号登记在这里。",
        tag="level",
    ),
    "sanctions": Screen(
        ("teacher", "school", "kind", "start", "end", "doc_no"),
        ("kind", "school"),
        "处分登记在这里，影响期内不得参评。",
        tag="kind",
    ),
    "notes": Screen(
        ("text", "school", "teacher", "due", "is_done"),
        ("is_done", "school"),
        "打过电话、谁哪天送来，记在这里；没办结的列在工作台上，交接单也会打印。",
        "条",
    ),
    "offices": Screen(unit="个", tag="rank"),
    "operators": Screen(unit="人"),
}


def page_of(plural: str) -> str:
    """The page on which records of an entity are seen."""
    return _PARTS.get(plural, plural)


def has_page(plural: str) -> bool:
    """Whether a page can be asked to show a certain record of an entity, or to begin a new one.

    What stands inside a class or programme is found there; a draft of it waits until its form is opened.
    """
    return plural not in _PARTS or plural in ("classes", "programmes")


def screen_of(plural: str) -> Screen:
    """The exceptions of an entity; none at all where it has none."""
    return SCREENS.get(plural, Screen())
