"""Packages of older programs lifted step by step to today's form, before anything looks at them.

To change the form of records or manifest: raise SCHEMA and add a `Step` from the form before; a new minor form only
adds what may be absent, a new major one needs a reader that knows it. A step is pure: a manifest or a line in, another
out.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from desktop.archive import Header, Opened
from desktop.exchange.scope import BY_NAME

Version = tuple[int, int]
Value = dict[str, Any]
SCHEMA: Final = {"major": 1, "minor": 1}
"""Form of the records: a new minor adds optional fields only, a new major needs a reader that knows it."""


@dataclass(frozen=True, slots=True)
class Step:
    """From one form to the next: the manifest, and the lines of some entities."""

    before: Version
    manifest: Callable[[Value], Value] = dict
    lines: Mapping[str, Callable[[Value], Value]] = field(default_factory=dict)


def _name_forms(manifest: Value) -> Value:
    """Before 1.1 a scope named tiers only and always brought all forms."""
    scope = manifest.get("scope")
    if type(scope) is not dict:
        return manifest
    return {**manifest, "scope": {"forms": list(BY_NAME), **scope}}


STEPS: Final = (Step((1, 0), manifest=_name_forms),)
"""Each from the form before the next; what is newer than all needs none."""


class Lifted:
    """An opened package in today's form, whatever form it came in."""

    def __init__(self, opened: Opened, steps: tuple[Step, ...] = STEPS) -> None:
        self._opened = opened
        schema = opened.manifest["schema"]
        self._steps = [step for step in steps if step.before >= (schema["major"], schema["minor"])]
        self.manifest: Value = opened.manifest
        for step in self._steps:
            self.manifest = step.manifest(self.manifest)

    @property
    def header(self) -> Header:
        """Who sent it, in which stream."""
        return self._opened.header

    @property
    def counts(self) -> dict[str, int]:
        """Records per entity."""
        return self._opened.counts

    @property
    def blobs(self) -> dict[str, int]:
        """The attachments: SHA-256 and length."""
        return self._opened.blobs

    @property
    def referred(self) -> list[str]:
        """The attachments that the sender left out because we said that we hold them."""
        named = self.manifest.get("referred", [])
        return [each for each in named if type(each) is str] if type(named) is list else []

    def blob(self, sha256: str) -> Iterator[bytes]:
        """The content of one attachment in pieces."""
        return self._opened.blob(sha256)

    def records(self, entity: str) -> Iterator[Value]:
        """The records of one entity, each lifted."""
        lifts = [step.lines[entity] for step in self._steps if entity in step.lines]
        for line in self._opened.records(entity):
            for lift in lifts:
                line = lift(line)  # noqa: PLW2901 - the line as the next form has it
            yield line
