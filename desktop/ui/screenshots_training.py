"""Pictures of the training pages: every tab of a class and of a programme, the forms beside, the panel of enrolling."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.ui.pages.ledger_page import LedgerPage
from desktop.ui.pages.plan_page import PlanPage
from desktop.ui.pages.statistics_page import StatisticsPage
from desktop.ui.pages.training_page import TrainingPage
from desktop.ui.training.leave import LeavePiece
from desktop.ui.training.pieces import PIECES, PROGRAMME_PIECES
from desktop.ui.training.sessions import SessionsPiece
from desktop.ui.training.trainees import TraineesPiece
from desktop.ui.window import MainWindow

Keep = Callable[[str, QWidget], None]
Settle = Callable[[MainWindow], None]


def shoot_training(window: MainWindow, settle: Settle, keep: Keep) -> None:
    """Keep a picture of each; the class with trainees is the one that is shown. Nothing is written."""
    window.open_page("plan")
    plan = window.page("plan")
    assert isinstance(plan, PlanPage)
    settle(window)
    for number, (title, _made) in enumerate(PROGRAMME_PIECES, 1):
        plan.pieces.open(title)
        settle(window)
        keep(f"plan-{number}", window)
    window.open_page("training")
    page = window.page("training")
    assert isinstance(page, TrainingPage)
    settle(window)
    full = max(page.list.rows, key=lambda each: each.enrolled, default=None)
    if full is not None:
        page.list.choose(full.uid)
    for number, (title, _made) in enumerate(PIECES, 1):
        piece = page.class_desk.open(title)
        settle(window)
        keep(f"training-{number:02d}", window)
        if isinstance(piece, SessionsPiece):
            piece.edit()
            settle(window)
            keep("training-session", window)
            piece.beside.clear()
        if isinstance(piece, TraineesPiece):
            piece.enrol()
            settle(window)
            keep("training-enrol", window)
            piece.panel.closed.emit()
        if isinstance(piece, LeavePiece):
            piece.new()
            settle(window)
            keep("training-leave", window)
            piece.form.forget_typing()
    page.class_desk.open(PIECES[0][0])
    _shoot_sums(window, settle, keep)


def _shoot_sums(window: MainWindow, settle: Settle, keep: Keep) -> None:
    """The form of an entry beside the ledger, and a chart of the statistics over all years."""
    window.open_page("ledger")
    ledger = window.page("ledger")
    assert isinstance(ledger, LedgerPage)
    settle(window)
    ledger.new()
    settle(window)
    keep("ledger-entry", window)
    ledger.beside.clear()
    window.open_page("statistics")
    statistics = window.page("statistics")
    assert isinstance(statistics, StatisticsPage)
    statistics.year.setCurrentIndex(0)
    statistics.reload()
    settle(window)
    keep("statistics-all", window)
    statistics.tabs.setCurrentIndex(1)
    settle(window)
    keep("statistics-chart", window)
    statistics.tabs.setCurrentIndex(0)
