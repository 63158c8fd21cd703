"""Words and headings of officials' pages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

STATES: Final[Mapping[str, tuple[str, str]]] = {
    "live": ("有効", "done"), "held": ("停止中", "todo"), "ended": ("終了", "neutral"),
}  # fmt: skip
SOURCES: Final[Mapping[str, str]] = {"web": "Web", "paper": "紙", "import": "移行"}
ENDS: Final[Mapping[str, str]] = {
    "asked": "届出", "changed": "口座の変更", "moved": "転出", "died": "死亡", "account": "口座なし",
    "failures": "続けて引き落とせない", "mistake": "誤り", "result": "金融機関の結果", "office": "職員が停止",
}  # fmt: skip
HAPPENED: Final[Mapping[str, str]] = {"opened": "登録", "held": "停止", "freed": "再開", "ended": "終了"}
WORK: Final[Mapping[str, tuple[str, str]]] = {
    "duplicate": ("別の口座が登録済み", "どちらの口座を使うか本人に確かめ、使わないほうを終了します。"),
    "holder": ("名義が本人とちがう", "同意のある家族の口座かを本人に確かめます。"),
    "contradicts": ("金融機関の知らせの食い違い", "金融機関に、登録があるかを確かめます。"),
    "result": ("引き落とせない口座", "口座を金融機関に確かめ、本人に新しい口座を頼みます。"),
    "slip": (
        "納付書を送るもの",
        "納付書は自動で発行します。ここに残るもの(支援措置、住所不明など)は手で作ります。",
    ),
    "left": ("転出・死亡", "残りの納期を確かめ、納付の方法を決めます。"),
}
"""Kind of entry → (what, what to do)."""
PAYER_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "payer_no": ("宛名番号",), "kind": ("費目", "費目コード"), "bank": ("金融機関コード",), "branch": ("支店コード",),
    "type": ("預金種目",), "number": ("口座番号",), "holder": ("口座名義",), "since": ("開始日",),
}  # fmt: skip
