"""Photos of a folder beside the trainees they are of: looked at as they will be cut, then kept as one Act."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QColor, QPixmap
from PySide6.QtWidgets import QWidget

from desktop.queries.directory import Directory
from desktop.queries.training.certificates import Holder
from desktop.reports.photos import HEIGHT, WIDTH, cut_photo
from desktop.services.training.photos import match_photos, photo_files, save_photos
from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.desk import Desk
from desktop.ui.jobs import Progress
from desktop.ui.plain_model import Index, PlainModel
from desktop.ui.plain_table import PlainTable
from desktop.ui.theme import theme
from desktop.ui.widgets import button, column, label, row


@dataclass(frozen=True, slots=True)
class Match:
    """One file or one trainee without any: whose it is, and why it is not taken."""

    path: Path | None
    teacher: str
    name: str
    why: str


class MatchModel(PlainModel[Match]):
    """Files with whose they are, first those that are not taken; then who has none."""

    HEADINGS = ("文件", "学员", "说明")

    def texts(self, row: Match) -> tuple[str, ...]:
        """The cells of one file."""
        return (row.path.name if row.path is not None else "", row.name, row.why)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        """What is not taken is in red, with its sentence."""
        if role == Qt.ItemDataRole.ForegroundRole and index.isValid() and index.column() == 2:
            return QColor(look.RED)
        return super().data(index, role)


class PhotoPanel(QWidget):
    """The files on the left, the photo as it will be printed on the right."""

    left = Signal()

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self.model = MatchModel(self)
        self.table = PlainTable(self.model, tr("照片"), (260, 150))
        self.table.chosen.connect(self._show)
        self.told = label("", "", wrap=True)
        self.picture = label("")
        self.picture.setFixedSize(theme.px(WIDTH * 4), theme.px(HEIGHT * 4))
        self.picture.setAccessibleName(tr("照片裁切后的样子"))
        self.save_button = button("", self.save, role="primary")
        body = row(self.table, column(label(tr("裁切为 35×49 毫米"), "muted"), self.picture, None), space=12)
        body.setStretch(0, 1)
        foot = row(None, button(tr("取消"), self.left.emit), self.save_button)
        layout = column(self.told, body, foot, space=8)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def look_in(self, folder: Path, holders: Sequence[Holder], then: Callable[[], None]) -> None:
        """Match the files of a folder in a Job; `then` brings the panel to the front."""
        store, own = self._desk.store, self._desk.store.office_code
        people = {each.person.teacher: each for each in holders if each.person.teacher}

        def work(_progress: Progress) -> list[Match]:
            with store.read() as session:
                names = Directory(session)
                names.fetch("teachers", people)
                plan = match_photos(names, {uid: each.person.unit for uid, each in people.items()}, photo_files(folder))
            found = [Match(path, "", "", why) for path, why in plan.refused]
            for uid, path in plan.matched.items():
                foreign = people[uid].origin != own
                why = tr("由单位 {origin} 登记，照片请由该单位放入", origin=people[uid].origin) if foreign else ""
                found.append(Match(path, uid, people[uid].person.name, why))
            found += [Match(None, "", people[uid].person.name, tr("没有照片")) for uid in plan.missing]
            return sorted(found, key=lambda each: (each.path is None, not each.why))

        def take(found: list[Match]) -> None:
            self._take(found)
            then()

        self._desk.jobs.run(tr("核对照片"), work, take)

    def _take(self, found: list[Match]) -> None:
        self.table.show_rows(found)
        good = self._good()
        missing = sum(each.path is None for each in found)
        refused = len(found) - missing - len(good)
        text = tr("对上 {good} 人，没有照片 {missing} 人，不能用的文件 {refused} 个。文件名里要有身份证号或姓名。")
        self.told.setText(text.format(good=len(good), missing=missing, refused=refused))
        self.save_button.setText(tr("保存 {count} 张照片", count=len(good)))
        self.save_button.setEnabled(bool(good))
        first = next((number for number, each in enumerate(found) if not each.why), 0)
        self.picture.setPixmap(QPixmap())
        if found:
            self.table.scrollToTop()
            self.table.selectRow(first)
            self._show(found[first])

    def _good(self) -> list[Match]:
        return [each for each in self.model.rows if each.path is not None and not each.why]

    def _show(self, chosen: Match) -> None:
        """Cut the photo in a Job; the newest one chosen is shown."""
        path = chosen.path
        if path is None:
            self.picture.setPixmap(QPixmap())
            return

        def take(data: bytes | None) -> None:
            if self.table.current() is chosen:
                shown = QPixmap()
                shown.loadFromData(data or b"")
                self.picture.setPixmap(
                    shown.scaled(
                        self.picture.size(),
                        Qt.AspectRatioMode.KeepAspectRatio,
                        Qt.TransformationMode.SmoothTransformation,
                    )
                )

        self._desk.jobs.run(tr("裁切照片"), lambda _progress: cut_photo(path), take, quiet=True)

    def save(self) -> None:
        """Keep the photos that were matched."""
        matched = {each.teacher: each.path for each in self._good() if each.path is not None}
        store, operator = self._desk.store, self._desk.operator
        title = tr("放入照片 {count} 张", count=len(matched))

        def work(_progress: Progress) -> int:
            with store.write(title, operator=operator) as session:
                return save_photos(session, store.folder, matched)

        def done(count: int) -> None:
            self._desk.said.emit(tr("已保存 {count} 张照片", count=count))
            self.left.emit()

        self._desk.jobs.run(title, work, done, once=True)
