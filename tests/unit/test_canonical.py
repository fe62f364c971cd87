"""Canonical JSON: one text for one value, and nothing else is read."""

import json
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop import canonical
from desktop.canonical import CanonicalError

_TEXT = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cf", "Cn"))).map(
    lambda text: unicodedata.normalize("NFC", text)
)
_VALUES = st.recursive(
    st.one_of(_TEXT, st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_TEXT, inner, max_size=3)),
    max_leaves=8,
)


def deep(levels: int) -> dict:
    value: dict = {"a": 1}
    for _ in range(levels - 1):
        value = {"a": value}
    return value


@given(st.dictionaries(_TEXT, _VALUES.filter(lambda value: canonical_depth(value) < 6)))
def test_round_trip(value):
    """What is written is read back equal, and the bytes are those of the standard library's rule."""
    data = canonical.dumps(value)
    assert canonical.loads_strict(data) == value
    assert data.decode() == json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    assert canonical.load_lines(data + b"\n") == [value]
    assert b"".join(canonical.dump_lines([value])) == canonical.line(value) == data + b"\n"


def canonical_depth(value: object) -> int:
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + max(map(canonical_depth, children), default=0) if isinstance(value, (dict, list)) else 0


def test_keys_are_in_code_point_order_also_beyond_the_first_plane():
    """𠮷 (U+20BB7) sorts after ｱ (U+FF71), as code points do and UTF-16 does not."""
    assert canonical.dumps({"𠮷": 1, "ｱ": 2, "a": 3}) == '{"a":3,"ｱ":2,"𠮷":1}'.encode()


def test_hash_does_not_depend_on_insertion_order():
    """The same record has the same hash whatever the order of its fields was."""
    assert canonical.content_hash({"a": "张", "b": [1]}) == canonical.content_hash({"b": [1], "a": "张"})
    assert canonical.content_hash({}) == "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"


class _Text(str):
    __slots__ = ()


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ({"a": 1.5}, "type"),
        ({"a": None}, "type"),
        ({"a": {"b": None}}, "type"),
        ({"a": [1, 2.0]}, "type"),
        ({"a": (1, 2)}, "type"),
        ({"a": _Text("x")}, "type"),
        ("text", "type"),
        ({"a": 2**53}, "number"),
        ({"a": -(2**53)}, "number"),
        ({"a": 2**70}, "number"),
        ({1: "a"}, "number"),
        (deep(7), "depth"),
        ({"a": [[[[[[1]]]]]]}, "depth"),
        ({"a": "\t"}, "character"),
        ({"a": "\r\n"}, "character"),
        ({"a": "\x00"}, "character"),
        ({"a": "\x7f"}, "character"),
        ({"a": "\x85"}, "character"),
        ({"a": "文\u202e档"}, "character"),
        ({"a": "文\u2066档"}, "character"),
        ({"a": "\ue000"}, "character"),
        ({"a": "\uf8ff"}, "character"),
        ({"a": "\U000f0000"}, "character"),
        ({"a": "\U0010fffd"}, "character"),
        ({"a": "\ud800"}, "character"),
        ({"a": {"b": ["\x1b"]}}, "character"),
        ({"\t": "a"}, "character"),
        ({"a": "e\u0301"}, "normal-form"),
        ({"a": "\uf900"}, "normal-form"),
        ({"a": "长" * 32_769}, "text"),
    ],
)
def test_refused_values(value, code):
    """Floats, nulls, long integers, deep nesting, blocked characters and denormal text have no canonical form."""
    with pytest.raises(CanonicalError) as caught:
        canonical.dumps(value)
    assert caught.value.code == code
    if isinstance(value, dict) and "a" in value:
        assert code == "number" or caught.value.field == "a"
        record = {"id": "7", **value}
        with pytest.raises(CanonicalError) as caught:
            list(canonical.dump_lines([{"id": "6"}, record]))
        assert (caught.value.code, caught.value.record) == (code, "7")


