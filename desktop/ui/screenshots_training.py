"""Pictures of the training pages: every tab of a class and of a programme, the forms beside, the panel of enrolling."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from desktop.ui.pages.plan_page import PlanPage
from desktop.ui.pages.training_page import TrainingPage
from desktop.ui.training.piece import Piece
from desktop.ui.training.pieces import PIECES, PROGRAMME_PIECES
from desktop.ui.training.sessions import SessionsPiece
from desktop.ui.training.trainees import TraineesPiece
from desktop.ui.window import MainWindow

Keep = Callable[[str, QWidget], None]
Settle = Callable[[MainWindow], None]


def shoot_training(window: MainWindow, settle: Settle, keep: Keep) -> None:
    """Keep a picture of each; the class with most trainees is the one that is shown. Nothing is written."""
    _shoot_plan(window, settle, keep)
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
        _shoot_inside(window, piece, settle, keep)
    page.class_desk.open(PIECES[0][0])


def _shoot_plan(window: MainWindow, settle: Settle, keep: Keep) -> None:
    window.open_page("plan")
    plan = window.page("plan")
    assert isinstance(plan, PlanPage)
    settle(window)
    for number, (title, _made) in enumerate(PROGRAMME_PIECES, 1):
        plan.pieces.open(title)
        settle(window)
        keep(f"plan-{number}", window)


def _shoot_inside(window: MainWindow, piece: Piece, settle: Settle, keep: Keep) -> None:
    """What a piece shows only when it is asked for."""
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
