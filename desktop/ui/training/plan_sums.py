"""What the plan of a class adds up to: the sum against its hours, the split into parts, and what is not in order."""

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from desktop.codes import table
from desktop.queries.training.timetable import PlanCheck
from desktop.rules.hours import hours_text
from desktop.rules.numerals import percentage_text
from desktop.text import tr
from desktop.ui.widgets import column, label, set_flag

_TOLD = 4


class PlanSums(QWidget):
    """One line of sums, and below it the remarks; `least` remarks at most."""

    def __init__(self, *, most: int = _TOLD) -> None:
        super().__init__()
        self._most = most
        self.sums = label("", wrap=True)
        self.remarks = label("", "amber", wrap=True)
        self.setLayout(column(self.sums, self.remarks, space=2))
        self.remarks.hide()

    def show_check(self, check: PlanCheck) -> None:
        """Tell another state of the plan."""
        self.sums.setText("　".join((sum_text(check), *share_texts(check))))
        set_flag(self.sums, "role", "good" if not check.remarks else "")
        self.remarks.setText("\n".join(shortened(check.remarks, self._most)))
        self.remarks.setToolTip("\n".join(check.remarks))
        self.remarks.setVisible(bool(check.remarks))


def sum_text(check: PlanCheck) -> str:
    """The hours of the courses against those of the class, and what regulation asks for at least."""
    told = tr("课程合计 {sum} 学时，培训学时 {all}", sum=hours_text(check.planned), all=hours_text(check.total))
    if not check.least:
        return told
    mark = "✓" if check.total >= check.least else "✗"
    return tr("{told}　{mark} 规定不少于 {least}", told=told, mark=mark, least=hours_text(check.least))


def share_texts(check: PlanCheck) -> list[str]:
    """Each part of the content with its hours, its share, and what is asked for."""
    words = table("content_part")
    return [
        tr(
            "{mark} {part} {hours} 学时（{percent}，应约 {wanted}）",
            mark="✓" if each.fits else "✗",
            part=words.label(each.part),
            hours=hours_text(each.planned),
            percent=percentage_text(each.planned, check.total) if check.total else "—",
            wanted=hours_text(each.wanted),
        )
        for each in check.shares
    ]


def shortened(remarks: Sequence[str], most: int) -> list[str]:
    """The first remarks, and how many more there are."""
    more = [tr("……共 {count} 条", count=len(remarks))] if len(remarks) > most else []
    return [*remarks[:most], *more]
