"""What mails about payments say: that money came or goes back, the number of the application, where to read it."""

from __future__ import annotations

from typing import Final

from jichi.engines.messages.rules import Template, TemplateFamily
from jichi.kernel.localized import LocalizedText

_SUBJECT: Final[LocalizedText] = {
    "ja": "{ward}から支払いのお知らせがあります",
    "easy": "{ward}からお金のお知らせです",
    "en": "{ward}: a notice about your payment",
    "zh-hans": "{ward}：关于您付款的通知",
    "ko": "{ward}: 납부 관련 알림이 있습니다",
}
_CLOSING: Final[LocalizedText] = {
    "ja": "\n\nログインしてご覧ください。\n{url}\n",
    "easy": "\n\nここで見てください。\n{url}\n",
    "en": "\n\nPlease sign in to read it.\n{url}\n",
    "zh-hans": "\n\n请登录后查看。\n{url}\n",
    "ko": "\n\n로그인하여 확인해 주세요.\n{url}\n",
}


_payment = TemplateFamily(
    prefix="payment", topic="payments", subject=_SUBJECT, closing=_CLOSING, may_opt_out=False
).notice


TEMPLATES: Final[tuple[Template, ...]] = (
    _payment(
        "paid",
        ja="{ward}です。支払いを確認しました。領収証はマイページで見られます。",
        easy="{ward}です。お金を受け取りました。",
        en="This is {ward}. We have received your payment. You can get the receipt online.",
        zh="这里是{ward}。已确认您的付款。可在线查看收据。",
        ko="{ward}입니다. 납부를 확인했습니다. 영수증은 온라인으로 볼 수 있습니다.",
    ),
    _payment(
        "refunding",
        ja="{ward}です。支払ったお金をお返しします。手続が終わりましたら、もう一度お知らせします。",
        easy="{ward}です。はらったお金を返します。終わったら、また知らせます。",
        en="This is {ward}. The money you paid is being returned. We will write again when it is done.",
        zh="这里是{ward}。将退还您支付的款项。完成后会再次通知您。",
        ko="{ward}입니다. 납부한 금액을 돌려드립니다. 처리가 끝나면 다시 알려 드리겠습니다.",
    ),
    _payment(
        "soon",
        ja="{ward}です。支払いの期限が近づいています。{due}までに支払ってください。",
        easy="{ward}です。{due}までにお金をはらってください。",
        en="This is {ward}. A payment is due by {due}.",
        zh="这里是{ward}。付款期限临近，请在{due}之前付款。",
        ko="{ward}입니다. 납부 기한이 다가옵니다. {due}까지 납부해 주세요.",
    ),
    _payment(
        "voided",
        ja="{ward}です。窓口で支払いを受けた記録に誤りがあり、取り消しました。内容をご覧ください。",
        easy="{ward}です。まど口のお金の記録がまちがいでした。取り消しました。",
        en="This is {ward}. The record of a payment at the counter was a mistake and has been cancelled.",
        zh="这里是{ward}。窗口的付款记录有误，已予取消。",
        ko="{ward}입니다. 창구의 납부 기록에 오류가 있어 취소하였습니다.",
    ),
    _payment(
        "part",
        ja="{ward}です。支払ったお金の一部をお返しします。手続が終わりましたら、もう一度お知らせします。",
        easy="{ward}です。はらったお金の一部を返します。終わったら、また知らせます。",
        en="This is {ward}. A part of the money you paid is being returned. We will write again when it is done.",
        zh="这里是{ward}。将退还您支付的部分款项。完成后会再次通知您。",
        ko="{ward}입니다. 납부한 금액의 일부를 돌려드립니다. 처리가 끝나면 다시 알려 드리겠습니다.",
    ),
    _payment(
        "surplus",
        ja="{ward}です。同じものが2回支払われました。2回目の分をお返しします。",
        easy="{ward}です。同じお金を2回はらいました。2回目のお金を返します。",
        en="This is {ward}. The same charge was paid twice. The second payment is being returned.",
        zh="这里是{ward}。同一款项被支付了两次。将退还第二次的款项。",
        ko="{ward}입니다. 같은 금액이 두 번 납부되었습니다. 두 번째 금액을 돌려드립니다.",
    ),
    _payment(
        "refunded",
        ja="{ward}です。支払ったお金をお返ししました。届くまで数日かかることがあります。",
        easy="{ward}です。お金を返しました。とどくまで何日かかかることがあります。",
        en="This is {ward}. Your money has been returned. It may take some days to arrive.",
        zh="这里是{ward}。款项已退还。到账可能需要几天。",
        ko="{ward}입니다. 금액을 돌려드렸습니다. 도착까지 며칠 걸릴 수 있습니다.",
    ),
)
