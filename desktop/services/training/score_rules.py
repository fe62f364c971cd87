"""How an office scores its training: weights and limits as policies of its own, from a year on (TR-6)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from desktop.errors import RefusedError
from desktop.queries.policies import Policies
from desktop.services.policies import OwnPolicy, set_policy

SCORE_KEYS: Final = (
    "training.score_weights",
    "training.usual_weights",
    "training.final_weights",
    "training.pass_score",
    "training.excellent_score",
)
"""The policies that are set together."""


@dataclass(frozen=True, slots=True)
class ScoreRules:
    """Percent of 平时 (the rest is 结业), weights of the details of both, points to pass and for 优."""

    usual: int
    usual_details: Sequence[int]
    final_details: Sequence[int]
    passing: float
    excellent: float

    @classmethod
    def of(cls, policies: Policies, year: int) -> "ScoreRules":
        """Those in force in a year."""
        parts, usual, final, passing, excellent = (policies.value(key, year) for key in SCORE_KEYS)
        return cls(parts[0], tuple(usual), tuple(final), passing, excellent)

    def problems(self) -> list[str]:
        """What cannot be, in sentences."""
        found = []
        if not 0 <= self.usual <= 100:
            found.append(f"平时考核比重“{self.usual}”应在 0—100 之间")
        for word, weights in (("平时", self.usual_details), ("结业", self.final_details)):
            if min(weights) < 0 or not any(weights):
                found.append(f"{word}考核各分项的比重不能小于 0，也不能都是 0")
        if not 0 < self.passing < self.excellent <= 100:
            found.append(f"及格分数 {self.passing:g} 应大于 0、小于评优分数 {self.excellent:g}，评优分数不超过 100")
        return found

    def values(self) -> dict[str, Any]:
        """By key of policy."""
        details = (list(self.usual_details), list(self.final_details))
        values = ([self.usual, 100 - self.usual], *details, self.passing, self.excellent)
        return dict(zip(SCORE_KEYS, values, strict=True))


def set_score_rules(session: Session, year: int, rules: ScoreRules, source: str) -> int:
    """Let what differs from the rules in force hold from a year on; returns how many policies were written.

    Raises RefusedError for rules that cannot be, told together, and without the source.
    """
    problems = [*rules.problems(), *([] if source.strip() else ["依据没有填写"])]
    if problems:
        raise RefusedError(f"{'；'.join(problems)}；没有保存")
    policies, written = Policies(session), 0
    for key, value in rules.values().items():
        if policies.value(key, year) == value:
            continue
        set_policy(session, key, OwnPolicy(value, source, year))
        written += 1
    if not written:
        raise RefusedError("与现在的评定办法相同，没有改动")
    return written
