"""Who owes what: offices below by steps of the year, the stamped paper noted, reminders printed."""

from datetime import date

from desktop.queries.owing import STEPS, Owed, deadline_of, owing
from desktop.services.papers import forget_paper, note_paper
from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.desk import Desk
from desktop.ui.jobs import Progress
from desktop.ui.pages.packages_table import Row, RowsTable
from desktop.ui.widgets import YieldingWidget, button, column, label, row


class OwingTab(YieldingWidget):
    """The grid of offices and steps."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.told = label("", wrap=True)
        headings = (tr("单位"), *(tr(step.label) for step in STEPS))
        self.table = RowsTable(tr("欠交情况"), headings, (188, *(192 for _step in STEPS)), by_cell=True)
        tools = row(
            None,
            button(tr("登记收到纸质材料"), self.note, icon_name="clipboard", role="primary"),
            button(tr("取消登记"), self.forget, icon_name="arrow-back-up"),
            button(tr("打印催报通知"), lambda: desk.go("reports", "B13"), icon_name="printer"),
        )
        layout = column(self.told, tools, space=8)
        layout.addWidget(self.table, 1)
        self.setLayout(layout)

    def refresh(self) -> None:
        """Compute the year at the desk."""
        store, year = self.desk.store, self.desk.year
        today = date.today()  # noqa: DTZ011 - an office's day is the day of its own clock

        def work(_progress: Progress) -> tuple[list[Owed], date | None]:
            with store.read() as session:
                return owing(session, store.office_code, year, today), deadline_of(session, year)

        self.desk.jobs.run("owing", work, self._show, quiet=True)

    def _show(self, found: tuple[list[Owed], date | None]) -> None:
        owed, deadline = found
        offices: dict[str, list[Owed]] = {}
        for each in owed:
            offices.setdefault(each.office, []).append(each)
        count = sum(any(each.missing for each in some) for some in offices.values())
        until = tr("，截止 {day}", day=deadline.isoformat()) if deadline is not None else ""
        self.told.setText(
            tr(
                "{year} 年度：{all} 个下级单位，{count} 个还欠材料{until}。",
                year=self.desk.year,
                all=len(offices),
                count=count,
                until=until,
            )
        )
        self.table.show_rows([_row(some) for some in offices.values()])

    def _cell(self) -> Owed | None:
        index = self.table.currentIndex()
        if not index.isValid() or index.column() == 0:
            self.desk.dialogs.tell(tr("纸质材料"), tr("请先点一下某个单位某一项的格子。"))
            return None
        some: list[Owed] = self.table.rows.rows[index.row()].what
        return some[index.column() - 1]

    def note(self) -> None:
        """Note that the stamped paper of a cell came today."""
        owed = self._cell()
        if owed is None:
            return
        text = tr("“{name}”的{step}纸质材料今天收到。由谁送来？（可不填）", name=owed.name, step=tr(owed.step.label))
        bearer = self.desk.dialogs.ask_text(tr("登记收到纸质材料"), text, optional=True)
        if bearer is None:
            return
        today = date.today()  # noqa: DTZ011
        store, year = self.desk.store, self.desk.year
        if self.desk.attempt(lambda: note_paper(store, owed.office, owed.step.name, year, day=today, bearer=bearer)):
            self.refresh()

    def forget(self) -> None:
        """Take the note of a cell back."""
        owed = self._cell()
        if owed is not None and self.desk.attempt(
            lambda: forget_paper(self.desk.store, owed.office, owed.step.name, self.desk.year)
        ):
            self.refresh()


def _row(some: list[Owed]) -> Row:
    texts, colours = [some[0].name], [""]
    for each in some:
        package = f"{each.package_on:%m-%d} 第{each.package_seq}次" if each.package_on is not None else tr("缺数据包")
        paper = tr("纸质 {paper}", paper=f"{each.paper_on:%m-%d}" if each.paper_on is not None else tr("缺"))
        texts.append(f"{package}；{paper}" if each.step.entities else paper)
        colours.append(look.RED if each.late else look.AMBER if each.missing else look.ACCENT)
    return Row(tuple(texts), some, tuple(colours))
