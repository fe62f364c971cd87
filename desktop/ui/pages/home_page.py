"""The home page: counts what waits to be done beside the window, keeps notes, and prints the sheet of open items."""

from datetime import date, timedelta
from functools import partial
from typing import Final

from desktop.errors import RefusedError
from desktop.queries.due import Counts, Due, Matter, counts_at, due_at
from desktop.queries.offices import tier_words
from desktop.queries.policies import Policies
from desktop.queries.recent import RecentThing, recent_things
from desktop.queries.timetable import calendar_of, timetable_of
from desktop.rules.timetable import Timetable
from desktop.rules.workdays import Calendar
from desktop.services.copies import CopiesHeld, copies_held
from desktop.services.notes import add_note, finish_note
from desktop.store.history import list_acts
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.sayings import local_time
from desktop.ui.jobs import Progress
from desktop.ui.page import Page
from desktop.ui.pages.home_view import Again, Figure, HomeContent, HomeView, Line, keep_content, kept_content
from desktop.ui.screens import Entry
from desktop.ui.widgets import button

_OLD_COPY: Final = 7
"""Days without a copy outside this computer after which the home page says so; in season it is one."""
_SEASON: Final = 45
"""Days before the delivery in which a changed office is to be copied each day."""

_WORDS: Final[dict[Matter, tuple[str, str]]] = {
    Matter.NO_ROSTER: ("", "导入"),
    Matter.NOT_SENT: ("", "导入"),
    Matter.NOT_RESENT: ("red", "查看"),
    Matter.INCOMPLETE: ("amber", "查看"),
    Matter.NO_DOCUMENT: ("amber", "查看"),
    Matter.TERM_ENDS: ("amber", "查看"),
    Matter.RETIRES: ("amber", "查看"),
    Matter.NO_PACKAGE: ("", "上报"),
    Matter.NO_RECEIPT: ("amber", "查看"),
    Matter.NOTE: ("", "打开"),
}
"""The tone of each kind of matter, and the word on its button."""


def count(desk: Desk, progress: Progress) -> HomeContent:
    """Count everything in one consistent read."""
    store, day, year = desk.store, desk.day, desk.year
    with store.read() as session:
        counts = counts_at(session, day, year)
        progress.check()
        due = due_at(session, day, year, has_parent=bool(desk.office.get("parent_code")), check=progress.check)
        recent = recent_things(session, desk.operator)
        progress.check()
        calendar = calendar_of(session)
        limit = _excellent_limit(session, counts, year)
        try:
            timetable = timetable_of(session, year, calendar)
        except RefusedError:
            timetable = None
        last_acts = list_acts(session, last=1)
    lines = [
        *_schedule(timetable, calendar, day),
        *_copies(copies_held(store), timetable, day, last_acts[0].at if last_acts else ""),
    ]
    lines += [_line(each) for each in due]
    if counts.appointed:
        lines.append(Line(tr("打印骨干教师花名册"), "", tr("打印"), "reports", "F01"))
    return HomeContent(
        _now(timetable, calendar, day, year),
        tuple(_figures(counts, tier_words(desk.office), limit)),
        tuple(lines),
        tuple(_again(each) for each in recent),
    )


def _excellent_limit(session: object, counts: Counts, year: int) -> tuple[int, int] | None:
    """How many may be graded 优秀 this year, and the percentage; rounded as the policy says."""
    policies = Policies(session)  # type: ignore[arg-type]
    try:
        percent = int(policies.value("assess.excellent_cap_pct.backbone", year))
    except RefusedError:
        return None
    return counts.in_force * percent // 100, percent


def _figures(counts: Counts, words: dict[str, str], limit: tuple[int, int] | None) -> list[Figure]:
    tiers = "，".join(f"{words.get(tier, tier)} {number}" for tier, number in counts.tiers)
    lacking, unheard = counts.teachers - counts.complete, counts.schools - counts.heard
    found = [
        Figure(
            tr("骨干教师"),
            tr("{count} 人", count=counts.in_force),
            counts.in_force,
            counts.appointed,
            tiers or tr("还没有登记"),
            "appointments",
        ),
        Figure(
            tr("教师信息"),
            f"{counts.complete} / {counts.teachers}",
            counts.complete,
            counts.teachers,
            tr("{count} 人缺上报必需的内容", count=lacking) if lacking else tr("内容齐全"),
            "teachers",
        ),
        Figure(
            tr("花名册"),
            f"{counts.heard} / {counts.schools}",
            counts.heard,
            counts.schools,
            tr("{count} 所学校今年还没有报来", count=unheard) if unheard else tr("各学校已报齐"),
            "schools",
        ),
    ]
    if limit is not None:
        most, percent = limit
        note = tr("在任 {count} 人的 {percent}%，取整", count=counts.in_force, percent=percent)
        found.append(
            Figure(tr("考核优秀名额"), tr("{count} 人", count=most), most, counts.in_force, note, "appointments")
        )
    return found


def _line(due: Due) -> Line:
    role, word = _WORDS[due.matter]
    return Line(due.text, role, tr(word), due.page, due.what, due.note)


def _again(thing: RecentThing) -> Again:
    return Again(local_time(thing.at)[5:], thing.text, thing.page, thing.what)


def _day(day: date) -> str:
    return tr("{month}月{day}日", month=day.month, day=day.day)


