"""起案: what a decision consists of, and the hash that every approval of it is bound to. Pure."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from typing import Final, Literal, TypeAlias

Outcome: TypeAlias = Literal["approved", "refused"]
SEALS: Final = ("sealed", "omitted")
"""公印を押す, 公印省略."""
DISPATCH_WAYS: Final = ("electronic", "post", "counter")
"""施行: on the page of the case, on paper by post, handed over at the counter."""
POST_WAYS: Final = ("post", "registered", "counter")
"""How a paper leaves: 普通郵便, 簡易書留, 窓口."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """Everything that would be decided. `question` (伺い文) is for the approvers and is decided upon with the rest."""

    outcome: Outcome
    reason_code: str = ""
    reason: str = ""
    question: str = ""
    seal: str = "omitted"
    dispatch: str = "electronic"
    """ "": as the application says."""
    dispatch_because: str = ""
    """Why another way than the application's."""
    granted_yen: int | None = None
    """交付決定額, where less is granted than was asked for (減額決定)."""


def content_hash(draft: Draft, *, submission_hash: str, appeal: str, rule: str) -> str:
    """SHA-256 over all that is decided: any other text, reason, seal, way or application has another hash.

    Args:
        submission_hash: of what the applicant sent, corrections included.
        appeal: 教示 in Japanese. rule: 根拠.
    """
    decided = asdict(draft)
    if not draft.dispatch_because:  # as it was before there was one: what is on its way keeps its hash
        del decided["dispatch_because"]
    if draft.granted_yen is None:
        del decided["granted_yen"]
    content = {**decided, "submission": submission_hash, "appeal": appeal, "rule": rule}
    return hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
