"""The container of packages and backups: ustar in age in a signed ustar, written and read strictly."""

from desktop.archive.backup import extract_database, extract_identity, open_backup, write_backup
from desktop.archive.drive import deliver, hash_uncached, take_in
from desktop.archive.form import KINDS, Envelope, Header
from desktop.archive.identity import Identity, PublicCard, ReceivingKey, VerifyingKey, recipient_key_id
from desktop.archive.limits import LIMITS
from desktop.archive.seal import Blob, Records, Sealed, write_archive
from desktop.archive.strict import Inspected, Opened, inspect, is_archive, open_archive

__all__ = [
    "KINDS",
    "LIMITS",
    "Blob",
    "Envelope",
    "Header",
    "Identity",
    "Inspected",
    "Opened",
    "PublicCard",
    "ReceivingKey",
    "Records",
    "Sealed",
    "VerifyingKey",
    "deliver",
    "extract_database",
    "extract_identity",
    "hash_uncached",
    "inspect",
    "is_archive",
    "open_archive",
    "open_backup",
    "recipient_key_id",
    "take_in",
    "write_archive",
    "write_backup",
]
