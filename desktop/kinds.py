"""Kinds of value: how a text becomes a value, a value a text, and both a packed form that is stored and sent.

A kind is the joint of the program: forms, lists, workbooks, packages, history and tests all take what they
need from it. The packed form is `str` or `int` only, because it is at once the column of a STRICT table, the
value of a canonical JSON line and the value kept in history.

To add a kind: subclass Kind, give `storage`, `parse`, `sample`, and override `format`, `pack` and `unpack` only
where the value is not its own text; then add a declaring function to `fields`.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Final, Literal, TypeVar

from desktop.codes import CodeTable, table
from desktop.errors import ValueProblem
from desktop.rules.citizen_id import LEAST_AGE, check_character, damaged_id, is_plausible_birth, read_citizen_id
from desktop.rules.dates import date_from_number, first_day, last_day, read_day, read_partial_date
from desktop.rules.documents import normalise_document_number
from desktop.rules.names import normalise_name
from desktop.rules.numerals import read_count, read_money, read_ordinal, read_score

Packed = str | int
Value = TypeVar("Value")
Storage = Literal["TEXT", "INTEGER"]

MAX_TEXT: Final = 32_768
"""Characters of one text field (package limit)."""


_FIRST_HAN: Final = "\u3400"
_EXACT_IN_A_CELL: Final = 10**15
_LARGEST: Final = 10**15
"""No amount of an office is larger, and SQLite holds it exactly."""


def number_text(value: float) -> str:
    """The text that a spreadsheet shows for a number in a cell of general format."""
    if isinstance(value, int):
        return str(value)
    return str(int(value)) if value.is_integer() else repr(value)


_CONTROLS: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u200b\u202a-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)


def clean_text(text: str) -> str:
    """A text as it may be stored and sent: normal form C, tabs as blanks, no control or direction characters."""
    return _CONTROLS.sub("", unicodedata.normalize("NFC", text)).replace("\t", " ")


@dataclass(frozen=True)
class Kind:
    """The base of all kinds; a value of this base is a text as it was written."""

    storage: ClassVar[Storage] = "TEXT"
    is_number: ClassVar[bool] = False

    def parse(self, text: str) -> Any:  # noqa: ANN401 - each kind has its own type of value
        """Read a text that is neither empty nor padded; raise ValueProblem with a sentence."""
        return text

    def parse_number(self, value: float, *, date1904: bool = False) -> Any:  # noqa: ANN401
        """Read the number of a spreadsheet cell; a serial date counts from 1904 if the file says so.

        A spreadsheet keeps 15 digits: a longer number that is a name has lost its last ones and is never taken.
        """
        del date1904
        if not self.is_number and abs(value) >= _EXACT_IN_A_CELL:
            raise ValueProblem(f"“{number_text(value)}”被表格软件改成了数值，末几位已丢失，请按文本格式重新填写")
        return self.parse(number_text(value))

    def parse_day(self, value: date) -> Any:  # noqa: ANN401
        """Read the date of a spreadsheet cell."""
        return self.parse(value.isoformat()[:10])

    def format(self, value: Any) -> str:  # noqa: ANN401
        """The text a clerk reads; `parse(format(value)) == value`."""
        return str(value)

    def pack(self, value: Any) -> Packed:  # noqa: ANN401
        """The value as it is stored, sent and kept in history."""
        return str(value)

    def unpack(self, packed: Packed) -> Any:  # noqa: ANN401
        """The value of a packed form; raises ValueProblem if this kind never packs so."""
        if not isinstance(packed, str):
            raise ValueProblem(f"“{packed}”应为文字")
        return packed

    def fault(self, packed: Packed) -> str:
        """What makes a packed value one that cannot be true today, such as a birth to come; empty for nothing.

        `parse` refuses such a value; `unpack` gives it, as what is stored must be shown whatever the clock says.
        """
        del packed
        return ""

    def sort_key(self, value: Any) -> Any:  # noqa: ANN401
        """What lists sort this value by."""
        return value

    def choices(self) -> tuple[str, ...]:
        """The texts of a drop-down; empty where any text may stand."""
        return ()

    def mask(self, value: Any) -> str:  # noqa: ANN401
        """The text shown where personal numbers are hidden."""
        return self.format(value)

    def sample(self, number: int) -> Any:  # noqa: ANN401
        """The `number`-th of endlessly many valid values, for tests and previews."""
        raise NotImplementedError


@dataclass(frozen=True)
class Text(Kind):
    """One line of text, at most `limit` characters."""

    limit: int = 400

    def parse(self, text: str) -> str:
        """Fold white space to single blanks, padding (语　文) to none; refuse what is longer than the field."""
        words = clean_text(text).split()
        is_padded = len(words) > 1 and all(len(word) == 1 and word >= _FIRST_HAN for word in words)
        text = ("" if is_padded else " ").join(words)
        if len(text) > self.limit:
            raise ValueProblem(f"“{text[:12]}…”共 {len(text)} 个字，此栏最多 {self.limit} 个字，请缩短")
        return text

    def mask(self, value: str) -> str:
        """The first third stays, four characters at most; a text of one character is hidden whole."""
        shown = min(len(value) // 3, 4)
        return value[:shown] + "*" * max(len(value) - shown, 2)

    def sample(self, number: int) -> str:
        """Texts that try quotes, formula signs and characters beyond U+FFFF."""
        words = ("石坪镇𠮷祥路", "=1-3班", "“引号”,逗号;分号", "-甲乙丙", "A B·C", "+86", "@备注")
        ending = str(number)
        return words[number % 7][: self.limit - len(ending)] + ending


@dataclass(frozen=True)
class LongText(Kind):
    """Text of several lines."""

    limit: int = MAX_TEXT

    def parse(self, text: str) -> str:
        """Keep line breaks, drop trailing blanks."""
        lines = [line.rstrip() for line in clean_text(text).replace("\r\n", "\n").replace("\r", "\n").split("\n")]
        text = "\n".join(lines).strip()
        if len(text) > self.limit:
            raise ValueProblem(f"“{text[:12]}…”共 {len(text)} 个字，此栏最多 {self.limit} 个字，请缩短")
        return text

    def sample(self, number: int) -> str:
        """Texts of two lines."""
        return f"第一行{number}\n第二行𬭚"


@dataclass(frozen=True)
class PersonName(Kind):
    """A name: padding gone, one middle dot (民委发〔2016〕33号: at least 50 characters)."""

    def parse(self, text: str) -> str:
        """Normalise as `rules.names` does."""
        name = normalise_name(text)
        if len(name) > 100:
            raise ValueProblem(f"姓名“{name[:12]}…”超过 100 个字，请核对")
        return name

    def sample(self, number: int) -> str:
        """Names with rare characters and middle dots."""
        return ("王芳", "李𠮷祥", "阿依古丽·买买提", "张䶮", "刘𬭚", "欧阳靖", "马𫘝远")[number % 7]


@dataclass(frozen=True)
class CitizenIdNumber(Kind):
    """A citizen identity number of 18 characters (GB 11643-1999); numbers of 15 digits are lengthened."""

    def parse(self, text: str) -> str:
        """Read the number; every rung of the ladder of validation has its own sentence."""
        return read_citizen_id(text).text

    def parse_number(self, value: float, *, date1904: bool = False) -> str:
        """Tell a number that a spreadsheet has rounded; such a number is never taken."""
        del date1904
        if damaged_id(value) is not None:
            raise ValueProblem(
                f"身份证号“{number_text(value)}”被表格软件改成了数值，末几位已丢失，请按文本格式重新填写",
            )
        return self.parse(number_text(value))

    def mask(self, value: str) -> str:
        """The area and the last four characters stay."""
        return value[:6] + "*" * 8 + value[-4:]

    def sample(self, number: int) -> str:
        """Valid numbers of the area code that belongs to no place."""
        return sample_citizen_id(f"19{60 + number % 40}0315", 100 + number % 900)


def sample_citizen_id(birth: str, sequence: int, area: str = "509999") -> str:
    """A valid number for an invented person: birth as YYYYMMDD, sequence odd for men and even for women."""
    body = f"{area}{birth}{sequence:03d}"
    return body + check_character(body)


@dataclass(frozen=True)
class Digits(Kind):
    """A number that is a name, not a quantity: certificate, account, serial; kept as text."""

    lengths: tuple[int, ...] = ()
    what: str = "号码"

    def parse(self, text: str) -> str:
        """Drop blanks and the apostrophe of a spreadsheet, make digits half-width, check the length."""
        plain = "".join(text.split()).strip("'’`").translate(_HALF_WIDTH)
        if not _NUMBER_CHARACTERS.fullmatch(plain):
            raise ValueProblem(f"{self.what}“{plain}”中有数字和字母以外的字符，请核对")
        if self.lengths and len(plain) not in self.lengths:
            wanted = "或".join(str(length) for length in self.lengths)
            raise ValueProblem(f"{self.what}“{plain}”有 {len(plain)} 位，应为 {wanted} 位，请核对")
        return plain

    def mask(self, value: str) -> str:
        """The last four characters stay, of a short number half of them."""
        shown = min(len(value) // 2, 4)
        return "*" * max(len(value) - shown, 2) + value[len(value) - shown :]

    def sample(self, number: int) -> str:
        """Digits of the first allowed length, a leading zero among them."""
        return f"{number:0{self.lengths[0] if self.lengths else 12}d}"


_NUMBER_CHARACTERS: Final = re.compile("[0-9A-Za-z-]*")
_HALF_WIDTH: Final = str.maketrans("０１２３４５６７８９－ＸｘＡＢＣ", "0123456789-XxABC")


_MOBILE: Final = re.compile(r"1[3-9][0-9]{9}")


@dataclass(frozen=True)
class Phone(Kind):
    """A mobile number of 11 digits, or a landline with or without area code."""

    def parse(self, text: str) -> str:
        """Accept blanks, hyphens and +86; keep landlines as 区号-号码."""
        if _MOBILE.fullmatch(text):
            return text
        plain = "".join(text.split()).strip("'’`").translate(_HALF_WIDTH).replace("－", "-").replace("—", "-")
        plain = plain.removeprefix("+86").removeprefix("0086")
        digits = plain.replace("-", "")
        if not (digits.isascii() and digits.isdigit()):
            raise ValueProblem(f"电话“{text}”中有不是数字的字符，请核对")
        if len(digits) == 11 and digits[0] == "1" and digits[1] in "3456789":
            return digits
        if 7 <= len(digits) <= 12 and (digits[0] == "0" or len(digits) <= 8):
            return plain
        raise ValueProblem(f"电话“{text}”有 {len(digits)} 位，手机号码应为 11 位，固定电话请带区号")

    def mask(self, value: str) -> str:
        """The first three and last four digits stay, of a landline without area code the last two."""
        shown = 4 if len(value) > 8 else 2
        return value[:3] + "*" * max(len(value) - 3 - shown, 2) + value[-shown:]

    def sample(self, number: int) -> str:
        """Mobile numbers."""
        return f"139{number % 100_000_000:08d}"


@dataclass(frozen=True)
class DocumentNumber(Kind):
    """文号 with the brackets 〔〕 (GB/T 9704); what is no number of a document stays as written."""

    def parse(self, text: str) -> str:
        """Normalise brackets and digits."""
        return normalise_document_number(" ".join(clean_text(text).split()))

    def sample(self, number: int) -> str:
        """Numbers of an invented office."""
        return f"云教发〔20{number % 30:02d}〕{number % 90 + 1}号"


@dataclass(frozen=True)
class Whole(Kind):
    """A whole number with limits."""

    storage: ClassVar[Storage] = "INTEGER"
    is_number: ClassVar[bool] = True
    least: int = 0
    most: int = 1_000_000
    unit: str = ""

    def parse(self, text: str) -> int:
        """Read digits of any width, Chinese numerals, and a unit behind."""
        value = self._read(text)
        if not self.least <= value <= self.most:
            raise ValueProblem(f"“{text}”应在 {self.least} 至 {self.most} 之间，请核对")
        return value

    def _read(self, text: str) -> int:
        return read_count(text.removesuffix(self.unit) if self.unit else text).value

    def pack(self, value: int) -> Packed:
        """The number itself."""
        return int(value)

    def unpack(self, packed: Packed) -> int:
        """A whole number within the limits."""
        if not isinstance(packed, int) or isinstance(packed, bool) or not self.least <= packed <= self.most:
            raise ValueProblem(f"“{packed}”应为 {self.least} 至 {self.most} 的整数")
        return packed

    def sample(self, number: int) -> int:
        """Numbers within the limits."""
        return self.least + number % (self.most - self.least + 1)


@dataclass(frozen=True)
class Ordinal(Whole):
    """Which one of a row, such as 第三届; kept as its number."""

    least: int = 1
    most: int = 99

    def _read(self, text: str) -> int:
        return read_ordinal(text)


@dataclass(frozen=True)
class Exact(Kind):
    """A decimal number, kept as text with `scale` decimals and never as a float."""

    is_number: ClassVar[bool] = True
    scale: int = 1

    def parse(self, text: str) -> Decimal:
        """Read the number exactly; refuse more decimals than the field has."""
        score = read_score(text)
        if score is None or score.points is None:
            raise ValueProblem(f"“{text}”不是数字")
        value = score.points
        if abs(value) > _LARGEST:
            raise ValueProblem(f"“{text}”过大，请核对")
        fixed = value.quantize(Decimal(1).scaleb(-self.scale))
        if fixed != value:
            raise ValueProblem(f"“{text}”最多写 {self.scale} 位小数")
        return fixed

    def pack(self, value: Decimal) -> Packed:
        """Text with fixed scale."""
        return str(value.quantize(Decimal(1).scaleb(-self.scale)))

    def unpack(self, packed: Packed) -> Decimal:
        """Read the text back; only one with fixed scale."""
        value = self.parse(str(packed))
        if self.pack(value) != packed:
            raise ValueProblem(f"“{packed}”不是 {self.scale} 位小数的数字")
        return value

    def sample(self, number: int) -> Decimal:
        """Numbers with one decimal."""
        return (Decimal(number % 1000) / 10).quantize(Decimal(1).scaleb(-self.scale))


@dataclass(frozen=True)
class Money(Kind):
    """An amount in whole 分; shown in yuan with two decimals."""

    storage: ClassVar[Storage] = "INTEGER"
    is_number: ClassVar[bool] = True

    def parse(self, text: str) -> int:
        """Read ￥80.00, 80元, 1,200."""
        fen = read_money(text)
        if abs(fen) > _LARGEST:
            raise ValueProblem(f"金额“{text}”过大，请核对")
        return fen

    def format(self, value: int) -> str:
        """Yuan with two decimals."""
        sign, fen = ("-", -value) if value < 0 else ("", value)
        return f"{sign}{fen // 100}.{fen % 100:02d}"

    def pack(self, value: int) -> Packed:
        """The amount in 分."""
        return int(value)

    def unpack(self, packed: Packed) -> int:
        """The amount in 分."""
        if not isinstance(packed, int) or isinstance(packed, bool):
            raise ValueProblem(f"“{packed}”应为以分为单位的整数")
        return packed

    def sample(self, number: int) -> int:
        """Amounts with 角 and 分."""
        return number * 107


@dataclass(frozen=True)
class Day(Kind):
    """A calendar day; one that `is_past` is the day of something that has happened."""

    is_past: bool = False

    def parse(self, text: str) -> date:
        """Read every written form of domain §7 that names a whole day."""
        return _believable(self, read_day(text))

    def parse_number(self, value: float, *, date1904: bool = False) -> date:
        """Read a serial number or digits like 20240315."""
        return self.parse(date_from_number(value, date1904=date1904))

    def fault(self, packed: Packed) -> str:
        """A day to come."""
        return _still_to_come(str(packed)) if self.is_past else ""

    def format(self, value: date) -> str:
        """ISO form, which every spreadsheet sorts right."""
        return value.isoformat()

    def pack(self, value: date) -> Packed:
        """ISO form."""
        return value.isoformat()

    def unpack(self, packed: Packed) -> date:
        """Only the ISO form."""
        try:
            value = date.fromisoformat(str(packed))
        except ValueError:
            raise ValueProblem(f"“{packed}”不是日期") from None
        if value.isoformat() != packed:
            raise ValueProblem(f"“{packed}”不是规范的日期")
        return value

    def sample(self, number: int) -> date:
        """Days of several years."""
        return date(2000 + number % 25, number % 12 + 1, number % 28 + 1)


@dataclass(frozen=True)
class PartialDate(Kind):
    """A year, a half-year, a month or a day: 2024, 2024上, 2024-03, 2024-03-15; `is_past` as of a Day."""

    is_past: bool = False

    def parse(self, text: str) -> str:
        """Read every written form of domain §7; a lone sign for "none" gives the empty text."""
        return _believable(self, read_partial_date(text))

    def parse_number(self, value: float, *, date1904: bool = False) -> str:
        """Read 202209, 2022.9 or a serial number; 2010.1 is ambiguous."""
        return _believable(self, date_from_number(value, date1904=date1904))

    def fault(self, packed: Packed) -> str:
        """A date to come."""
        return _still_to_come(str(packed)) if self.is_past else ""

    def unpack(self, packed: Packed) -> str:
        """Only the canonical text."""
        if read_partial_date(str(packed)) != packed:
            raise ValueProblem(f"“{packed}”不是规范的日期")
        return str(packed)

    def sample(self, number: int) -> str:
        """All four precisions."""
        return ("2024", "2024-03", "2024-03-15", "2024上", "1987-12")[number % 5]


@dataclass(frozen=True)
class Birth(PartialDate):
    """When a person of the staff was born; the ladder of the citizen's number holds without one as well."""

    def fault(self, packed: Packed) -> str:
        """A birth that no one on the staff can have."""
        born = str(packed)
        if is_plausible_birth(last_day(born)) and is_plausible_birth(first_day(born)):
            return ""
        return f"“{born}”不在合理范围（1931年至今满{LEAST_AGE}周岁），请核对"

    def sample(self, number: int) -> str:
        """All four precisions."""
        return ("1978", "1980-03", "1980-03-15", "1969上", "1987-12")[number % 5]


