"""What this room's error codes say, in five languages. "mail.…" codes: see `Delivery.last_error`."""

from __future__ import annotations

from typing import Final

MESSAGES: Final[dict[str, dict[str, str]]] = {
    code: dict(zip(("ja", "easy", "en", "zh-hans", "ko"), words, strict=True))
    for code, words in {
        "message.always_sent": (
            "この種類のお知らせは、いつも送ります。ほかの設定は変わっていません。",
            "この おしらせは、いつも おくります。ほかの せっていは かわっていません。",
            "This kind of notice is always sent. Your other settings have not changed.",
            "此类通知始终会发送。其他设置没有更改。",
            "이 종류의 알림은 항상 보냅니다. 다른 설정은 바뀌지 않았습니다.",
        ),
        "mail.server_away": (
            "メールサーバーにつながりません。つながりしだい送ります。",
            "メールの サーバーに つながりません。つながったら おくります。",
            "The mail server cannot be reached. The mail is sent as soon as it can be.",
            "无法连接邮件服务器。恢复后将立即发送。",
            "메일 서버에 연결할 수 없습니다. 연결되는 대로 보냅니다.",
        ),
        "mail.refused": (
            "メールサーバーが受け取りませんでした。",
            "メールの サーバーが うけとりませんでした。",
            "The mail server did not accept the mail.",
            "邮件服务器未接收。",
            "메일 서버가 받지 않았습니다.",
        ),
        "mail.sender_refused": (
            "メールサーバーが差出人を認めませんでした。設定を確認してください。",
            "メールの サーバーが おくる人を みとめませんでした。",
            "The mail server refused our sender address. Check the settings.",
            "邮件服务器拒绝了发件人。请检查设置。",
            "메일 서버가 보내는 사람을 거부했습니다. 설정을 확인하십시오.",
        ),
        "mail.address_refused": (
            "このメールアドレスには届きません。本人に電話か郵便で知らせてください。",
            "この メールアドレスには とどきません。",
            "This address cannot receive mail. Tell the person by telephone or post.",
            "该邮箱无法收信。请以电话或邮寄方式通知本人。",
            "이 주소로는 메일이 가지 않습니다. 전화나 우편으로 알려 주십시오.",
        ),
        "mail.bad_address": (
            "メールアドレスの形が正しくありません。本人に電話か郵便で知らせてください。",
            "メールアドレスの かたちが ただしく ありません。",
            "The e-mail address is not valid. Tell the person by telephone or post.",
            "邮箱地址格式不正确。请以电话或邮寄方式通知本人。",
            "메일 주소 형식이 올바르지 않습니다. 전화나 우편으로 알려 주십시오.",
        ),
        "mail.broken_off": (
            "送ったあと返事がなく、届いたか分かりません。同じ番号でもう一度送ります。",
            "おくりましたが、とどいたか わかりません。もう一度 おくります。",
            "There was no answer after sending, so it may have arrived. It is sent again under the same number.",
            "发送后没有收到回复,无法确认是否送达。将以同一编号再次发送。",
            "보낸 뒤 응답이 없어 도착했는지 알 수 없습니다. 같은 번호로 다시 보냅니다.",
        ),
        "mail.uncertain": (
            "5回送りましたが、届いたか分かりません。本人に電話か郵便で知らせてください。",
            "5回 おくりましたが、とどいたか わかりません。",
            "Sent five times without an answer. Tell the person by telephone or post.",
            "已发送五次,仍无法确认是否送达。请以电话或邮寄方式通知本人。",
            "다섯 번 보냈지만 도착했는지 알 수 없습니다. 전화나 우편으로 알려 주십시오.",
        ),
        "mail.slow_server": (
            "メールサーバーの返事が遅いため、続きはあとで送ります。",
            "メールの サーバーが おそいので、あとで おくります。",
            "The mail server is slow; the rest is sent later.",
            "邮件服务器响应缓慢,其余邮件稍后发送。",
            "메일 서버가 느려 나머지는 나중에 보냅니다.",
        ),
        "mail.too_late": (
            "送る前に有効な時間を過ぎたため、送りませんでした。",
            "つかえる 時間が すぎたので、おくりませんでした。",
            "Its time ran out before it could be sent, so it was not sent.",
            "发送前已超过有效时间,因此未发送。",
            "보내기 전에 유효 시간이 지나 보내지 않았습니다.",
        ),
        "mail.account_closed": (
            "利用者の登録がないため、送りませんでした。",
            "とうろくが ないので、おくりませんでした。",
            "The account is closed, so it was not sent.",
            "账户已关闭,因此未发送。",
            "계정이 닫혀 있어 보내지 않았습니다.",
        ),
        "mail.not_wanted": (
            "本人の希望により、送りませんでした。お知らせ箱には届いています。",
            "ほしくないと きいているので、おくりませんでした。おしらせ箱には あります。",
            "The person does not want this mail. It is in their inbox.",
            "本人选择不接收此类邮件。通知已送达通知箱。",
            "본인이 원하지 않아 보내지 않았습니다. 알림함에는 있습니다.",
        ),
        "mail.no_address": (
            "メールアドレスの登録がないため、送りませんでした。",
            "メールアドレスが ないので、おくりませんでした。",
            "There is no e-mail address, so it was not sent.",
            "没有登记邮箱地址,因此未发送。",
            "메일 주소가 없어 보내지 않았습니다.",
        ),
        "mail.no_template": (
            "定型文が見つからないため、送れませんでした。システム担当に知らせてください。",
            "ぶんしょうが ないので、おくれませんでした。",
            "The text of this message is missing. Tell the system administrator.",
            "找不到模板,无法发送。请通知系统管理员。",
            "정형문이 없어 보내지 못했습니다. 시스템 담당자에게 알려 주십시오.",
        ),
        "mail.unwritable": (
            "メールを作れなかったため、送れませんでした。システム担当に知らせてください。",
            "メールを つくれなかったので、おくれませんでした。",
            "The mail could not be written. Tell the system administrator.",
            "无法生成邮件,未能发送。请通知系统管理员。",
            "메일을 만들 수 없어 보내지 못했습니다. 시스템 담당자에게 알려 주십시오.",
        ),
    }.items()
}


def error_code(stored: str) -> tuple[str, str]:
    """Catalogue code and the server's number of a stored error: "mail.refused:550" → ("mail.refused", "550")."""
    code, _, number = stored.partition(":")
    return code, number
