"""Use cases of questionnaires."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError, transaction

from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid, NotFound

from . import rules
from .models import Mark, Reply, Survey

SYSTEM: Final = system_actor("surveys")
KEEP: Final = timedelta(days=5 * 366)
"""How long replies stay after the end."""


def set_survey(
    *, actor: Actor, code: str, division_id: int, questions: Sequence[rules.Question], opens_at: datetime,
    closes_at: datetime,
) -> None:  # fmt: skip
    """Ask these questions about something; the room that calls says who of its officials may.

    Raises:
        Forbidden: not an official of the division. Invalid: no question.
        Conflict: "surveys.answered": somebody has answered other questions.
    """
    if actor.kind != "system" and (actor.kind != "staff" or division_id not in actor.divisions):
        raise Forbidden
    if not questions:
        raise Invalid("surveys.no_questions")
    asked = rules.questions_to(questions)
    with unit(actor):
        row = Survey.objects.select_for_update(of=("self",)).filter(code=code).first()
        if row is None:
            Survey.objects.create(
                code=code, division_id=division_id, questions=asked, opens_at=opens_at, closes_at=closes_at
            )
            return
        with unit(SYSTEM):
            answered = row.replies.exists()
        if answered and row.questions != asked:
            raise Conflict("surveys.answered")
        row.questions, row.opens_at, row.closes_at = asked, opens_at, closes_at
        row.save(update_fields=["questions", "opens_at", "closes_at"])


def copy_survey(*, actor: Actor, source: str, code: str, division_id: int) -> bool:
    """Bring the questions of one thing along to another as a draft; False: there are none, or some stand there already.

    Nobody is asked until somebody of the division saves them (`set_survey`).

    Raises:
        Forbidden: not an official of the division.
    """
    if actor.kind != "system" and (actor.kind != "staff" or division_id not in actor.divisions):
        raise Forbidden
    with unit(actor):
        asked = Survey.objects.filter(code=source).values_list("questions", flat=True).first()
        if not asked:
            return False
        _row, made = Survey.objects.get_or_create(code=code, defaults={"division_id": division_id, "questions": asked})
        return made


def reply(*, actor: Actor, code: str, respondent: str, answers: Mapping[str, str]) -> bool:
    """Keep a reply without a name; False: this respondent has answered before.

    Args:
        respondent: what may answer once, for example an entry's id; the room that calls knows whose it is.

    Raises:
        Forbidden: nobody signed in. NotFound: no such questionnaire. Conflict: "surveys.closed".
        Invalid: by field; "surveys.empty".
    """
    if actor.kind not in ("resident", "system"):
        raise Forbidden
    survey = Survey.objects.filter(code=code).first()
    if survey is None or survey.opens_at is None or survey.closes_at is None:
        raise NotFound
    if not survey.opens_at <= clock.now() < survey.closes_at:
        raise Conflict("surveys.closed")
    kept = rules.checked(rules.questions_from(survey.questions), answers)
    with unit(SYSTEM):  # not the resident's unit: nothing of the reply is written beside a name
        try:
            with transaction.atomic():
                Mark.objects.create(survey=survey, mark=rules.mark_of(survey.pk, respondent))
        except IntegrityError:
            return False
        Reply.objects.create(survey=survey, answers=kept)
    return True


def forget(*, actor: Actor) -> int:
    """Marks of questionnaires that are over, and replies of long ago; how many rows.

    Raises:
        Forbidden: not the platform itself.
    """
    if actor.kind != "system":
        raise Forbidden
    now = clock.now()
    with unit(actor):
        marks, _ = Mark.objects.filter(survey__closes_at__lte=now).delete()
        replies, _ = Reply.objects.filter(survey__closes_at__lte=now - KEEP).delete()
    return marks + replies
