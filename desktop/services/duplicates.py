"""One person registered twice becomes one: values chosen one by one, all that hangs on either kept, one Act.

    pair = read_pair(session, uids)
    unite(session, pair, {name: KEPT or LOST or BOTH for name in disputed(pair)}, reason=reason)

The uid given up leaves an Alias. Nothing is stored twice to be reversible: undoing the Act brings both back.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from desktop.errors import Blocks, InvalidRecord, RefusedError
from desktop.fields import children_of, field_named, fields_of
from desktop.models import Enrolment, Teacher, TrainingClass
from desktop.models.base import Content, corrected_fields, problems_of
from desktop.queries.hanging import count_hanging, hanging_on, pointed_anew
from desktop.services.training.joining import join_doubles
from desktop.store.act import OpenAct
from desktop.store.aliases import alias_edits
from desktop.store.records import Edit, Stored, find, load, write_edits

KEPT: Final = "kept"
LOST: Final = "lost"
BOTH: Final = "both"
"""The lines of both records, none twice; for lines only."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records of one person: the one that keeps its uid, and the one that is given up; what hangs on each."""

    kept: Stored
    lost: Stored
    hanging: tuple[dict[str, int], dict[str, int]]
    classes: tuple[str, ...]
    """The classes in which both are enrolled, by name: there one trainee comes out of two."""


def read_pair(session: Session, uids: Sequence[str], *, own: str) -> Pair:
    """The two records, the one that must or may stay first; `own` is the code of this office.

    Raises RefusedError if one is gone, belongs to another office, or if other offices point to both.
    """
    people = load(session, Teacher, uids)
    if len(set(uids)) != 2 or len(people) != 2:
        raise RefusedError("合并重复要选两条没有删除的教师记录，没有合并")
    for person in people.values():
        if person.origin != own:
            who = f"教师“{person.content['name']}”"
            raise RefusedError(
                f"{who}由单位 {person.origin} 登记，只能由该单位合并；没有合并，请把两条记录的姓名和号码告知该单位"
            )
    foreign = {uid: _strangers(session, uid, own) for uid in people}
    first, second = sorted(people, key=lambda uid: (not foreign[uid], uid))
    if foreign[second]:
        raise RefusedError(f"两条记录上都有其他单位的{foreign[second]}，只能由登记这些内容的单位先改其中一条；没有合并")
    counts = tuple(count_hanging(session, Teacher.plural, uid) for uid in (first, second))
    return Pair(people[first], people[second], (counts[0], counts[1]), _shared_classes(session, first, second))


def _shared_classes(session: Session, *teachers: str) -> tuple[str, ...]:
    found = [find(session, Enrolment, {"teacher": each}).values() for each in teachers]
    both = set.intersection(*({each.content["training_class"] for each in some} for some in found))
    return tuple(sorted(each.content["name"] for each in load(session, TrainingClass, both).values()))


def _strangers(session: Session, uid: str, own: str) -> str:
    """What other offices wrote about a person, by label; empty if nothing."""
    labels = [entity.label for entity, record in hanging_on(session, Teacher.plural, uid) if record.origin != own]
    return "、".join(dict.fromkeys(labels))


def disputed(pair: Pair) -> tuple[str, ...]:
    """The names of fields and lines where both records have something and not the same; each has to be chosen."""
    names = [*(each.name for each in fields_of(Teacher)), *(each.name for each in children_of(Teacher))]
    pairs = ((name, pair.kept.content.get(name), pair.lost.content.get(name)) for name in names)
    return tuple(name for name, one, other in pairs if one is not None and other is not None and one != other)


def united(pair: Pair, choices: Mapping[str, str]) -> Content:
    """The content that comes out: the chosen value where both have one, else the one there is."""
    kept, lost = pair.kept.content, pair.lost.content
    content: Content = {**lost, **kept}
    if "extras" in content:
        content["extras"] = {**lost.get("extras", {}), **kept.get("extras", {})}
    for name in disputed(pair):
        chosen = choices[name]
        content[name] = lost[name] if chosen == LOST else kept[name] if chosen == KEPT else _both(pair, name)
    return content


def _both(pair: Pair, name: str) -> list[Any]:
    lines: list[Any] = list(pair.kept.content[name])
    return lines + [line for line in pair.lost.content[name] if line not in lines]


def unite(session: Session, pair: Pair, choices: Mapping[str, str], *, reason: str) -> str:
    """Make one of two as part of the session's Act; returns the uid that stays.

    In a class in which both are enrolled one trainee comes out. Raises RefusedError if a choice or a needed reason is
    missing, the records changed since they were shown, or both have a score or certificate where one can be;
    InvalidRecord if what comes out cannot be saved.
    """
    act: OpenAct = session.info["act"]
    now = read_pair(session, (pair.kept.uid, pair.lost.uid), own=act.origin)
    if now != pair:
        raise RefusedError("这两条记录刚才又被改过，没有合并；请重新打开再核对")
    _refuse_open_choices(pair, choices)
    content = united(pair, choices)
    corrected = corrected_fields(Teacher, pair.kept.content, content)
    if corrected and not reason.strip():
        labels = "、".join(field_named(Teacher, name).label for name in corrected)
        raise RefusedError(f"合并改变了{labels}，需要填写合并依据，没有合并")
    blocking = tuple(each for each in problems_of(Teacher, content) if each.blocks is Blocks.SAVE)
    if blocking:
        raise InvalidRecord(blocking)
    given_up, kept = pair.lost.uid, pair.kept.uid
    edits = [Edit(Teacher, given_up, pair.lost, None, reason=reason.strip() or None)]  # frees its number for the other
    edits.append(Edit(Teacher, kept, pair.kept, content, reason=reason.strip() if corrected else None))
    edits += _moved(session, given_up, kept)
    edits += alias_edits(session, Teacher, given_up, kept, reason.strip())
    own = find(session, Enrolment, {"teacher": kept})
    write_edits(session, edits)
    join_doubles(session, kept, own)
    return kept


def _refuse_open_choices(pair: Pair, choices: Mapping[str, str]) -> None:
    lines = {each.name: each.label for each in children_of(Teacher)}
    for name in disputed(pair):
        allowed = (KEPT, LOST, BOTH) if name in lines else (KEPT, LOST)
        if choices.get(name) not in allowed:
            label = lines.get(name) or field_named(Teacher, name).label
            raise RefusedError(f"两条记录的“{label}”不同，还没有选择用哪一个；没有合并")


def _moved(session: Session, old: str, new: str) -> Iterator[Edit]:
    """What hangs on the one, hung on the other; what that one has word for word already goes into the bin."""
    present = [(entity, record.content) for entity, record in hanging_on(session, Teacher.plural, new)]
    for entity, record in hanging_on(session, Teacher.plural, old):
        content = pointed_anew(entity, record.content, Teacher.plural, old, new)
        is_double = (entity, content) in present and not count_hanging(session, entity.plural, record.uid)
        yield Edit(entity, record.uid, record, None if is_double else content)
