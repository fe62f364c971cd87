"""Where an import begins: what is imported, files chosen or dropped, and what came in lately."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QFrame, QTableView, QWidget

from desktop.exchange.roster.receptions import ReceptionLine, list_receptions
from desktop.models import BY_PLURAL
from desktop.text import tr
from desktop.ui.column_widths import ColumnWidths
from desktop.ui.desk import Desk
from desktop.ui.dialogs import SPREADSHEETS
from desktop.ui.drops import FileDrops
from desktop.ui.forms.sayings import local_time
from desktop.ui.jobs import Progress
from desktop.ui.pages.import_trial import ROSTER
from desktop.ui.plain_model import PlainModel
from desktop.ui.theme import theme
from desktop.ui.widgets import YieldingWidget, button, column, label, row

_LISTS = (
    *("teachers", "schools", "cohorts", "appointments", "employments", "honors", "sanctions", "title_awards"),
    *("programmes", "classes", "courses", "sessions", "enrolments"),
)
_LAST = 300


class ReceptionModel(PlainModel[ReceptionLine]):
    """The files that schools handed in, the newest first."""

    HEADINGS = ("报送单位", "第几次", "收到时间", "报送人", "文件", "经办人", "状态")

    def texts(self, row: ReceptionLine) -> tuple[str, ...]:
        """The cells of one row."""
        state = tr("已撤销") if row.is_undone else ""
        number = tr("第 {number} 次", number=row.number)
        texts = (row.sender_name, number, local_time(row.received_at), row.bearer, row.file_name, row.operator)
        return (*texts, state)


class ChooseView(YieldingWidget):
    """Drop area above, receptions below."""

    chosen = Signal(object)

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.profile = QComboBox()
        self.profile.setAccessibleName(tr("导入什么"))
        self.profile.addItem(tr("骨干教师花名册（学校报来的）"), ROSTER)
        for plural in _LISTS:
            self.profile.addItem(tr("{what}表（本程序导出的格式）", what=BY_PLURAL[plural].label), plural)
        self.choose_button = button(tr("选择文件"), self.choose, icon_name="folder-open", role="primary", keys="Ctrl+O")
        learned = button(tr("来表对应"), lambda: desk.go("learned"), tip=tr("导入时回答过的对应，可以改正和删除"))
        layout = column(self._area(), row(label(tr("最近收到的名册"), "section"), None, learned), space=8)
        layout.addWidget(self._receptions(), 1)
        self.setLayout(layout)

    def _area(self) -> QWidget:
        area = QFrame()
        area.setProperty("role", "drop")
        FileDrops(area, self.chosen.emit)
        said = label(tr("把文件或文件夹拖到这里，可一次多个"), "section")
        kinds = label(tr("Excel、WPS、CSV 都可以，不用改格式；栏目名称和顺序不同也能认。"), "muted", wrap=True)
        note = label(tr("先预览，确认后才保存；导入前自动备份，导入后可整批撤销。"), "muted", wrap=True)
        choice = row(self.profile, self.choose_button, None)
        area.setLayout(column(said, kinds, 6, choice, 6, note, margins=(32, 22, 32, 22)))
        return area

    def _receptions(self) -> QTableView:
        self.model = ReceptionModel(self)
        self.table = QTableView()
        self.table.setModel(self.model)
        self.table.setAccessibleName(tr("最近收到的名册"))
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setWordWrap(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(theme.px(32))
        ColumnWidths(self.table, (220, 70, 140, 90, 330, 90))
        return self.table

    def refresh(self) -> None:
        """Read the receptions in a Job."""

        def read(_progress: Progress) -> list[ReceptionLine]:
            with self._desk.store.read() as session:
                return list_receptions(session, last=_LAST)

        self._desk.jobs.run("receptions", read, self.model.show, quiet=True)

    def choose(self) -> None:
        """Ask for files."""
        paths = self._desk.dialogs.choose_files(tr("选择要导入的表格"), tr(SPREADSHEETS))
        if paths:
            self.chosen.emit(paths)
