"""The texts every room may send. A mail says that there is news and where; never what (journeys §1.3)."""

from __future__ import annotations

from typing import Final

from jichi.kernel.localized import LocalizedText

from .rules import Template

_FOOT: Final = {
    "ja": "\n\n{ward}\nこのメールには返信できません。内容は、ログインしてご覧ください。\n",
    "easy": "\n\n{ward}\nこのメールに へんじは できません。くわしいことは、ログインして 見てください。\n",
    "en": "\n\n{ward}\nPlease do not reply to this e-mail. Sign in to read the details.\n",
    "zh-hans": "\n\n{ward}\n请勿回复此邮件。详细内容请登录后查看。\n",
    "ko": "\n\n{ward}\n이 메일에는 답장할 수 없습니다. 내용은 로그인하여 확인해 주십시오.\n",
}


def with_foot(body: dict[str, str]) -> dict[str, str]:
    """The text of each language with the closing lines of that language."""
    return {language: text + _FOOT[language] for language, text in body.items()}


_GO: Final = {
    "ja": "マイページをご覧ください。", "easy": "マイページを 見てください。", "en": " See My page.",
    "zh-hans": "请查看我的页面。", "ko": " 마이페이지를 확인하세요.",
}  # fmt: skip
_NEWS: Final = {
    "ja": "{ward}からお知らせがあります。", "easy": "{ward}から お知らせです。", "en": "A notice from {ward}.",
    "zh-hans": "{ward}有通知给您。", "ko": "{ward}의 알림입니다.",
}  # fmt: skip
_NUMBER: Final = {
    "ja": "受付番号{about}。", "easy": "番号{about}。", "en": " No. {about}.", "zh-hans": "受理编号{about}。",
    "ko": " 접수번호 {about}.",
}  # fmt: skip
_DUE: Final = {
    "ja": "{due_short}まで。", "easy": "{due_short}まで。", "en": " By {due_short}.", "zh-hans": "{due_short}之前。",
    "ko": " {due_short}까지.",
}  # fmt: skip


def short_of(template: Template, *, has_number: bool, has_due: bool) -> LocalizedText:
    """The words for SMS and LINE: the template's own, or that there is a notice, by when, under which number."""
    if template.short is not None:
        return template.short
    return {
        language: _NEWS[language]
        + (_DUE[language] if has_due else "")
        + (_NUMBER[language] if has_number else "")
        + _GO[language]
        for language in _GO
    }


NOTICE: Final = Template(
    key="notice.arrived",
    topic="cases",
    subject={
        "ja": "{ward}からお知らせがあります(受付番号 {about})",
        "easy": "{ward}から お知らせが あります(番号 {about})",
        "en": "You have a notice from {ward} (reference number {about})",
        "zh-hans": "{ward}有通知给您(受理编号 {about})",
        "ko": "{ward}에서 알림이 있습니다 (접수번호 {about})",
    },
    body=with_foot(
        {
            "ja": "お知らせがあります。\n\n受付番号 {about}\n{url}",
            "easy": "お知らせが あります。\n\nあなたの番号 {about}\n{url}",
            "en": "You have a notice.\n\nReference number {about}\n{url}",
            "zh-hans": "您有一条通知。\n\n受理编号 {about}\n{url}",
            "ko": "알림이 있습니다.\n\n접수번호 {about}\n{url}",
        }
    ),
)

CORRECTION: Final = Template(
    key="correction.requested",
    topic="cases",
    may_opt_out=False,
    subject={
        "ja": "{ward}:申請の確認をお願いします(受付番号 {about})",
        "easy": "{ward}:申請を 見てください(番号 {about})",
        "en": "{ward}: please check your application (reference number {about})",
        "zh-hans": "{ward}:请确认您的申请(受理编号 {about})",
        "ko": "{ward}: 신청 내용을 확인해 주십시오 (접수번호 {about})",
    },
    body=with_foot(
        {
            "ja": "{ward}です。申請の確認をお願いします。{due_short}まで。受付番号{about}。"
            "マイページをご覧ください。\n\n期限 {due}\n{url}",
            "easy": "{ward}です。申請を 見てください。{due_short}まで。番号{about}。マイページを 見てください。\n\n"
            "{due}までに おねがいします。\n{url}",
            "en": "This is {ward}. Please check your application by {due_short}. Reference number {about}. "
            "See My page.\n\nDue {due}\n{url}",
            "zh-hans": "这里是{ward}。请在{due_short}之前确认您的申请。受理编号{about}。请查看我的页面。\n\n"
            "期限 {due}\n{url}",
            "ko": "{ward}입니다. {due_short}까지 신청 내용을 확인해 주십시오. 접수번호 {about}. "
            "마이페이지를 확인해 주십시오.\n\n"
            "기한 {due}\n{url}",
        }
    ),
    short={
        "ja": "{ward}です。申請の確認をお願いします。{due_short}まで。受付番号{about}。マイページをご覧ください。",
        "easy": "{ward}です。申請を 見てください。{due_short}まで。番号{about}。マイページを 見てください。",
        "en": "{ward}: please check your application by {due_short}. No. {about}. See My page.",
        "zh-hans": "{ward}:请在{due_short}之前确认您的申请。受理编号{about}。请查看我的页面。",
        "ko": "{ward}: {due_short}까지 신청 내용을 확인하세요. 접수번호 {about}. 마이페이지를 확인하세요.",
    },
)

