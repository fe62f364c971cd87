"""Notes: writing one down and ticking it off, each as an Act that can be undone."""

from collections.abc import Mapping

from desktop.errors import RefusedError
from desktop.models import Note, School
from desktop.services import records
from desktop.store.database import Store
from desktop.store.records import load

_LEAST = 2
"""A name of one character stands in too many sentences."""


def add_note(store: Store, text: str, *, operator: str = "", **about: str) -> str:
    """Write a note down; returns its uid. `about` names the school or teacher by uid, else a school's name tells it.

    Raises RefusedError where nothing was written.
    """
    text = text.strip()
    if not text:
        raise RefusedError("备忘内容没有填写，没有保存")
    with store.write(f"记备忘 {Note.called({'text': text})}", operator=operator) as session:
        if not about:
            names = {uid: _names(record.content) for uid, record in load(session, School).items()}
            found = _spoken_of(text, names)
            about = {"school": found} if found else {}
        return records.save(session, Note, {"text": text, **about})


def finish_note(store: Store, uid: str, *, operator: str = "") -> None:
    """Tick a note off; it stays in the list of notes."""
    with store.write("办结备忘", operator=operator) as session:
        records.save(session, Note, {"is_done": 1}, uid=uid)


def _names(content: Mapping[str, object]) -> list[str]:
    lines = content.get("names", ())
    assert isinstance(lines, (list, tuple))
    return [str(content["name"]), *(str(line["name"]) for line in lines)]


def _spoken_of(text: str, names: Mapping[str, list[str]]) -> str | None:
    """The school whose longest name stands in a text; None where several fit equally well, or none does."""
    fits = {
        uid: max((len(each) for each in some if len(each) >= _LEAST and each in text), default=0)
        for uid, some in names.items()
    }
    most = max(fits.values(), default=0)
    best = [uid for uid, length in fits.items() if length == most > 0]
    return best[0] if len(best) == 1 else None
