"""Sentences for the codes of this room and of jobs, for officials."""

from __future__ import annotations

from typing import Final

MESSAGES: Final[dict[str, str]] = {
    "jobs.not_failed": "この処理は、もう失敗の状態ではありません。ほかの人がやり直したか、自動でやり直されました。",
    "jobs.unknown_schedule": "その名前の処理は、まだ一度も予定されていません。処理係が動いているか確かめてください。",
}
"""Code → sentence."""
