"""Kind and size of pictures, and the part of them that is printed."""

import io

import pytest
from PIL import Image

from desktop.rules.images import Picture, cropped, read_picture


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_size_is_read(kind):
    """A real picture tells its kind and size; one that is cut off or something else tells nothing."""
    file = io.BytesIO()
    Image.new("RGB", (350, 490), "white").save(file, kind)
    data = file.getvalue()
    assert read_picture(data) == Picture(kind, 350, 490)
    assert read_picture(data[:12]) is None
    assert read_picture(b"GIF89a" + data) is None


@pytest.mark.parametrize(
    ("size", "part"),
    [((350, 490), (0, 0, 350, 490)), ((700, 490), (175, 0, 525, 490)), ((350, 700), (0, 0, 350, 490))],
)
def test_crop_to_35_by_49(size, part):
    """The largest part of the right shape: the middle of a wide picture, the top of a high one."""
    assert cropped(*size, 35, 49) == part
