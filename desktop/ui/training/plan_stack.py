"""The work of a tab, and in its place the plan of an import while there is one."""

from functools import cached_property

from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop.ui.desk import Desk
from desktop.ui.training.plan_panel import PlanPanel


class PlanStack(QStackedWidget):
    """Shows the work; the panel of a plan is made when it is first needed."""

    def __init__(self, desk: Desk, work: QWidget) -> None:
        super().__init__()
        self._desk = desk
        self.addWidget(work)

    @cached_property
    def plan(self) -> PlanPanel:
        """The plan of an import; the work comes back when it is left."""
        made = PlanPanel(self._desk)
        made.left.connect(self.show_work)
        self.addWidget(made)
        return made

    def show_work(self) -> None:
        """Bring the work to the front."""
        self.setCurrentIndex(0)

    def show_plan(self) -> None:
        """Bring the plan to the front."""
        self.setCurrentWidget(self.plan)
