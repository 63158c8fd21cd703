"""Refusals of this room and their sentences: representation.*, identify.*, sign.*."""

# long: five languages of each sentence

from __future__ import annotations

from typing import Final

from jichi.kernel.errors import JichiError
from jichi.kernel.localized import LocalizedText

PROBLEMS: Final[dict[str, tuple[str, str, str, str, str]]] = {
    "representation.code": (
        "この番号の代理はありません。番号を確かめてください。14日を過ぎた番号と取り消された番号は使えません。",
        "この番号は使えません。番号をもう一度見てください。14日をすぎた番号も使えません。",
        "This code opens no mandate. Check it. Codes older than 14 days or taken back do not work.",
        "此号码没有对应的代理。请核对号码。超过14天或已取消的号码无法使用。",
        "이 번호에 해당하는 대리가 없습니다. 번호를 확인해 주세요. 14일이 지났거나 취소된 번호는 쓸 수 없습니다.",
    ),
    "representation.exists": (
        "同じ内容の代理がすでにあります。代理の設定で確かめてください。",
        "同じものがもうあります。「代理の設定」を見てください。",
        "The same mandate is there already. See your mandates.",
        "已有相同内容的代理。请在代理设置中确认。",
        "같은 내용의 대리가 이미 있습니다. 대리 설정에서 확인해 주세요.",
    ),
    "representation.not_linked": (
        "代理を頼むには、先に本人確認が必要です。",
        "だれかにたのむ前に、あなたがだれか確かめます。",
        "Before you can give a mandate, we need to confirm who you are.",
        "委托代理前,需要先确认身份。",
        "대리를 맡기려면 먼저 본인 확인이 필요합니다.",
    ),
    "representation.too_many": (
        "頼んでいる代理が20件あります。使わないものを終わらせてから、もう一度頼んでください。",
        "20人にたのんでいます。いらないものを終わらせてください。",
        "You have given 20 mandates. End those you no longer need, then try again.",
        "已委托20个代理。请先结束不需要的代理,再重新委托。",
        "맡긴 대리가 20건 있습니다. 쓰지 않는 것을 끝낸 뒤 다시 맡겨 주세요.",
    ),
    "representation.same": (
        "本人と代理人が同じ人です。",
        "2人が同じ人です。",
        "Both sides are the same person.",
        "本人与代理人是同一人。",
        "본인과 대리인이 같은 사람입니다.",
    ),
    "identify.off": (
        "この本人確認は、いま使えません。窓口か郵送で申請してください。",
        "今はこの方法を使えません。区役所か手紙で出してください。",
        "This way of confirming who you are is not available now. Please apply at the counter or by post.",
        "目前无法使用此身份确认方式。请到窗口或以邮寄方式申请。",
        "이 본인 확인은 지금 사용할 수 없습니다. 창구나 우편으로 신청해 주세요.",
    ),
    "identify.down": (
        "本人確認サービスに接続できません。入力した内容は保存しています。時間をおいて、もう一度試してください。",
        "今つながりません。書いたものは残っています。あとでもう一度してください。",
        "The identification service does not answer. Your answers are saved. Please try again later.",
        "无法连接身份确认服务。输入的内容已保存。请稍后再试。",
        "본인 확인 서비스에 연결할 수 없습니다. 입력한 내용은 저장되어 있습니다. 잠시 후 다시 시도해 주세요.",
    ),
    "identify.cancelled": (
        "本人確認を途中でやめました。入力した内容は保存しています。もう一度始められます。",
        "とちゅうでやめました。書いたものは残っています。もう一度できます。",
        "You stopped before we could confirm who you are. Your answers are saved. You can start again.",
        "身份确认已中途取消。输入的内容已保存。可以重新开始。",
        "본인 확인을 도중에 그만두었습니다. 입력한 내용은 저장되어 있습니다. 다시 시작할 수 있습니다.",
    ),
    "identify.failed": (
        "本人確認ができませんでした。入力した内容は保存しています。もう一度試すか、窓口か郵送で申請してください。",
        "あなたかどうか、確認できませんでした。書いたものは残っています。もう一度してください。",
        "We could not confirm who you are. Your answers are saved. Try again, or apply at the counter or by post.",
        "未能确认您的身份。输入的内容已保存。请重试,或到窗口、以邮寄方式申请。",
        "본인 확인을 할 수 없었습니다. 입력한 내용은 저장되어 있습니다. 다시 시도하거나 창구·우편으로 신청해 주세요.",
    ),
    "identify.too_low": (
        "この手続にはマイナンバーカードでの確認が必要です。別の方法で確認されたため、先へ進めません。",
        "マイナンバーカードが必要です。カードでもう一度してください。",
        "This procedure needs a check with your My Number Card. You were confirmed in a weaker way.",
        "此手续需要用个人编号卡确认身份。当前的确认方式等级不足。",
        "이 절차에는 마이넘버카드 확인이 필요합니다. 더 약한 방법으로 확인되어 진행할 수 없습니다.",
    ),
    "identify.other_account": (
        (
            "このカードは、別のメールアドレスのログインで使われています。ログアウトして、カードでログインしてください。"
            "いまの申請の内容は、いまのログインに残ります。"
        ),
        (
            "このカードは、ほかのメールアドレスで使っています。ログアウトして、カードでログインしてください。"
            "今書いたものは、今のログインに残ります。"
        ),
        (
            "This card belongs to a login with another mail address. Sign out, then sign in with the card. "
            "What you have written stays with the present login."
        ),
        "此卡已用于其他邮箱地址的登录。请退出后用卡登录。当前申请的内容保留在当前登录中。",
        (
            "이 카드는 다른 메일 주소의 로그인에서 쓰이고 있습니다. 로그아웃한 뒤 카드로 로그인해 주세요. "
            "지금 신청 내용은 지금 로그인에 남습니다."
        ),
    ),
    "identify.other_card": (
        (
            "このログインには、別の人のカードか前のカードが結び付いています。ご自身のカードか確かめてください。"
            "カードを新しくした場合は、区に知らせてください。"
        ),
        (
            "このログインには、ちがうカードがあります。あなたのカードか見てください。"
            "新しいカードのときは、区に知らせてください。"
        ),
        (
            "This login is connected with another card. Check that the card is yours. "
            "If you have a new card, please tell us."
        ),
        "此登录已关联另一张卡。请确认是否为您本人的卡。如已更换新卡,请通知区政府。",
        (
            "이 로그인에는 다른 카드가 연결되어 있습니다. 본인의 카드인지 확인해 주세요. "
            "카드를 새로 받았다면 구청에 알려 주세요."
        ),
    ),
    "sign.off": (
        "電子署名は、いま使えません。窓口か郵送で申請してください。",
        "今は電子署名を使えません。区役所か手紙で出してください。",
        "Electronic signing is not available now. Please apply at the counter or by post.",
        "目前无法使用电子签名。请到窗口或以邮寄方式申请。",
        "전자 서명은 지금 사용할 수 없습니다. 창구나 우편으로 신청해 주세요.",
    ),
    "sign.down": (
        "署名のサービスに接続できません。入力した内容は保存しています。時間をおいて、もう一度試してください。",
        "今つながりません。書いたものは残っています。あとでもう一度してください。",
        "The signing service does not answer. Your answers are saved. Please try again later.",
        "无法连接签名服务。输入的内容已保存。请稍后再试。",
        "서명 서비스에 연결할 수 없습니다. 입력한 내용은 저장되어 있습니다. 잠시 후 다시 시도해 주세요.",
    ),
    "sign.cancelled": (
        "署名を途中でやめました。入力した内容は保存しています。",
        "署名をとちゅうでやめました。書いたものは残っています。",
        "You stopped before signing. Your answers are saved.",
        "签名已中途取消。输入的内容已保存。",
        "서명을 도중에 그만두었습니다. 입력한 내용은 저장되어 있습니다.",
    ),
    "sign.failed": (
        "署名を確かめられませんでした。入力した内容は保存しています。もう一度署名してください。",
        "署名を確認できませんでした。書いたものは残っています。もう一度してください。",
        "We could not verify the signature. Your answers are saved. Please sign again.",
        "未能验证签名。输入的内容已保存。请重新签名。",
        "서명을 확인할 수 없었습니다. 입력한 내용은 저장되어 있습니다. 다시 서명해 주세요.",
    ),
    "sign.revoked": (
        "署名用の電子証明書が失効しています。住所や氏名が変わると失効します。窓口で新しくしてください。",
        "カードの電子証明書が使えません。区役所で新しくしてください。",
        "Your signing certificate has been revoked, as it is when name or address change. Renew it at the counter.",
        "签名用电子证书已失效。住址或姓名变更后会失效。请到窗口更新。",
        "서명용 전자증명서가 실효되었습니다. 주소나 이름이 바뀌면 실효됩니다. 창구에서 새로 받아 주세요.",
    ),
    "sign.expired": (
        "署名用の電子証明書の期限が切れています。窓口で新しくしてください。",
        "カードの電子証明書の期限がすぎました。区役所で新しくしてください。",
        "Your signing certificate has expired. Renew it at the counter.",
        "签名用电子证书已过期。请到窗口更新。",
        "서명용 전자증명서의 기한이 지났습니다. 창구에서 새로 받아 주세요.",
    ),
    "sign.other_person": (
        "ログインしている人と署名した人が違います。ご自身のカードで署名してください。",
        "ログインした人と署名した人がちがいます。あなたのカードを使ってください。",
        "The person who signed is not the one signed in here. Please sign with your own card.",
        "签名者与登录者不是同一人。请用本人的卡签名。",
        "로그인한 사람과 서명한 사람이 다릅니다. 본인의 카드로 서명해 주세요.",
    ),
}
MESSAGES: Final[dict[str, LocalizedText]] = {
    code: {"ja": ja, "easy": easy, "en": en, "zh-hans": zh, "ko": ko}
    for code, (ja, easy, en, zh, ko) in PROBLEMS.items()
}


class NotIdentified(JichiError):
    """The way to a provider and back did not prove who somebody is; `code` is one of "identify.*"."""

    code = "identify.failed"


class NotSigned(JichiError):
    """No valid signature came of it; `code` is one of "sign.*"."""

    code = "sign.failed"


STAFF_MESSAGES: Final[dict[str, str]] = {
    "rights.own": "自分の権限や利用の状態は、自分では変えられません。ほかの管理者に頼んでください。",
    "rights.second": "管理者の役割は、人事異動の計画に入れ、2人目の管理者が確認すると変わります。",
    "rights.last": "管理者が1人もいなくなります。先に、ほかの人に管理者の役割を付けてください。",
    "official.stopped": "この職員の利用は停止しています。先に利用を再開してください。",
    "password.differ": "2つのパスワードが違います。もう一度入力してください。",
    "password.weak": "パスワードは、推測されにくい12文字以上にしてください。よく使われるものは使えません。",
}
"""Code → sentence, for officials."""
