"""Classes, programmes and sessions as a field offers them: uid and text, newest first, sessions in order of time."""

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.queries.directory import Directory
from desktop.queries.training.classes import find_class, is_held, session_text, sessions_of


def picks_of(session: Session, plural: str, training_class: str = "") -> list[tuple[str, str]]:
    """What may be picked of an entity; sessions only of the class that a uid, code or name means."""
    names = Directory(session)
    if plural != "sessions":
        records = names.records(plural)
        newest = sorted(records, key=lambda uid: str(records[uid].content.get("start", "")), reverse=True)
        return [(uid, names.text(plural, uid)) for uid in newest]
    try:
        uid = find_class(names, training_class) if training_class else ""
    except RefusedError:
        return []
    held = [each for each in sessions_of(session, uid) if is_held(each)] if uid else []
    return [
        (each.uid, f"{session_text(each)} {names.name('courses', each.content.get('course'))}".strip()) for each in held
    ]
