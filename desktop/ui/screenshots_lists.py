"""Pictures of what stands in a list's place or beside it, and of the tabs and dialogs of packages."""

from collections.abc import Callable
from typing import Final

from PySide6.QtWidgets import QDialog, QWidget

from desktop.exchange.cards import own_card
from desktop.exchange.merge_row import Dispute
from desktop.exchange.pasted import split_block
from desktop.exchange.plan import FieldChange
from desktop.models import Teacher
from desktop.services.backups import load_identity
from desktop.services.duplicates import read_pair
from desktop.ui.lists.duplicates_dialog import DuplicatesDialog
from desktop.ui.pages.packages_conflicts import ConflictsDialog
from desktop.ui.pages.packages_handover import HandoverDialog, Person
from desktop.ui.pages.packages_keys import CompareDialog
from desktop.ui.pages.packages_page import PackagesPage
from desktop.ui.pages.records_page import RecordsPage
from desktop.ui.window import MainWindow

Keep = Callable[[str, QWidget], None]
Settle = Callable[[MainWindow], None]
_BLOCK: Final = (
    "姓名\t工作单位\t身份证号\t出生年月\t任教学科\t联系电话\t血型\n"
    "文思远\t云岭县第一中学\t\t1986.5\t语文\t13900001111\tO\n"
    "阿依努尔·买买提\t云岭县第1中\t50999919860102123X\t1986.13\t物理\t\tA\n"
    "罗小川\t\t\t1990年8月\t体育\t\t\n"
)


def walk_lists(window: MainWindow, settle: Settle, keep: Keep) -> None:
    """A pasted block, a change of many, the print preview, and two records of one person; nothing is written."""
    window.open_page("teachers")
    settle(window)
    page = window.page("teachers")
    assert isinstance(page, RecordsPage)
    page.changes.show_block(split_block(_BLOCK))
    settle(window)
    keep("teachers-paste", window)
    page.changes.close()
    page.table.selectAll()
    settle(window)
    page.changes.bulk()
    settle(window)
    keep("teachers-bulk", window)
    page.changes.close()
    page.print_seen()
    settle(window)
    keep("teachers-print", window)
    if page.stage.print_panel is not None:
        page.stage.print_panel.close_preview()
    with window.desk.store.read() as session:
        uids = [page.model.uid_at(line) for line in (0, 1)]
        pair = read_pair(session, uids, own=window.desk.store.office_code)
    _show(window, "dialog-duplicates", DuplicatesDialog(pair, lambda: None, masked=True), settle, keep)
    page.beside.clear()


def walk_packages(window: MainWindow, settle: Settle, keep: Keep) -> None:
    """Each tab of packages, and the dialogs that settle something between offices."""
    window.open_page("packages")
    page = window.page("packages")
    assert isinstance(page, PackagesPage)
    for name in ("send", "receive", "down", "owing", "keys"):
        page.turn_to(name)
        settle(window)
        keep(f"packages-{name}", window)
    page.turn_to("send")
    store = window.desk.store
    card = own_card(store, load_identity(store.folder))
    people = [Person("1", "张三（石坪镇中心校）", "509901001"), Person("2", "李四（大河乡中心校）", "509901002")]
    offices = [("509901002", "大河乡中心校")]
    changes = (
        FieldChange("teachers", "mobile", "手机号", "139****0001", "139****0002"),
        FieldChange("teachers", "subject", "任教学科", "语文", "道德与法治"),
    )
    dispute = Dispute("两边都改过这条记录，内容不同", changes, ("here", "sent"), "")
    dialogs = {
        "dialog-key-compare": CompareDialog(card),
        "dialog-handover": HandoverDialog(people, offices),
        "dialog-conflicts": ConflictsDialog({"1": (Teacher, "张三", dispute)}),
    }
    for name, dialog in dialogs.items():
        _show(window, name, dialog, settle, keep)


def _show(window: MainWindow, name: str, dialog: QDialog, settle: Settle, keep: Keep) -> None:
    dialog.show()
    settle(window)
    keep(name, dialog)
    dialog.close()
    dialog.deleteLater()