def _believable(kind: Kind, value: Value) -> Value:
    """The value that was read. Raises ValueProblem for one that cannot be true today."""
    if value and (fault := kind.fault(kind.pack(value))):
        raise ValueProblem(fault)
    return value


def _still_to_come(packed: str) -> str:
    today = date.today()  # noqa: DTZ011 - an office's day is the day of its own clock
    return f"“{packed}”晚于今天（本机日期 {today}），请核对" if first_day(packed) > today else ""


@dataclass(frozen=True)
class YesNo(Kind):
    """是 or 否."""

    storage: ClassVar[Storage] = "INTEGER"

    def parse(self, text: str) -> bool:
        """Read ticks, crosses and words."""
        plain = text.strip().lower()
        if plain in {"是", "有", "√", "✓", "✔", "☑", "y", "yes", "1", "○", "对", "true"}:
            return True
        if plain in {"否", "无", "×", "✗", "x", "n", "no", "0", "没有", "不是", "false"}:
            return False
        raise ValueProblem(f"“{text}”请填“是”或“否”")

    def format(self, value: bool) -> str:  # noqa: FBT001 - the value of this kind
        """The word."""
        return "是" if value else "否"

    def pack(self, value: bool) -> Packed:  # noqa: FBT001
        """1 or 0."""
        return int(value)

    def unpack(self, packed: Packed) -> bool:
        """Only 1 and 0."""
        if packed not in (0, 1) or isinstance(packed, (str, bool)):
            raise ValueProblem(f"“{packed}”应为 1 或 0")
        return bool(packed)

    def choices(self) -> tuple[str, ...]:
        """Both words."""
        return ("是", "否")

    def sample(self, number: int) -> bool:
        """Both values in turn."""
        return number % 2 == 0


