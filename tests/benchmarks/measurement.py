"""What a benchmark tells: one line with name, figure, floor, ratio and limit."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measurement:
    """A figure (seconds, or as the name says) beside its floor of the same run; the limit is of the ratio."""

    name: str
    figure: float
    floor: float
    ratio: float
    limit: float

    @property
    def is_within(self) -> bool:
        """Whether the limit holds."""
        return self.ratio <= self.limit
