"""Titles in residents' inboxes and mails, in five languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jichi.engines.messages.rules import Template
from jichi.kernel.localized import LocalizedText

NOTICES: Final[Mapping[str, LocalizedText]] = {
    "done": {
        "ja": "口座振替の登録が終わりました", "easy": "口座の 登録が おわりました",
        "en": "Your account is registered for payment", "zh-hans": "账户转账登记已完成",
        "ko": "계좌이체 등록이 끝났습니다",
    },
    "failed": {
        "ja": "口座振替の登録ができませんでした", "easy": "口座の 登録が できませんでした",
        "en": "Your account was not registered", "zh-hans": "账户转账未能登记", "ko": "계좌이체가 등록되지 않았습니다",
    },
    "stopped": {
        "ja": "口座振替をやめました", "easy": "口座からの 支払いを やめました", "en": "Account transfer ended",
        "zh-hans": "账户转账已停止", "ko": "계좌이체를 중지했습니다",
    },
    "slip": {
        "ja": "口座から引き落とせませんでした。納付書で支払ってください",
        "easy": "口座の お金が たりません。紙で はらってください",
        "en": "The debit failed. Please pay by slip", "zh-hans": "扣款失败，请用缴费单支付",
        "ko": "계좌에서 출금되지 않았습니다. 납부서로 납부해 주세요",
    },
}  # fmt: skip
_SUBJECT: Final[LocalizedText] = {
    "ja": "{ward}から口座振替のお知らせがあります", "easy": "{ward}から口座のお知らせです",
    "en": "{ward}: a notice about your account transfer", "zh-hans": "{ward}：关于账户转账的通知",
    "ko": "{ward}: 계좌이체 알림이 있습니다",
}  # fmt: skip
_CLOSING: Final[LocalizedText] = {
    "ja": "\n\nログインしてご覧ください。\n{url}\n",
    "easy": "\n\nここで見てください。\n{url}\n",
    "en": "\n\nPlease sign in to read it.\n{url}\n",
    "zh-hans": "\n\n请登录后查看。\n{url}\n",
    "ko": "\n\n로그인하여 확인해 주세요.\n{url}\n",
}


def _mail(key: str, body: LocalizedText) -> Template:
    return Template(
        key=f"debit.{key}", topic="payments", subject=_SUBJECT,
        body={language: text + _CLOSING[language] for language, text in body.items()}, may_opt_out=False,
    )  # fmt: skip


TEMPLATES: Final[tuple[Template, ...]] = (
    _mail("done", {
        "ja": "{ward}です。口座振替の登録が終わりました。いつの分から引き落とすかは、ページに書いてあります。",
        "easy": "{ward}です。口座の登録がおわりました。",
        "en": "This is {ward}. Your account is registered. The page says from which month it counts.",
        "zh-hans": "这里是{ward}。账户转账登记已完成。页面上写明从哪个月开始扣款。",
        "ko": "{ward}입니다. 계좌이체 등록이 끝났습니다. 언제부터 출금되는지는 페이지에 있습니다.",
    }),
    _mail("slip", {
        "ja": "{ward}です。口座から引き落とせませんでした。納付書で支払ってください。",
        "easy": "{ward}です。口座のお金がたりません。紙ではらってください。",
        "en": "This is {ward}. The debit from your account failed. Please pay by slip.",
        "zh-hans": "这里是{ward}。未能从账户扣款。请用缴费单支付。",
        "ko": "{ward}입니다. 계좌에서 출금되지 않았습니다. 납부서로 납부해 주세요.",
    }),
)  # fmt: skip
