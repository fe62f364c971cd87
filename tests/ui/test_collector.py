"""The collector of rings runs in the window's thread only, and never over everything while the clerk works."""

import gc
import weakref
from typing import Any

from desktop.ui.collector import YOUNG, Collector


class Ring:
    def __init__(self) -> None:
        self.self = self


def test_rings_are_freed_without_a_full_pass(qtbot: Any, qapp: Any) -> None:
    """Few young objects are looked through, many are set aside in no time, a full look frees those too."""
    collector = Collector(qapp)
    try:
        assert not gc.isenabled()
        gc.collect(0)
        ring = Ring()
        gone = weakref.ref(ring)
        del ring
        collector.look_at_young()
        assert gone() is None
        many = [[number] for number in range(YOUNG + 1000)]
        ring = Ring()
        gone = weakref.ref(ring)
        del ring
        collector.look_at_young()
        assert gone() is not None
        assert gc.get_count()[0] < YOUNG
        collector.look_at_all()
        assert gone() is None
        assert len(many) > YOUNG
    finally:
        collector.end()
        collector.setParent(None)
        collector.deleteLater()
    assert gc.isenabled()
