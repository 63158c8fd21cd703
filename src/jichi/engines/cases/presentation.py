"""Words for states, steps, checks and the timeline of a case, for officials and applicants alike.

Two views of one status model: `STAFF_STATUS` and `RESIDENT_STATUS` give the label keys of either side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from jichi.design.labels import label
from jichi.engines.forms.rules import FormDefinition
from jichi.kernel.calendar import format_date
from jichi.kernel.localized import LocalizedText, pick

from .event_words import EVENTS, STAFF_EVENTS
from .rules import Status, Step
from .sentences import MESSAGES

STAFF_STATUS: Final[Mapping[Status, str]] = {
    Status.RECEIVED: "staff.not_started",
    Status.REVIEWING: "staff.in_review",
    Status.CORRECTION: "staff.correction",
    Status.APPROVED: "status.approved",
    Status.REFUSED: "status.not_approved",
    Status.WITHDRAWN: "staff.withdrawn",
    Status.EXPIRED: "staff.lapsed",
}
"""State → label and chip key as officials read it."""

RESIDENT_STATUS: Final[Mapping[Status, str]] = {
    Status.RECEIVED: "status.received",
    Status.REVIEWING: "status.in_review",
    Status.CORRECTION: "status.correction",
    Status.APPROVED: "status.approved",
    Status.REFUSED: "status.not_approved",
    Status.WITHDRAWN: "status.withdrawn",
    Status.EXPIRED: "status.expired",
}
"""State → label and chip key as the applicant reads it."""


def staff_chip(status: Status, *, stage: str = "", payment: str = "none") -> str:
    """The label of the state as officials see it, finer than the applicant's: 決裁待ち, 差戻し, 支払待ち."""
    if status is Status.REVIEWING and stage in {"on_route", "sent_back"}:
        return "staff.awaiting_decision" if stage == "on_route" else "staff.sent_back"
    if status in {Status.RECEIVED, Status.REVIEWING} and payment == "due":
        return "staff.payment_due"
    return STAFF_STATUS[status]


def staff_status_word(status: Status) -> str:
    """The state as officials call it, in Japanese."""
    return label(STAFF_STATUS[status], "ja")


STEP_WORDS: Final[Mapping[Step, str]] = {
    Step.TAKE: "審査を始める",
    Step.RELEASE: "担当を外れる",
    Step.REQUEST_CORRECTION: "補正を依頼する",
    Step.ANSWER_CORRECTION: "直した内容を送る",
    Step.CANCEL_CORRECTION: "補正依頼を取り消す",
    Step.APPROVE: "承認する",
    Step.REFUSE: "不承認にする",
    Step.WITHDRAW: "取り下げる",
    Step.EXPIRE: "失効にする",
}
"""The verb on the button of a step."""

_NEXT_FOR_STAFF: Final[Mapping[Status, str]] = {
    Status.RECEIVED: "担当を決めて、審査を始める",
    Status.REVIEWING: "内容を確かめて、決定するか補正を依頼する",
    Status.CORRECTION: "申請した人の補正を待つ",
    Status.APPROVED: "することはありません",
    Status.REFUSED: "することはありません",
    Status.WITHDRAWN: "することはありません",
    Status.EXPIRED: "することはありません",
}


def next_for_staff(status: Status, *, correction_due_on: date | None, today: date) -> str:
    """What an official does next, in Japanese."""
    if status is Status.CORRECTION and correction_due_on is not None and correction_due_on < today:
        return "補正の期限を過ぎました。連絡するか、失効にする"
    return _NEXT_FOR_STAFF[status]


def event_for_staff(kind: str) -> str:
    """A line of the timeline in officials' words: 「補正を依頼しました」."""
    return EVENTS[kind][0] if kind in EVENTS else STAFF_EVENTS.get(kind, kind)


def event_for_resident(kind: str, language: str) -> str:
    """A line of the timeline in the applicant's language."""
    return pick(EVENTS[kind][1], language).text if kind in EVENTS else kind


CHANNEL_WORDS: Final[dict[str, str]] = {"web": "電子申請", "paper": "紙", "phone": "電話", "counter": "窓口"}
"""How an application came in."""
SEAL_WORDS: Final[dict[str, str]] = {"omitted": "公印省略", "sealed": "公印を押す"}
DISPATCH_WORDS: Final[dict[str, str]] = {"electronic": "マイページで交付", "post": "郵送", "counter": "窓口で交付"}
POST_WORDS: Final[dict[str, str]] = {"post": "普通郵便", "registered": "簡易書留", "counter": "窓口で渡した"}
LINK_WORDS: Final[dict[str, str]] = {"related": "関連", "duplicate": "重複", "follow_up": "続き"}
PAYMENT_WORDS: Final[dict[str, str]] = {
    "none": "なし", "due": "支払待ち", "paid": "支払済", "refunding": "返金の手続中", "refunded": "返金済",
}  # fmt: skip
WAITING_WORDS: Final[dict[str, str]] = {
    "applicant": "申請した人の補正待ち", "second_person": "もう1人の確認待ち", "payment": "支払待ち",
    "route": "決裁待ち",
}  # fmt: skip


