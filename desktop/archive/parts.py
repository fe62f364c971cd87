"""The members of a package: their names in the container, and what a clerk calls them."""

from typing import Final

HEADER: Final = "header.json"
PAYLOAD: Final = "payload.age"
TRAILER: Final = "trailer.json"
SIGNATURE: Final = "trailer.json.minisig"
MANIFEST: Final = "manifest.json"
_CALLED: Final = {HEADER: "文件头", PAYLOAD: "正文", TRAILER: "文件尾", SIGNATURE: "签名", MANIFEST: "清单"}


def called(member: str) -> str:
    """文件头 for header.json; sections by what they hold, what is told in words already as it stands."""
    if member in _CALLED:
        return _CALLED[member]
    if member.startswith("records/"):
        return "记录"
    return "附件" if member.isascii() else member
