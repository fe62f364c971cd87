"""Kinds whose value is a text: words, names, numbers of documents, and what points to records and files."""

from dataclasses import dataclass
from typing import Final

from desktop.errors import ValueProblem
from desktop.kinds.base import MAX_TEXT, Kind, clean_text
from desktop.rules.documents import normalise_document_number
from desktop.rules.names import normalise_name

_FIRST_HAN: Final = "\u3400"


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
class DocumentNumber(Kind):
    """文号 with the brackets 〔〕 (GB/T 9704); what is no number of a document stays as written."""

    def parse(self, text: str) -> str:
        """Normalise brackets and digits."""
        return normalise_document_number(" ".join(clean_text(text).split()))

    def sample(self, number: int) -> str:
        """Numbers of an invented office."""
        return f"云教发〔20{number % 30:02d}〕{number % 90 + 1}号"


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
