"""The file of a class: papers noted as filed, and taken back."""

from datetime import date

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.models import TrainingClass
from desktop.models.base import Content
from desktop.services.records import save
from desktop.store.records import load_one


def file_items(session: Session, uid: str, items: list[str], day: date, place: str) -> None:
    """Note papers (codes of archive_item) as filed on a day at a place; one filed before is noted anew."""
    kept = [each for each in _filed(session, uid) if each["item"] not in items]
    fresh: list[Content] = [{"item": item, "filed_on": day.isoformat()} for item in items]
    if place.strip():
        fresh = [{**each, "place": place.strip()} for each in fresh]
    save(session, TrainingClass, {"archive": [*kept, *fresh]}, uid=uid)


def unfile_items(session: Session, uid: str, items: list[str]) -> None:
    """Take papers out of the file. Raises RefusedError if none of them is in it."""
    filed = _filed(session, uid)
    kept = [each for each in filed if each["item"] not in items]
    if len(kept) == len(filed):
        raise RefusedError("所选材料还没有归档，没有改动")
    save(session, TrainingClass, {"archive": kept or None}, uid=uid)


def _filed(session: Session, uid: str) -> list[Content]:
    record = load_one(session, TrainingClass, uid)
    if record is None:
        raise RefusedError("这个培训班已被删除，没有改动")
    return list(record.content.get("archive", ()))
