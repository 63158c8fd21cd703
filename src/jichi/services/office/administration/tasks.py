"""Background jobs of administration; the manifest says when they run. All may run twice."""

from __future__ import annotations

from jichi.engines.audit.context import unit
from jichi.kernel import clock
from jichi.kernel.errors import Finding

from . import actions, queries
from .queries import PLATFORM


def carry_out_due() -> None:
    """Carry out confirmed plans whose day has come; late ones at the next run."""
    actions.carry_out_due(actor=PLATFORM)


def erase_over() -> None:
    """Delete what is over by the rules of the manifests, each step with its certificate."""
    actions.erase_over(actor=PLATFORM)


def findings() -> list[Finding]:
    """For doctor and the health page: personnel changes that should have been carried out."""
    with unit(PLATFORM):
        late = queries.overdue(clock.today())
    if not late:
        return []
    return [
        Finding(
            what="人事異動", state="wrong", detail=f"実施日を過ぎた計画が{late}件あります。",
            mend="人事異動の計画の画面で、失敗した理由を確かめてください。",
        )
    ]  # fmt: skip
