"""The office at the desk: its record, its place, its words for the tiers."""

import re
from typing import Final

from sqlalchemy.orm import Session

from desktop.codes import table
from desktop.errors import RefusedError
from desktop.models import Office
from desktop.models.base import Content
from desktop.store.database import settings_of
from desktop.store.records import find

CITY_TIER: Final = "2"
COUNTY_TIER: Final = "3"

_AUTHORITY: Final = re.compile(r"(?<=.)(教育|教委|教体|教科|文教|科教)")
"""Where the name of the place ends in the name of an authority: 云岭县|教育委员会."""
_COUNTY_WORDS: Final = {"县": "县级", "区": "区级"}
_COUNTY_BEFORE: Final = re.compile(r"[^县区]+县|[^县区]{2,}区")
"""The county or district with which the name of a school or township begins: 云岭县|第一中学, 山城市渡口区|实验小学."""
_LEVELS: Final = ("honor_level", "evidence_level", "training_level")
"""Tables with a level of the county, which is called as the tier is."""
_UNTOLD_COUNTY: Final = "县（区）级"
"""The word of an upper office that has counties and districts below it and has set none."""


def own_office(session: Session) -> Content:
    """The content of the office that owns the database. Raises RefusedError if its record is missing."""
    code = settings_of(session).get("office_code")
    found = find(session, Office, {"code": code}) if code is not None else {}
    for record in found.values():
        return record.content
    raise RefusedError("本单位的登记信息缺失，请从备份恢复")


def place_name(office: Content) -> str:
    """The name of the place before the name of its authority (云岭县教育委员会 → 云岭县); a school's whole name."""
    name = str(office["name"])
    if office.get("rank") == "school":
        return name
    return _AUTHORITY.split(name, maxsplit=1)[0]


def tier_words(office: Content) -> dict[str, str]:
    """The words of the tiers by code as they stand on this office's paper: 县级 in a county, 区级 in a district."""
    tiers = table("tier")
    words = {code: tiers.label(code) for code in tiers.codes}
    if office.get("city_word"):
        words[CITY_TIER] = office["city_word"]
    words[COUNTY_TIER] = office.get("county_word") or _county_word(office)
    return words


def use_local_words(office: Content | None) -> None:
    """Have the levels of all tables called as in this office, 县级 and not 区县级; as shipped where it is None."""
    words = tier_words(office) if office is not None else {}
    table("tier").use_words(words)
    county = words.get(COUNTY_TIER)
    for name in _LEVELS:
        levels = table(name)
        levels.use_words({code: county for code in levels.codes if county and levels.find(county) == code})


def _county_word(office: Content) -> str:
    """The word that the office's name tells: its own place in a county, the place it begins with below one."""
    place = place_name(office)
    if office.get("rank") in ("school", "township"):
        begun = _COUNTY_BEFORE.match(place)
        place = begun.group() if begun else ""
    return _COUNTY_WORDS.get(place[-1:], _UNTOLD_COUNTY)
