"""What the parent and its reading helper agree on: the hidden argument, and frames with their length before them."""

import io
import pickle
import struct
from typing import IO

ARGUMENT = "--read-workbooks"
TOO_LARGE = "内容过大，读入时内存不够。请把名册内容复制到新建的表格中，或者拆成几个文件后再导入。"
_LENGTH = struct.Struct("<I")


def send_frame(pipe: IO[bytes], content: object) -> None:
    """Write one object; raises OSError when the other side is gone."""
    packed = io.BytesIO()
    packed.write(_LENGTH.pack(0))
    pickler = pickle.Pickler(packed, pickle.HIGHEST_PROTOCOL)
    pickler.fast = True  # no memory of objects seen: cells hold no cycles, and this halves the time
    pickler.dump(content)
    view = packed.getbuffer()
    _LENGTH.pack_into(view, 0, len(view) - _LENGTH.size)
    pipe.write(view)
    pipe.flush()


def receive_frame(pipe: IO[bytes]) -> object:
    """Read one object; raises EOFError when the other side is gone."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        raise EOFError
    size = _LENGTH.unpack(head)[0]
    packed = pipe.read(size)
    if len(packed) < size:
        raise EOFError
    return pickle.loads(packed)  # noqa: S301 - both sides are this program