REMINDER: Final = Template(
    key="reminder.due",
    topic="reminders",
    subject={
        "ja": "{ward}からお知らせがあります({due_short}まで)",
        "easy": "{ward}から お知らせが あります({due_short}まで)",
        "en": "You have a notice from {ward} (by {due_short})",
        "zh-hans": "{ward}有通知给您({due_short}之前)",
        "ko": "{ward}에서 알림이 있습니다 ({due_short}까지)",
    },
    body=with_foot(
        {
            "ja": "お知らせがあります。\n\n期限 {due}\n{url}",
            "easy": "お知らせが あります。\n\n{due}までです。\n{url}",
            "en": "You have a notice.\n\nDue {due}\n{url}",
            "zh-hans": "您有一条通知。\n\n期限 {due}\n{url}",
            "ko": "알림이 있습니다.\n\n기한 {due}\n{url}",
        }
    ),
)

SIGN_IN_CODE: Final = Template(
    key="sign_in.code",
    topic="security",
    may_opt_out=False,
    valid_minutes=10,
    secret=True,
    subject={
        "ja": "{ward}:確認コード",
        "easy": "{ward}:かくにんの 番号",
        "en": "{ward}: your code",
        "zh-hans": "{ward}:验证码",
        "ko": "{ward}: 확인 코드",
    },
    body={
        "ja": "確認コードは {code} です。\n10分間、1回だけ使えます。\n"
        "心当たりがないときは、このメールを消してください。コードは、だれにも教えないでください。\n\n{ward}\n{url}\n",
        "easy": "番号は {code} です。\n10分の あいだ、1回だけ つかえます。\n"
        "あなたが たのんで いないときは、このメールを けしてください。番号を ほかの人に おしえないでください。\n\n"
        "{ward}\n{url}\n",
        "en": "Your code is {code}.\nIt works once, for 10 minutes.\n"
        "If you did not ask for it, delete this e-mail. Never tell the code to anyone.\n\n{ward}\n{url}\n",
        "zh-hans": "您的验证码是 {code}。\n10分钟内可使用一次。\n"
        "如果不是您本人操作,请删除此邮件。请勿将验证码告诉任何人。\n\n{ward}\n{url}\n",
        "ko": "확인 코드는 {code} 입니다.\n10분 동안 한 번만 사용할 수 있습니다.\n"
        "요청하지 않으셨다면 이 메일을 삭제해 주십시오. 코드를 아무에게도 알려 주지 마십시오.\n\n{ward}\n{url}\n",
    },
)

SECOND_FACTOR_RESET: Final = Template(
    key="account.second_factor_reset",
    topic="security",
    may_opt_out=False,
    subject={
        "ja": "{ward}:ログインの設定が変わりました",
        "easy": "{ward}:ログインの せっていが かわりました",
        "en": "{ward}: your sign-in settings have changed",
        "zh-hans": "{ward}:您的登录设置已更改",
        "ko": "{ward}: 로그인 설정이 변경되었습니다",
    },
    body=with_foot(
        {
            "ja": "認証アプリの登録が外されました。次のログインで登録し直してください。\n"
            "心当たりがないときは、すぐに管理者に連絡してください。\n\n{url}",
            "easy": "ログインに つかう アプリの 登録が なくなりました。もう一度 登録してください。\n"
            "あなたが たのんで いないときは、すぐに 電話してください。\n\n{url}",
            "en": "Your authenticator has been removed. Register it again the next time you sign in.\n"
            "If you did not ask for this, contact the administrator at once.\n\n{url}",
            "zh-hans": "您的验证应用登记已被移除。请在下次登录时重新登记。\n"
            "如果不是您要求的,请立即联系管理员。\n\n{url}",
            "ko": "인증 앱 등록이 해제되었습니다. 다음 로그인 때 다시 등록해 주십시오.\n"
            "요청하지 않으셨다면 즉시 관리자에게 연락해 주십시오.\n\n{url}",
        }
    ),
)

