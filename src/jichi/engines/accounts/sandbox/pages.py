"""Pages of the stand-in: choose who plays, stop, sign, set a fault. Each says that nothing here is real."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Final

from .faults import FAULTS, Fault
from .people import Player

STYLE: Final = (
    "body{font:1.1rem/1.8 sans-serif;max-width:36rem;margin:0 auto;padding:1rem;color:#1a1a1a;background:#fff}"
    "button,input,select{font:inherit;min-height:2.8rem;padding:.3rem .8rem}label{display:block;margin:.5rem 0}"
    "button{border:2px solid #0b5a8a;background:#0b5a8a;color:#fff;border-radius:.4rem;margin:.5rem .5rem 0 0}"
    "button.second{background:#fff;color:#0b5a8a}.stand-in{border:3px dashed #8a4b00;padding:.6rem 1rem}"
    "fieldset{border:1px solid #767676;margin:1rem 0}.wrong{color:#b00020;font-weight:bold}"
)


def page(title: str, body: str) -> bytes:
    """A whole page."""
    return (
        f'<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>{escape(title)}</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{STYLE}</style></head><body>'
        '<p class="stand-in"><strong>これは練習用の画面です。</strong>'
        "本物の本人確認サービスではありません。This is a stand-in, not a real identity service.</p>"
        f"<main><h1>{escape(title)}</h1>{body}</main></body></html>"
    ).encode()


def _hidden(values: Mapping[str, str]) -> str:
    return "".join(f'<input type="hidden" name="{escape(k)}" value="{escape(v)}">' for k, v in values.items())


def _choice(players: tuple[Player, ...]) -> str:
    lines = "".join(
        f'<label><input type="radio" name="person" value="{escape(one.key)}"{" checked" if place == 0 else ""}> '
        f"{escape(one.name)}({one.birth_date.isoformat()})</label>"
        for place, one in enumerate(players)
    )
    return f"<fieldset><legend>だれのカードを使いますか</legend>{lines}</fieldset>"


def choose(title: str, players: tuple[Player, ...], kept: Mapping[str, str], *, wrong: bool) -> bytes:
    """Log in with somebody's card."""
    note = '<p class="wrong" role="alert">暗証番号は4桁の数字です。</p>' if wrong else ""
    return page(
        title,
        f'{note}<form method="post">{_hidden(kept)}{_choice(players)}'
        "<label>暗証番号(4桁。練習なのでどの数字でも)<br>"
        '<input name="pin" inputmode="numeric" maxlength="4" size="6" autocomplete="off"></label>'
        '<button name="do" value="go">カードを読み取る</button>'
        '<button name="do" value="stop" class="second">やめる</button></form>',
    )


def sign(content_hash: str, players: tuple[Player, ...], *, wrong: bool) -> bytes:
    """Sign a content with somebody's card."""
    note = '<p class="wrong" role="alert">パスワードは6文字から16文字の英大文字と数字です。</p>' if wrong else ""
    return page(
        "電子署名",
        f"{note}<p>次の内容に署名します。</p><p><code>{escape(content_hash)}</code></p>"
        f'<form method="post">{_choice(players)}'
        "<label>署名用パスワード(英大文字と数字6〜16文字。練習なのでどれでも)<br>"
        '<input name="pin" maxlength="16" size="18" autocomplete="off"></label>'
        '<button name="do" value="go">署名する</button>'
        '<button name="do" value="stop" class="second">やめる</button></form>',
    )


def control(now: Fault) -> bytes:
    """What goes wrong."""
    options = "".join(
        f'<option value="{escape(mode)}"{" selected" if mode == now.mode else ""}>{escape(words)}</option>'
        for mode, words in FAULTS.items()
    )
    return page(
        "本人確認の練習用サービス",
        f"<p>いま: {escape(FAULTS[now.mode])}</p>"
        f'<form method="post" action="/faults"><label>不具合<br><select name="mode">{options}</select></label>'
        '<label>回数(0は変えるまでずっと)<br><input name="times" value="0" inputmode="numeric" size="4"></label>'
        "<button>設定する</button></form>",
    )


def told(title: str, words: str) -> bytes:
    """One sentence."""
    return page(title, f"<p>{escape(words)}</p>")
