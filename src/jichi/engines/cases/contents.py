"""What a proposal would decide, in words by label, so that approvers see what changed; places never among it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final
from uuid import UUID

from jichi.engines.forms import queries as forms
from jichi.engines.forms.rules import Field, answer_lines
from jichi.engines.routes.rules import FLAGS, Change, differences
from jichi.kernel.money import Yen, format_yen

from .presentation import DISPATCH_WORDS, SEAL_WORDS
from .protection import tells_where
from .rules import Draft

ELSEWHERE: Final = "案件の画面で確かめてください"
"""Instead of where somebody lives: who may see it changes, and a history is for ever."""


def changes_between(
    *, before: tuple[Draft, UUID], after: tuple[Draft, UUID], marks: tuple[Iterable[str], Iterable[str]] = ((), ())
) -> tuple[Change, ...]:
    """What differs between two proposals of a case, the application included; one statement where that changed.

    Args:
        before, after: the draft, and the submission that it rests on.
        marks: what the drafter judged the matter to be, before and after.
    """
    was = {**_draft_words(before[0]), "事案の判断": _mark_words(marks[0])}
    now = {**_draft_words(after[0]), "事案の判断": _mark_words(marks[1])}
    return differences(was, now) + _answers(before[1], after[1])


def _draft_words(draft: Draft) -> dict[str, str]:
    return {
        "決定の案": "承認" if draft.outcome == "approved" else "不承認", "理由": draft.reason, "伺い文": draft.question,
        "交付決定額": "" if draft.granted_yen is None else format_yen(Yen(draft.granted_yen)),
        "公印": SEAL_WORDS.get(draft.seal, ""), "施行の方法": DISPATCH_WORDS.get(draft.dispatch, ""),
    }  # fmt: skip


def _mark_words(marks: Iterable[str]) -> str:
    return "・".join(word for flag, word in FLAGS.items() if flag in marks)


def _answers(before: UUID, after: UUID) -> tuple[Change, ...]:
    if before == after:
        return ()
    sent = forms.submissions([before, after])
    if len(sent) < 2:
        return ()
    definition = sent[after].definition
    return differences(
        answer_words(definition.fields, sent[before].answers, sent[after].answers, ""),
        answer_words(definition.fields, sent[after].answers, sent[before].answers, ELSEWHERE),
    )


def answer_words(
    fields: Mapping[str, Field], answers: Mapping[str, Any], other: Mapping[str, Any], place: str
) -> dict[str, str]:
    """Label → answer, of what differs from the other answers."""
    found: dict[str, str] = {}
    for name, field in fields.items():
        if field.is_question and answers.get(name) != other.get(name):
            label = field.name["ja"] if field.name["ja"] not in found else f"{field.name['ja']}({name})"
            found[label] = place if tells_where(field) else "、".join(answer_lines(field, answers.get(name), "ja"))
    return found
