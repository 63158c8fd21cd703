"""Words for states, methods and what the payment firm said, for payers and officials alike."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jichi.design.catalogue import message
from jichi.design.labels import label
from jichi.kernel.localized import LocalizedText, pick

from .queries import Record

CHIPS: Final[Mapping[str, str]] = {
    "due": "status.unpaid", "checking": "status.payment_confirming", "paid": "status.paid", "zero": "status.paid",
    "cancelled": "status.withdrawn", "refunding": "status.payment_confirming", "refunded": "status.closed",
}  # fmt: skip
"""State → look of its chip."""
_WORDS: Final[Mapping[str, LocalizedText]] = {
    "zero": {
        "ja": "支払いなし", "easy": "はらわなくていい", "en": "Nothing to pay", "zh-hans": "无需付款",
        "ko": "납부할 금액 없음",
    },
    "cancelled": {
        "ja": "取消し", "easy": "はらわなくていい", "en": "Cancelled", "zh-hans": "已取消", "ko": "취소",
    },
    "refunding": {
        "ja": "還付の手続中", "easy": "お金を返しているところ", "en": "Being returned", "zh-hans": "退款办理中",
        "ko": "환급 처리 중",
    },
    "refunded": {
        "ja": "還付済", "easy": "お金を返しました", "en": "Returned", "zh-hans": "已退款", "ko": "환급 완료",
    },
}  # fmt: skip
METHODS: Final[Mapping[str, LocalizedText]] = {
    "card": {"ja": "カード", "easy": "カード", "en": "Card", "zh-hans": "银行卡", "ko": "카드"},
    "code": {
        "ja": "スマホ決済", "easy": "スマホではらう", "en": "Phone payment", "zh-hans": "手机支付", "ko": "모바일 결제",
    },
    "store": {
        "ja": "コンビニ", "easy": "コンビニ", "en": "Convenience store", "zh-hans": "便利店", "ko": "편의점",
    },
    "cash": {
        "ja": "窓口(現金)", "easy": "まど口(お金)", "en": "Counter (cash)", "zh-hans": "窗口(现金)", "ko": "창구(현금)",
    },
    "counter_card": {
        "ja": "窓口(カード)", "easy": "まど口(カード)", "en": "Counter (card)", "zh-hans": "窗口(银行卡)",
        "ko": "창구(카드)",
    },
    "counter_code": {
        "ja": "窓口(スマホ決済)", "easy": "まど口(スマホ)", "en": "Counter (phone payment)",
        "zh-hans": "窗口(手机支付)",
        "ko": "창구(모바일 결제)",
    },
    "slip": {
        "ja": "納付書", "easy": "お金をはらう紙", "en": "Payment slip", "zh-hans": "缴费单", "ko": "납부서",
    },
}  # fmt: skip
EVENT_WORDS: Final[Mapping[str, str]] = {
    "session.paid": "入金", "session.failed": "支払いの失敗", "session.cancelled": "支払いの中止",
    "session.expired": "支払いの期限切れ", "refund.done": "還付の完了", "refund.failed": "還付の失敗",
}  # fmt: skip
OUTCOME_WORDS: Final[Mapping[str, str]] = {
    "settled": "収納しました", "late": "取消し後の入金のため、還付を始めました",
    "surplus": "二重の入金のため、還付を始めました",
    "again": "二重の入金のため、収納に未充当として記録しました",
    "other_amount": "金額が違うため、記録だけしました", "unknown": "覚えがないため、記録だけしました",
    "repeat": "すでに知っているため、何もしていません", "ended": "この支払いの手続きを閉じました",
    "refund_done": "還付を記録しました", "refund_failed": "還付ができませんでした", "kept": "記録だけしました",
}  # fmt: skip
REFUND_WORDS: Final[Mapping[str, str]] = {
    "requested": "手続待ち", "sending": "送信中", "sent": "会社で処理中", "uncertain": "結果を確認中", "done": "還付済",
    "failed": "できませんでした",
}  # fmt: skip
KIND_WORDS: Final[Mapping[str, str]] = {"settles": "収納", "late": "取消し後の入金", "surplus": "二重の入金"}
TRY_WORDS: Final[Mapping[str, str]] = {
    "open": "手続中", "paid": "支払い済み", "failed": "失敗", "cancelled": "中止", "expired": "期限切れ",
}  # fmt: skip


def state_word(state: str, language: str = "ja") -> str:
    """What a state is called."""
    if state in _WORDS:
        return pick(_WORDS[state], language).text
    return label(CHIPS[state], language)


def method_word(method: str, language: str = "ja") -> str:
    """What a way of paying is called; one we don't know as it came."""
    return pick(METHODS[method], language).text if method in METHODS else method


def shown_state(record: Record) -> str:
    """The state, or "checking": the person came back from the firm's page and the result is not known."""
    last = record.last_try
    if record.view.state != "due" or last is None:
        return record.view.state
    is_checking = last.state == "paid" or (last.state == "open" and last.returned_at is not None)
    return "checking" if is_checking else record.view.state


def error_text(stored: str) -> str:
    """A stored error such as "firm.refused:422" in words for officials; "" for none."""
    code, _, number = stored.partition(":")
    return (message(code, "ja") + (f"({number})" if number else "")) if code else ""