_CODE_SUBJECT: Final = {
    "ja": "{ward}:連絡先の確認", "easy": "{ward}:れんらく先の かくにん", "en": "{ward}: your contact details",
    "zh-hans": "{ward}:联系方式确认", "ko": "{ward}: 연락처 확인",
}  # fmt: skip
_PHONE_CODE: Final = {
    "ja": "{ward}:確認コード {code} 10分間使えます。だれにも教えないでください。",
    "easy": "{ward}:番号 {code} 10分 つかえます。人に おしえないでください。",
    "en": "{ward}: your code is {code}. Valid for 10 minutes. Do not share it.",
    "zh-hans": "{ward}:验证码 {code},10分钟内有效。请勿告诉他人。",
    "ko": "{ward}: 확인 코드 {code}. 10분간 유효합니다. 알려 주지 마세요.",
}
PHONE_CODE: Final = Template(
    key="contact.phone_code",
    topic="security",
    may_opt_out=False,
    valid_minutes=10,
    secret=True,
    subject=_CODE_SUBJECT,
    body=_PHONE_CODE,
    short=_PHONE_CODE,
)
"""To a number that somebody says is theirs; never by another way."""

_LINKED: Final = {
    "ja": "{ward}の通知を、ここで受け取れるようになりました。やめるときは、マイページかブロックで止められます。",
    "easy": "{ward}の お知らせが ここに とどきます。やめるときは マイページで やめられます。",
    "en": "You can now receive notices from {ward} here. Stop them on My page, or by blocking this account.",
    "zh-hans": "您现在可以在此接收{ward}的通知。可在我的页面停止,或屏蔽本账号。",
    "ko": "이제 여기에서 {ward}의 알림을 받을 수 있습니다. 마이페이지에서 중지하거나 차단할 수 있습니다.",
}
CHAT_LINKED: Final = Template(
    key="contact.chat_linked",
    topic="security",
    may_opt_out=False,
    valid_minutes=60,
    subject=_CODE_SUBJECT,
    body=_LINKED,
    short=_LINKED,
)
_NOT_LINKED: Final = {
    "ja": "このコードは使えません。期限は10分です。マイページで新しいコードを出して、ここに送ってください。",
    "easy": "この番号は つかえません。マイページで 新しい番号を 出して、ここに おくってください。",
    "en": "This code does not work. Codes last 10 minutes. Get a new one on My page and send it here.",
    "zh-hans": "此代码无效。有效期为10分钟。请在我的页面获取新代码并发送到这里。",
    "ko": "이 코드는 사용할 수 없습니다. 유효 시간은 10분입니다. 마이페이지에서 새 코드를 받아 보내 주세요.",
}
CHAT_NOT_LINKED: Final = Template(
    key="contact.chat_not_linked",
    topic="security",
    may_opt_out=False,
    valid_minutes=60,
    subject=_CODE_SUBJECT,
    body=_NOT_LINKED,
    short=_NOT_LINKED,
)

CONTACT_CHANGED: Final = Template(
    key="contact.changed",
    topic="security",
    may_opt_out=False,
    subject={
        "ja": "{ward}:通知の連絡先が変わりました",
        "easy": "{ward}:れんらく先が かわりました",
        "en": "{ward}: your contact details have changed",
        "zh-hans": "{ward}:您的联系方式已更改",
        "ko": "{ward}: 연락처가 변경되었습니다",
    },
    body=with_foot(
        {
            "ja": "通知を受け取る電話番号かLINEが、登録されたか、外されました。\n"
            "心当たりがないときは、マイページで確かめて、区役所に電話してください。\n\n{url}",
            "easy": "電話番号か LINEの 登録が かわりました。\n"
            "あなたが して いないときは、マイページを 見て、区役所に 電話してください。\n\n{url}",
            "en": "A telephone number or LINE account for your notices has been added or removed.\n"
            "If this was not you, check My page and call the ward office.\n\n{url}",
            "zh-hans": "用于接收通知的电话号码或LINE已被登记或移除。\n"
            "如果不是您本人操作,请在我的页面确认并致电区役所。\n\n{url}",
            "ko": "알림을 받을 전화번호 또는 LINE이 등록되거나 해제되었습니다.\n"
            "본인이 한 것이 아니면 마이페이지에서 확인하고 구청에 전화해 주십시오.\n\n{url}",
        }
    ),
)

