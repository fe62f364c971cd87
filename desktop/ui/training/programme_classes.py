"""班级: the classes of one programme, with what is not in order with their plans."""

from functools import partial

from desktop.queries.training.year_plan import PlannedClass, ProgrammeDetail, programme_detail
from desktop.text import tr
from desktop.ui import theme as look
from desktop.ui.desk import Desk
from desktop.ui.pages.packages_table import Row, RowsTable
from desktop.ui.training.class_list import people_text, period_text
from desktop.ui.training.piece import Piece
from desktop.ui.widgets import button, column, label, row


class ProgrammeClassesPiece(Piece):
    """The list; a class is opened on its own page."""

    READS = frozenset({"classes", "courses", "enrolments", "programmes"})

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.said = label("", "muted", wrap=True)
        headings = (tr("班级"), tr("培训点"), tr("起止"), tr("人数"), tr("计划核对"))
        self.table = RowsTable(tr("本项目的班级"), headings, (170, 130, 110, 80, 380))
        self.table.doubleClicked.connect(lambda _index: self.open_class())
        tools = row(
            button(tr("打开班级"), self.open_class, icon_name="arrow-right"),
            button(tr("新增培训班"), self.new_class, icon_name="plus"),
            None,
        )
        layout = column(tools, self.table, self.said, space=8)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def refresh(self) -> None:
        """Read the classes anew."""
        self.read(partial(programme_detail, uid=self.uid), self._show)

    def _show(self, found: ProgrammeDetail) -> None:
        self.table.show_rows([_row(each) for each in found.classes])
        people = sum(each.enrolled for each in found.classes)
        self.said.setText(tr("{classes} 个班，{people} 人次", classes=len(found.classes), people=people))

    def open_class(self) -> None:
        """Go to the class at the keyboard."""
        chosen = self.table.selected()
        if isinstance(chosen, PlannedClass):
            self.desk.go("training", chosen.uid)

    def new_class(self) -> None:
        """An empty form for a class of this programme."""
        self.desk.go("training", ("new", self.uid))

    def focus_first(self) -> None:
        """The keyboard starts in the list."""
        self.table.setFocus()


def _row(each: PlannedClass) -> Row:
    content = each.content
    texts = (
        content["name"],
        content.get("site", ""),
        period_text(content.get("start", ""), content.get("end", "")),
        people_text(each.enrolled, content.get("quota")),
        "；".join(each.remarks) or tr("符合规定"),
    )
    return Row(texts, each, ("", "", "", "", look.AMBER if each.remarks else look.ACCENT))
