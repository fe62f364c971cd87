"""One cell of the attendance in full: how it was, the hours missed where that was only a part, a note."""

from PySide6.QtWidgets import QComboBox, QLineEdit, QWidget

from desktop.codes import table
from desktop.errors import RefusedError, ValueProblem
from desktop.fields import field_named
from desktop.models import Mark
from desktop.models.base import Content
from desktop.rules.absence import FULLY_THERE
from desktop.rules.hours import hours_text, tenths
from desktop.text import tr
from desktop.ui.forms.text_fields import NumberEditor
from desktop.ui.theme import theme
from desktop.ui.typed_dialog import FieldsDialog


class MarkDialog(FieldsDialog):
    """Asks for mark, hours and note of one trainee in one session of so many tenths of an hour."""

    def __init__(self, text: str, present: Content, whole: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("登记考勤"))
        self.setMinimumWidth(theme.px(420))
        self._whole = whole
        self.mark = QComboBox()
        for code in table("attendance").codes:
            self.mark.addItem(table("attendance").label(code), code)
        self.mark.setCurrentIndex(max(self.mark.findData(present.get("mark")), 0))
        self.hours, self.note = NumberEditor(), QLineEdit(present.get("note", ""))
        self.hours.set_text(hours_text(tenths(present["hours"])) if present.get("hours") else "")
        self.hours.setPlaceholderText(tr("只缺一部分的填写，本课次 {hours} 学时", hours=hours_text(whole)))
        fields = ((tr("考勤"), self.mark), (tr("缺课学时"), self.hours), (tr("备注"), self.note))
        self.lay_out(text, fields, tr("登记"))
        self.hours.moved.connect(lambda on: (self.note if on else self.mark).setFocus())

    def values(self) -> Content:
        """Mark, hours and note as they are stored, None for none.

        Raises RefusedError for hours that are no number, more than the session's, or missed by somebody who was there.
        """
        mark = str(self.mark.currentData())
        return {"mark": mark, "hours": self._hours(mark), "note": self.note.text().strip() or None}

    def _hours(self, mark: str) -> str | None:
        declared, text = field_named(Mark, "hours"), self.hours.text().strip()
        if not text:
            return None
        try:
            packed = str(declared.pack(declared.parse(text)))
        except ValueProblem as error:
            raise RefusedError(tr("缺课学时：{sentence}", sentence=error.sentence)) from error
        if mark in FULLY_THERE:
            word = table("attendance").label(mark)
            raise RefusedError(tr("“{mark}”没有缺课，请清空缺课学时或改选考勤", mark=word))
        if not 0 <= tenths(packed) <= self._whole:
            whole = hours_text(self._whole)
            raise RefusedError(tr("缺课学时“{text}”应在 0 到本课次的 {whole} 学时之间", text=text, whole=whole))
        return packed
