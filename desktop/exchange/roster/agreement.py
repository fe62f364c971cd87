"""What rows of one import say of the same thing: a unit has one type and code, a document one round (domain §7)."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Final

from desktop.exchange.roster.checks import Said
from desktop.exchange.targets import Target
from desktop.kinds import Packed

_SHARED: Final = (
    (("school",), "school_type", "同一单位"),
    (("school",), "school_credit_code", "同一单位"),
    (("tier", "doc_no"), "ordinal", "同一文号"),
)
"""Targets that name a thing, the target that all rows naming it must fill alike, and the word for it."""


def doubt_contradictions(
    rows: Iterable[Said], targets: Mapping[str, Target], same_school: Callable[[Packed], Packed]
) -> None:
    """Give a doubt to each row that says of a shared thing what most others do not; to all where none is usual.

    `same_school` gives one word for the several names of a school.
    """
    rows = list(rows)
    for named_by, name, what in _SHARED:
        groups: dict[tuple[Packed, ...], list[Said]] = defaultdict(list)
        for said in rows:
            if name in said.values and said.values.keys() >= set(named_by):
                place = (same_school(said.values[each]) if each == "school" else said.values[each] for each in named_by)
                groups[tuple(place)].append(said)
        for group in groups.values():
            _doubt(group, targets[name], what)


def _doubt(group: list[Said], target: Target, what: str) -> None:
    counts = Counter(said.values[target.name] for said in group).most_common(2)
    if len(counts) == 1:
        return
    (most, count), (_other, other_count) = counts
    right = {most} if count > other_count else {said.values[target.name] for said in group}
    for said in group:
        value = said.values[target.name]
        if value in right and len(right) == 1:
            continue
        other = next(each for each in group if each.values[target.name] in right - {value})
        texts = [target.field.format_packed(each.values[target.name]) for each in (said, other)]
        text = f"{target.label}“{texts[0]}”与{other.where(said)}{what}的“{texts[1]}”不同，请核对哪一个有误"
        said.doubts.append(said.problem(target.name, text))