@dataclass(frozen=True)
class Choice(Kind):
    """A code of a shipped table; shown as its label."""

    table_name: str = ""

    @property
    def codes(self) -> CodeTable:
        """The table of this choice."""
        return table(self.table_name)

    def parse(self, text: str) -> str:
        """Accept label, full name, alias and code."""
        return self.codes.read(text)

    def format(self, value: str) -> str:
        """The label; a code that a newer program sent stands as it is."""
        return self.codes.label(value) if value in self.codes.codes else value

    def choices(self) -> tuple[str, ...]:
        """All labels in the order of the table."""
        return tuple(self.codes.label(code) for code in self.codes.codes)

    def unpack(self, packed: Packed) -> str:
        """Only codes of the table."""
        if packed not in self.codes.codes:
            raise ValueProblem(f"代码“{packed}”不在代码表中")
        return str(packed)

    def sort_key(self, value: str) -> int:
        """The place in the table."""
        return self.codes.codes.index(value) if value in self.codes.codes else len(self.codes.codes)

    def sample(self, number: int) -> str:
        """Each code in turn."""
        return self.codes.codes[number % len(self.codes.codes)]


@dataclass(frozen=True)
class Link(Kind):
    """The uid of a record of another entity, named by its plural."""

    entity: str = ""

    def parse(self, text: str) -> str:
        """Take a uid; names are resolved by the plan, which knows the records."""
        return text

    def sample(self, number: int) -> str:
        """A uid of the right shape; tests that need a real record make one."""
        return f"00000000-0000-7000-8000-{number:012d}"


@dataclass(frozen=True)
class Picture(Kind):
    """An attachment by the SHA-256 of its bytes, which lie in the office's folder of blobs."""

    def parse(self, text: str) -> str:
        """Take 64 hexadecimal characters."""
        if len(text) != 64 or not set(text) <= set("0123456789abcdef"):
            raise ValueProblem("图片须从文件选入，不能填写文字")
        return text

    def sample(self, number: int) -> str:
        """Hashes."""
        return f"{number:064x}"


class Scan(Picture):
    """An attachment that may also be a PDF: a paper as a scanner gives it."""


def moment_text(moment: datetime) -> str:
    """A point in time as it is stored: UTC, to the millisecond."""
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond // 1000:03d}Z"


def all_samples(kind: Kind, count: int = 7) -> Iterable[Any]:
    """The first `count` sample values of a kind."""
    return (kind.sample(number) for number in range(count))
