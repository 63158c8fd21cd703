"""Sentences for the codes of this room."""

from __future__ import annotations

from typing import Final

from jichi.kernel.localized import LocalizedText

MESSAGES: Final[dict[str, LocalizedText]] = {
    "surveys.empty": {
        "ja": "1つ以上の質問に答えてください。",
        "easy": "1つ以上の質問に答えてください。",
        "en": "Please answer at least one question.",
        "zh-hans": "请至少回答一个问题。",
        "ko": "하나 이상의 질문에 답해 주세요.",
    },
    "surveys.closed": {
        "ja": "このアンケートは、答える期間が終わりました。",
        "easy": "このアンケートは終わりました。",
        "en": "The time for answering this questionnaire is over.",
        "zh-hans": "该问卷的回答期限已过。",
        "ko": "이 설문의 응답 기간이 끝났습니다.",
    },
}
"""Code → sentence in five languages."""

FOR_OFFICIALS: Final[dict[str, str]] = {
    "surveys.no_questions": "質問を1つ以上選んでください。",
    "surveys.answered": "もう答えが届いているので、質問は変えられません。",
    "surveys.options": "選択肢は2つから8つまで、1行に1つずつ、ちがう言葉で入力してください。",
}
"""Code → Japanese sentence."""
