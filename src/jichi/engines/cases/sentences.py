"""Sentences of this room for the message catalogue: what was refused, what was kept, what to do now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from jichi.kernel.localized import LocalizedText


def _five(ja: str, easy: str, en: str, zh: str, ko: str) -> LocalizedText:
    return {"ja": ja, "easy": easy, "en": en, "zh-hans": zh, "ko": ko}


MESSAGES: Final[Mapping[str, LocalizedText]] = {
    "case.changed": _five(
        "ほかの人が先に操作しました。あなたの操作は行われていません。最新の内容を見てください。",
        "ほかの人が先に変えました。あなたのしたことは、まだできていません。新しいページを見てください。",
        "Somebody else acted first, so nothing of yours was done. Please look at the latest version.",
        "其他人已先行操作,您的操作未执行。请查看最新内容。",
        "다른 사람이 먼저 처리하여 이 작업은 수행되지 않았습니다. 최신 내용을 확인해 주세요.",
    ),
    "case.state": _five(
        "先に状態が変わったため、この操作はできません。最新の内容を見てください。",
        "今はできません。新しいページを見てください。",
        "The status changed, so this is no longer possible. Please look at the latest version.",
        "状态已变化,无法执行此操作。请查看最新内容。",
        "상태가 바뀌어 이 작업을 할 수 없습니다. 최신 내용을 확인해 주세요.",
    ),
    "case.decided": _five(
        "すでに結果が出ているため、取り下げられません。担当課に連絡してください。",
        "もう結果が出ています。やめることはできません。区役所に電話してください。",
        "There is already a result, so it cannot be withdrawn. Please contact the office in charge.",
        "已有结果,无法撤回。请联系主管部门。",
        "이미 결과가 나와 취하할 수 없습니다. 담당 부서에 연락해 주세요.",
    ),
    "case.already_open": _five(
        "同じ人の申請を、すでに受け付けています。お知らせ箱で受付番号を確かめてください。",
        "もう申請しています。お知らせを見てください。",
        "An application for this person is already open. Please see your inbox for its number.",
        "此人的申请已受理。请在消息箱确认受理编号。",
        "같은 사람의 신청이 이미 접수되어 있습니다. 알림함에서 접수번호를 확인해 주세요.",
    ),
    "case.own": _five(
        "自分の申請は決定できません。ほかの職員に代わってください。",
        "自分の申請は決められません。",
        "You cannot decide your own application. Please ask a colleague.",
        "不能审批自己的申请,请由其他职员办理。",
        "본인의 신청은 결정할 수 없습니다. 다른 직원에게 부탁해 주세요.",
    ),
    "correction.no_point": _five(
        "直してもらう質問を1つ以上選んでください。",
        "直してもらう質問を1つより多く選んでください。",
        "Please choose at least one question to correct.",
        "请至少选择一个需要补正的问题。",
        "보완할 질문을 하나 이상 선택해 주세요.",
    ),
    "correction.unknown_field": _five(
        "この申請にない質問か、同じ質問が2回選ばれています。選び直してください。",
        "ない質問です。もう一度選んでください。",
        "A question is not part of this application or was chosen twice. Please choose again.",
        "所选问题不属于此申请或重复选择。请重新选择。",
        "이 신청에 없는 질문이거나 두 번 선택되었습니다. 다시 선택해 주세요.",
    ),
    "correction.not_late": _five(
        "補正の期限はまだ過ぎていません。期限の翌日から失効にできます。",
        "まだ日が過ぎていません。",
        "The date for the correction has not passed yet.",
        "补正期限尚未到期。",
        "보완 기한이 아직 지나지 않았습니다.",
    ),
    "decision.reason_required": _five(
        "理由を入力してください。申請した人がそのまま読みます。",
        "理由を書いてください。",
        "Please enter the reason. The applicant will read it as written.",
        "请填写理由。申请人将看到原文。",
        "이유를 입력해 주세요. 신청인이 그대로 읽습니다.",
    ),
    "decision.unfilled": _five(
        "{{ }} の中を書き換えてください。申請した人がそのまま読みます。",
        "{{ }} の中を書いてください。",
        "Please fill in the places in {{ }}. The applicant will read it as written.",
        "请填写 {{ }} 中的内容。申请人将看到原文。",
        "{{ }} 안을 채워 주세요. 신청인이 그대로 읽습니다.",
    ),
    "field.future_date": _five(
        "明日以降の日を入力してください。",
        "明日か、その後の日を書いてください。",
        "Please enter a date after today.",
        "请输入明天以后的日期。",
        "내일 이후의 날짜를 입력해 주세요.",
    ),
}
