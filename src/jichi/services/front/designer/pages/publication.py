"""公開の確認: what differs from the running version, what runs on, when, and the second person's yes or no."""

from __future__ import annotations

import re
from datetime import datetime, time
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from jichi.design.fields import FormField, errors_for
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.forms.rules import FormDefinition, compare
from jichi.kernel.calendar import format_datetime, parse_date
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import Conflict, FieldError, Invalid

from .. import actions, queries
from ..permissions import EDIT, may_publish
from ..queries import DesignView
from .frame import CONFLICT, UNPROCESSABLE, context, held, posted_revision, sentence_of

_MOMENT: Final = re.compile(r"(\S+)\s+([0-9]{1,2}):([0-9]{2})")
WEIGHTS: Final = {"content": "内容", "words": "言い方", "translation": "翻訳"}
SHOWN: Final = 200


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def publish(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A11: the last look, and the press of a button."""
    design = held(request, id)
    wrong: dict[str, FieldError] = {}
    problem = ""
    if request.method == "POST":
        try:
            _act(request, design)
            return redirect("front_designer:publish", id=id)
        except Invalid as error:
            wrong = dict(error.fields)
        except Conflict as error:
            problem = sentence_of(error)
        design = held(request, id)
    fields, refusing = _fields(request, wrong)
    status = UNPROCESSABLE if wrong else CONFLICT if problem else 200
    return render(request, "front_designer/publish.html", {
        **context(request, design, "publish", f"{design.title}の公開"), **_look(design), "problem": problem,
        "fields": fields, "refusing": refusing, "errors": errors_for([*fields, *refusing]),
        "may_approve": may_publish(request.actor, design.division_id),
        "is_own": design.asked_by_id == request.actor.account_id and design.asked_by_id is not None,
        "when": format_datetime(design.publish_at, "ja", "staff") if design.publish_at else "承認のあとすぐ",
    }, status=status)  # fmt: skip


def _act(request: SignedInRequest, design: DesignView) -> None:
    act, actor, revision = request.POST.get("act"), request.actor, posted_revision(request)
    if act == "ask":
        moment = read_moment(request.POST.get("publish_at", ""))
        actions.ask_publication(actor=actor, id=design.id, publish_at=moment, expected_revision=revision)
    elif act == "take_back":
        actions.take_back(actor=actor, id=design.id)
    elif act == "approve":
        actions.approve(actor=actor, id=design.id, expected_revision=revision)
    elif act == "refuse":
        actions.refuse(actor=actor, id=design.id, reason=request.POST.get("reason", ""))


def read_moment(text: str) -> datetime | None:
    """「2026-12-01 09:00」 as a moment in Tokyo; None for nothing.

    Raises:
        Invalid: it can't be read.
    """
    if not text.strip():
        return None
    found = _MOMENT.fullmatch(text.strip())
    try:
        if found is None:
            raise ValueError
        return datetime.combine(parse_date(found[1]), time(int(found[2]), int(found[3])), TOKYO)
    except ValueError as error:
        raise Invalid(fields={"publish_at": FieldError("field.unreadable_date")}) from error


def _fields(request: SignedInRequest, wrong: dict[str, FieldError]) -> tuple[list[FormField], list[FormField]]:
    post = request.POST
    moment = FormField(
        name="publish_at", label="公開の日時", required=False, value=post.get("publish_at", ""), size=18,
        hint="例: 2026-12-01 09:00。空なら、承認のあとすぐに公開します。", error=wrong.get("publish_at"),
    )  # fmt: skip
    reason = FormField(
        name="reason", label="承認しない理由", kind="textarea", value=post.get("reason", ""), rows=2,
        error=wrong.get("reason"),
    )  # fmt: skip
    return [moment], [reason]


def _look(design: DesignView) -> dict[str, Any]:
    """What the design would change, and what goes on."""
    found, here = queries.looked_through(design.source), queries.running(design.slug)
    old: FormDefinition | None = here.definition if here else None
    differences = compare(old, found.definition) if old and found.definition else ()
    newest = queries.newest_version(design.slug)
    return {
        "found_errors": len(found.errors), "found_warnings": len(found.warnings), "untranslated": found.untranslated,
        "running_version": old.version if old else 0, "next_version": newest + 1 if newest else 1,
        "differences": [(one.sentence, one.before, one.after, WEIGHTS[one.weight]) for one in differences[:SHOWN]],
        "difference_count": len(differences), "open_cases": queries.running_cases(design.slug) if old else 0,
        "drafts": queries.drafts_of(design.slug) if old else 0,
        "newer": old.version if old and design.based_on is not None and old.version > design.based_on else 0,
    }  # fmt: skip
