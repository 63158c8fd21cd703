"""Sentences for the codes of this room."""

from __future__ import annotations

from typing import Final

from jichi.kernel.localized import LocalizedText

MESSAGES: Final[dict[str, LocalizedText]] = {
    "booking.too_late": {
        "ja": "取り消しの期限を過ぎています。電話で担当課に知らせてください。",
        "easy": "もう、ここではやめられません。電話をしてください。",
        "en": "The time for withdrawing here is over. Please telephone the office in charge.",
        "zh-hans": "已过取消期限。请致电负责部门。",
        "ko": "취소 기한이 지났습니다. 담당 부서에 전화해 주세요.",
    },
    "booking.occupied": {
        "ja": "この時間は、もうほかの予約があります。",
        "easy": "この時間は、ほかの人が予約しています。",
        "en": "Somebody else has this time already.",
        "zh-hans": "该时段已有其他预约。",
        "ko": "이 시간은 이미 다른 예약이 있습니다.",
    },
    "booking.too_many": {
        "ja": "定員より多く選んでいます。",
        "easy": "入れる人数より多いです。",
        "en": "More were chosen than there are places.",
        "zh-hans": "所选人数超过名额。",
        "ko": "정원보다 많이 선택했습니다.",
    },
    "booking.not_now": {
        "ja": "今は変えられません。名簿が確定しているか、もう終わっています。",
        "easy": "今は変えられません。",
        "en": "This can't be changed now: the list is fixed, or it is over.",
        "zh-hans": "现在无法更改。名单已确定，或活动已结束。",
        "ko": "지금은 바꿀 수 없습니다. 명단이 확정되었거나 이미 끝났습니다.",
    },
    "booking.pay_first": {
        "ja": "支払いが済むと、席が決まります。期限までに支払ってください。",
        "easy": "お金をはらうと、席が決まります。時間までにはらってください。",
        "en": "The place is yours once it is paid for. Please pay in time.",
        "zh-hans": "付款完成后席位才会确定。请在期限前付款。",
        "ko": "결제가 끝나면 자리가 확정됩니다. 기한까지 결제해 주세요.",
    },
    "booking.twice": {
        "ja": "その方は、すでに別の申込みに入っています。申込みは1人1件です。",
        "easy": "その人は、もう申し込んでいます。1人1回だけです。",
        "en": "That person is already in another entry. Each person may enter once.",
        "zh-hans": "该人已在其他申请中。每人限一次。",
        "ko": "그분은 이미 다른 신청에 들어 있습니다. 1인 1건만 가능합니다.",
    },
}
"""Code → sentence in five languages."""
