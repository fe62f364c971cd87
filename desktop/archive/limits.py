"""The largest package that is read, as one table; whatever exceeds it is refused before memory is taken."""

from dataclasses import dataclass

from desktop import canonical

_KIB = 1024
_MIB = 1024 * _KIB
_GIB = 1024 * _MIB


@dataclass(frozen=True, slots=True)
class Limits:
    """Sizes are bytes unless the name says otherwise."""

    volume: int = 4 * _GIB - 1
    volume_default: int = 1 * _GIB
    volumes: int = 16
    header: int = 64 * _KIB
    trailer: int = 4 * _KIB
    signature: int = 1 * _KIB
    recipients: int = 256
    manifest: int = 16 * _MIB
    sections: int = 20_100
    line: int = canonical.LINE
    text: int = canonical.TEXT
    depth: int = canonical.DEPTH
    records: int = 500_000
    blobs: int = 20_000
    blob: int = 50 * _MIB
    plain: int = 8 * _GIB
    window: int = 8 * _MIB
    ratio: int = 200
    free_tenths: int = 25  # free disk space for unpacking, in tenths of the package's size
    image_pixels: int = 50_000_000
    sequence_jump: int = 1_000


LIMITS = Limits()
# Decrypted bytes up to here stay in memory; more goes to a nameless temporary file.
SPOOL = 16 * _MIB
CHUNK = 256 * _KIB
