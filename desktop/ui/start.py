"""The first window: try the sample, set up an office, import last year's sheets, restore, or open one known here."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QMainWindow,
    QScrollArea,
    QStackedWidget,
    QWidget,
)

from desktop.errors import DesktopError, RefusedError
from desktop.sample import SPREADSHEETS as SHIPPED_ROSTERS
from desktop.sample import write_sample
from desktop.sample_class import write_sample_class
from desktop.services.backups import KEYS_NAME, RECOVERY_NAME, Restored, read_keys, restore
from desktop.services.offices import create_office
from desktop.store.database_file import DATABASE_NAME
from desktop.text import tr
from desktop.ui.dialogs import SPREADSHEETS, Dialogs
from desktop.ui.help import show_help
from desktop.ui.jobs import Jobs, Progress
from desktop.ui.new_office import NewOffice
from desktop.ui.offices import colour_of, name_of
from desktop.ui.theme import theme
from desktop.ui.widgets import Piece, button, card, colour_mark, column, label, row

BACKUPS = "备份 (*.cbak)"
KEYS = "密钥 (*.json *.key)"


class StartWindow(QMainWindow):
    """Ends with the folder of an office to open, and the page to go to there (None for the home page)."""

    chosen = Signal(object, object)

    def __init__(self, known: Sequence[Path], home: Path, dialogs: Dialogs, trouble: str = "") -> None:
        super().__init__()
        self.setWindowTitle(tr("骨干教师工作台"))
        self.dialogs, self.home = dialogs, home
        self._files: list[Path] = []
        """Last year's spreadsheets, imported as soon as there is an office."""
        dialogs.parent = self
        self.jobs = Jobs()
        self.jobs.failed.connect(self._tell)
        self.said = label(trouble, "problem" if trouble else "muted", wrap=True)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._choices(known))
        self.new_office = NewOffice(home, dialogs)
        self.new_office.wanted.connect(self._create)
        self.new_office.back.connect(lambda: self.stack.setCurrentIndex(0))
        self.stack.addWidget(self.new_office)
        ground = QWidget()
        ground.setObjectName("ground")
        inner = column(
            label(tr("骨干教师工作台"), "title"),
            label(tr("花名册、公文报表、上报数据包；不联网，数据只在本机。"), "muted"),
            self.said,
            self.stack,
            None,
            space=12,
        )
        holder = QWidget()
        holder.setMaximumWidth(theme.px(860))
        holder.setLayout(inner)
        middle = row(None, holder, None, margins=(24, 40, 24, 24))
        middle.setStretch(1, 8)
        ground.setLayout(middle)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(ground)
        self.setCentralWidget(area)
        QShortcut(QKeySequence("F1"), self, lambda: show_help("start", self))

    def _choices(self, known: Sequence[Path]) -> QWidget:
        page = QWidget()
        offers = (
            (
                tr("试用样例单位"),
                tr("虚构的云岭县：先看 12 所学校的花名册怎样导入，随便试，不影响正式数据。"),
                self.try_sample,
            ),
            (tr("新建本单位"), tr("三步：单位名称和代码、级别、经办人。"), self.begin_office),
            (
                tr("导入去年的表格"),
                tr("选好往年的花名册，新建本单位后直接进入导入预览，确认后才保存。"),
                self.begin_with_files,
            ),
            (tr("从备份恢复"), tr("换电脑或数据损坏时，用备份文件（.cbak）恢复。"), self.restore_backup),
        )
        made = [self._offer(*each, first=not known and number == 0) for number, each in enumerate(offers)]
        cards = QGridLayout()
        cards.setSpacing(theme.px(12))
        cards.setContentsMargins(0, 0, 0, 0)
        for number, each in enumerate(made):
            cards.addWidget(each, number // 2, number % 2)
        pieces: list[Piece] = []
        if known:
            lines = [self._known(folder, first=number == 0) for number, folder in enumerate(known)]
            pieces.append(card(label(tr("本机的单位，请选择"), "section"), *lines))
        holder = QWidget()
        holder.setLayout(cards)
        pieces += [holder, row(button(tr("打开已有单位的文件夹"), self.open_folder, role="flat"), None)]
        page.setLayout(column(*pieces, space=12))
        return page

    def _known(self, folder: Path, *, first: bool) -> QWidget:
        """One office of this computer: colour, name, place, and the button that opens it."""
        name = name_of(folder)
        opened = button(tr("打开"), partial(self.chosen.emit, folder, None), role="primary" if first else "")
        opened.setAccessibleName(tr("打开 {name}", name=name))
        place = label(str(folder), "muted", wrap=True)
        line = row(colour_mark(colour_of(folder)), label(name, "section"), place, opened)
        line.setStretch(2, 1)
        made = QWidget()
        made.setLayout(line)
        return made

    def _offer(self, title: str, text: str, run: Callable[[], None], *, first: bool) -> QFrame:
        taken = button(title, run, role="primary" if first else "")
        return card(label(title, "section"), label(text, "muted", wrap=True), None, row(taken, None), margin=18)

    def _tell(self, error: BaseException) -> None:
        if not isinstance(error, DesktopError):
            raise error
        self.setEnabled(True)
        self.said.setProperty("role", "problem")
        self.said.setText(error.sentence)
        self.said.style().polish(self.said)

    def _run(self, title: str, work: Callable[[Progress], Path], then: tuple[str, object] | None = None) -> None:
        self.setEnabled(False)
        self.said.setText(tr("{what}，请稍候…", what=title))

        def done(folder: Path) -> None:
            self.setEnabled(True)
            self.chosen.emit(folder, then)

        self.jobs.run(title, work, done)

    def try_sample(self) -> None:
        """Open the sample office; where there is none yet, it is made, and its schools' rosters wait to be imported."""
        folder = self.home / "样例单位"
        is_new = not (folder / DATABASE_NAME).is_file()
        rosters = sorted(each for each in SHIPPED_ROSTERS.iterdir() if each.suffix in {".xls", ".xlsx", ".csv"})

        def work(_progress: Progress) -> Path:
            if is_new:
                store = write_sample(folder)
                write_sample_class(store)
                store.close()
            return folder

        self._run(tr("正在准备样例单位"), work, ("import", rosters) if is_new else None)

    def open_folder(self) -> None:
        """Open an office that lies on this computer, but is not known here: copied, or from before a new system."""
        folder = self.dialogs.choose_folder(tr("选择单位的文件夹"))
        if folder is None:
            return
        if (folder / DATABASE_NAME).is_file():
            self.chosen.emit(folder, None)
            return
        text = tr("“{folder}”里没有单位的数据文件 {name}，没有打开", folder=folder, name=DATABASE_NAME)
        self._tell(RefusedError(text))

    def begin_office(self) -> None:
        """Show the three steps."""
        self.stack.setCurrentIndex(1)
        self.new_office.begin()

    def begin_with_files(self) -> None:
        """Choose last year's spreadsheets first, then set up the office they go into."""
        self._files = self.dialogs.choose_files(tr("选择去年的表格"), SPREADSHEETS)
        if self._files:
            self.begin_office()

    def _then(self) -> tuple[str, object] | None:
        return ("import", self._files) if self._files else None

    def _create(self, folder: Path, words: dict[str, str]) -> None:
        def work(_progress: Progress) -> Path:
            create_office(folder, **words).close()
            return folder

        def told(made: Path) -> None:
            self.setEnabled(True)
            text = tr(
                "数据在“{folder}”。请把其中的 {key} 打印出来锁进保险柜，换电脑时要用它打开备份。",
                folder=made,
                key=RECOVERY_NAME,
            )
            self.dialogs.tell(tr("单位已建好"), text)
            self.chosen.emit(made, self._then())

        self.setEnabled(False)
        self.jobs.run(tr("正在新建单位"), work, told)

    def restore_backup(self) -> None:
        """Restore a backup into a folder of its own; the keys are looked for beside it and else asked for."""
        files = self.dialogs.choose_files(tr("选择备份文件"), BACKUPS)
        if not files:
            return
        source = files[0]
        places = [
            folder / name for folder in (source.parent, source.parent.parent) for name in (KEYS_NAME, RECOVERY_NAME)
        ]
        if not any(each.is_file() for each in places):
            places = self.dialogs.choose_files(tr("选择原单位的密钥（keys.json 或 recovery.key）"), KEYS)
        target = self.home / f"恢复的单位_{source.stem}"

        def work(_progress: Progress) -> Restored:
            keys = list(read_keys(places))
            if not keys:
                raise RefusedError(tr("打开备份需要原单位的密钥（keys.json 或 recovery.key），没有恢复任何内容"))
            signers = [signer for _key, signer in keys]
            return restore(source, target, keys=[key for key, _signer in keys], signers=signers)

        def told(done: Restored) -> None:
            self.setEnabled(True)
            if done.lost:
                self.dialogs.tell(tr("恢复"), done.told())
            self.chosen.emit(target, None)

        self.setEnabled(False)
        self.said.setText(tr("{what}，请稍候…", what=tr("正在恢复")))
        self.jobs.run(tr("正在恢复"), work, told)
