"""The first window: try the sample office, set up an office, restore a backup, or open one of those known here."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QLabel, QLineEdit, QMainWindow, QStackedWidget, QWidget

from desktop.codes import table
from desktop.errors import DesktopError, RefusedError
from desktop.sample import write_sample
from desktop.services.backups import KEYS_NAME, RECOVERY_NAME, read_keys, restore
from desktop.services.offices import create_office
from desktop.store.database import DATABASE_NAME
from desktop.text import tr
from desktop.ui.dialogs import Dialogs
from desktop.ui.jobs import Jobs, Progress
from desktop.ui.theme import theme
from desktop.ui.widgets import button, card, column, label, row

BACKUPS = "备份 (*.cbak)"
KEYS = "密钥 (*.json *.key)"


class StartWindow(QMainWindow):
    """Ends with the folder of an office to open."""

    chosen = Signal(object)

    def __init__(self, known: Sequence[Path], home: Path, dialogs: Dialogs, trouble: str = "") -> None:
        super().__init__()
        self.setWindowTitle(tr("骨干教师工作台"))
        self.dialogs, self.home = dialogs, home
        dialogs.parent = self
        self.jobs = Jobs()
        self.jobs.failed.connect(self._tell)
        self.said = label(trouble, "problem" if trouble else "muted", wrap=True)
        self.stack = QStackedWidget()
        self.stack.addWidget(self._choices(known))
        self.new_office = NewOffice(home)
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
        self.setCentralWidget(ground)

    def _choices(self, known: Sequence[Path]) -> QWidget:
        page = QWidget()
        offers = (
            (
                tr("试用样例单位"),
                tr("虚构的云岭县：12 所学校、二百多名教师，随便试，不影响正式数据。"),
                self.try_sample,
            ),
            (tr("新建本单位"), tr("三步：单位名称和代码、级别、经办人。"), self.begin_office),
            (tr("从备份恢复"), tr("换电脑或数据损坏时，用备份文件（.cbak）恢复。"), self.restore_backup),
        )
        cards = row(
            *(self._offer(*each, first=not known and number == 0) for number, each in enumerate(offers)), space=12
        )
        pieces: list[object] = []
        if known:
            listed = column(space=6)
            for number, folder in enumerate(known):
                opened = button(tr("打开"), partial(self.chosen.emit, folder), role="primary" if number == 0 else "")
                opened.setAccessibleName(tr("打开 {folder}", folder=folder))
                line = row(label(folder.name, "section"), label(str(folder), "muted"), None, opened)
                listed.addLayout(line)
            pieces.append(card(label(tr("本机的单位"), "section"), listed))
        page.setLayout(column(*pieces, cards, space=12))  # type: ignore[arg-type]
        return page

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

    def _run(self, title: str, work: Callable[[Progress], Path]) -> None:
        self.setEnabled(False)
        self.said.setText(tr("{what}，请稍候…", what=title))

        def done(folder: Path) -> None:
            self.setEnabled(True)
            self.chosen.emit(folder)

        self.jobs.run(title, work, done)

    def try_sample(self) -> None:
        """Open the sample office, made where there is none yet."""
        folder = self.home / "样例单位"

        def work(_progress: Progress) -> Path:
            if not (folder / DATABASE_NAME).is_file():
                write_sample(folder).close()
            return folder

        self._run(tr("正在准备样例单位"), work)

    def begin_office(self) -> None:
        """Show the three steps."""
        self.stack.setCurrentIndex(1)
        self.new_office.begin()

    def _create(self, words: dict[str, str]) -> None:
        folder = self.home / words["name"]

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
            self.chosen.emit(made)

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

        def work(_progress: Progress) -> Path:
            keys = list(read_keys(places))
            if not keys:
                raise RefusedError(tr("打开备份需要原单位的密钥（keys.json 或 recovery.key），没有恢复任何内容"))
            restore(source, target, keys=[key for key, _signer in keys], signers=[signer for _key, signer in keys])
            return target

        self._run(tr("正在恢复"), work)


class NewOffice(QFrame):
    """Setting up an office in three steps, one question each."""

    wanted = Signal(object)
    back = Signal()

    def __init__(self, home: Path) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.home = home
        self.title = label("", "section")
        self.problem = label("", "problem", wrap=True)
        self.name, self.code, self.operator = QLineEdit(), QLineEdit(), QLineEdit()
        self.rank = QComboBox()
        ranks = table("rank")
        for code in ranks.codes:
            self.rank.addItem(ranks.label(code), code)
        self.rank.setCurrentIndex(max(self.rank.findData("county"), 0))
        self.place = label("", "muted", wrap=True)
        self.steps = QStackedWidget()
        first = (
            self._field(tr("单位全称（与公章一致）"), self.name),
            self._field(tr("单位代码（行政区划代码）"), self.code),
        )
        self._add(*first)
        self._add(self._field(tr("单位级别"), self.rank))
        self._add(self._field(tr("经办人姓名"), self.operator), self.place)
        self.go = button(tr("下一步"), self.step, role="primary")
        self.go.setDefault(True)
        pieces = (self.title, self.steps, self.problem, row(button(tr("返回"), self.step_back), None, self.go))
        self.setLayout(column(*pieces, space=12, margins=(24, 20, 24, 20)))
        for each in (self.name, self.code, self.operator):
            each.returnPressed.connect(self._enter)

    def _field(self, text: str, editor: QWidget) -> QWidget:
        caption: QLabel = label(text)
        caption.setBuddy(editor)
        editor.setAccessibleName(text)
        holder = QWidget()
        holder.setLayout(column(caption, editor, space=4))
        return holder

    def _add(self, *fields: QWidget) -> None:
        page = QWidget()
        page.setLayout(column(*fields, None, space=12))
        self.steps.addWidget(page)

    def begin(self) -> None:
        """Start with the first step."""
        self._show(0)

    def _show(self, number: int) -> None:
        self.steps.setCurrentIndex(number)
        self.title.setText(tr("新建本单位 · 第 {number} 步，共 3 步", number=number + 1))
        self.go.setText(tr("建立") if number == 2 else tr("下一步"))
        self.problem.setText("")
        self.place.setText(tr("数据将保存在“{folder}”", folder=self.home / self.name.text().strip()))
        (self.name, self.rank, self.operator)[number].setFocus()

    def _enter(self) -> None:
        if self.sender() is self.name:
            self.code.setFocus()
        else:
            self.step()

    def step(self) -> None:
        """To the next step, or the end of it."""
        number = self.steps.currentIndex()
        wanted = {
            0: [(self.name, tr("单位全称没有填写")), (self.code, tr("单位代码没有填写"))],
            2: [(self.operator, tr("经办人姓名没有填写"))],
        }
        for editor, text in wanted.get(number, []):
            if not editor.text().strip():
                self.problem.setText(text)
                editor.setFocus()
                return
        if number < 2:
            self._show(number + 1)
            return
        words = {"name": self.name.text().strip(), "code": self.code.text().strip()}
        self.wanted.emit({**words, "rank": str(self.rank.currentData()), "operator": self.operator.text().strip()})

    def step_back(self) -> None:
        """To the step before, or out."""
        if self.steps.currentIndex():
            self._show(self.steps.currentIndex() - 1)
        else:
            self.back.emit()
