"""Choosing the drive that packages are written to or looked for on."""

from pathlib import Path

from PySide6.QtWidgets import QComboBox, QWidget

from desktop.archive import find_drives
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.widgets import button, label, row


class DrivePicker(QWidget):
    """The drives that are plugged in, with the room on each, and any other folder."""

    def __init__(self, desk: Desk, said: str) -> None:
        super().__init__()
        self._desk = desk
        self._said = said
        self.box = QComboBox()
        self.box.setAccessibleName(said)
        self.box.setMinimumContentsLength(22)
        layout = row(label(said), self.box, button(tr("刷新"), self.refresh, icon_name="refresh"), None)
        self.setLayout(layout)

    def refresh(self) -> None:
        """Look for drives again."""
        self.box.clear()
        for drive in find_drives():
            room = tr("剩余 {free:.1f} GB", free=drive.free / 2**30)
            only = tr("（写保护）") if drive.read_only else ""
            self.box.addItem(f"{drive.called} {room}{only}", drive.folder)
        self.box.addItem(tr("其他文件夹…"), None)

    def folder(self) -> Path | None:
        """The folder chosen; asked for where none of the drives is."""
        chosen = self.box.currentData()
        return Path(chosen) if chosen is not None else self._desk.dialogs.choose_folder(self._said)
