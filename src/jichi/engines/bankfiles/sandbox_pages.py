"""The pages of the sandbox town: a till, a phone app, a collecting agent, a bank. Each says that no money moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any, Final

from .rules.results import CODES
from .sandbox_credits import FAULTS as CREDIT_FAULTS
from .sandbox_credits import FORMS, HOWS
from .sandbox_town import ANSWER_FAULTS, FAULTS, KINDS, LAYOUTS, PLACES, Slip

STYLE: Final = """
:root { color-scheme: light }
body { font: 1rem/1.7 sans-serif; max-width: 46rem; margin: 0 auto; padding: 1rem; color: #1a1a1c }
header { border-bottom: 4px dashed #8a3b00; margin-bottom: 1.5rem }
nav a { display: inline-block; min-height: 44px; margin-right: 1rem }
.note { background: #fff4e5; border-left: 6px solid #8a3b00; padding: .5rem 1rem }
.wrong { background: #fdeeee; border-left: 6px solid #b3001b; padding: .5rem 1rem }
button, select, input { font: inherit; min-height: 44px; padding: .25rem .75rem; max-width: 100% }
input, textarea { box-sizing: border-box }
button { border: 2px solid #0031d8; border-radius: 8px; background: #0031d8; color: #fff; font-weight: 700 }
label { display: block; margin: .75rem 0 }
textarea { font: inherit; width: 100% }
form, table { overflow-wrap: anywhere }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .25rem .5rem; border-bottom: 1px solid #ccc; vertical-align: top }
.yen { font-size: 1.5rem; font-weight: 700 }
code { overflow-wrap: anywhere }
"""
ICON: Final = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#8a3b00"/></svg>'
)
_NOTE: Final = (
    "これは練習用の町です。本物の店、アプリ、銀行ではありません。お金は動きません。だれでも見られるので、"
    "本当の納付書を使わないでください。<br>"
    "<span lang=en>A practice town: no real shop, app or bank; no money moves.</span>"
)
_PAGES: Final = (
    ("/", "町"),
    ("/till", "コンビニのレジ"),
    ("/app", "支払いアプリ"),
    ("/agent", "収納代行"),
    ("/bank", "銀行"),
)


def page(title: str, body: str, wrong: str = "") -> str:
    """A whole page."""
    links = "".join(f'<a href="{path}">{words}</a>' for path, words in _PAGES)
    told = f'<p class="wrong" role="alert">{escape(wrong)}</p>' if wrong else ""
    return (
        '<!doctype html><html lang="ja"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<title>{escape(title)} | お試しの町</title><link rel="stylesheet" href="/style.css"></head><body>'
        f"<header><p><strong>お試しの町</strong></p><nav>{links}</nav></header><main>"
        f'<p class="note">{_NOTE}</p><h1>{escape(title)}</h1>{told}{body}</main></body></html>'
    )


def front(paid: int, files: Sequence[str]) -> str:
    """What there is in the town, and how its files get into the house."""
    rows = "".join(f'<li><a href="/files/{escape(name)}">{escape(name)}</a></li>' for name in files[:50])
    listed = f"<ul>{rows}</ul>" if rows else "<p>まだありません。</p>"
    return page("お試しの町", (
        "<ol><li>納付書をレジかアプリで払う(番号、写真、PDF)。</li>"
        "<li>収納代行で、速報・確報・取消のファイルを作る。</li>"
        "<li>職員が「収納のファイルの受け入れ」で、相手方を「お試しの町の収納代行」にして送る。"
        "大きいファイルは <code>jichi receipts take ファイル --partner town</code>。</li>"
        "<li>口座振替の依頼は、銀行に渡すと、結果のファイルになる。</li>"
        "<li>決済会社の精算の明細や収納代行の確報は、銀行に渡すと、入金の一覧になる。</li></ol>"
        f"<p>払われた納付書: {paid}件</p><h2>作ったファイル</h2>{listed}"
    ))  # fmt: skip


def till(place: str, wrong: str = "") -> str:
    """Where a slip is shown."""
    return page(PLACES[place][0], (
        f'<form method="post" action="/{place}/read" enctype="multipart/form-data">'
        '<label>納付書の写真かPDF <input type="file" name="photo" accept="image/*,application/pdf"></label>'
        '<label>または、バーコードの番号 <input name="number" size="48" maxlength="200" autocomplete="off"></label>'
        "<p><button>納付書を読む</button></p></form>"
    ), wrong)  # fmt: skip


def slip(place: str, found: Slip) -> str:
    """What the slip says, and taking the money."""
    said = found.said
    options = "".join(f'<option value="{key}">{words}</option>' for key, (words, _plan) in FAULTS.items())
    pay_by = f"{said.pay_by:%Y-%m-%d}" if said.pay_by else "なし"
    return page(PLACES[place][0], (
        f'<p>金額 <span class="yen">{said.amount:,}円</span></p><table><tbody>'
        f"<tr><th scope=row>請求者</th><td>{said.issuer}</td></tr>"
                f"<tr><th scope=row>自由欄</th><td>{said.free_area}</td></tr>"
        f"<tr><th scope=row>再発行</th><td>{said.reissue}回</td></tr>"
        f"<tr><th scope=row>取扱期限</th><td>{pay_by}</td></tr></tbody></table>"
        f'<form method="post" action="/{place}/take"><input type="hidden" name="number" value="{found.code}">'
        f'<label>このあと何が起きるか <select name="fault">{options}</select></label>'
        "<p><button>お金を受け取る</button></p></form>"
    ))  # fmt: skip


def agent(paid: Sequence[Mapping[str, Any]], due: Mapping[str, int], wrong: str = "") -> str:
    """Payments that came, and the files about them."""
    rows = "".join(
        f"<tr><td>{one['day']} {one['time']}</td><td>{PLACES[one['place']][0]} {one['shop']}</td>"
        f"<td>{one['amount']:,}</td><td><code>{one['code']}</code></td><td>{FAULTS[one['fault']][0]}</td>"
        f"<td>{'、'.join(KINDS[kind] for kind in one['reported']) or 'まだ'}</td></tr>"
        for one in reversed(paid[-100:])
    )
    kinds = "".join(f'<option value="{key}">{words}({due[key]}件)</option>' for key, words in KINDS.items())
    layouts = "".join(f'<option value="{key}">{words}</option>' for key, words in LAYOUTS.items())
    return page("収納代行", (
        f'<form method="post" action="/agent/report"><label>種別 <select name="kind">{kinds}</select></label>'
        f'<label>形 <select name="layout">{layouts}</select></label>'
        '<label><input type="checkbox" name="again" value="1"> 前に送ったものも、もう一度入れる(二重の報告)</label>'
        "<p><button>ファイルを作る</button></p></form>"
        "<h2>払われた納付書</h2><table><thead><tr><th scope=col>日時</th><th scope=col>場所</th><th scope=col>円</th>"
        "<th scope=col>バーコード</th><th scope=col>起きること</th><th scope=col>知らせたもの</th></tr></thead>"
        f"<tbody>{rows}</tbody></table>"
    ), wrong)  # fmt: skip


def bank(wrong: str = "") -> str:
    """A request in, results out."""
    codes = "".join(f'<option value="{key}">{key} {escape(one.words)}</option>' for key, one in CODES.items())
    faults = "".join(f'<option value="{key}">{words}</option>' for key, words in ANSWER_FAULTS.items())
    return page("銀行", (
        '<form method="post" action="/bank/answer" enctype="multipart/form-data">'
        '<label>口座振替の依頼のファイル(全銀120) <input type="file" name="photo"></label>'
        f'<label>結果 <select name="default">{codes}</select></label>'
        '<label>ほかの結果にする顧客番号(1行に「番号 コード」)'
            '<textarea name="codes" rows="4" cols="40"></textarea></label>'
        f'<label>銀行のふるまい <select name="fault">{faults}</select></label>'
        "<p><button>結果のファイルを作る</button></p></form>" + _crediting()
    ), wrong)  # fmt: skip


def _crediting() -> str:
    hows = "".join(f'<option value="{key}">{words}</option>' for key, words in HOWS.items())
    faults = "".join(f'<option value="{key}">{words}</option>' for key, words in CREDIT_FAULTS.items())
    forms = "".join(f'<option value="{key}">{words}</option>' for key, words in FORMS.items())
    return (
        '<h2>決済会社・収納代行からの入金</h2><form method="post" action="/bank/credit" enctype="multipart/form-data">'
        '<label>決済会社の精算の明細(CSV)か、収納代行の確報(固定長) <input type="file" name="photo"></label>'
        f'<label>どう入金するか <select name="how">{hows}</select></label>'
        f'<label>入金のふるまい <select name="fault">{faults}</select></label>'
        f'<label>一覧の形 <select name="form">{forms}</select></label>'
        "<p><button>入金の一覧を作る</button></p></form>"
    )


def made(name: str) -> str:
    """A file is ready."""
    return page("ファイルができました", f'<p><a href="/files/{escape(name)}">{escape(name)}</a> を保存する</p>')


def taken(place: str) -> str:
    """The money was taken."""
    return page(
        "受け取りました", f'<p><a href="/{place}">次の納付書</a> <a href="/agent">収納代行でファイルを作る</a></p>'
    )