_LEFT: Final[dict[str, str]] = {
    "moved_out": "転出しました", "deceased": "亡くなりました", "removed": "住民記録から消除されました",
    "outside": "住民記録の対象外になりました", "gone": "住民記録にいなくなりました",
}  # fmt: skip


def left_words(state: str) -> str:
    """What happened to somebody who left the register, in Japanese."""
    return _LEFT.get(state, _LEFT["gone"])


def code_words(code: str) -> str:
    """Why something was not done, in an official's words; "" for no code."""
    if not code:
        return ""
    return MESSAGES[code]["ja"] if code in MESSAGES else "先に状態が変わったため、できません。"


_NEXT_FOR_RESIDENT: Final[Mapping[Status, LocalizedText]] = {
    Status.RECEIVED: {
        "ja": "{day}までに結果をお知らせします。", "easy": "{day}までに、結果を知らせます。",
        "en": "We will tell you the result by {day}.", "zh-hans": "我们将在{day}之前通知您结果。",
        "ko": "{day}까지 결과를 알려 드립니다.",
    },
    Status.CORRECTION: {
        "ja": "{day}までに直して、もう一度送ってください。", "easy": "{day}までに直して、送ってください。",
        "en": "Please correct it and send it again by {day}.", "zh-hans": "请在{day}之前补正后重新提交。",
        "ko": "{day}까지 보완하여 다시 보내 주세요.",
    },
    Status.APPROVED: {
        "ja": "手続は終わりました。", "easy": "手続きは終わりました。", "en": "This procedure is complete.",
        "zh-hans": "手续已办结。", "ko": "절차가 끝났습니다.",
    },
    Status.REFUSED: {
        "ja": "手続は終わりました。理由と、不服があるときの方法を下に書いています。",
        "easy": "手続きは終わりました。理由を下に書いています。",
        "en": "This procedure is complete. The reason and your remedies are stated below.",
        "zh-hans": "手续已办结。理由及申诉方法如下。", "ko": "절차가 끝났습니다. 이유와 불복 방법은 아래에 있습니다.",
    },
    Status.WITHDRAWN: {
        "ja": "同じ内容でいつでも申請できます。", "easy": "同じ申請をもう一度できます。",
        "en": "You can apply again with the same answers.", "zh-hans": "您可随时以相同内容重新申请。",
        "ko": "같은 내용으로 언제든지 다시 신청할 수 있습니다.",
    },
}  # fmt: skip


def next_for_resident(status: Status, *, due_on: date, correction_due_on: date | None, language: str) -> str:
    """What happens next and by when, in the applicant's language."""
    same = {Status.REVIEWING: Status.RECEIVED, Status.EXPIRED: Status.WITHDRAWN}
    text = pick(_NEXT_FOR_RESIDENT[same.get(status, status)], language)
    day = correction_due_on if status is Status.CORRECTION and correction_due_on else due_on
    return text.text.format(day=format_date(day, text.language))


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A check that ran: ok, or somebody should look, and why."""

    id: str
    title: str
    ok: bool
    reason: str


def check_lines(
    checks: Sequence[Mapping[str, Any]], definition: FormDefinition, language: str = "ja"
) -> list[CheckLine]:
    """The checks of a case in words; those that need a look first."""
    named = {check.id: check for check in definition.official_checks}
    lines = []
    for check in checks:
        known = named.get(str(check.get("id", "")))
        title = check.get("title") or (known.title if known else {"ja": str(check.get("id", ""))})
        lines.append(
            CheckLine(
                id=str(check.get("id", "")), title=_text(title, language), ok=check.get("outcome") == "ok",
                reason=_text(check.get("reason") or {}, language),
            )
        )  # fmt: skip
    return sorted(lines, key=lambda line: line.ok)


def _text(text: object, language: str) -> str:
    return pick(text, language).text if isinstance(text, Mapping) else str(text)


def point_sentence(point: Mapping[str, Any], language: str) -> tuple[str, str]:
    """The sentence of a correction and the language it is in: an unchanged template speaks the applicant's."""
    texts = point.get("texts")
    if isinstance(texts, Mapping):
        picked = pick(texts, language)
        return picked.text, picked.language
    return str(point["sentence"]), "ja"


def point_example(point: Mapping[str, Any], definition: FormDefinition, language: str) -> str:
    """What a good answer looks like, where the definition says so."""
    for ready in definition.corrections:
        if ready.field == point["field"] and ready.example and ready.text["ja"] == point["sentence"]:
            return pick(ready.example, language).text
    return ""