REPRESENTATION_CHANGED: Final = Template(
    key="representation.changed",
    topic="security",
    may_opt_out=False,
    subject={
        "ja": "{ward}:代理の登録が変わりました",
        "easy": "{ward}:代わりにする人の 登録が かわりました",
        "en": "{ward}: an authority to act for another person has changed",
        "zh-hans": "{ward}:代理登记有变更",
        "ko": "{ward}: 대리 등록이 변경되었습니다",
    },
    body=with_foot(
        {
            "ja": "手続を代わりにする人(代理)の登録が始まったか、終わりました。\n"
            "心当たりがないときは、マイページで確かめて、区役所に電話してください。\n\n{url}",
            "easy": "手続を 代わりに する人の 登録が 始まったか、終わりました。\n"
            "わからないときは、マイページを 見て、区役所に 電話してください。\n\n{url}",
            "en": "An authority to act for another person has begun or ended.\n"
            "If you did not expect this, check My page and call the ward office.\n\n{url}",
            "zh-hans": "代他人办理手续的登记已开始或已结束。\n如果您不知情,请在我的页面确认并致电区役所。\n\n{url}",
            "ko": "다른 사람을 대신하는 대리 등록이 시작되었거나 끝났습니다.\n"
            "모르는 일이라면 마이페이지에서 확인하고 구청에 전화해 주십시오.\n\n{url}",
        }
    ),
)
"""Without names and reasons: who is protected, and from whom, shows in neither."""

IDENTITY_ENDED: Final = Template(
    key="identity.ended",
    topic="security",
    may_opt_out=False,
    subject={
        "ja": "{ward}:ログインの方法が外されました",
        "easy": "{ward}:ログインの しかたが かわりました",
        "en": "{ward}: a way to sign in was removed",
        "zh-hans": "{ward}:一种登录方式已被移除",
        "ko": "{ward}: 로그인 방법이 해제되었습니다",
    },
    body=with_foot(
        {
            "ja": "あなたの登録から、外のログイン(カードなど)が外されました。\n"
            "心当たりがないときは、マイページで確かめて、区役所に電話してください。\n\n{url}",
            "easy": "カードなどの ログインが つかえなくなりました。\n"
            "あなたが して いないときは、マイページを 見て、区役所に 電話してください。\n\n{url}",
            "en": "An outside sign-in (such as a card) was disconnected from your registration.\n"
            "If this was not you, check My page and call the ward office.\n\n{url}",
            "zh-hans": "您的登记已与外部登录方式(如卡片)断开。\n"
            "如果不是您本人操作,请在我的页面确认并致电区役所。\n\n{url}",
            "ko": "등록에서 외부 로그인(카드 등)이 해제되었습니다.\n"
            "본인이 한 것이 아니면 마이페이지에서 확인하고 구청에 전화해 주십시오.\n\n{url}",
        }
    ),
)

REPRESENTATION_TITLES: Final[dict[tuple[str, str], LocalizedText]] = {
    ("began", "principal"): {
        "ja": "代理の人が、あなたの手続をできるようになりました",
        "easy": "あなたの手続を、代わりの人ができます",
        "en": "Somebody may now act for you",
        "zh-hans": "代理人现在可以为您办理手续",
        "ko": "대리인이 이제 귀하의 절차를 할 수 있습니다",
    },
    ("began", "agent"): {
        "ja": "ほかの人の手続を、代わりにできるようになりました",
        "easy": "ほかの人の手続を、代わりにできます",
        "en": "You may now act for somebody else",
        "zh-hans": "您现在可以代他人办理手续",
        "ko": "이제 다른 사람의 절차를 대신할 수 있습니다",
    },
    ("ended", "principal"): {
        "ja": "代理の人が、あなたの手続をすることは終わりました",
        "easy": "代わりの人は、もうあなたの手続をできません",
        "en": "Somebody who could act for you no longer may",
        "zh-hans": "代理人已不能再为您办理手续",
        "ko": "대리인은 더 이상 귀하의 절차를 할 수 없습니다",
    },
    ("ended", "agent"): {
        "ja": "ほかの人の手続を、代わりにすることは終わりました",
        "easy": "ほかの人の手続を、もう代わりにできません",
        "en": "You may no longer act for somebody else",
        "zh-hans": "您已不能再代他人办理手续",
        "ko": "더 이상 다른 사람의 절차를 대신할 수 없습니다",
    },
    ("refused", "principal"): {
        "ja": "代理の依頼は、受け入れられませんでした",
        "easy": "代わりの人は「できません」と答えました",
        "en": "Your request to be represented was declined",
        "zh-hans": "您的代理请求未被接受",
        "ko": "대리 요청이 받아들여지지 않았습니다",
    },
}  # fmt: skip
"""What happened, to which side → the line in the inbox. Whom it is about, the page of representation says."""

TEMPLATES: Final = (
    NOTICE, CORRECTION, REMINDER, SIGN_IN_CODE, SECOND_FACTOR_RESET, PHONE_CODE, CHAT_LINKED, CHAT_NOT_LINKED,
    CONTACT_CHANGED, REPRESENTATION_CHANGED, IDENTITY_ENDED,
)  # fmt: skip
