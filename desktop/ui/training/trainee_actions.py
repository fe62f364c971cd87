"""What is done with the trainees that are selected: walk-ins, late joining, withdrawal, groups, seats, removal."""

from collections.abc import Callable
from datetime import date

from desktop.queries.training.trainees import TraineeEntry, Trainees
from desktop.rules.names import normalise_name
from desktop.services.training.enrolling import (
    assign,
    enrol_walk_in,
    group_trainees,
    join_late,
    link_walk_in,
    remove,
    withdraw,
)
from desktop.services.training.joining import join_trainees
from desktop.text import tr
from desktop.ui.training.day_dialog import DayDialog
from desktop.ui.training.piece import Piece
from desktop.ui.training.seats_dialog import SeatsDialog


class TraineeActions:
    """Asks what has to be known and writes it, each as one Act."""

    def __init__(
        self, piece: Piece, trainees: Callable[[], Trainees | None], selected: Callable[[], list[TraineeEntry]]
    ) -> None:
        """`trainees` and `selected` give what the piece shows at the time."""
        self._piece, self._trainees, self._selected = piece, trainees, selected

    def walk_in(self) -> None:
        """Somebody who is on no list: the name is enough, who it is can be said later."""
        text = tr("没有在名单上、直接来报到的：先登记姓名，可在后面空一格写单位，以后再关联教师。")
        typed = self._piece.desk.dialogs.ask_text(tr("现场报到"), text)
        if not typed:
            return
        name, _, unit = typed.strip().partition(" ")
        name, uid = normalise_name(name), self._piece.uid
        values = {"written_unit": unit.strip() or None}
        self._piece.write(tr("现场报到 {name}", name=name), lambda session: enrol_walk_in(session, uid, name, **values))

    def _one(self, title: str) -> TraineeEntry | None:
        chosen = self._selected()
        if len(chosen) != 1:
            self._piece.desk.dialogs.tell(title, tr("请先在名单中选中一名学员。"))
            return None
        return chosen[0]

    def link(self) -> None:
        """Say which teacher a walk-in is; those of the same name are offered first."""
        entry = self._one(tr("关联教师"))
        found = self._trainees()
        if entry is None or found is None:
            return
        names = found.names
        same = names.find("teachers", entry.name) if entry.is_walk_in else ()
        shown = [names.text("teachers", uid) for uid in same]
        text = tr("“{name}”是哪位教师？可写姓名、身份证号。", name=entry.name)
        typed = self._piece.desk.dialogs.ask_name(tr("关联教师"), text, shown, shown[0] if len(shown) == 1 else "")
        if not typed:
            return
        meant = names.find("teachers", typed)
        if len(meant) != 1:
            told = tr("教师名册里没有“{name}”，请先登记教师。", name=typed)
            if meant:
                told = tr("“{name}”有 {count} 人，请写身份证号。", name=typed, count=len(meant))
            self._piece.desk.dialogs.tell(tr("关联教师"), told)
            return
        uid = entry.stored.uid
        twin = next((each for each in found.entries if each.stored.content.get("teacher") == meant[0]), None)
        if twin is not None and twin.stored.uid != uid:
            self._join(entry, twin)
            return
        self._piece.write(tr("关联教师 {name}", name=entry.name), lambda session: link_walk_in(session, uid, meant[0]))

    def _join(self, entry: TraineeEntry, twin: TraineeEntry) -> None:
        """The walk-in is enrolled already: what was written of him goes there after it was said."""
        text = tr(
            "“{name}”已是本班 {number} 号学员。把这条现场登记的考勤、成绩、请假并入 {number} 号，"
            "再删去这一条？可撤销。",
            name=twin.name,
            number=twin.stored.content.get("number", ""),
        )
        if self._piece.desk.dialogs.ask(tr("关联教师"), text, tr("并入"), tr("不并入")) == tr("并入"):
            uids = (entry.stored.uid, twin.stored.uid)
            self._piece.write(tr("并入 {name}", name=twin.name), lambda session: join_trainees(session, *uids))

    def join_late(self) -> None:
        """Note on which day those selected came."""
        chosen = self._selected()
        if not chosen:
            self._piece.desk.dialogs.tell(tr("晚报到"), tr("请先在名单中选中学员。"))
            return
        text = tr("{names}哪天报到？此前的课程按政策计缺课。", names=_named(chosen))
        dialog = DayDialog(tr("晚报到"), text, self._likely_day(), parent=self._piece)
        if self._piece.desk.dialogs.run(dialog):
            uids, day = [each.stored.uid for each in chosen], dialog.day
            name = tr("晚报到 {names}", names=_named(chosen))
            self._piece.write(name, lambda session: join_late(session, uids, day))

    def withdraw(self) -> None:
        """Let a trainee go, with day and reason; marks and scores stay."""
        entry = self._one(tr("退学"))
        if entry is None:
            return
        text = tr("“{name}”哪天退学？考勤和成绩保留，不再评定结果。", name=entry.name)
        dialog = DayDialog(tr("退学"), text, self._likely_day(), reason=tr("退学原因"), parent=self._piece)
        if self._piece.desk.dialogs.run(dialog):
            uid, day, why = entry.stored.uid, dialog.day, dialog.why
            self._piece.write(tr("退学 {name}", name=entry.name), lambda session: withdraw(session, uid, day, why))

    def _likely_day(self) -> date:
        """Today while the class runs, else its first day."""
        today = date.today()  # noqa: DTZ011 - an office's day is the day of its own clock
        trainees = self._trainees()
        content = trainees.content if trainees is not None else {}
        start, end = content.get("start"), content.get("end")
        if start and not start <= today.isoformat() <= (end or start):
            return date.fromisoformat(start)
        return today

    def group(self) -> None:
        """Divide all trainees into groups."""
        text = tr("分成几组？相邻学号分到不同的组，已有的分组会重排，可撤销。")
        typed = self._piece.desk.dialogs.ask_text(tr("分组"), text)
        if not typed:
            return
        if not typed.isdecimal():
            self._piece.desk.dialogs.tell(tr("分组"), tr("组数“{text}”不是整数，没有分组。", text=typed))
            return
        uid, count = self._piece.uid, int(typed)
        self._piece.write(tr("分成 {count} 组", count=count), lambda session: group_trainees(session, uid, count))

    def seat(self) -> None:
        """Type group, seat and room of those selected, or of all where there is only one."""
        trainees = self._trainees()
        everyone = list(trainees.entries) if trainees is not None else []
        present = [each for each in everyone if not each.has_left]
        selected = self._selected()
        chosen = selected if len(selected) > 1 else present
        others = [each for each in everyone if each not in chosen]
        dialog = SeatsDialog(chosen, others, self._piece)
        if chosen and self._piece.desk.dialogs.run(dialog):
            values = dialog.values()
            name = tr("排座位、房间 {count} 人", count=len(values))
            self._piece.write(name, lambda session: assign(session, values))

    def remove(self) -> None:
        """Take trainees out who were enrolled by mistake; who has marks or scores withdraws instead."""
        chosen = self._selected()
        if not chosen:
            return
        text = tr(
            "将从本班移出{names}。报错名的才移出；中途离开的请办“退学”，考勤和成绩才会保留。", names=_named(chosen)
        )
        answer = self._piece.desk.dialogs.ask(tr("移出学员"), text, tr("移出"), tr("不移出"), danger=tr("移出"))
        if answer == tr("移出"):
            uids = [each.stored.uid for each in chosen]
            self._piece.write(tr("移出 {names}", names=_named(chosen)), lambda session: remove(session, uids))


def _named(entries: list[TraineeEntry]) -> str:
    shown = "、".join(each.name for each in entries[:3])
    return tr("{names}等 {count} 人", names=shown, count=len(entries)) if len(entries) > 3 else shown
