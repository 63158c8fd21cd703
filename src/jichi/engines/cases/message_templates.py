"""What mails about cases say: that there is something, its number, by when, and where to read it."""

from __future__ import annotations

from typing import Final

from jichi.engines.messages.rules import Template, TemplateFamily
from jichi.kernel.localized import LocalizedText

_SUBJECT: Final[LocalizedText] = {
    "ja": "{ward}からお知らせがあります(受付番号{about})",
    "easy": "{ward}からお知らせです(番号{about})",
    "en": "{ward}: you have a new notice (reference {about})",
    "zh-hans": "{ward}：您有新通知（受理编号{about}）",
    "ko": "{ward}: 새 알림이 있습니다(접수번호 {about})",
}
_CLOSING: Final[LocalizedText] = {
    "ja": "\n\nマイページでご覧ください。\n{url}\n",
    "easy": "\n\nここで見てください。\n{url}\n",
    "en": "\n\nPlease read it on My page.\n{url}\n",
    "zh-hans": "\n\n请在“我的页面”查看。\n{url}\n",
    "ko": "\n\n마이페이지에서 확인해 주세요.\n{url}\n",
}


_case = TemplateFamily(prefix="case", topic="cases", subject=_SUBJECT, closing=_CLOSING).notice


TEMPLATES: Final[tuple[Template, ...]] = (
    _case(
        "received",
        ja="{ward}です。申請を受け付けました。受付番号は{about}です。",
        easy="{ward}です。申請を受け取りました。あなたの番号は{about}です。",
        en="This is {ward}. We have received your application. Your reference number is {about}.",
        zh="这里是{ward}。您的申请已受理。受理编号是{about}。",
        ko="{ward}입니다. 신청이 접수되었습니다. 접수번호는 {about}입니다.",
    ),
    _case(
        "correction",
        ja="{ward}です。申請の確認をお願いします。{due}まで。受付番号{about}。",
        easy="{ward}です。申請を直してください。{due}までです。番号は{about}です。",
        en="This is {ward}. Please check your application {about} by {due}.",
        zh="这里是{ward}。请在{due}之前确认您的申请（受理编号{about}）。",
        ko="{ward}입니다. {due}까지 신청 내용을 확인해 주세요(접수번호 {about}).",
    ),
    _case(
        "correction_received",
        ja="{ward}です。直した内容を受け取りました。受付番号{about}。",
        easy="{ward}です。直したものを受け取りました。番号は{about}です。",
        en="This is {ward}. We have received your correction for {about}.",
        zh="这里是{ward}。已收到补正内容（受理编号{about}）。",
        ko="{ward}입니다. 보완 내용을 받았습니다(접수번호 {about}).",
    ),
    _case(
        "approved",
        ja="{ward}です。申請の結果が出ました。受付番号{about}。",
        easy="{ward}です。申請の結果が出ました。番号は{about}です。",
        en="This is {ward}. There is a result for your application {about}.",
        zh="这里是{ward}。您的申请已有结果（受理编号{about}）。",
        ko="{ward}입니다. 신청 결과가 나왔습니다(접수번호 {about}).",
    ),
    _case(
        "refused",
        ja="{ward}です。申請の結果が出ました。受付番号{about}。",
        easy="{ward}です。申請の結果が出ました。番号は{about}です。",
        en="This is {ward}. There is a result for your application {about}.",
        zh="这里是{ward}。您的申请已有结果（受理编号{about}）。",
        ko="{ward}입니다. 신청 결과가 나왔습니다(접수번호 {about}).",
    ),
    _case(
        "withdrawn",
        ja="{ward}です。申請の取下げを受け付けました。受付番号{about}。",
        easy="{ward}です。申請をやめました。番号は{about}です。",
        en="This is {ward}. Your application {about} has been withdrawn.",
        zh="这里是{ward}。您的申请已撤回（受理编号{about}）。",
        ko="{ward}입니다. 신청이 취하되었습니다(접수번호 {about}).",
    ),
    _case(
        "refunded",
        ja="{ward}です。手数料をお返ししました。受付番号{about}。",
        easy="{ward}です。お金を返しました。番号は{about}です。",
        en="This is {ward}. The fee for {about} has been refunded.",
        zh="这里是{ward}。受理编号{about}的费用已退还。",
        ko="{ward}입니다. 접수번호 {about}의 수수료를 환불했습니다.",
    ),
    _case(
        "fee_changed",
        ja="{ward}です。直した内容により、手数料が変わりました。受付番号{about}。",
        easy="{ward}です。直したので、お金が変わりました。番号は{about}です。",
        en="This is {ward}. With your correction the fee for {about} has changed.",
        zh="这里是{ward}。因补正内容，受理编号{about}的手续费有变更。",
        ko="{ward}입니다. 보완한 내용에 따라 수수료가 바뀌었습니다(접수번호 {about}).",
    ),
    _case(
        "dispatched",
        ja="{ward}です。書類を送りました。受付番号{about}。",
        easy="{ward}です。書類を送りました。番号は{about}です。",
        en="This is {ward}. We have sent you a paper about {about}.",
        zh="这里是{ward}。已寄出受理编号{about}的文件。",
        ko="{ward}입니다. 접수번호 {about}의 서류를 보냈습니다.",
    ),
    _case(
        "message",
        ja="{ward}です。申請について連絡があります。受付番号{about}。",
        easy="{ward}です。申請について連絡があります。番号は{about}です。",
        en="This is {ward}. There is a message about your application {about}.",
        zh="这里是{ward}。关于受理编号{about}的申请,有新消息。",
        ko="{ward}입니다. 접수번호 {about} 신청에 대한 연락이 있습니다.",
    ),
    _case(
        "correction_soon",
        topic="reminders",
        ja="{ward}です。申請の確認をお願いします。{due}まで。受付番号{about}。",
        easy="{ward}です。申請を直してください。{due}までです。番号は{about}です。",
        en="This is {ward}. Please check your application {about} by {due}.",
        zh="这里是{ward}。请在{due}之前确认您的申请（受理编号{about}）。",
        ko="{ward}입니다. {due}까지 신청 내용을 확인해 주세요(접수번호 {about}).",
    ),
    _case(
        "expired",
        ja="{ward}です。申請が期限切れになりました。受付番号{about}。",
        easy="{ward}です。申請の日が過ぎました。番号は{about}です。",
        en="This is {ward}. Your application {about} has expired.",
        zh="这里是{ward}。您的申请已过期（受理编号{about}）。",
        ko="{ward}입니다. 신청 기한이 만료되었습니다(접수번호 {about}).",
    ),
)
