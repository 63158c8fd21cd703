"""Reads of procedures, drafts and submissions. Each says how many statements it takes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from jichi.engines.accounts.queries import linked_person
from jichi.engines.audit.context import system_actor, unit
from jichi.engines.files.queries import FileInfo, get_files
from jichi.kernel import clock
from jichi.kernel.business_days import next_open_day
from jichi.kernel.errors import Conflict, NotFound
from jichi.kernel.text import fold_for_search

from .checking import publishing_problems
from .definitions import cached_definition, cached_index
from .models import Confirmation, DraftFile, FormVersion
from .register import RegisterFacts, register_facts
from .rules import (
    LIFE_EVENTS,
    Candidate,
    Field,
    FormDefinition,
    OpenState,
    asked_again,
    first_unanswered,
    open_state,
    progress,
    ranked,
)
from .standing import applicants_for
from .submissions import SubmissionView, files_of, sent_answers, sent_by, submission, submissions

__all__ = [
    "CODE_TRIES", "AskedConfirmation", "DraftCard", "DraftView", "ProcedureInfo", "SubmissionView", "asked_by",
    "asked_of_guest", "closed_procedures",
    "confirmation_of", "confirmed_by", "definition_of", "draft", "draft_files", "draft_views", "drafts_of", "facts_for",
    "files_of", "life_events_in_use", "open_draft", "procedure", "procedures", "publishing_problems", "sent_by",
    "subjects_for", "submission", "submissions", "token_hash", "version",
]  # fmt: skip

CODE_TRIES: Final = 5
"""Wrong codes after which a link works no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcedureInfo:
    """A procedure with one version of its form."""

    slug: str
    version_id: int
    sha256: str
    definition: FormDefinition
    division_id: int
    published: bool
    published_at: datetime

    def open_state(self, now: datetime | None = None) -> OpenState:
        """Before, open or closed; closed too when the version is no longer published."""
        state = open_state(self.definition, now or clock.now(), next_open_day)
        if not self.published:
            return OpenState("closed", state.opens_at, state.closes_at, state.last_day, state.ends_with_day)
        return state


_COLUMNS = ("procedure__slug", "pk", "sha256", "procedure__division_id", "state", "published_at")


def _procedures(versions: QuerySet[FormVersion]) -> list[ProcedureInfo]:
    return [
        ProcedureInfo(
            slug=slug, version_id=pk, sha256=sha256, definition=cached_definition(sha256, pk), division_id=division_id,
            published=state == "published", published_at=published_at,
        )
        for slug, pk, sha256, division_id, state, published_at in versions.values_list(*_COLUMNS)
    ]  # fmt: skip


def procedure(slug: str) -> ProcedureInfo:
    """The published version, or the last one if all are closed; NotFound if there is none. One statement."""
    found = _procedures(FormVersion.objects.filter(procedure__slug=slug).order_by("-state", "-version")[:1])
    if not found:
        raise NotFound("forms.no_procedure")
    return found[0]


def published_source(slug: str) -> str:
    """The file of `procedure(slug)` as it was published; NotFound if there is none. One statement."""
    rows = FormVersion.objects.filter(procedure__slug=slug).order_by("-state", "-version")
    found = rows.values_list("source", flat=True).first()
    if found is None:
        raise NotFound("forms.no_procedure")
    return str(found)


def version(version_id: int) -> ProcedureInfo:
    """A version, published or closed. One statement."""
    found = _procedures(FormVersion.objects.filter(pk=version_id))
    if not found:
        raise NotFound("forms.no_procedure")
    return found[0]


def definition_of(version_id: int) -> FormDefinition:
    """The definition of a version. One statement."""
    return version(version_id).definition


def procedures(
    *, text: str = "", life_event: str = "", division_id: int | None = None, only_open: bool = False
) -> list[ProcedureInfo]:
    """Published procedures, best match first, otherwise open ones first and then by title. One statement.

    Args:
        text: plain words in any of the five languages; kana, width and synonyms fold.
        life_event: a code of `rules.LIFE_EVENTS`.
        division_id: of one division only.
        only_open: only what can be sent now.
    """
    rows = FormVersion.objects.filter(state="published")
    if division_id is not None:
        rows = rows.filter(procedure__division_id=division_id)
    now = clock.now()
    found = [p for p in _procedures(rows) if not life_event or life_event in p.definition.life_events]
    states = {p.slug: p.open_state(now).state for p in found}
    if only_open:
        found = [p for p in found if states[p.slug] == "open"]
    place = {"open": 0, "before": 1, "closed": 2}
    found.sort(key=lambda p: (place[states[p.slug]], fold_for_search(p.definition.title["ja"]), p.slug))
    if not fold_for_search(text):
        return found
    by_slug = {p.slug: p for p in found}
    return [by_slug[slug] for slug in ranked(text, [(p.slug, cached_index(p.sha256, p.definition)) for p in found])]


