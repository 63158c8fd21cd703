"""The letter with the code that links a login with the register: Japanese, with the reader's language below."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from jichi.engines.accounts.linking import CODE_DAYS
from jichi.engines.registry.rules import ResidentRecord
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.localized import LocalizedText, pick
from jichi.kernel.numbers import format_postcode

TEMPLATE: Final = Path(__file__).parent / "templates" / "front_applications" / "pdf" / "link_letter.typ"
TITLE: Final[LocalizedText] = {
    "ja": "本人確認の番号のお知らせ", "easy": "番号のお知らせ", "en": "Your code for linking your login",
    "zh-hans": "身份确认号码通知", "ko": "본인 확인 번호 안내",
}  # fmt: skip
_TEXTS: Final[Mapping[str, LocalizedText]] = {
    "why": {
        "ja": "オンライン窓口のログインと住民の記録を結び付ける申込みがありました。申し込んだ方は、マイページの"
        "「住民の記録との結び付け」で、上の番号を入力してください。",
        "easy": "住民の記録とつなぐ申し込みがありました。申し込んだ人は、この番号をマイページで書いてください。",
        "en": "Somebody asked to link a login of our online counter with your resident record. If it was you, enter "
        "the code above on My page, “Link with your resident record”.",
        "zh-hans": "有人申请将在线窗口的登录与居民记录关联。"
        "如果是您本人申请的，请在“我的页面”的“与居民记录关联”中输入以上号码。",
        "ko": "온라인 창구의 로그인과 주민 기록을 연결하는 신청이 있었습니다. 본인이 신청했다면 마이페이지의 "
        "‘주민 기록과의 연결’에서 위 번호를 입력해 주세요.",
    },
    "where": {
        "ja": "入力するページ", "easy": "書くページ", "en": "Where to enter it", "zh-hans": "输入页面",
        "ko": "입력할 페이지",
    },
    "until": {
        "ja": "番号は、申込みの日から{days}日のあいだ使えます。続けて5回違う番号を入力すると、使えなくなります。",
        "easy": "この番号は{days}日使えます。5回まちがえると、使えません。",
        "en": "The code works for {days} days from the request, and no longer after five wrong tries.",
        "zh-hans": "号码自申请之日起{days}天内有效。连续输错5次后将失效。",
        "ko": "번호는 신청일로부터 {days}일 동안 사용할 수 있으며, 5회 연속 틀리면 사용할 수 없게 됩니다.",
    },
    "not_me": {
        "ja": "心当たりがないときは、この番号をだれにも教えないで、下の担当課に連絡してください。",
        "easy": "知らないときは、番号をだれにも言わないでください。区役所に電話してください。",
        "en": "If you did not ask for this, tell the code to nobody and call the office below.",
        "zh-hans": "如非本人申请，请勿将号码告诉任何人，并联系下述主管部门。",
        "ko": "신청한 적이 없으면 번호를 아무에게도 알리지 말고 아래 담당 부서로 연락해 주세요.",
    },
}  # fmt: skip


def printed(person: ResidentRecord, code: str, *, language: str, office: Mapping[str, str]) -> dict[str, Any]:
    """What the template sets.

    Args:
        person: of the register, address included.
        language: of the login; the letter repeats itself in it below the Japanese.
        office: name and phone of the division that decides.
    """

    def said(spoken: str) -> dict[str, str]:
        words = {key: pick(text, spoken).text.format(days=CODE_DAYS) for key, text in _TEXTS.items()}
        return {**words, "title": pick(TITLE, spoken).text}

    return {
        "ward": settings.JICHI_WARD, "postcode": format_postcode(person.postcode), "address": person.address,
        "name": f"{person.display_name} 様", "code": code, "day": format_date(clock.today(), "ja", "long"),
        "page": f"{settings.JICHI_ORIGIN}/my/link/", "office": dict(office), "ja": said("ja"),
        "language": language, "other": said(language) if language != "ja" else None,
    }  # fmt: skip
