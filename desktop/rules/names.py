"""Personal names: padding, middle dots, and the marks of a character that could not be typed."""

import re
import unicodedata

from desktop.rules.characters import HAN, drop_invisible

MIDDLE_DOT = "\u00b7"
"""The dot between the parts of an ethnic name (GB 18030 A1A4), as 民委发〔2016〕33号 requires."""

_LENGTH_LIMIT = 50
_DOTS = re.compile(r"\s*(?:[\u00b7\u2022\u2027\u30fb\uff65\u2219\u22c5\u25cf\u0387\u16eb\u2e31\u2024]\s*)+")
# Patterns over all Han characters take long to compile, so that `re` does it where the first name is read.
_OTHER_DOTS = rf"(?<=[{HAN}]{{2}})\s*[.．。﹒－—–\-]\s*(?=[{HAN}]{{2}})"
_PADDING = rf"(?<=[{HAN}])\s+(?=[{HAN}])"
_SYLLABLE = rf"([{HAN}])[(（]([a-zāáǎàēéěèīíǐìōóǒòūúǔùǖǘǚǜüńňǹḿ]{{1,6}})[)）]"
_ASIDE = re.compile(r"\s*[(（\[【](?![^()（）]*[+＋])[^()（）\[\]【】]*[)）\]】]$")
_PLACEHOLDERS = re.compile(r"[?？□■◇◆○●*＊×\ufffd〓_＿]")
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
_SEVERAL = rf"[{HAN}]{{2}}\s*[、，,;；/／|]\s*[{HAN}]{{2}}"
_COMPONENTS = rf"[⿰-⿻]|[(（\[【]?[{HAN}]\s*[+＋/／]\s*[{HAN}]"


def normalise_name(text: str) -> str:
    """Write a name plainly: no padding between Han characters, U+00B7 as middle dot, NFC; Latin blanks stay.

    A point or dash becomes a middle dot only between parts of at least two Han characters.
    """
    name = re.sub(r"\s+", " ", unicodedata.normalize("NFC", drop_invisible(text)))
    name = re.sub(_PADDING, "", _DOTS.sub(MIDDLE_DOT, name))
    name = re.sub(_OTHER_DOTS, MIDDLE_DOT, name)
    return name.strip("'’＇ " + MIDDLE_DOT)


def name_faults(text: str) -> tuple[str, ...]:
    """Say in sentences what keeps a name from being printed as it is; empty when nothing does."""
    name = normalise_name(text)
    rules = (
        (not name, "姓名为空"),
        (_PLACEHOLDERS.search(name), f"姓名“{name}”里有代替生僻字的符号，请填写原字"),
        (_PRIVATE.search(name), f"姓名“{name}”里有旧输入法的自造字，其他电脑无法显示，请重新录入该字"),
        (re.search(_SEVERAL, name), f"姓名“{name}”里像是不止一个人，一行只能填写一个人"),
        (re.search(_COMPONENTS, name) and not re.search(_SEVERAL, name), f"姓名“{name}”里有用偏旁拼写的字，请填写原字"),
        (re.search(r"\d", name), f"姓名“{name}”里有数字，请核对"),
        (re.search(r"[()（）\[\]【】{}]", name), f"姓名“{name}”里有括号，请只填写姓名"),
        (_mixes_scripts(name), f"姓名“{name}”里有拼音或字母，请填写原字"),
        (len(name) > _LENGTH_LIMIT, f"姓名“{name}”超过{_LENGTH_LIMIT}个字，请核对"),
    )
    return tuple(sentence for found, sentence in rules if found)


def _mixes_scripts(name: str) -> bool:
    return bool(re.search(f"[{HAN}]", name) and re.search(r"[A-Za-z\u00c0-\u024f]", name))


def propose_name(text: str) -> str:
    """Propose a name without what was typed behind it: 区(qū)晓明 → 区晓明, 郑四（男） → 郑四; else as it is."""
    name = normalise_name(propose_without_pinyin(text) or text)
    bare = normalise_name(_ASIDE.sub("", name))
    return bare if len(bare) > 1 and not name_faults(bare) else name


def propose_without_pinyin(text: str) -> str | None:
    """Propose the text without pinyin appended to characters, 區(qū) → 區; None when there is none."""
    proposal = re.sub(_SYLLABLE, r"\1", text)
    return proposal if proposal != text else None