def closed_procedures() -> list[ProcedureInfo]:
    """Procedures that took applications once and take none now: the newest version of each. One statement."""
    running = FormVersion.objects.filter(state="published").values("procedure_id")
    rows = FormVersion.objects.exclude(procedure_id__in=running)
    return _procedures(rows.order_by("procedure_id", "-version").distinct("procedure_id"))


def life_events_in_use() -> list[tuple[str, Mapping[str, str], int]]:
    """(code, name, how many published procedures) of life events that have any, in their order. One statement."""
    published = _procedures(FormVersion.objects.filter(state="published"))
    used = [event for found in published for event in found.definition.life_events]
    return [(code, name, used.count(code)) for code, name in LIFE_EVENTS.items() if code in used]


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftView:
    """A draft as pages need it. `answers` are those that count."""

    id: UUID
    account_id: UUID
    slug: str
    version_id: int
    definition: FormDefinition
    version_published: bool
    division_id: int
    subject_no: str
    applies_as: str
    representation: UUID | None
    principal_name: str
    follows: str
    answers: Mapping[str, Any]
    revision: int
    page: str
    language: str
    updated_at: datetime
    expires_at: datetime
    submitted_at: datetime | None
    corrects_id: UUID | None
    editable: frozenset[str]

    def may_change(self, field: str) -> bool:
        """Corrections: only what was asked for, and questions that appear because of it."""
        return self.corrects_id is None or field in self.editable or field not in self.answers

    @property
    def only(self) -> frozenset[str] | None:
        """Fields that may change, for `rules.validate_page`; None: all."""
        if self.corrects_id is None:
            return None
        return frozenset(name for name in self.definition.fields if self.may_change(name))


# Written out: every page and every save of an application begins with it, and building it takes longer than asking.
_DRAFTS = """
    SELECT d.id, d.account_id, p.slug, d.version_id, v.sha256, v.state, p.division_id, d.subject_no, d.answers,
        d.revision, d.page, d.language, d.updated_at, d.expires_at, d.submitted_at, d.corrects_id, d.editable,
        d.applies_as, d.representation, d.principal_name, d.follows
    FROM eng_forms_draft d JOIN eng_forms_procedure p ON p.id = d.procedure_id
    JOIN eng_forms_formversion v ON v.id = d.version_id WHERE
"""


def draft_views(where: str, *parameters: str | UUID | datetime) -> list[DraftView]:
    """The drafts `d` (procedure `p`, version `v`) for which the fixed condition `where` holds. One statement."""
    with connection.cursor() as cursor:
        cursor.execute(_DRAFTS + where, parameters)
        rows = cursor.fetchall()
    return [
        DraftView(
            id=r[0], account_id=r[1], slug=r[2], version_id=r[3], definition=cached_definition(r[4], r[3]),
            version_published=r[5] == "published", division_id=r[6], subject_no=r[7], answers=json.loads(r[8]),
            revision=r[9], page=r[10], language=r[11], updated_at=r[12], expires_at=r[13], submitted_at=r[14],
            corrects_id=r[15], editable=frozenset(r[16]), applies_as=r[17], representation=r[18],
            principal_name=r[19], follows=r[20],
        )
        for r in rows
    ]  # fmt: skip


def draft(draft_id: UUID) -> DraftView:
    """The draft, if it is the actor's; NotFound otherwise. One statement.

    Sent drafts are found too (their answers are in the submission): a replay leads on to it.
    """
    found = draft_views("d.id = %s", draft_id)
    if not found:
        raise NotFound("draft.not_found")
    return found[0]


def open_draft(*, account_id: UUID, slug: str, subject_no: str = "", follows: str = "") -> DraftView | None:
    """The draft of this account for this procedure and person that can be gone on with. One statement."""
    found = draft_views(
        "d.account_id = %s AND p.slug = %s AND d.subject_no = %s AND d.follows = %s AND d.submitted_at IS NULL "
        "AND d.corrects_id IS NULL AND d.expires_at > %s ORDER BY d.origin",
        account_id, slug, subject_no, follows, clock.now(),
    )  # fmt: skip
    return found[0] if found else None


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftCard:
    """A draft on マイページ›進行中: 「7問中4問まで入力済み。7月10日(金)に消えます」."""

    draft: DraftView
    answered: int
    total: int
    next_page: str | None
    """First page with something left; None: all is answered, the check page comes next."""


