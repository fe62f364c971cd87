"""Keeping a form's typing while it goes on, and offering it again after the program was ended in the middle."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import QObject, QTimer

from desktop.errors import DatabaseError
from desktop.fields import field_named
from desktop.kinds import LongText
from desktop.models import BY_PLURAL
from desktop.models.base import Record
from desktop.queries.directory import Directory
from desktop.services.drafts import Typed, drafts_of, drop_draft, drop_old_drafts, keep_draft
from desktop.store.records import Stored, load_one
from desktop.text import tr
from desktop.ui.forms.sayings import called_in, local_time
from desktop.ui.jobs import Progress
from desktop.ui.screens import has_page, page_of

if TYPE_CHECKING:
    from desktop.ui.desk import Desk
    from desktop.ui.forms.form import RecordForm

PAUSE: Final = 500
"""Milliseconds without a key after which typing is kept."""
LONGEST: Final = 1500
"""Milliseconds after which typing that never pauses is kept; with the write itself less than two seconds."""


class DraftKeeper(QObject):
    """Follows one form: keeps what differs from the stored record, and drops it when saved or given up."""

    def __init__(self, desk: Desk, form: RecordForm) -> None:
        super().__init__(form)
        self._desk, self._form = desk, form
        self._kept: str | None = None
        self._busy = False
        self._dropped: str | None = None
        """The form to forget as soon as the write that runs has ended."""
        self._pause = QTimer(self, singleShot=True, interval=PAUSE)
        self._longest = QTimer(self, singleShot=True, interval=LONGEST)
        for timer in (self._pause, self._longest):
            timer.timeout.connect(self.keep)
        form.sections.edited.connect(self._touch)

    def _touch(self) -> None:
        self._pause.start()
        if not self._longest.isActive():
            self._longest.start()

    def follow(self) -> None:
        """Another record, or the saved one, is shown: what was kept of the one before is over; a draft is laid over."""
        self.give_up()
        form = self._form
        uid = form.stored.uid if form.stored is not None else None
        typed = self._desk.resumed.pop(Typed(form.entity.plural, uid, {}, {}).form, None)
        if typed is not None:
            self._kept = typed.form
            lay_over(form, typed)

    def give_up(self) -> None:
        """What was typed is saved or not wanted: forget it."""
        self._pause.stop()
        self._longest.stop()
        if self._kept is not None:
            self._drop(self._kept)

    def typed(self) -> Typed:
        """What differs from the stored record now."""
        form = self._form
        texts = {name: cell.editor.text() for name, cell in form.sections.cells.items() if cell.is_changed}
        lines = {table.child.name: table.texts() for table in form.sections.tables if table.is_changed}
        return Typed(form.entity.plural, form.stored.uid if form.stored is not None else None, texts, lines)

    def keep(self) -> None:
        """Write the typing beside the window; while one write runs, or another program writes, once more later."""
        self._pause.stop()
        self._longest.stop()
        if self._busy:
            self._touch()
            return
        typed = self.typed()
        if not typed.texts and not typed.lines:
            if self._kept is not None:
                self._drop(self._kept)
            return
        self._busy, self._kept = True, typed.form
        self._dropped = None
        store, operator = self._desk.store, self._desk.operator
        self._desk.jobs.run(
            "draft",
            lambda _progress: keep_draft(store, operator, typed),
            self._free,
            failed=self._try_again,
            quiet=True,
            can_cancel=False,
        )

    def _free(self, _nothing: object) -> None:
        self._busy = False
        if self._dropped is not None:
            self._drop(self._dropped)

    def _try_again(self, error: BaseException) -> None:
        self._busy = False
        if isinstance(error, DatabaseError):
            self._touch()
        else:
            self._desk.tell_error(error)

    def _drop(self, form: str) -> None:
        self._kept = None
        self._dropped = form if self._busy else None
        if self._busy:
            return
        store, operator = self._desk.store, self._desk.operator
        work = partial(drop_draft, store, operator, form)
        self._desk.jobs.run("draft", lambda _progress: work(), quiet=True, can_cancel=False)


def lay_over(form: RecordForm, typed: Typed) -> None:
    """Put a draft's texts into the form that shows its record, as if they were typed now."""
    content = form.stored.content if form.stored is not None else {}
    for name, text in typed.texts.items():
        if name in form.sections.cells:
            cell = form.sections.cells[name]
            cell.show_value(content.get(name), form.names, masked=False, locked=form.is_locked)
            cell.editor.set_text(text)
            cell.check()
    for table in form.sections.tables:
        if table.child.name in typed.lines:
            table.put_texts(typed.lines[table.child.name])
    form.sections.edited.emit()


def offer_drafts(desk: Desk) -> None:
    """Ask once for each draft of the operator at the desk, with the difference to what is stored."""
    operator = desk.operator

    def look(_progress: Progress) -> list[tuple[Typed, str, str]]:
        drop_old_drafts(desk.store)
        with desk.store.read() as session:
            names = Directory(session)
            return [
                (typed, *tell_difference(typed, load_one(session, BY_PLURAL[typed.plural], typed.uid or ""), names))
                for typed in drafts_of(session, operator)
                if typed.plural in BY_PLURAL
            ]

    desk.jobs.run("drafts", look, lambda found: _ask_each(desk, operator, found), quiet=True)


def _ask_each(desk: Desk, operator: str, found: list[tuple[Typed, str, str]]) -> None:
    go_on, give_up, later = tr("继续填写"), tr("放弃"), tr("以后再说")
    for typed, called, difference in found:
        text = tr(
            "{when}，您在“{what}”里填的内容还没有保存，程序就关闭了。已保存的内容没有变化。",
            when=local_time(typed.saved_at),
            what=called,
        )
        answer = desk.dialogs.ask(tr("上次没有保存的内容"), text, go_on, give_up, later, detail=difference)
        if answer == give_up:
            drop_draft(desk.store, operator, typed.form)
        elif answer == go_on:
            desk.resumed[typed.form] = typed
            desk.go(page_of(typed.plural), (typed.uid or "new") if has_page(typed.plural) else None)
            return


def tell_difference(typed: Typed, stored: Stored | None, names: Directory) -> tuple[str, str]:
    """What the draft's form is called, and a line for each field: the label, what is stored, what was typed."""
    entity = BY_PLURAL[typed.plural]
    content = stored.content if stored is not None else {}
    called = typed.texts.get("name", "") if stored is None else called_in(names, typed.plural, stored.uid, content)
    lines = [_tell_field(entity, name, text, content.get(name), names) for name, text in typed.texts.items()]
    lines += [tr("{label}：{count} 行", label=name, count=len(rows)) for name, rows in typed.lines.items()]
    what = tr("{entity} {name}", entity=entity.label, name=called) if called else tr("新增{what}", what=entity.label)
    return what, "\n".join(lines)


def _tell_field(entity: type[Record], name: str, text: str, packed: object, names: Directory) -> str:
    field = field_named(entity, name)
    before = tr("空")
    if packed is not None:
        is_link = hasattr(field.kind, "entity")
        before = names.text(field.kind.entity, packed) if is_link else field.format_packed(packed)  # type: ignore[attr-defined,arg-type]
    if field.personal:
        before, text = _tail(before), _tail(text)
    if isinstance(field.kind, LongText):
        before, text = _head(before), _head(text)
    return tr("{label}：已保存“{before}”，填写“{after}”", label=field.label, before=before, after=text)


def _tail(text: str) -> str:
    """Enough of a personal number to know it by."""
    return text if len(text) <= 4 else "…" + text[-4:]


def _head(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"
