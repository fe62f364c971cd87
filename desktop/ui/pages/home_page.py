"""The home page: how many there are, what waits to be done with the button that does it, and what was done last."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QFrame, QProgressBar, QPushButton, QWidget

from desktop.errors import Blocks
from desktop.models import Appointment, School, Teacher
from desktop.models.base import problems_of
from desktop.queries.listing import column_named, rows
from desktop.queries.terms import VALID
from desktop.store.history import ActLine, list_acts
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.sayings import local_time
from desktop.ui.jobs import Progress
from desktop.ui.page import Page
from desktop.ui.screens import Entry
from desktop.ui.theme import theme
from desktop.ui.widgets import button, card, clear, column, label, row

_RECENT = 12


@dataclass(frozen=True, slots=True)
class Figures:
    """What the home page counts."""

    teachers: int
    complete: int
    appointed: int
    valid: int
    tiers: tuple[tuple[str, int], ...]
    schools: int
    heard: int
    without_document: int
    acts: tuple[ActLine, ...]


def count(desk: Desk, progress: Progress) -> Figures:
    """Count everything in one consistent read."""
    with desk.store.read() as session:
        teachers = rows(session, Teacher, day=desk.day)
        progress.check()
        appointed = rows(session, Appointment, day=desk.day)
        schools = rows(session, School, day=desk.day)
        acts = tuple(list_acts(session, last=_RECENT))
    unready = sum(1 for each in teachers if _unready(each.stored.content))
    valid = [each for each in appointed if each.values.get("status") == VALID]
    tier = column_named(Appointment, "tier")
    tiers: dict[str, int] = {}
    for each in sorted(valid, key=lambda row: str(row.values["tier"])):
        name = each.text(tier)
        tiers[name] = tiers.get(name, 0) + 1
    with_people = {each.values.get("school") for each in valid}
    open_schools = [each for each in schools if "merged_into" not in each.values]
    heard = sum(1 for each in open_schools if each.stored.uid in with_people)
    without = sum(1 for each in appointed if "cohort" not in each.values)
    return Figures(
        len(teachers),
        len(teachers) - unready,
        len(appointed),
        len(valid),
        tuple(tiers.items()),
        len(open_schools),
        heard,
        without,
        acts,
    )


def _unready(content: dict[str, object]) -> bool:
    return any(problem.blocks is not Blocks.NOTHING for problem in problems_of(Teacher, content))


class HomePage(Page):
    """Counted anew whenever something changes."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, tr(entry.label))
        self.cards = row(space=12)
        self.to_do = column(space=6)
        self.recent = column(space=6)
        first = card(label(tr("现在要做的"), "section"), self.to_do, None)
        second = card(label(tr("最近"), "section"), self.recent, None)
        lower = row(first, second, space=12)
        lower.setStretch(0, 3)
        lower.setStretch(1, 2)
        self.body.addLayout(self.cards)
        self.body.addLayout(lower, 1)
        self._first: QPushButton | None = None
        desk.changed.connect(lambda _entities: self.refresh())
        desk.year_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Count in a Job; the old numbers stay until the new ones are there."""
        self.desk.jobs.run(tr("统计"), partial(count, self.desk), self.show_figures, quiet=True)

    def show_figures(self, found: Figures) -> None:
        """Show what was counted."""
        self.now.setText(tr("{day:%Y年%m月%d日}，{year} 年度", day=self.desk.day, year=self.desk.year))
        clear(self.cards)
        tiers = "，".join(f"{name} {number}" for name, number in found.tiers)
        shown = (
            (
                tr("骨干教师"),
                f"{found.valid}",
                (found.valid, found.appointed),
                tiers or tr("还没有登记"),
                "appointments",
            ),
            (
                tr("教师信息"),
                f"{found.complete} / {found.teachers}",
                (found.complete, found.teachers),
                tr("{count} 人缺上报必需的内容", count=found.teachers - found.complete),
                "teachers",
            ),
            (
                tr("花名册"),
                f"{found.heard} / {found.schools}",
                (found.heard, found.schools),
                tr("{count} 所学校没有骨干教师", count=found.schools - found.heard),
                "schools",
            ),
        )
        for title, figure, share, note, page in shown:
            self.cards.addWidget(self._figure(title, figure, share, note, page))
        self._show_to_do(found)
        self._show_recent(found.acts)

    def _figure(self, title: str, figure: str, share: tuple[int, int], note: str, page: str) -> QFrame:
        bar = QProgressBar()
        bar.setRange(0, max(share[1], 1))
        bar.setValue(share[0])
        bar.setTextVisible(False)
        bar.setFixedHeight(theme.px(8))
        bar.setAccessibleName(title)
        opened = button(tr("查看"), partial(self.desk.go, page), role="flat")
        opened.setAccessibleName(tr("查看{what}", what=title))
        head = row(label(title, "muted"), None, opened)
        return card(head, label(figure, "figure"), bar, label(note, "muted", wrap=True), space=4, margin=14)

    def _show_to_do(self, found: Figures) -> None:
        clear(self.to_do)
        lines: list[tuple[str, str, str, str]] = []
        if not found.appointed:
            text = tr("还没有骨干教师：把学校报来的花名册拖进“导入名册”即可，不用改格式")
            lines.append((text, "", tr("导入"), "import"))
        if found.teachers - found.complete:
            text = tr("{count} 名教师缺上报必需的内容", count=found.teachers - found.complete)
            lines.append((text, "amber", tr("查看"), "teachers"))
        if found.without_document:
            text = tr("{count} 名骨干教师没有认定文号", count=found.without_document)
            lines.append((text, "amber", tr("查看"), "appointments"))
        if found.appointed and found.schools - found.heard:
            text = tr("{count} 所学校还没有骨干教师，如已报来花名册请导入", count=found.schools - found.heard)
            lines.append((text, "", tr("导入"), "import"))
        if found.appointed:
            lines.append((tr("打印骨干教师花名册"), "", tr("打印"), "reports"))
            lines.append((tr("向上级报送 {year} 年度数据包", year=self.desk.year), "", tr("上报"), "packages"))
        for text, role, word, page in lines:
            self.to_do.addLayout(self._line(text, role, word, page))

    def _line(self, text: str, role: str, word: str, page: str) -> QBoxLayout:
        go = button(word, partial(self.desk.go, page))
        go.setAccessibleName(f"{word}：{text}")
        said = label(f"·  {text}", role, wrap=True)
        line = row(said, go, space=12)
        line.setStretch(0, 1)
        line.setAlignment(go, Qt.AlignmentFlag.AlignTop)
        return line

    def _show_recent(self, acts: tuple[ActLine, ...]) -> None:
        clear(self.recent)
        for act in acts:
            name = tr("{name}（已撤销）", name=act.name) if act.undone_by else act.name
            when = label(local_time(act.at)[5:], "muted")
            line = row(when, label(name, wrap=True), space=10)
            line.setAlignment(when, Qt.AlignmentFlag.AlignTop)
            line.setStretch(1, 1)
            self.recent.addLayout(line)
        if not acts:
            self.recent.addWidget(label(tr("还没有任何操作"), "muted"))

    def focus_first(self) -> None:
        """The keyboard starts at the first thing to do."""
        item = self.to_do.itemAt(0)
        inner = item.layout() if item is not None else None
        last = inner.itemAt(1) if inner is not None else None
        widget: QWidget | None = last.widget() if last is not None else None
        (widget or self).setFocus()
