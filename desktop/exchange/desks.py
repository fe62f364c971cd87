"""Two desks of one office (股室): which areas each of them writes, so that nothing is entered on both.

A desk without a division writes everything. What another desk writes is refused here by `write_edits`, whichever way it
would come in; what that desk sends is merged like that of any office. People and schools are written by both.
"""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import orjson

from desktop.errors import RefusedError
from desktop.exchange.scope import BY_NAME, FORMS
from desktop.store.database import CLOSED, Store


def own_areas(store: Store) -> tuple[str, ...]:
    """The areas that this desk writes, by name; all where nothing was divided."""
    closed = set(orjson.loads(store.settings.get(CLOSED, "[]")))
    return tuple(form.name for form in FORMS if not closed & set(form.entities))


def divide(store: Store, names: Collection[str]) -> None:
    """Note which areas this desk writes. Raises RefusedError for none at all or one that there is not."""
    unknown = [name for name in names if name not in BY_NAME]
    if unknown or not names:
        known = "、".join(f"{form.label}（{form.name}）" for form in FORMS)
        what = f"没有叫“{unknown[0]}”的业务" if unknown else "本股室登记的业务一项也没有选"
        raise RefusedError(f"{what}，没有改动；可选的有：{known}")
    closed = [plural for form in FORMS if form.name not in names for plural in form.entities]
    store.set_settings({CLOSED: orjson.dumps(closed).decode()})


def told_areas(store: Store, manifest: Mapping[str, Any]) -> Iterator[str]:
    """What both desks say they write, by the areas that a package of the other one names."""
    theirs = manifest.get("areas")
    if type(theirs) is list and CLOSED in store.settings:
        both = "、".join(BY_NAME[name].label for name in own_areas(store) if name in theirs)
        if both:
            yield f"“{both}”两个股室都在登记，请商定由哪个股室登记，并在“密钥”页的“股室分工”里改好"
