"""職員の入力: an application that came on paper, by telephone or at the counter, into the same queue as all others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, unit
from jichi.engines.files.actions import Upload
from jichi.engines.forms import actions as forms
from jichi.engines.forms import queries as form_queries
from jichi.engines.forms.rules import FormDefinition, run_checks, uniqueness_key
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.business_days import add_open_days
from jichi.kernel.errors import FieldError, Forbidden, Invalid, NotFound

from .. import permissions
from ..models import Case
from .charging import charge_case
from .numbering import issue_number
from .opening import Entered, NewCase, Opened, open_case
from .talking import attach_scan

_AS: Final = {"paper": "paper", "counter": "paper", "phone": "telephone"}
"""Channel → as what forms knows it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """How an application came in, and from whom. `applicant_no` "" for somebody the register does not know."""

    channel: str
    received_on: date
    applicant_no: str = ""


def entering(*, actor: Actor) -> Actor:
    """The platform, acting for the official who enters: their draft, and nobody else's.

    Raises:
        Forbidden: the official may not enter applications.
    """
    if actor.kind != "staff" or actor.account_id is None or not actor.may(permissions.ENTER):
        raise Forbidden("forbidden", permission=permissions.ENTER)
    return Actor(
        kind="system", account_id=actor.account_id, name=actor.name, purpose="case_entry", request_id=actor.request_id
    )


def begin_entry(*, actor: Actor, slug: str, entry: Entry, subject_no: str = "") -> UUID:
    """Begin to enter an application; the draft already begun for the same person is answered again.

    Args:
        subject_no: 宛名番号 of the person it is about; "" means the applicant.

    Raises:
        Forbidden: without the right. NotFound: no such procedure, or another division's.
        Invalid: an unknown channel, a future day, nobody with this 宛名番号.
    """
    platform = entering(actor=actor)
    with unit(platform):
        _check(entry, subject_no)
        found = form_queries.procedure(slug)
        if found.division_id not in actor.divisions:
            raise NotFound("forms.no_procedure")
        draft = forms.start_draft(
            actor=platform, slug=slug, applicant_no=entry.applicant_no,
            subject_no=subject_no or entry.applicant_no, applies_as=_AS[entry.channel],
        )  # fmt: skip
        return draft.id


def _check(entry: Entry, subject_no: str) -> None:
    wrong: dict[str, FieldError] = {}
    if entry.channel not in _AS:
        wrong["channel"] = FieldError("field.choose_one")
    if entry.received_on > clock.today():
        wrong["received_on"] = FieldError("field.past_date")
    for name, number in (("applicant_no", entry.applicant_no), ("subject_no", subject_no)):
        if number and registry.resident(number) is None:
            wrong[name] = FieldError("entry.no_person")
    if wrong:
        raise Invalid(fields=wrong)


def entered_draft(actor: Actor, draft_id: UUID) -> form_queries.DraftView:
    """A draft that officials of the division enter; a colleague may go on with it. Never one that a resident writes.

    Raises:
        NotFound: none such.
    """
    view = form_queries.draft(draft_id)
    if view.applies_as not in set(_AS.values()) or view.division_id not in actor.divisions:
        raise NotFound("draft.not_found")
    return view


def save_entry(
    *, actor: Actor, draft_id: UUID, page: str, raw: Mapping[str, Sequence[str]], expected_revision: int,
    applicant_no: str, uploads: Mapping[str, Sequence[Upload]] | None = None,
) -> forms.SavedPage:  # fmt: skip
    """One page of the form as the official typed it. Raises as `forms.actions.save_page`."""
    platform = entering(actor=actor)
    with unit(platform):
        entered_draft(actor, draft_id)
        return forms.save_page(
            actor=platform, draft_id=draft_id, page=page, raw=raw, expected_revision=expected_revision,
            applicant_no=applicant_no, uploads=uploads,
        )  # fmt: skip


def finish_entry(*, actor: Actor, draft_id: UUID, entry: Entry, scan: Upload | None = None) -> Opened:
    """収受: the application becomes a case under a 収受番号, marked with its channel and who entered it.

    The declarations stand on the paper, or were read out. A second press answers the same case.

    Args:
        scan: the paper, scanned.

    Raises:
        Forbidden: without the right. Invalid: as `begin_entry`, or a scan that can't be taken ("files").
        as `forms.actions.prepare_seal`; Conflict "case.already_open".
    """
    platform = entering(actor=actor)
    with unit(platform):
        _check(entry, "")
        view = entered_draft(actor, draft_id)
        ready = forms.prepare_seal(
            actor=platform, draft_id=draft_id, language="ja", applicant_no=entry.applicant_no,
            declared=[one.id for one in view.definition.declarations],
        )  # fmt: skip
        if ready.sealed is not None:
            case = Case.objects.get(submission_id=ready.sealed)
            return Opened(number=case.number, case_id=case.pk, fresh=False)
        opened = open_case(actor=platform, new=_new(actor, ready, entry))
        if opened.fresh:
            _take_in(platform, opened.case_id, entry, scan)
        return opened


def _new(actor: Actor, ready: forms.Sealable, entry: Entry) -> NewCase:
    if actor.account_id is None:
        raise Forbidden
    definition, day = ready.draft.definition, entry.received_on
    name, kana = _whom(ready, definition)
    checks = run_checks(definition, ready.answers, ready.facts, day)
    arrived = datetime(day.year, day.month, day.day, tzinfo=clock.TOKYO)
    return NewCase(
        draft_id=ready.draft.id, revision=ready.draft.revision, answers=ready.answers,
        content_hash=ready.content_hash, language="ja", procedure=ready.draft.slug, title=definition.title,
        keywords=" ".join(w for words in definition.keywords.values() for w in words), name=name, kana=kana,
        applicant_no=entry.applicant_no, due_on=add_open_days(day, definition.processing_days),
        once_key=uniqueness_key(definition, ready.draft.subject_no, day) or "",
        checks=[{"id": c.id, "title": dict(c.title), "outcome": c.outcome, "reason": dict(c.reason)} for c in checks],
        entered=Entered(
            channel=entry.channel, by=actor.account_id, by_name=actor.name,
            received_at=clock.now() if day == clock.today() else arrived,
        ),
    )  # fmt: skip


def _whom(ready: forms.Sealable, definition: FormDefinition) -> tuple[str, str]:
    """Name and reading for lists: from the register, else the first such answers."""
    if ready.person is not None:
        return ready.person.display_name, ready.person.display_kana
    typed: dict[str, Any] = {"name": "", "kana": ""}
    for name, field in definition.fields.items():
        if field.kind in typed and not typed[field.kind]:
            typed[field.kind] = str(ready.answers.get(name) or "")
    return typed["name"] or "(氏名の入力なし)", typed["kana"]


def _take_in(platform: Actor, case_id: UUID, entry: Entry, scan: Upload | None) -> None:
    case = Case.objects.select_for_update().get(pk=case_id)
    _, case.receipt_number = issue_number(
        platform, kind="receipt", division_id=case.division_id, case=case, day=entry.received_on
    )
    case.save(update_fields=["receipt_number"])
    if scan is not None:
        attach_scan(platform, case, scan)
    charge_case(actor=platform, case_id=case_id)
    audit.record(
        actor=platform, action="enter", table="eng_cases_case", object_id=str(case.pk), subject=case.subject_no,
        detail={"channel": entry.channel, "received_on": entry.received_on.isoformat()},
    )  # fmt: skip
