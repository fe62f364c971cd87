"""Photos on certificates: what an office keeps of a person, cut to the shape of an ID photo where it is printed."""

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Final

from PIL import Image, ImageOps, UnidentifiedImageError

from desktop.rules.images import cropped

WIDTH, HEIGHT = 35.0, 49.0
"""Millimetres of a photo on a certificate (two inches)."""
_PIXELS: Final = (413, 579)
"""The same at 300 dots an inch."""
_QUALITY: Final = 90


def cut_photo(path: Path) -> bytes | None:
    """A photo turned upright and cut to 35×49, as JPEG; None for a file that is not there or is no picture."""
    try:
        with Image.open(path) as opened:
            upright = ImageOps.exif_transpose(opened).convert("RGBA")
    except (OSError, UnidentifiedImageError, Image.DecompressionBombError, SyntaxError, ValueError):
        return None
    white = Image.new("RGBA", upright.size, "white")
    flat = Image.alpha_composite(white, upright).convert("RGB")
    box = cropped(*flat.size, int(WIDTH), int(HEIGHT))
    data = BytesIO()
    flat.crop(box).resize(_PIXELS, Image.Resampling.LANCZOS).save(data, "JPEG", quality=_QUALITY, dpi=(300, 300))
    return data.getvalue()


def digest(data: bytes) -> str:
    """A short hash that tells two photos apart in the version of a sheet."""
    return hashlib.sha256(data).hexdigest()[:16]
