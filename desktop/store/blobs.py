"""Attachments of an office: files named by their hash, in a folder beside the database."""

from pathlib import Path
from typing import Final

BLOBS_NAME: Final = "blobs"


def blob_path(folder: Path, name: str) -> Path:
    """Where the attachment of a hash lies in the folder of an office."""
    return folder / BLOBS_NAME / name[:2] / name
