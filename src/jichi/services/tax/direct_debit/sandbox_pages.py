"""Pages of the stand-in bank: signing in, choosing an account, confirming. They say on each that it is no real bank."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any, Final

from .sandbox_store import ACCOUNTS, PASSWORD

STYLE: Final = """
body {font: 1rem/1.7 sans-serif; max-width: 42rem; margin: 0 auto; padding: 1rem; color: #1a1a1c}
header {border-bottom: 4px dashed #00573f; margin-bottom: 1.5rem}
.note {background: #e8f5ee; border-left: 6px solid #00573f; padding: .5rem 1rem}
.wrong {border-left: 6px solid #b00020; padding: .5rem 1rem; background: #fff0f0}
button {font: inherit; min-height: 44px; padding: .5rem 1.25rem; margin: .25rem .5rem .25rem 0; border: 2px solid
  #00573f; border-radius: 8px; background: #fff; color: #00573f; font-weight: 700}
button.main {background: #00573f; color: #fff}
label {display: block; min-height: 44px; padding: .25rem 0}
input[type=text], input[type=password], select {font: inherit; min-height: 44px; width: 16rem; max-width: 100%}
fieldset {border: 1px solid #666; margin: 1rem 0}
td, th {text-align: left; padding: .25rem .5rem}
code {overflow-wrap: anywhere}
"""
FAULT_WORDS: Final = {
    "": "ふつうに動く / works", "late": "知らせが遅れる / callback late", "twice": "知らせが2回 / twice",
    "order": "古い知らせが先に来る / out of order", "forged": "にせの署名 / forged", "lost": "知らせが来ない / lost",
    "closed": "受付時間外 / closed", "down": "止まっている / down",
}  # fmt: skip


def _page(title: str, body: str) -> str:
    return (
        '<!doctype html><html lang="ja"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)} | お試し銀行</title><link rel="stylesheet" href="/style.css"></head><body>'
        "<header><p><strong>お試し銀行 / Practice bank</strong></p></header><main>"
        '<p class="note">これは練習用のページです。本物の銀行ではありません。お金は動きません。'
        "<br>This is for practice. It is no real bank; no money moves.</p>"
        f"<h1>{escape(title)}</h1>{body}</main></body></html>"
    )


def plain_page(title: str) -> str:
    """Only a sentence."""
    return _page(title, "")


def sign_in_page(row: Mapping[str, Any]) -> str:
    """Where a customer of the bank signs in; a wrong password is counted."""
    wrong = (
        f'<p class="wrong">合言葉がちがいます(あと{3 - row["wrong"]}回) / Wrong password</p>' if row["wrong"] else ""
    )
    return _page("ログイン / Sign in", wrong + (
        f"<p>区から頼まれたこと / Asked by the ward: {escape('、'.join(map(str, row['titles'])))}</p>"
        '<form method="post"><label>お客さま番号 / Customer <input type="text" name="customer" value="1001" '
        'autocomplete="off"></label><label>合言葉 / Password <input type="password" name="password" '
        f'autocomplete="off"></label><p>練習用の合言葉 / Practice password: <code>{PASSWORD}</code></p>'
        '<button class="main" name="act" value="sign_in">ログイン / Sign in</button>'
        '<button name="act" value="cancel">中止して戻る / Cancel</button></form>'
    ))  # fmt: skip


def choose_page(row: Mapping[str, Any]) -> str:
    """Which account; each of them ends in another way."""
    choices = "".join(
        f'<label><input type="radio" name="account" value="{key}"{" checked" if key == "own" else ""}> '
        f"{escape(one['words'])}</label>"
        for key, one in ACCOUNTS.items()
    )
    return _page("口座を選ぶ / Choose an account", (
        f"<p>申込み / For: {escape('、'.join(map(str, row['titles'])))}</p>"
        f'<form method="post"><fieldset><legend>口座 / Account</legend>{choices}</fieldset>'
        '<button class="main" name="act" value="register">この口座を登録する / Register</button>'
        '<button name="act" value="timeout">時間切れにする / Let it time out</button>'
        '<button name="act" value="close">受付終了にする / Let the bank close</button>'
        '<button name="act" value="cancel">中止して戻る / Cancel</button></form>'
    ))  # fmt: skip


def ended_page(row: Mapping[str, Any], back: str) -> str:
    """It is over."""
    return _page("手続は終わりました / It is over", (
        f"<p>{escape(str(row['status']))} {escape(str(row['reason']))}</p>"
        f'<p><a href="{escape(back)}">元のサイトに戻る / Back</a></p>'
    ))  # fmt: skip


def front_page(mode: str, rows: list[dict[str, Any]]) -> str:
    """What goes wrong from now on, and what there is."""
    options = "".join(
        f'<option value="{key}"{" selected" if key == mode else ""}>{escape(words)}</option>'
        for key, words in FAULT_WORDS.items()
    )
    table = "".join(
        f'<tr><td><a href="/register/{one["id"]}"><code>{one["id"]}</code></a></td><td>{one["status"]}</td></tr>'
        for one in rows[:50]
    )
    return _page("お試し銀行 / Practice bank", (
        f'<form method="post" action="/faults"><label>ふるまい / Faults <select name="mode">{options}</select></label>'
        f'<button class="main">決める / Set</button></form><table><tbody>{table}</tbody></table>'
    ))  # fmt: skip
