"""Words for each line of a case's timeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jichi.kernel.localized import LocalizedText

# kind → (as officials read it, as the applicant reads it in five languages)
EVENTS: Final[Mapping[str, tuple[str, LocalizedText]]] = {
    "received": (
        "受け付けました",
        {"ja": "申請を受け付けました", "easy": "申請を受け取りました",
         "en": "We received your application",
         "zh-hans": "已受理您的申请", "ko": "신청을 접수했습니다"},
    ),
    "taken": (
        "担当になりました",
        {"ja": "審査を始めました", "easy": "調べ始めました",
         "en": "The review has started",
         "zh-hans": "已开始审核", "ko": "심사를 시작했습니다"},
    ),
    "released": (
        "担当を外れました",
        {"ja": "担当が変わります", "easy": "係の人が変わります",
         "en": "Another official will continue",
         "zh-hans": "经办人将变更", "ko": "담당자가 바뀝니다"},
    ),
    "correction_requested": (
        "補正を依頼しました",
        {"ja": "直していただきたいところをお知らせしました", "easy": "直してほしいところを知らせました",
         "en": "We asked you for a correction", "zh-hans": "已通知您需要补正", "ko": "보완을 요청했습니다"},
    ),
    "correction_received": (
        "補正が届きました",
        {"ja": "直した内容を受け取りました", "easy": "直したものを受け取りました",
         "en": "We received your correction",
         "zh-hans": "已收到补正内容", "ko": "보완한 내용을 받았습니다"},
    ),
    "correction_cancelled": (
        "補正依頼を取り消しました",
        {"ja": "補正の依頼を取り消しました", "easy": "直さなくてもよくなりました",
         "en": "The correction is no longer needed",
         "zh-hans": "补正要求已取消", "ko": "보완 요청을 취소했습니다"},
    ),
    "approved": (
        "承認しました",
        {"ja": "承認しました", "easy": "できることになりました",
         "en": "Approved", "zh-hans": "已批准", "ko": "승인했습니다"},
    ),
    "refused": (
        "不承認にしました",
        {"ja": "不承認になりました", "easy": "できないことになりました",
         "en": "Not approved", "zh-hans": "未批准",
         "ko": "승인되지 않았습니다"},
    ),
    "document_issued": (
        "書類を交付しました",
        {"ja": "書類をお渡ししました", "easy": "書類をわたしました",
         "en": "A document was issued", "zh-hans": "已发放文件",
         "ko": "서류를 교부했습니다"},
    ),
    "withdrawn": (
        "取り下げられました",
        {"ja": "取り下げました", "easy": "申請をやめました",
         "en": "You withdrew the application", "zh-hans": "已撤回申请",
         "ko": "신청을 취하했습니다"},
    ),
    "payment_due": (
        "支払いを待っています",
        {"ja": "手数料の支払いをお待ちしています", "easy": "お金をはらうのを待っています",
         "en": "We are waiting for your payment", "zh-hans": "正在等待您付款", "ko": "결제를 기다리고 있습니다"},
    ),
    "paid": (
        "支払いがありました",
        {"ja": "支払いを確かめました", "easy": "お金を受け取りました",
         "en": "We received your payment", "zh-hans": "已收到您的付款", "ko": "결제를 확인했습니다"},
    ),
    "refunded": (
        "返金が終わりました",
        {"ja": "支払ったお金をお返ししました", "easy": "お金を返しました",
         "en": "Your payment was refunded", "zh-hans": "已退款", "ko": "결제 금액을 환불했습니다"},
    ),
    "fee_changed": (
        "手数料が変わりました",
        {"ja": "手数料が変わりました", "easy": "お金が変わりました",
         "en": "The fee changed", "zh-hans": "手续费已变更", "ko": "수수료가 바뀌었습니다"},
    ),
    "part_refunded": (
        "一部を返金しました",
        {"ja": "支払ったお金の一部をお返ししました", "easy": "お金の一部を返しました",
         "en": "A part of your payment was refunded", "zh-hans": "已退还部分款项",
         "ko": "결제 금액의 일부를 환불했습니다"},
    ),
    "payment_reopened": (
        "収納が取り消され、支払待ちに戻りました",
        {"ja": "支払いの記録が取り消されました", "easy": "お金をはらった記録を取り消しました",
         "en": "The record of your payment was cancelled", "zh-hans": "付款记录已取消",
         "ko": "결제 기록이 취소되었습니다"},
    ),
    "second_person_confirmed": (
        "もう1人の確認がありました",
        {"ja": "もう1人の方が確認しました", "easy": "もう1人の人が確かめました",
         "en": "The second person confirmed", "zh-hans": "另一位申请人已确认", "ko": "다른 한 분이 확인했습니다"},
    ),
    "dispatched": (
        "発送しました",
        {"ja": "書類を送りました", "easy": "書類を送りました",
         "en": "Your paper was sent", "zh-hans": "文件已寄出", "ko": "서류를 보냈습니다"},
    ),
    "returned": (
        "郵便が戻りました",
        {"ja": "送った書類が届かずに戻りました", "easy": "送った書類が、区役所にもどりました",
         "en": "The paper we sent came back", "zh-hans": "寄出的文件被退回", "ko": "보낸 서류가 반송되었습니다"},
    ),
    "expired": (
        "失効にしました",
        {"ja": "期限切れになりました", "easy": "日が過ぎました",
         "en": "The application expired", "zh-hans": "申请已过期",
         "ko": "신청 기한이 만료되었습니다"},
    ),
}  # fmt: skip

STAFF_EVENTS: Final[Mapping[str, str]] = {
    "proposed": "起案しました",
    "proposal_changed": "起案を直しました",
    "proposal_taken_back": "起案を取り下げました",
    "proposal_sent_back": "差し戻されました",
    "sent_back_on_route": "前の段階に差し戻されました",
    "register_changed": "住民記録が変わりました",
    "file_condemned": "添付のファイルにウイルスが見つかり、消しました。別のファイルを求めてください",
    "linked": "関連する案件を加えました",
    "unlinked": "関連を外しました",
}
"""Lines that applicants never see."""
