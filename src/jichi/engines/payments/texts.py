"""Words this room puts into inboxes and files: five languages for payers, Japanese for officials."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jichi.kernel.localized import LocalizedText

NOTICES: Final[Mapping[str, LocalizedText]] = {
    "due": {
        "ja": "支払いをしてください", "easy": "お金をはらってください", "en": "Payment due", "zh-hans": "请付款",
        "ko": "납부해 주세요",
    },
    "paid": {
        "ja": "支払いを確認しました", "easy": "お金を受け取りました", "en": "We have received your payment",
        "zh-hans": "已确认付款", "ko": "납부를 확인했습니다",
    },
    "refunding": {
        "ja": "支払ったお金をお返しします", "easy": "はらったお金を返します", "en": "Your money is being returned",
        "zh-hans": "将退还您支付的款项", "ko": "납부한 금액을 돌려드립니다",
    },
    "soon": {
        "ja": "支払いの期限が近づいています", "easy": "早くお金をはらってください", "en": "Your payment is due soon",
        "zh-hans": "付款期限临近", "ko": "납부 기한이 다가옵니다",
    },
    "voided": {
        "ja": "窓口での支払いの記録を取り消しました。支払いをしてください",
        "easy": "まど口のお金の記録を取り消しました。お金をはらってください",
        "en": "The record of your payment at the counter was cancelled. Payment is due",
        "zh-hans": "窗口的付款记录已取消。请付款", "ko": "창구 납부 기록이 취소되었습니다. 납부해 주세요",
    },
    "part": {
        "ja": "支払ったお金の一部をお返しします", "easy": "はらったお金の一部を返します",
        "en": "A part of your money is being returned", "zh-hans": "将退还您支付的部分款项",
        "ko": "납부한 금액의 일부를 돌려드립니다",
    },
    "surplus": {
        "ja": "2回支払われた分をお返しします", "easy": "2回はらったお金を返します",
        "en": "You paid twice; the second payment is being returned", "zh-hans": "您支付了两次，将退还第二次的款项",
        "ko": "두 번 납부된 금액을 돌려드립니다",
    },
    "refunded": {
        "ja": "お金をお返ししました", "easy": "お金を返しました", "en": "Your money has been returned",
        "zh-hans": "款项已退还", "ko": "금액을 돌려드렸습니다",
    },
}  # fmt: skip
OFFICE: Final[Mapping[str, LocalizedText]] = {
    "late": {"ja": "取り消した納付が支払われました(還付を始めました)"},
    "surplus": {"ja": "2回支払われました(2回目の還付を始めました)"},
    "again": {"ja": "2回支払われました(2回目は収納の『未充当の収納』にあります)"},
    "other_amount": {"ja": "金額の違う入金の知らせがあります"},
    "unknown": {"ja": "覚えのない還付の知らせがあります"},
    "refund_failed": {"ja": "還付ができませんでした"},
    "overdue": {"ja": "納期限を過ぎても支払われていません"},
    "refund_by_hand": {"ja": "窓口で受け取ったお金を返してください"},
}
DATED: Final = frozenset({"soon"})
"""Mails that name the last day to pay."""
REASONS: Final[Mapping[str, str]] = {"late": "取消し後に支払われたため", "surplus": "二重に支払われたため"}
