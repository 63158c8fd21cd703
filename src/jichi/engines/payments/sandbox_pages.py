"""The pages of the stand-in payment firm, in Japanese and English. They say on each that no money moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from .sandbox_settling import FAULTS as SETTLING
from .sandbox_store import Fault

STYLE: Final = """
:root {
  color-scheme: light
}
body {
  font: 1rem/1.7 sans-serif;
  max-width: 42rem;
  margin: 0 auto;
  padding: 1rem;
  color: #1a1a1c
}
header {
  border-bottom: 4px dashed #8a3b00;
  margin-bottom: 1.5rem
}
.note {
  background: #fff4e5;
  border-left: 6px solid #8a3b00;
  padding: .5rem 1rem
}
button {
  font: inherit;
  min-height: 44px;
  padding: .5rem 1.25rem;
  margin: .25rem .5rem .25rem 0;
  border: 2px solid #0031d8;
  border-radius: 8px;
  background: #fff;
  color: #0031d8;
  font-weight: 700
}
button.main {
  background: #0031d8;
  color: #fff
}
label {
  display: block;
  min-height: 44px;
  padding: .25rem 0
}
fieldset {
  border: 1px solid #666;
  margin: 1rem 0
}
table {
  border-collapse: collapse;
  width: 100%
}
th, td {
  text-align: left;
  padding: .25rem .5rem;
  border-bottom: 1px solid #ccc;
  vertical-align: top
}
input[type=number] {
  font: inherit;
  width: 6rem;
  min-height: 36px
}
select {
  font: inherit;
  min-height: 44px
}
.yen {
  font-size: 1.5rem;
  font-weight: 700
}
code {
  overflow-wrap: anywhere
}
"""
ICON: Final = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#8a3b00"/></svg>'
)
_WORDS: Final[dict[str, dict[str, str]]] = {
    "ja": {
        "name": "お試し決済", "note": "これは練習用のページです。本物の支払いの会社ではありません。お金は動きません。",
        "pay": "支払う", "fail": "失敗したことにする", "cancel": "支払わずに戻る", "how": "支払い方",
        "card": "カード", "code": "スマホ決済(コード)", "store": "コンビニで後から支払う", "amount": "金額",
        "order": "注文", "ended": "この支払いは終わっています。", "back": "元のサイトに戻る",
        "number": "払込番号", "at_store": "コンビニで支払ったことにする",
    },
    "en": {
        "name": "Practice payments",
        "note": "This page is for practice. It is no real payment company; no money moves.",
        "pay": "Pay", "fail": "Let it fail", "cancel": "Go back without paying", "how": "How to pay",
        "card": "Card", "code": "Phone payment (code)", "store": "Later at a convenience store", "amount": "Amount",
        "order": "Order", "ended": "This payment is over.", "back": "Back to the site you came from",
        "number": "Number for the store", "at_store": "Pretend it was paid at the store",
    },
}  # fmt: skip
FAULT_WORDS: Final[dict[str, str]] = {
    "": "ふつうに動く / works", "late": "知らせが遅れる / callback late", "twice": "知らせが2回来る / callback twice",
    "before": "戻るより先に知らせが来る / callback before the redirect", "lost": "知らせが来ない / callback lost",
    "order": "知らせの順番が逆になる / out of order", "amount": "違う金額を知らせる / another amount",
    "forged": "にせの署名で知らせる / forged signature", "down": "止まっている / down",
    "refund_fails": "還付を断る / refund refused", "refund_slow": "還付に時間がかかる / refund takes time",
    "refund_drop": "還付したあと返事をしない / refunds without an answer",
}  # fmt: skip


def _page(language: str, title: str, body: str) -> str:
    words = _WORDS[language]
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)} | {words["name"]}</title><link rel="stylesheet" href="/style.css"></head><body>'
        f"<header><p><strong>{words['name']}</strong></p></header><main>"
        f'<p class="note">{words["note"]}</p><h1>{escape(title)}</h1>{body}</main></body></html>'
    )


def language_of(session: Mapping[str, Any]) -> str:
    """The page's language for a session."""
    return "ja" if session.get("language") in ("ja", "easy") else "en"


