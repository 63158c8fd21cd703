"""Questionnaires and what they came to: sums, no persons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock

from .models import Mark, Reply, Survey
from .rules import Question, Tally, mark_of, questions_from, tallied

SYSTEM: Final = system_actor("surveys.count")


@dataclass(frozen=True, slots=True, kw_only=True)
class SurveyView:
    """What is asked, from when until when."""

    code: str
    questions: Sequence[Question]
    opens_at: datetime
    closes_at: datetime

    @property
    def is_open(self) -> bool:
        """May it be answered now?"""
        return self.opens_at <= clock.now() < self.closes_at


def survey(code: str) -> SurveyView | None:
    """A questionnaire that is no draft. One statement."""
    row = Survey.objects.filter(code=code).first()
    if row is None or row.opens_at is None or row.closes_at is None:
        return None
    return SurveyView(
        code=row.code, questions=questions_from(row.questions), opens_at=row.opens_at, closes_at=row.closes_at
    )


def drafted(code: str) -> tuple[Question, ...]:
    """The questions of a draft, which nobody is asked; none where there is no draft. One statement."""
    row = Survey.objects.filter(code=code, opens_at=None).first()
    return questions_from(row.questions) if row else ()


def surveyed(codes: Sequence[str]) -> set[str]:
    """Of these, what has a questionnaire that may be answered now. One statement."""
    now = clock.now()
    return set(
        Survey.objects.filter(code__in=list(codes), opens_at__lte=now, closes_at__gt=now).values_list("code", flat=True)
    )


def has_replied(code: str, respondent: str) -> bool:
    """Has this respondent answered? Known until the questionnaire is over. Two statements."""
    row = Survey.objects.filter(code=code).only("pk").first()
    if row is None:
        return False
    with unit(SYSTEM):
        return Mark.objects.filter(survey=row, mark=mark_of(row.pk, respondent)).exists()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How many answered, and the sums; none where too few answered to stay unknown (`least`)."""

    replies: int = 0
    least: int = 0
    tallies: Sequence[Tally] = ()


def outcome(code: str, *, least: int) -> Outcome:
    """What a questionnaire came to, once `least` people have answered. Two statements."""
    row = Survey.objects.filter(code=code).first()
    if row is None:
        return Outcome(least=least)
    with unit(SYSTEM):
        replies = list(Reply.objects.filter(survey=row).values_list("answers", flat=True))
    shown = len(replies) >= least
    return Outcome(
        replies=len(replies), least=least, tallies=tallied(questions_from(row.questions), replies) if shown else ()
    )
