"""What a report is: its code and title, the options a clerk may set, and the function that fills it from the database.

To add a report: write a function `build(session, settings) -> Filled` in the file of its business area, declare a
`Report` beside it, and name it in `desktop.reports.registry.REPORTS`; commands, print log and tests have it then.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError, ValueProblem
from desktop.kinds import Day, Kind, Text, Whole
from desktop.models.base import Record
from desktop.queries.columns import columns
from desktop.reports.blocks import Document


@dataclass(frozen=True, slots=True)
class Option:
    """One thing that may be set: name for commands, label for people, and what it may be.

    With `choices` (value, label) one of them, otherwise any text of the kind; without `default` it may be left out.
    """

    name: str
    label: str
    kind: Kind = field(default_factory=Text)
    default: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    link: str = ""
    """The plural of the entity whose records the window offers for it; a name is as good as the uid."""

    def read(self, text: str) -> Any:  # noqa: ANN401 - whatever the kind holds
        """The value of a text; None for the empty one. Raises RefusedError that names the option."""
        text = text.strip()
        if not text:
            return None
        if self.choices:
            for value, label in self.choices:
                if text in (value, label):
                    return value
            known = "、".join(f"{value}（{label}）" for value, label in self.choices)
            raise RefusedError(f"{self.label}“{text}”不能用，可用的有：{known}；没有打印")
        try:
            return self.kind.parse(text)
        except ValueProblem as error:
            raise RefusedError(f"{self.label}：{error}；没有打印") from error

    def label_of(self, value: str) -> str:
        """The label of a choice."""
        return dict(self.choices).get(value, value)


TITLE: Final = Option("title", "表头标题")
FILLED_ON: Final = Option("filled", "填报日期", Day())
COPIES: Final = Option("copies", "份数", Whole(1, 999, "份"), default="1")
DRAFT: Final = Option("draft", "字样", default="no", choices=(("no", "正式"), ("yes", "草稿")))
COMMON: Final = (TITLE, FILLED_ON, COPIES, DRAFT)
"""What every report lets a clerk set."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What was set for one print: values by option (None where left out), and conditions on the report's list."""

    values: Mapping[str, Any]
    where: Mapping[str, str]

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - whatever the kind of the option holds
        return self.values[name]


@dataclass(frozen=True, slots=True)
class Filled:
    """A report filled with data: the document, how many persons stand on it, and what to tell before it is stamped."""

    document: Document
    people: int
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Report:
    """One official sheet. `filtered` says that it may be narrowed down by the list columns of the entity.

    `record` writes what printing it means to the records, such as rows of a sign-in sheet that stay from then on; it
    is done together with the file or not at all, in an Act of its own.
    """

    code: str
    title: str
    help: str
    build: Callable[[Session, Settings], Filled]
    entity: type[Record]
    options: tuple[Option, ...] = ()
    filtered: bool = False
    record: Callable[[Session, Settings, date], None] | None = None

    @property
    def all_options(self) -> tuple[Option, ...]:
        """The report's own options and those of every report."""
        return self.options + COMMON

    def settings(self, given: Mapping[str, str], conditions: Mapping[str, str] | None = None) -> Settings:
        """Read what was given by name or label; `conditions` are on columns, also those named like an option.

        Raises RefusedError for an unknown name or a value that cannot be.
        """
        options = {name: option for option in self.all_options for name in (option.name, option.label)}
        texts = {option.name: option.default for option in self.all_options}
        where: dict[str, str] = {}
        for name, text in (conditions or {}).items():
            if not self._has_column(name):
                raise RefusedError(self._explain_unknown(name))
            where[name] = text
        for name, text in given.items():
            if name in options:
                texts[options[name].name] = text.strip() or options[name].default
            elif self._has_column(name):
                where[name] = text
            else:
                raise RefusedError(self._explain_unknown(name))
        values = {option.name: option.read(texts[option.name]) for option in self.all_options}
        return Settings(values, where)

    def _has_column(self, name: str) -> bool:
        return self.filtered and any(name in (column.name, column.label) for column in columns(self.entity))

    def _explain_unknown(self, name: str) -> str:
        known = "、".join(f"{option.name}（{option.label}）" for option in self.all_options)
        text = f"“{self.title}”没有“{name}”这一项，可设的有：{known}"
        if self.filtered:
            text += "；还可按栏目筛选：" + "、".join(f"{each.name}（{each.label}）" for each in columns(self.entity))
        return f"{text}；没有打印"
