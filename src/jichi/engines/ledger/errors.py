"""What this room's error codes say; only officials meet them."""

from __future__ import annotations

from typing import Final

MESSAGES: Final[dict[str, str]] = {
    "ledger.other_repeat": "同じ番号の仕訳({key})が、別の内容で記帳済みです。何も変えていません。",
    "ledger.uneven": "借方と貸方が合わない仕訳({key})は記帳できません。何も変えていません。",
    "ledger.unknown_account": "勘定科目({account})がありません。何も変えていません。",
    "ledger.close_future": "まだ来ていない日({day})は締められません。何も変えていません。",
    "ledger.no_future": "『{label}』は、今日までの日を入力してください。",
    "ledger.close_year_first": "{day}より先を締める前に、{year}年度の出納を閉鎖してください。何も変えていません。",
    "ledger.year_not_over": "{year}年度の出納整理期間({day}まで)が終わっていません。何も変えていません。",
    "ledger.earlier_year_open": "{year}年度がまだ閉鎖されていません。先に閉鎖してください。何も変えていません。",
}
"""Code → Japanese."""
