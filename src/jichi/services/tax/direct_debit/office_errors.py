"""Sentences for the codes of this room that only officials meet."""

from __future__ import annotations

from typing import Final

OFFICE_MESSAGES: Final[dict[str, str]] = {
    "debit.no_payer": "この宛名番号の人は見つかりません。番号を確かめてください。",
    "debit.no_bank": "「{value}」という金融機関・支店は取り扱っていません。コードを確かめてください。",
    "debit.no_kind": "「{value}」という費目は口座振替の対象にありません。",
    "debit.bank_code": "『{label}』は、4けたの数字(統一金融機関コード)で入力してください。",
    "debit.time": "『{label}』は、08:30 のように時刻で入力してください。",
    "debit.range": "『{label}』は、{least}から{most}までの数字で入力してください。",
    "debit.note_needed": "どう片付けたかを入力してください。",
    "debit.entry_closed": "この仕事は、もう片付いています。",
    "debit.line_twice": "同じ宛名番号と費目が{line}行目にもあります。",
    "debit.nothing_due": "この振替日に依頼するものがありません。",
    "debit.bank_waits": "この振替日には、まだ結果の来ていない別の依頼があります。別の営業日を選んでください。",
}
"""Code → sentence."""
