"""What changed in the lines of a record, as sentences: which line, which field, from what to what."""

from collections.abc import Callable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import Final

from desktop.canonical import dumps
from desktop.fields import Child, Field, fields_of
from desktop.models.base import Content

TextOf = Callable[[Field, Content], str]
"""A value of a record or line as a clerk reads it, masked where it is personal."""

_MOST: Final = 30
"""So many sentences tell the lines of one record; the rest are counted."""


def tell_lines(child: Child, before: Sequence[Content], after: Sequence[Content], text_of: TextOf) -> Iterator[str]:
    """The lines that were changed, taken out and added, in their order; nothing for lines that stayed."""
    told = list(_tell(child, before, after, text_of))
    yield from told[:_MOST]
    if len(told) > _MOST:
        yield f"{child.label}另有 {len(told) - _MOST} 处改动"


def difference(label: str, old: str, new: str) -> str:
    """One value that was filled in, changed or emptied."""
    if not old:
        return f"{label}填为“{new}”"
    return f"{label}由“{old}”改为“{new}”" if new else f"{label}“{old}”被清空"


def _tell(child: Child, before: Sequence[Content], after: Sequence[Content], text_of: TextOf) -> Iterator[str]:
    fields = [field for field in fields_of(child.line) if not field.internal]
    olds, news = [dumps(each) for each in before], [dumps(each) for each in after]
    for word, old_from, old_to, new_from, new_to in SequenceMatcher(None, olds, news, autojunk=False).get_opcodes():
        if word == "equal":
            continue
        left = dict(enumerate(before[old_from:old_to], old_from))
        for place in range(new_from, new_to):
            match = _likest(after[place], left)
            if match is None:
                yield f"{child.label}增加第 {place + 1} 行：{_all_of(fields, after[place], text_of)}"
            else:
                old = left.pop(match)
                changed = [(each.label, text_of(each, old), text_of(each, after[place])) for each in fields]
                said = "，".join(difference(label, was, now) for label, was, now in changed if was != now)
                yield (
                    f"{child.label}第 {place + 1} 行{_called(fields, old, text_of)}：{said}"
                    if said
                    else (f"{child.label}第 {match + 1} 行{_called(fields, old, text_of)}移到第 {place + 1} 行")
                )
        for place, old in left.items():
            yield f"{child.label}删去原第 {place + 1} 行：{_all_of(fields, old, text_of)}"


def _likest(line: Content, left: dict[int, Content]) -> int | None:
    """The old line that has most values in common with a new one; of equals the first. None where none has any."""
    alike = {place: sum(1 for name, value in line.items() if old.get(name) == value) for place, old in left.items()}
    best = max(alike, key=lambda place: (alike[place], -place), default=None)
    is_alone = len(left) == 1 and best is not None
    return best if best is not None and (alike[best] or is_alone) else None


def _called(fields: Sequence[Field], line: Content, text_of: TextOf) -> str:
    """What tells a line from the others: its first value."""
    first = next(filter(None, (text_of(each, line) for each in fields)), "")
    return f"“{first}”" if first else ""


def _all_of(fields: Sequence[Field], line: Content, text_of: TextOf) -> str:
    texts = ((each.label, text_of(each, line)) for each in fields)
    return "，".join(f"{label} {text}" for label, text in texts if text) or "（空行）"