@pytest.mark.parametrize(
    "text",
    [
        "𠮷𬭚𫘝𨱏",
        "买买提·吐尔逊",
        "“引号”——（全角），。",
        "第一行\n第二行",
        '"\\',
        "\u3000",
        "长" * 32_768,
        "null",
        "1.5e3",
    ],
)
def test_texts_that_pass(text):
    """Rare Han characters, ethnic names, full-width marks, newlines, quotes and texts that look like numbers pass."""
    data = canonical.line({"a": text})
    assert canonical.load_lines(data) == [canonical.loads_strict(data[:-1])] == [{"a": text}]
    assert b"".join(canonical.dump_lines([{"a": text}])) == data


def test_private_use_passes_when_the_list_allows_it():
    """A name of the rare-character list passes; a control character never does."""
    value = {"name": "张\ue863"}
    data = canonical.dumps(value, allowed={"\ue863"})
    assert canonical.loads_strict(data, allowed={"\ue863"}) == value
    with pytest.raises(CanonicalError):
        canonical.loads_strict(data)
    with pytest.raises(CanonicalError):
        canonical.dumps({"name": "\t"}, allowed={"\t"})


_BROKEN = [
    b"",
    b"1",
    b"[]",
    b"{",
    b'{"a":1,"a":1}',
    b'{"a":1,"a":2}',
    b'{"b":1,"a":1}',
    b'{"a": 1}',
    b' {"a":1}',
    b'{"a":1} ',
    b'{"a":1.0}',
    b'{"a":1e3}',
    b'{"a":NaN}',
    b'{"a":-0}',
    b'{"a":01}',
    b'{"a":null}',
    b'{"a":9007199254740992}',
    b'{"a":99999999999999999999}',
    b'{"a":"\\u4e00"}',
    b'{"a":"\\/"}',
    b'{"a":"\\u000a"}',
    b'{"a":"\xff"}',
    b'{"a":"\xed\xa0\x80"}',
    '{"a":"e\u0301"}'.encode(),
    '{"a":"\u202e"}'.encode(),
    b'{"a":"\\u001b"}',
    b'\xef\xbb\xbf{"a":1}',
    b'{"a":1}\r',
    b'{"a":1},{"b":1}',
    b'{"a":{"a":{"a":{"a":{"a":{"a":{"a":1}}}}}}}',
    b'{"a":' + b"[" * 2000,
]


@pytest.mark.parametrize("data", _BROKEN)
def test_refused_bytes(data):
    """Whatever two parsers could read differently is refused, alone and as the second of three lines."""
    with pytest.raises(CanonicalError):
        canonical.loads_strict(data)
    with pytest.raises(CanonicalError) as caught:
        canonical.load_lines(b'{"a":1}\n' + data + b'\n{"a":2}\n')
    assert caught.value.number == 2


@pytest.mark.parametrize(
    "piece",
    [
        b"",
        b"\n",
        b'{"a":1}\n\n{"a":2}\n',
        b'{"a":[{}\n{}]},{"b":1}\n',
        b'{"a":1\n"b":2},{"c":3}\n',
        b'{"a":1},{"b":2}\n',
    ],
)
def test_a_line_holds_exactly_one_record(piece):
    """Two records on a line, half a record or an empty line are refused even when the counts agree."""
    with pytest.raises(CanonicalError):
        canonical.load_lines(piece)


def test_long_records_are_refused_both_ways():
    """A record of more than 256 KiB is neither written nor read, one just below is."""
    fits = {f"f{number}": "x" * 32_000 for number in range(8)}
    data = canonical.line(fits)
    assert canonical.load_lines(data) == [fits]
    assert b"".join(canonical.dump_lines([fits])) == data
    long = {**fits, "f8": "x" * 32_000}
    with pytest.raises(CanonicalError, match="256 KiB"):
        canonical.line(long)
    with pytest.raises(CanonicalError, match="256 KiB"):
        canonical.load_lines(canonical.dumps(long) + b"\n")


def test_many_lines_come_in_pieces_of_whole_lines():
    """Pieces are whole lines, together the same bytes as line by line."""
    values = [{"id": f"{number:08d}", "text": "备注" * 50} for number in range(3000)]
    pieces = list(canonical.dump_lines(values))
    assert len(pieces) > 3
    assert all(piece.endswith(b"\n") for piece in pieces)
    assert b"".join(pieces) == b"".join(map(canonical.line, values))
    assert [value for piece in pieces for value in canonical.load_lines(piece)] == values
