"""The print log: what was printed or saved as PDF, of whom, in which version, by whom and where to."""

from desktop.models.local import PrintLog
from desktop.reports.printing import list_prints
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.forms.sayings import local_time
from desktop.ui.pages.plain_page import PlainPage
from desktop.ui.plain_model import PlainModel
from desktop.ui.screens import Entry
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

    def searched(self, row: PrintLog) -> str:
        """By every name, too."""
        return f"{row.title} {row.version} {row.operator} {row.file_name} {row.report} {row.names}"


def _first_names(names: str) -> str:
    """The first names of many."""
    every = names.splitlines()
    more = tr("等 {count} 人", count=len(every)) if len(every) > _NAMED else ""
    return "、".join(every[:_NAMED]) + more


class PrintsPage(PlainPage):
    """Every sheet that left the office, to find those that have to be replaced."""

    def __init__(self, desk: Desk, entry: Entry) -> None:
        super().__init__(desk, entry, PrintModel(), (140, 290, 200, 56, 56, 56, 90, 80))
        self.now.setText(tr("同一版本号的表内容相同；更正后凭此找到要换发的表"))
        self.offer_search(tr("姓名、名称、版本、经办人"), 280)
        self.tools.addWidget(button(tr("公文与报表"), lambda: desk.go("reports"), icon_name="file-text"))
        self.body.addWidget(self.table, 1)

    def read(self) -> list[PrintLog]:
        """The newest prints."""
        with self.desk.store.read() as session:
            found = list_prints(session, last=_LAST)
            session.expunge_all()
            return found

    def key(self, row: PrintLog) -> object:
        """A print stays chosen."""
        return row.id

    def tell(self) -> None:
        """How many are found."""
        if self.isVisible():
            self.desk.counted.emit(tr("{count} 次打印", count=len(self.model.rows)))

    def focus_first(self) -> None:
        """The keyboard starts in the search."""
        self.search.setFocus()
