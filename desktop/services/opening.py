"""Opening an office: what an older program made is backed up, migrated, and given what is shipped since."""

from contextlib import suppress
from importlib import import_module
from pathlib import Path

from desktop.errors import DatabaseError
from desktop.services.shipped import bring_in_shipped
from desktop.store.database import Store
from desktop.store.database_file import DATABASE_NAME, is_older, version_of


def open_store(folder: Path, *, is_searched: bool = True) -> Store:
    """Open an office; one that an older program made is backed up before its database is migrated.

    Without `is_searched` the caller looks for damage afterwards, see `Store.open`.
    Raises DatabaseError with a sentence, RefusedError if the backup cannot be written: then nothing is migrated.
    """
    path = folder / DATABASE_NAME
    if path.is_file() and is_older(version_of(path)):
        import_module("desktop.services.backups").back_up_before_migration(folder)
    store = Store.open(folder, is_searched=is_searched)
    with suppress(DatabaseError):  # a full or read-only disk keeps nobody from reading; the next start tries again
        bring_in_shipped(store)
    return store
