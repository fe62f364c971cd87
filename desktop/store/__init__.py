"""The database of one office: open, migrate, sessions, stamps and history of every change, backup, restore."""

from desktop.store.database import Store
from desktop.store.records import Edit, Stored, load, write_edits

__all__ = ["Edit", "Store", "Stored", "load", "write_edits"]