def drafts_of(account_id: UUID) -> list[DraftCard]:
    """Open drafts of the account, last touched first. One statement, and the register where conditions ask for it."""
    found = draft_views(
        "d.account_id = %s AND d.submitted_at IS NULL AND d.corrects_id IS NULL AND d.expires_at > %s "
        "ORDER BY d.updated_at DESC",
        account_id, clock.now(),
    )  # fmt: skip
    cards = []
    today = clock.today()
    applicant_no = (linked_person(account_id) or "") if any(d.definition.facts_used for d in found) else ""
    for view in found:
        facts = _facts_of(view, applicant_no, today)
        count = progress(view.definition, view.page, view.answers, facts, today)
        upcoming = first_unanswered(view.definition, view.answers, facts, today)
        cards.append(DraftCard(draft=view, answered=count.answered, total=count.total, next_page=upcoming))
    return cards


def facts_for(view: DraftView, applicant_no: str) -> RegisterFacts:
    """The register's facts for this draft, read when something looks at them."""
    return _facts_of(view, applicant_no, clock.today())


def _facts_of(view: DraftView, applicant_no: str, today: date) -> RegisterFacts:
    return register_facts(
        applicant_no=applicant_no,
        subject_no=view.subject_no,
        today=today,
        principal_name=view.principal_name,
        follows=view.follows,
    )


def subjects_for(slug: str, applicant_no: str, account_id: UUID | None = None) -> tuple[Candidate, ...]:
    """Whom the applicant may apply for: oneself, the household, who gave a mandate, organisations.

    Without `account_id` the household alone. Statements as `standing.applicants_for`, and one.
    """
    definition = procedure(slug).definition
    return applicants_for(definition, applicant_no=applicant_no, account_id=account_id, today=clock.today())


def asked_of_guest(guest_id: UUID) -> tuple[DraftView, Field | None, str] | None:
    """The application behind a guest's link, the question that opens it, and its answer; None: there is none.

    Up to two statements, read by the platform: the link is the right.
    """
    with unit(system_actor("forms.guest", purpose="guest")):
        found = draft_views("d.account_id = %s AND d.corrects_id IS NULL ORDER BY d.created_at LIMIT 1", guest_id)
        if not found:
            return None
        view = found[0]
        answers = view.answers if view.submitted_at is None else sent_answers(view.id)
    asked = asked_again(view.definition, answers)
    return view, asked, str(answers[asked.id]) if asked else ""


def draft_files(draft_id: UUID) -> dict[str, list[FileInfo]]:
    """Files of a draft by field, in the order they came. Two statements."""
    rows = list(DraftFile.objects.filter(draft_id=draft_id).order_by("position", "id").values_list("field", "file_id"))
    infos = get_files([file_id for _, file_id in rows]) if rows else {}
    found: dict[str, list[FileInfo]] = {}
    for field, file_id in rows:
        found.setdefault(field, []).append(infos[file_id])
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedConfirmation:
    """Whom the applicant asked to confirm, and how it stands; `code` is what the applicant tells that person."""

    name: str
    email: str
    code: str
    state: str
    expires_at: datetime
    content_hash: str


def confirmed_by(sent: SubmissionView) -> tuple[str, datetime] | None:
    """Who confirmed just what was sent, and when; None where the procedure asks nobody.

    Whoever holds the submission may know. No statement or one, read by the platform.
    """
    if sent.definition.second_person is None:
        return None
    with unit(system_actor("forms.confirm", purpose="confirm")):
        answered = Confirmation.objects.filter(
            draft_id=sent.draft_id, content_hash=sent.content_hash, state="confirmed", answered_at__isnull=False
        )
        row = answered.values_list("name", "answered_at").first()
    return (row[0], row[1]) if row and row[1] else None


def confirmation_of(draft_id: UUID) -> AskedConfirmation | None:
    """The newest request to a second person for this draft, if it is the actor's. One statement."""
    row = Confirmation.objects.filter(draft_id=draft_id).order_by("-asked_at").first()
    if row is None:
        return None
    return AskedConfirmation(
        name=row.name, email=row.email, code=row.code, state=row.state, expires_at=row.expires_at,
        content_hash=row.content_hash,
    )  # fmt: skip


def token_hash(token: str) -> str:
    """What is kept of a link."""
    return hashlib.sha256(token.encode()).hexdigest()


def asked_by(token: str) -> tuple[UUID, DraftView]:
    """The request behind a link and the draft it is about. Two statements, read by the platform: the link is the right.

    Raises:
        NotFound: no such link. Conflict: "confirmation.over": answered, replaced, expired, too many wrong codes, or
        the application was sent.
    """
    with unit(system_actor("forms.confirm", purpose="confirm")):
        row = Confirmation.objects.filter(token_hash=token_hash(token)).first()
        if row is None:
            raise NotFound
        view = draft(row.draft_id)
        if row.state != "asked" or row.expires_at <= clock.now() or row.tries >= CODE_TRIES or view.submitted_at:
            raise Conflict("confirmation.over")
        return row.pk, view
