"""The texts every room may send. A mail says that there is news and where; never what (journeys §1.3)."""

from __future__ import annotations

from typing import Final

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

TEMPLATES: Final = (NOTICE, CORRECTION, REMINDER, SIGN_IN_CODE, SECOND_FACTOR_RESET)
