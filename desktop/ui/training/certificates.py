"""证书: who is entitled and who not and why, numbers without gaps, photos, printing, reprint, voiding, handing out."""

from collections.abc import Callable
from datetime import date
from typing import Final

from PySide6.QtWidgets import QComboBox, QPushButton, QStackedWidget, QWidget

from desktop.codes import table
from desktop.errors import ValueProblem
from desktop.queries.policies import Policies
from desktop.queries.training.certificates import ClassCertificates, Holder, class_certificates
from desktop.rules.dates import read_day
from desktop.services.training.certificates import hand_out, issue, replace, void
from desktop.text import tr
from desktop.ui.desk import Desk
from desktop.ui.flow import flowing
from desktop.ui.forms.text_fields import NumberEditor
from desktop.ui.plain_table import PlainTable
from desktop.ui.theme import theme
from desktop.ui.training.certificate_model import CertificateModel
from desktop.ui.training.photos import PhotoPanel
from desktop.ui.training.piece import Piece
from desktop.ui.widgets import ShortLabel, button, column, label, row

_NAMED: Final = 6


class CertificatesPiece(Piece):
    """The certificates of one class."""

    READS = frozenset(
        {"classes", "courses", "enrolments", "score_sheets", "sign_in_sheets", "certificates", "teachers"}
    )

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.found: ClassCertificates | None = None
        self.model = CertificateModel(self)
        self.table = PlainTable(self.model, tr("证书"), (52, 150, 150, 70, 180, 104, 60, 90, 160), many=True)
        self.photos = PhotoPanel(desk)
        self.told = label("", "muted", wrap=True)
        self.missing, self.remark = ShortLabel("", "amber"), ShortLabel("", "muted")
        self.stack = QStackedWidget()
        self.stack.addWidget(self._work())
        self.stack.addWidget(self.photos)
        self.setLayout(column(self.stack))
        self.photos.left.connect(lambda: self.stack.setCurrentIndex(0))
        self.table.selectionModel().selectionChanged.connect(lambda *_: self._tell_chosen())

    def _work(self) -> QWidget:
        self.kind = QComboBox()
        self.kind.setAccessibleName(tr("证书种类"))
        for code in table("certificate_kind").codes:
            self.kind.addItem(table("certificate_kind").label(code), code)
        self.kind.activated.connect(lambda _index: self._show())
        self.day = NumberEditor()
        self.day.setAccessibleName(tr("发证日期"))
        self.day.setFixedWidth(theme.px(108))
        self.day.set_text(date.today().isoformat())  # noqa: DTZ011 - the office's own clock
        self.day.left.connect(self._renew_register)
        self.issue_button = button("", self.issue_all, role="primary")
        self.some_button = button(tr("只发所选"), self.issue_some)
        self.photo_button = button(tr("照片文件夹…"), self.ask_photos, icon_name="folder-open")
        self.reprint_button = self.sheet_button("F19", self._reprint)
        self.reprint_button.setText(tr("补打…"))  # type: ignore[attr-defined]  # a button
        self.replace_button = button(tr("换发…"), self.ask_replace)
        self.void_button = button(tr("作废…"), self.ask_void, role="danger")
        self.collect_button = button(tr("登记领取…"), self.ask_collect)
        head = row(self.kind, label(tr("发证日期"), "muted"), self.day, self.issue_button, self.some_button, None)
        tools = flowing(
            self.sheet_button("F19", lambda: {"which": "new", "trainee": ""}),
            self.reprint_button,
            self.sheet_button("B23", lambda: {"year": str(self.year)}),
            self.photo_button,
            self.collect_button,
            self.replace_button,
            self.void_button,
        )
        whole = QWidget()
        layout = column(head, tools, self.told, self.missing, self.table, self.remark, space=6)
        layout.setStretch(4, 1)
        whole.setLayout(layout)
        return whole

    def _renew_register(self) -> None:
        """Another year has another register."""
        if self.uid:
            self.refresh()

    @property
    def year(self) -> int:
        """The year of the register: that of the day of issue."""
        text = self.day.text().strip()[:4]
        is_year = text.isdigit() and len(text) == len("2026")
        return int(text) if is_year else date.today().year  # noqa: DTZ011 - own clock

    def show_class(self, uid: str) -> None:
        """Show another class."""
        self.stack.setCurrentIndex(0)
        super().show_class(uid)

    def refresh(self) -> None:
        """Read results, certificates and the register."""
        year = self.year
        self.read(lambda session: class_certificates(session, Policies(session), self.uid, year), self._take)

    def _take(self, found: ClassCertificates) -> None:
        chosen = {each.person.uid for each in self.table.selected()}
        self.found = found
        self._show()
        for line, each in enumerate(found.holders):
            if each.person.uid in chosen:
                self.table.select(line)
                break
        self._tell_chosen()

    def _show(self) -> None:
        self.model.kind = str(self.kind.currentData())
        holders = self.found.holders if self.found is not None else []
        self.model.hours = self.found.hours if self.found is not None else ""
        self.table.show_rows(holders)
        due = [each for each in holders if not each.why_not(self.model.kind) and each.valid(self.model.kind) is None]
        self.issue_button.setText(tr("给合格学员发证编号（{count} 人）", count=len(due)))
        self.issue_button.setEnabled(bool(due))
        self._tell_counts(holders)
        self._tell_chosen()

    def _tell_counts(self, holders: list[Holder]) -> None:
        held = [each for each in holders if each.valid(self.model.kind) is not None]
        kind = self.model.kind
        refused = [each for each in holders if each.why_not(kind)]
        parts = [
            tr("学员 {count} 人", count=len(holders)),
            tr("已发 {count} 张", count=len(held)),
            tr("不能发 {count} 人（原因见说明）", count=len(refused)),
        ]
        self.told.setText(" · ".join([*parts, self._register_text()]))
        bare = [each.person.name for each in holders if not each.photo and not each.why_not(kind)]
        more = tr(" 等 {count} 人", count=len(bare)) if len(bare) > _NAMED else ""
        text = tr("缺照片：{names}{more}", names="、".join(bare[:_NAMED]), more=more)
        doubted = [each.person.name for each in holders if each.doubt(kind, self.model.hours)]
        doubts = tr("已发的证书要核对（见说明）：{names}", names="、".join(doubted[:_NAMED]))
        self.missing.setText("　".join([*([doubts] if doubted else []), *([text] if bare else [])]))

    def _register_text(self) -> str:
        """The numbers of the year: from where to where, and which are missing."""
        register = self.found.register if self.found is not None else None
        if register is None or not register.certificates:
            return tr("{year} 年还没有编号", year=self.year)
        first, last = (register.certificates[place].content["number"] for place in (0, -1))
        missing = "、".join(register.gaps[:_NAMED])
        gaps = tr("缺号 {count} 个：{numbers}，请查明", count=len(register.gaps), numbers=missing)
        return tr(
            "{year} 年编号 {first} 至 {last}，{gaps}",
            year=self.year,
            first=first,
            last=last,
            gaps=gaps if register.gaps else tr("没有缺号"),
        )

    def _held(self) -> list[Holder]:
        """The selected trainees who hold a valid certificate of the kind in hand."""
        return [each for each in self.table.selected() if each.valid(self.model.kind) is not None]

    def _tell_chosen(self) -> None:
        """The whole remark on the trainee in hand, which finds no room in the last column, and what can be done."""
        holder = self.table.current()
        remark = self.model.remark(holder) if holder is not None else ""
        self.remark.setText(f"{holder.person.name}：{remark}" if remark else "")
        self._tell_buttons()

    def _tell_buttons(self) -> None:
        chosen, held = self.table.selected(), self._held()
        self.some_button.setEnabled(any(each.valid(self.model.kind) is None for each in chosen))
        self.collect_button.setEnabled(bool(held))
        is_one: list[QPushButton] = [self.replace_button, self.void_button]
        for each in is_one:
            each.setEnabled(len(held) == 1)
        self.reprint_button.setEnabled(len(held) == 1)

    def focus_first(self) -> None:
        """The keyboard starts in the list."""
        self.table.setFocus()

    def _with_day(self, work: Callable[[date], None]) -> None:
        """Do something with the day of issue, or say that it cannot be read."""
        try:
            day = read_day(self.day.text())
        except ValueProblem as error:
            self.desk.dialogs.tell(tr("没有完成"), tr("发证日期：{why}", why=error.sentence))
            self.day.setFocus()
            return
        work(day)

    def issue_all(self) -> None:
        """Number certificates for all who are entitled and have none."""
        self._issue(None)

    def issue_some(self) -> None:
        """Number certificates for the selected; one who is not entitled is told with the reason, and stops it."""
        self._issue([each.person.uid for each in self.table.selected()])

    def _issue(self, enrolments: list[str] | None) -> None:
        uid, kind = self.uid, str(self.kind.currentData())

        def done(made: list[str]) -> None:
            self.desk.said.emit(tr("已编号 {count} 张", count=len(made)))

        def work(day: date) -> None:
            title = tr("发放{kind}", kind=self.kind.currentText())
            self.write(title, lambda session: issue(session, uid, day, enrolments=enrolments, kind=kind), done)

        self._with_day(work)

    def _one(self) -> tuple[Holder, str, str]:
        """The one selected holder with uid and number of the certificate."""
        holder = self._held()[0]
        record = holder.valid(self.model.kind)
        assert record is not None
        return holder, record.uid, record.content["number"]

    def ask_void(self) -> None:
        """Void a number; it stays in the register."""
        holder, uid, number = self._one()
        text = tr(
            "{name} 的证书 {number} 作废后，号码留在登记表上，不再使用。请写明原因。",
            name=holder.person.name,
            number=number,
        )
        reason = self.desk.dialogs.ask_text(tr("作废证书"), text)
        if reason:
            title = tr("作废证书 {number}", number=number)
            self._with_day(lambda day: self.write(title, lambda session: void(session, uid, day, reason)))

    def ask_replace(self) -> None:
        """Void a number and issue the next one."""
        holder, uid, number = self._one()
        text = tr("{name} 的证书 {number} 将作废，另编新号换发。请写明原因。", name=holder.person.name, number=number)
        reason = self.desk.dialogs.ask_text(tr("换发证书"), text)
        if reason:
            title = tr("换发证书 {number}", number=number)
            self._with_day(lambda day: self.write(title, lambda session: replace(session, uid, day, reason)))

    def ask_collect(self) -> None:
        """Note who fetched the selected certificates; the trainees themselves where nobody else is named."""
        held = self._held()
        own, other, nothing = tr("本人领取"), tr("由他人代领"), tr("不登记")
        text = tr("登记 {count} 张证书今天领取。", count=len(held))
        answer = self.desk.dialogs.ask(tr("登记领取"), text, own, other, nothing)
        by = self.desk.dialogs.ask_text(tr("代领人"), tr("请填代领人姓名。")) if answer == other else ""
        if answer == nothing or by is None:
            return
        names = {}
        for each in held:
            record = each.valid(self.model.kind)
            assert record is not None
            names[record.uid] = by or each.person.name
        today = date.today()  # noqa: DTZ011 - the office's own clock
        title = tr("登记领取证书 {count} 张", count=len(held))
        self.write(title, lambda session: hand_out(session, names, today, names))

    def _reprint(self) -> dict[str, str]:
        """What the preview of a reprint is set to; without a reason, asked for here, nothing is printed."""
        _holder, _uid, number = self._one()
        text = tr("补打证书 {number}，证书上印“补打”。请写明原因，例如打印污损。", number=number)
        reason = self.desk.dialogs.ask_text(tr("补打证书"), text) or ""
        return {"which": "reprint", "trainee": number, "reason": reason}

    def ask_photos(self) -> None:
        """Match the photos of a folder with the trainees."""
        folder = self.desk.dialogs.choose_folder(tr("照片所在的文件夹"))
        if folder is not None and self.found is not None:
            self.photos.look_in(folder, self.found.holders, lambda: self.stack.setCurrentIndex(1))
