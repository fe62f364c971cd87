"""The container of packages and backups: ustar in age in a signed ustar, written and read strictly."""

from desktop.archive.backup import extract_database, extract_identity, open_backup, write_backup
from desktop.archive.drive import deliver, take_in
from desktop.archive.form import KINDS, Envelope, Header
from desktop.archive.identity import (
    Identity,
    PublicCard,
    ReceivingKey,
    VerifyingKey,
    recipient_key_id,
    succession_message,
)
from desktop.archive.limits import LIMITS
from desktop.archive.packing import Blob, Records
from desktop.archive.removable import Drive, drive_of, eject, find_drives, largest_volume, let_go
from desktop.archive.scan import Found, FoundPackage, scan
from desktop.archive.seal import Sealed, Shipment, write_archive, write_volumes
from desktop.archive.strict import Inspected, Opened, check_start, inspect, is_archive, open_archive
from desktop.archive.uncached import hash_uncached

__all__ = [
    "KINDS",
    "LIMITS",
    "Blob",
    "Drive",
    "Envelope",
    "Found",
    "FoundPackage",
    "Header",
    "Identity",
    "Inspected",
    "Opened",
    "PublicCard",
    "ReceivingKey",
    "Records",
    "Sealed",
    "Shipment",
    "VerifyingKey",
    "check_start",
    "deliver",
    "drive_of",
    "eject",
    "extract_database",
    "extract_identity",
    "find_drives",
    "hash_uncached",
    "inspect",
    "is_archive",
    "largest_volume",
    "let_go",
    "open_archive",
    "open_backup",
    "recipient_key_id",
    "scan",
    "succession_message",
    "take_in",
    "write_archive",
    "write_backup",
    "write_volumes",
]