def _yen(amount: int, language: str) -> str:
    return f"{amount:,}円" if language == "ja" else f"{amount:,} yen"


def session_page(session: Mapping[str, Any]) -> str:
    """Where one pays, fails or goes back."""
    language = language_of(session)
    words = _WORDS[language]
    facts = (
        f"<p>{words['order']}: {escape(str(session['title']))}</p>"
        f'<p>{words["amount"]}: <span class="yen">{_yen(session["amount"], language)}</span></p>'
    )
    back = f'<p><a href="{escape(str(session["return_url"]))}">{words["back"]}</a></p>'
    if session["status"] == "pending":
        form = (
            f"<p>{words['number']}: <strong>{escape(session['store_number'])}</strong></p>"
            '<form method="post"><button class="main" name="act" value="store_paid">'
            f"{words['at_store']}</button></form>"
        )
        return _page(language, words["store"], facts + form + back)
    if session["status"] != "open":
        return _page(language, words["ended"], facts + back)
    methods = "".join(
        f'<label><input type="radio" name="method" value="{method}"{" checked" if method == "card" else ""}> '
        f"{words[method]}</label>"
        for method in ("card", "code", "store")
    )
    form = (
        f'<form method="post"><fieldset><legend>{words["how"]}</legend>{methods}</fieldset>'
        f'<button class="main" name="act" value="pay">{words["pay"]}</button>'
        f'<button name="act" value="fail">{words["fail"]}</button>'
        f'<button name="act" value="cancel">{words["cancel"]}</button></form>'
    )
    return _page(language, words["name"], facts + form)


def front_page(fault: Fault, sessions: list[dict[str, Any]], waiting: int, settled: Sequence[str] = ()) -> str:
    """What goes wrong from now on, and what there is."""
    options = "".join(
        f'<option value="{mode}"{" selected" if mode == fault.mode else ""}>{escape(words)}</option>'
        for mode, words in FAULT_WORDS.items()
    )
    rows = "".join(
        f'<tr><td><a href="/pay/{one["id"]}"><code>{one["id"]}</code></a></td><td>{escape(str(one["title"]))}</td>'
        f"<td>{_yen(one['amount'], 'ja')}</td><td>{one['status']}</td></tr>"
        for one in sessions[:50]
    )
    body = (
        '<h2>この会社のふるまい / Faults</h2><form method="post" action="/faults">'
        f'<label>ふるまい <select name="mode">{options}</select></label>'
        "<label>何回(0は次に変えるまで) "
        f'<input type="number" name="times" min="0" max="999" value="{fault.times}"></label>'
        f'<label>何秒遅らせる <input type="number" name="seconds" min="0" max="9999" value="{fault.seconds}"></label>'
        '<button class="main">決める / Set</button></form>'
        f"<h2>支払い / Sessions</h2><p>送っていない知らせ / callbacks waiting: {waiting}</p><table><thead><tr>"
        "<th scope=col>id</th><th scope=col>title</th><th scope=col>yen</th><th scope=col>status</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>" + _settling(settled)
    )
    return _page("ja", "お試し決済 / Practice payments", body)


def _settling(settled: Sequence[str]) -> str:
    """The settlement files that were made, and the press that makes the next."""
    options = "".join(f'<option value="{key}">{escape(words)}</option>' for key, words in SETTLING.items())
    files = "".join(f'<li><a href="/settled/{escape(name)}">{escape(name)}</a></li>' for name in settled[:50])
    listed = f"<ul>{files}</ul>" if files else "<p>まだありません。</p>"
    return (
        '<h2>精算の明細 / Settlement files</h2><form method="post" action="/settle">'
        f'<label>明細のふるまい <select name="fault">{options}</select></label>'
        f"<button>まだ精算していない支払いの明細を作る</button></form>{listed}"
    )


def plain_page(title: str) -> str:
    """Only a sentence."""
    return _page("ja", title, "")