def _now(timetable: Timetable | None, calendar: Calendar, day: date, year: int) -> str:
    """The sentence beside the title: until when the year's material must be delivered."""
    told = tr("{year} 年度", year=year)
    if timetable is None or day.year != year:
        return told
    deliver = _day(timetable.deliver) + "（星期" + "一二三四五六日"[timetable.deliver.weekday()] + "）"
    if day > timetable.deliver:
        return told + tr("，考核材料报送截止日 {deliver}已过", deliver=deliver)
    left = calendar.count(day, timetable.deliver) - 1
    return told + tr("，考核材料须于 {deliver}前送达，还有 {left} 个工作日", deliver=deliver, left=left)


def _schedule(timetable: Timetable | None, calendar: Calendar, day: date) -> list[Line]:
    """Where the backward timetable stands today, and whether everything still fits."""
    if timetable is None or not timetable.evidence_closes - timedelta(days=30) <= day <= timetable.deliver:
        return []
    print_it = (tr("打印"), "reports", "B11")
    first, step = timetable.steps[0], timetable.step_at(day)
    if day < first.first:
        text = tr(
            "倒排时间表：考核材料 {close}截止，{name} {first}开始",
            close=_day(timetable.evidence_closes),
            name=first.name,
            first=_day(first.first),
        )
        return [Line(text, "", *print_it)]
    lines = []
    if step is not None:
        text = tr(
            "倒排时间表：现在是{name}，{first}—{last}",
            name=step.name,
            first=_day(step.first),
            last=_day(step.last),
        )
        lines.append(Line(text, "", *print_it))
    lacking = timetable.missing_workdays(0, day, calendar)
    if lacking:
        text = tr(
            "{name}如到今天还没有开始，完成全部环节还差 {lacking} 个工作日，来不及了：请催办或申请延期",
            name=first.name,
            lacking=lacking,
        )
        lines.append(Line(text, "red", *print_it))
    return lines


def _copies(held: CopiesHeld, timetable: Timetable | None, day: date, last_act: str) -> list[Line]:
    """Whether a changed office is to be copied to a drive today: each day in season, else once a week."""
    if not last_act:
        return []
    is_season = timetable is not None and timetable.deliver - timedelta(days=_SEASON) <= day <= timetable.deliver
    changed = date.fromisoformat(local_time(last_act)[:10])
    if held.outside is None:
        text = tr("还没有备份到本机以外：电脑坏了，全部数据就没有了")
        return [Line(text, "red", tr("备份到U盘"), "backups")]
    copied = held.outside.date()
    if changed < copied or (changed == copied and local_time(last_act) <= f"{held.outside:%Y-%m-%d %H:%M}"):
        return []
    age = (date.today() - copied).days  # noqa: DTZ011
    if age >= (1 if is_season else _OLD_COPY):
        text = tr("已有 {age} 天没有备份到本机以外，期间有改动", age=age)
        return [Line(text, "red" if is_season else "amber", tr("备份到U盘"), "backups")]
    return []


class HomePage(Page):
    """Counted anew whenever something changes."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, tr(entry.label))
        self.tools.addWidget(button(tr("打印交接单"), partial(desk.go, "reports", "B10"), icon_name="file-text"))
        self._unseen: HomeContent | None = None
        """What was counted while another page was in front; to build it there would only hold the window up."""
        self.view = HomeView()
        self.view.wanted.connect(desk.go)
        self.view.noted.connect(self.write_note)
        self.view.finished.connect(self.finish_note)
        self.body.addWidget(self.view, 1)
        kept = kept_content(desk.store.folder)
        if kept is not None:
            self._show(kept)
        desk.changed.connect(lambda _entities: self.refresh())
        for signal in (desk.year_changed, desk.operator_changed, desk.backed_up):
            signal.connect(self.refresh)

    def refresh(self) -> None:
        """Count in a Job; the old numbers stay until the new ones are there."""
        self.desk.jobs.run(tr("统计"), partial(count, self.desk), self._take, quiet=True)

    def _take(self, content: HomeContent) -> None:
        keep_content(self.desk.store.folder, content)
        self._unseen = content
        if self.isVisible():
            self._show(content)

    def show_for(self, what: object) -> None:
        """Come to the front with what was counted last, and count anew: a print or a copy changes no record."""
        del what
        if self._unseen is not None:
            self._show(self._unseen)
        self.refresh()

    def _show(self, content: HomeContent) -> None:
        self._unseen = None
        # A page behind another keeps its last focus widget; it must not take the keyboard from a form in front.
        inside = self.focusWidget() if self.isVisible() else None
        had_focus = self.view.widget().isAncestorOf(inside) if inside else False
        self.now.setText(content.now)
        self.view.show_content(content)
        if had_focus and not self.view.note.hasFocus():
            self.view.focus_first()

    def write_note(self, text: str) -> None:
        """Write a remark down; the school it names is found by itself."""
        store, operator = self.desk.store, self.desk.operator
        self.desk.attempt(lambda: add_note(store, text, operator=operator))

    def finish_note(self, uid: str) -> None:
        """Tick a note off."""
        store, operator = self.desk.store, self.desk.operator
        self.desk.attempt(lambda: finish_note(store, uid, operator=operator))

    def focus_first(self) -> None:
        """The keyboard starts at the first thing to do."""
        self.view.focus_first()
