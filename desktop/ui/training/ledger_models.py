"""The tables of the ledger page: the accounts of a year, and the activities of one person."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor

from desktop.codes import table
from desktop.queries.training.activities import PUBLIC, SPECIAL
from desktop.queries.training.ledger_list import LedgerLine
from desktop.rules.hours import hours_text
from desktop.rules.hours_ledger import Recognised
from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.plain_model import Index, PlainModel

_JUDGED = 4
"""The column of the conclusion: near the name, since a form may take the room of the last ones."""


class LedgerModel(PlainModel[LedgerLine]):
    """The accounts of a year."""

    HEADINGS = (
        *("工作单位", "姓名", "登记", "认定", "年度结论", "学分"),
        *("公需", "专业", "周期累计", "周期尚缺", "试用期"),
    )

    def texts(self, row: LedgerLine) -> tuple[str, ...]:
        """The cells of one person."""
        year, cycle = row.account.year, row.account.cycle
        fields = (year.by_field.get(PUBLIC, 0), year.by_field.get(SPECIAL, 0), cycle.counted)
        return (
            row.unit,
            row.name,
            *map(hours_text, (year.claimed, year.counted)),
            row.account.judgement,
            str(year.credits),
            *map(hours_text, fields),
            "；".join(filter(None, (hours_text(cycle.short), row.account.lacking_of_cycle))),
            _probation(row),
        )

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What lacks is in amber, and says so."""
        if role == Qt.ItemDataRole.ForegroundRole and index.isValid() and index.column() == _JUDGED:
            return QColor(look.AMBER) if self.rows[index.row()].account.is_short else None
        return super().data(index, role)


def _probation(line: LedgerLine) -> str:
    if line.probation is None:
        return ""
    short = line.probation.short
    return tr("缺 {hours}", hours=hours_text(short)) if short else tr("已达到")


class EntryModel(PlainModel[Recognised]):
    """What the year of one person is made of."""

    HEADINGS = ("培训（活动）名称", "类别", "级别", "科目", "登记", "认定", "说明")

    def texts(self, row: Recognised) -> tuple[str, ...]:
        """The cells of one activity."""
        activity = row.activity
        return (
            activity.name,
            table("hours_kind").label(activity.kind),
            table("training_level").label(activity.level) if activity.level else "",
            table("hours_field").label(activity.field) if activity.field else "",
            hours_text(activity.claimed),
            hours_text(row.counted),
            row.reason or ("" if activity.entry else tr("本单位培训班")),
        )
