"""The print log: what was printed or saved as PDF, of whom, in which version, by whom and where to."""

from PySide6.QtWidgets import QLineEdit

from desktop.models.local import PrintLog
from desktop.reports.printing import list_prints
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.sayings import local_time
from desktop.ui.jobs import Progress
from desktop.ui.page import Page
from desktop.ui.plain_model import PlainModel
from desktop.ui.plain_table import PlainTable
from desktop.ui.screens import Entry
from desktop.ui.theme import theme
from desktop.ui.widgets import button

_LAST = 2000
_NAMED = 3
"""So many names of a print are shown; all are searched."""


class PrintModel(PlainModel[PrintLog]):
    """The newest prints first."""

    HEADINGS = ("时间", "名称", "姓名", "人数", "页数", "份数", "版本", "经办人", "打印机或文件")

    def texts(self, row: PrintLog) -> tuple[str, ...]:
        """The cells of one row."""
        counts = (str(row.people), str(row.pages), str(row.copies))
        return (
            local_time(row.at),
            row.title,
            _first_names(row.names),
            *counts,
            row.version,
            row.operator,
            row.file_name,
        )


def _searched(row: PrintLog) -> str:
    return f"{row.title} {row.version} {row.operator} {row.file_name} {row.report} {row.names}".lower()


def _first_names(names: str) -> str:
    """The first names of many."""
    every = names.splitlines()
    more = tr("等 {count} 人", count=len(every)) if len(every) > _NAMED else ""
    return "、".join(every[:_NAMED]) + more


class PrintsPage(Page):
    """Every sheet that left the office, to find those that have to be replaced."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, tr(entry.label))
        self.now.setText(tr("同一版本号的表内容相同；更正后凭此找到要换发的表"))
        self._all: list[PrintLog] = []
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("按姓名、名称、版本、经办人查找"))
        self.search.setAccessibleName(tr("查找打印登记"))
        self.search.setFixedWidth(theme.px(280))
        self.search.textChanged.connect(lambda _text: self._narrow())
        self.tools.addWidget(self.search)
        self.tools.addWidget(button(tr("公文与报表"), lambda: desk.go("reports"), icon_name="file-text"))
        self.model = PrintModel(self)
        self.table = PlainTable(self.model, tr("打印登记"), (140, 290, 200, 56, 56, 56, 90, 80), many=True)
        self.body.addWidget(self.table, 1)

    def show_for(self, what: object) -> None:
        """Read the log anew in a Job; the old lines stay until then."""
        del what

        def read(_progress: Progress) -> list[PrintLog]:
            with self.desk.store.read() as session:
                found = list_prints(session, last=_LAST)
                session.expunge_all()
                return found

        self.desk.jobs.run(tr("读取打印登记"), read, self._take, quiet=True)

    def focus_first(self) -> None:
        """The keyboard starts in the search."""
        self.search.setFocus()

    def _take(self, prints: list[PrintLog]) -> None:
        self._all = prints
        self._narrow()

    def _narrow(self) -> None:
        words = self.search.text().lower().split()
        found = [each for each in self._all if all(word in _searched(each) for word in words)]
        self.table.show_rows(found)
        self.desk.counted.emit(tr("{count} 次打印", count=len(found)))
