"""Titles of inbox entries and timeline lines about cases, in five languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jichi.kernel.localized import LANGUAGES, LocalizedText, pick
from jichi.kernel.money import Yen, format_yen

TO_THE_CASE: Final[LocalizedText] = {
    "ja": "申請の内容を見る", "easy": "申請を見る", "en": "See the application", "zh-hans": "查看申请",
    "ko": "신청 보기",
}  # fmt: skip
"""The link from a charge to the application it is for."""

_TITLES: Final[Mapping[str, Mapping[str, str]]] = {
    "received": {
        "ja": "「{title}」を受け付けました",
        "easy": "「{title}」を受け取りました",
        "en": "We received your application: {title}",
        "zh-hans": "已受理：{title}",
        "ko": "접수되었습니다: {title}",
    },
    "correction": {
        "ja": "「{title}」を直してください",
        "easy": "「{title}」を直してください",
        "en": "Please correct your application: {title}",
        "zh-hans": "请补正：{title}",
        "ko": "보완해 주세요: {title}",
    },
    "correction_received": {
        "ja": "「{title}」の直した内容を受け取りました",
        "easy": "「{title}」の直したものを受け取りました",
        "en": "We received your correction: {title}",
        "zh-hans": "已收到补正内容：{title}",
        "ko": "보완 내용을 받았습니다: {title}",
    },
    "approved": {
        "ja": "「{title}」の結果が出ました",
        "easy": "「{title}」の結果が出ました",
        "en": "There is a result: {title}",
        "zh-hans": "已有结果：{title}",
        "ko": "결과가 나왔습니다: {title}",
    },
    "refused": {
        "ja": "「{title}」の結果が出ました",
        "easy": "「{title}」の結果が出ました",
        "en": "There is a result: {title}",
        "zh-hans": "已有结果：{title}",
        "ko": "결과가 나왔습니다: {title}",
    },
    "withdrawn": {
        "ja": "「{title}」を取り下げました",
        "easy": "「{title}」をやめました",
        "en": "You withdrew your application: {title}",
        "zh-hans": "已撤回：{title}",
        "ko": "취하했습니다: {title}",
    },
    "document": {
        "ja": "「{title}」の書類を受け取れます",
        "easy": "「{title}」の書類があります",
        "en": "Your document is ready: {title}",
        "zh-hans": "可领取文件：{title}",
        "ko": "서류를 받을 수 있습니다: {title}",
    },
    "refunded": {
        "ja": "「{title}」の手数料をお返ししました",
        "easy": "「{title}」のお金を返しました",
        "en": "Your fee was refunded: {title}",
        "zh-hans": "已退还费用：{title}",
        "ko": "수수료를 환불했습니다: {title}",
    },
    "fee_changed": {
        "ja": "「{title}」の手数料が{before}から{after}に変わりました",
        "easy": "「{title}」のお金が{before}から{after}に変わりました",
        "en": "Your fee changed from {before} to {after}: {title}",
        "zh-hans": "手续费由{before}变更为{after}：{title}",
        "ko": "수수료가 {before}에서 {after}(으)로 바뀌었습니다: {title}",
    },
    "dispatched": {
        "ja": "「{title}」の書類を送りました",
        "easy": "「{title}」の書類を送りました",
        "en": "Your paper was sent: {title}",
        "zh-hans": "文件已寄出：{title}",
        "ko": "서류를 보냈습니다: {title}",
    },
    "message": {
        "ja": "「{title}」について区から連絡があります",
        "easy": "「{title}」について、区から連絡があります",
        "en": "A message from the office about: {title}",
        "zh-hans": "区政府就此发来消息：{title}",
        "ko": "구청에서 연락이 있습니다: {title}",
    },
    "correction_soon": {
        "ja": "「{title}」の補正の期限が近づいています",
        "easy": "「{title}」を早く直してください",
        "en": "Your correction is due soon: {title}",
        "zh-hans": "补正期限临近：{title}",
        "ko": "보완 기한이 다가옵니다: {title}",
    },
    "expired": {
        "ja": "「{title}」は期限切れになりました",
        "easy": "「{title}」の日が過ぎました",
        "en": "Your application has expired: {title}",
        "zh-hans": "已过期：{title}",
        "ko": "기한이 만료되었습니다: {title}",
    },
}


def title_of(kind: str, procedure_title: LocalizedText, *, yen: tuple[int, int] = (0, 0)) -> dict[str, str]:
    """The line for an inbox, in every language, with the procedure's own title in it.

    Args:
        yen: before and after, for a fee that changed.
    """
    found: dict[str, str] = {}
    for language in LANGUAGES:
        before, after = (format_yen(Yen(amount), language) for amount in yen)
        title = pick(procedure_title, language).text
        found[language] = _TITLES[kind][language].format(title=title, before=before, after=after)
    return found
