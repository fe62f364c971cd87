"""What a row says of the person: the fields of a teacher, the lines of education, and columns without a field."""

from collections.abc import Mapping
from typing import Any, Final

from desktop.exchange.plan import FieldChange, Outcome
from desktop.exchange.roster.checks import Said
from desktop.exchange.roster.known import Known
from desktop.exchange.roster.weigh import Weigher, less_exact
from desktop.exchange.targets import Target
from desktop.kinds import Packed
from desktop.models import Teacher
from desktop.models.base import Content
from desktop.store.records import Stored

_LINE_PARTS: Final = {"first": "1", "highest": "2"}
"""The parts of targets that speak of an education, with the codes of which one."""


class RowTeachers:
    """Plans the teachers of rows; `names` are the targets of their fields, `line_targets` those of their lines."""

    def __init__(self, known: Known, own: str, targets: Mapping[str, Target]) -> None:
        self.known, self.own = known, own
        self.names = frozenset(name for name, target in targets.items() if target.part == "teacher")
        self.line_targets = [target for target in targets.values() if target.part in _LINE_PARTS]

    def content(self, said: Said) -> Content:
        """The content of a new teacher."""
        content: Content = {name: value for name, value in said.values.items() if name in self.names}
        lines = self._education_lines(said.values)
        if lines:
            content["educations"] = lines
        if "note" in said.values and "tier" not in said.values:
            content["note"] = said.values["note"]
        if said.extras:
            content["extras"] = {"columns": dict(said.extras)}
        return content

    def _education_lines(self, values: Mapping[str, Packed]) -> list[dict[str, Any]]:
        lines: dict[str, dict[str, Any]] = {}
        for target in self.line_targets:
            if target.name in values:
                which = _LINE_PARTS[target.part]
                lines.setdefault(which, {"which": which})[target.field.name] = values[target.name]
        return [lines[which] for which in sorted(lines)]

    def plan(self, weigher: Weigher, held: Stored) -> bool:
        """Plan what a row changes of a teacher; False if only another office may change it, which the row then says."""
        row = weigher.row
        content = self.weigh(weigher, held.content)
        if content == held.content:
            return True
        if held.origin == self.own:
            row.edits.append(weigher.edit(Teacher, held, content))
            return True
        labels = "、".join(dict.fromkeys(change.label for change in row.changes))
        owner = self.known.office_name(held.origin)
        text = f"此人由“{owner}”登记，只能由该单位修改；本表不同的内容（{labels}）没有采用，请该单位改好后重新上报"
        row.outcome, row.problems, row.changes = Outcome.AMBIGUOUS, [weigher.said.problem("name", text)], []
        return False

    def weigh(self, weigher: Weigher, held: Content) -> Content:
        """The content of a teacher with what is to be taken from a row."""
        said = weigher.said
        content = dict(held)
        for name in said.values:
            if name not in self.names:
                continue
            if name == "birth_date" and less_exact(str(said.values[name]), held.get(name)):
                continue
            weigher.weigh(Teacher, content, name, said.values[name])
        if "note" in said.values and "tier" not in said.values:
            weigher.weigh(Teacher, content, "note", said.values["note"])
        self._weigh_educations(weigher, content)
        self._weigh_extras(weigher, content)
        return content

    def _weigh_educations(self, weigher: Weigher, content: Content) -> None:
        lines = {line["which"]: dict(line) for line in content.get("educations", ())}
        for target in self.line_targets:
            if target.name in weigher.said.values:
                which = _LINE_PARTS[target.part]
                line = lines.setdefault(which, {"which": which})
                weigher.weigh_target(target, line, weigher.said.values[target.name])
        found = [lines[which] for which in sorted(lines) if len(lines[which]) > 1]
        if found and found != content.get("educations"):
            content["educations"] = found

    @staticmethod
    def _weigh_extras(weigher: Weigher, content: Content) -> None:
        held = content.get("extras", {})
        columns = {**held.get("columns", {}), **weigher.said.extras}
        if columns != held.get("columns", {}):
            content["extras"] = {**held, "columns": columns}
            for heading, text in weigher.said.extras.items():
                old = held.get("columns", {}).get(heading, "")
                if old != text:
                    weigher.row.changes.append(FieldChange("teachers", "extras", heading, old, text))
