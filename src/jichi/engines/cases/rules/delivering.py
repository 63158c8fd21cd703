"""施行: how a decision reaches the person, as the application says, and what needs a reason. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_OF_DELIVERY: Final[Mapping[str, str]] = {"pdf": "electronic", "post": "post", "counter": "counter"}
"""Way of the definition → word of `proposals.DISPATCH_WAYS`."""
_PAPER_OF: Final[Mapping[str, frozenset[str]]] = {
    "electronic": frozenset(), "post": frozenset({"post", "registered"}), "counter": frozenset({"counter"}),
}  # fmt: skip
"""How a paper leaves that was decided to go this way: words of `proposals.POST_WAYS`."""


@dataclass(frozen=True, slots=True)
class Proposed:
    """The way that is proposed; `is_chosen`: the application says so, and another way needs a reason."""

    way: str
    is_chosen: bool = False

    def departs(self, way: str) -> bool:
        """Does this way of a decision need a reason?"""
        return self.is_chosen and way != self.way

    def paper_departs(self, way: str) -> bool:
        """Does a paper that leaves this way need one?"""
        return self.is_chosen and way not in _PAPER_OF[self.way]


def proposed_dispatch(delivery: str, *, outcome: str, has_login: bool) -> Proposed:
    """What is proposed for a decision.

    Args:
        delivery: "pdf", "post", "counter" of the application; "" where its definition says nothing. A refusal is
            a notice and goes where the person reads.
        has_login: whoever has none gets paper.
    """
    usual = "electronic" if has_login else "post"
    if outcome != "approved" or delivery not in _OF_DELIVERY:
        return Proposed(usual)
    way = _OF_DELIVERY[delivery]
    return Proposed("post") if way == "electronic" and not has_login else Proposed(way, is_chosen=True)
