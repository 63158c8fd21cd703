"""From a design to a version: asked for by one official, approved by another, published at once or at a moment."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.forms import actions as forms
from jichi.engines.forms.errors import BadDefinition
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, NotFound
from jichi.kernel.localized import LocalizedText

from .. import rules
from ..models import Design
from ..permissions import PUBLISH, may_edit, may_publish
from ..queries import looked_through, newest_version, running, running_source

PUBLISHER = system_actor("designer.publish", purpose="publish")
ASKED: Final = "decide"
SAID: Final = "read"


def ask_publication(*, actor: Actor, id: UUID, publish_at: datetime | None, expected_revision: int) -> None:
    """Ask a second person to approve the publication: at once, or at a moment. Asked twice it is asked once.

    Raises:
        NotFound. Conflict: "designer.changed_since" (not the revision that was looked at), "designer.has_errors",
        "designer.example_fails" (with the first reason), "designer.nothing_new", "designer.ended", "designer.locked".
        Invalid: the moment is past.
    """
    with unit(actor):
        design = _held(actor, id)
        if design.state == "asked" and design.revision == expected_revision and design.publish_at == publish_at:
            return
        if design.state not in {"draft", "trial"}:
            raise Conflict("designer.locked")
        if design.revision != expected_revision:
            raise Conflict("designer.changed_since")
        if publish_at is not None and publish_at <= clock.now():
            raise Invalid(fields={"publish_at": FieldError("designer.past")})
        _require_publishable(design)
        design.state, design.asked_by_id, design.asked_at = "asked", actor.account_id, clock.now()
        design.publish_at, design.approved_by_id, design.answer = publish_at, None, ""
        design.save()
        inbox.put_item(
            actor=actor, kind=ASKED, title=_words(f"「{design.title}」の公開の承認"), url_path=_path(design),
            subject_key=_key(design), division_id=design.division_id, permission=PUBLISH,
            dedupe_key=f"{_key(design)}:{design.revision}",
        )  # fmt: skip


def take_back(*, actor: Actor, id: UUID) -> None:
    """Take the request (or the appointed publication) back; the design can be changed again. Twice is once.

    Raises:
        NotFound. Conflict: "designer.ended".
    """
    with unit(actor):
        design = _held(actor, id)
        if design.state in {"asked", "scheduled"}:
            _reopen(actor, design, "")


def refuse(*, actor: Actor, id: UUID, reason: str) -> None:
    """Don't approve the publication, and say why.

    Raises:
        NotFound. Conflict: "designer.not_asked". Invalid: no reason.
    """
    if not reason.strip():
        raise Invalid(fields={"reason": FieldError("field.required")})
    with unit(actor):
        design = _held(actor, id, publishing=True)
        if design.state not in {"asked", "scheduled"}:
            raise Conflict("designer.not_asked")
        asked_by = design.asked_by_id
        _reopen(actor, design, reason.strip()[:1000])
        _tell(actor, design, asked_by, f"「{design.title}」の公開は承認されませんでした")


def approve(*, actor: Actor, id: UUID, expected_revision: int) -> int | None:
    """Approve, as a second person: it is published now, or at its moment. Pressed twice, it is one version.

    Returns:
        the number of the version published; None while its moment has not come.

    Raises:
        NotFound. Conflict: "designer.own_request", "designer.not_asked", "designer.changed_since",
        "designer.has_errors".
    """
    with unit(actor):
        design = _held(actor, id, publishing=True, also_ended=True)
        if design.state == "ended" and design.published_version:
            return design.published_version
        if design.state == "scheduled" and design.approved_by_id == actor.account_id:
            return None
        if design.state != "asked":
            raise Conflict("designer.not_asked")
        if design.asked_by_id == actor.account_id or actor.account_id is None:
            raise Conflict("designer.own_request")
        if design.revision != expected_revision:
            raise Conflict("designer.changed_since")
        _require_publishable(design)
        design.approved_by_id = actor.account_id
        inbox.close_items(actor=actor, subject_key=_key(design), kinds=[ASKED])
        if design.publish_at is not None and design.publish_at > clock.now():
            design.state = "scheduled"
            design.save()
            return None
        return _publish(actor, design)


def publish_due(*, actor: Actor) -> int:
    """Publish what was approved for a moment that has come; answers how many. What can't be goes back, with why."""
    if actor.kind != "system":
        raise Forbidden
    done = 0
    with unit(actor):
        due = Design.objects.filter(state="scheduled", publish_at__lte=clock.now()).order_by("publish_at")
        waiting = list(due.values_list("pk", flat=True))
    for id in waiting:
        with unit(actor):
            design = Design.objects.select_for_update(skip_locked=True).filter(pk=id, state="scheduled").first()
            if design is None:
                continue
            try:
                with unit(actor):
                    _publish(actor, design)
                    done += 1
            except (BadDefinition, Conflict) as error:
                asked_by = design.asked_by_id
                _reopen(actor, design, f"予定の日時に公開できませんでした({error.code})。点検してください。")
                _tell(actor, design, asked_by, f"「{design.title}」を公開できませんでした")
    return done


def stop_procedure(*, actor: Actor, slug: str) -> None:
    """Stop taking applications. Cases go on, drafts stay until their days are over and their writers are told.

    Twice is once.

    Raises:
        NotFound: no such procedure, or not one of the actor's divisions.
    """
    here = running(slug)
    if here is None or not may_publish(actor, here.division_id):
        raise NotFound
    with unit(actor):
        with unit(PUBLISHER):
            forms.close_procedure(actor=PUBLISHER, slug=slug)
        # So that the history says who stopped what, wherever it was published from.
        Design.objects.create(
            slug=slug, division_id=here.division_id, title=here.definition.title["ja"], source=running_source(slug),
            state="ended", based_on=here.definition.version, started_at=clock.now(), updated_at=clock.now(),
            ended_at=clock.now(), published_version=here.definition.version, updated_by_id=actor.account_id,
            examples=_examples_of(slug),
        )  # fmt: skip


def _examples_of(slug: str) -> list[dict[str, Any]]:
    """The examples of what was published last from a design."""
    before = Design.objects.filter(slug=slug, state="ended", published_version__isnull=False).order_by("-ended_at")
    return before.values_list("examples", flat=True).first() or []


def _held(actor: Actor, id: UUID, *, publishing: bool = False, also_ended: bool = False) -> Design:
    design = Design.objects.select_for_update().filter(pk=id).first()
    may = may_publish if publishing else may_edit
    if design is None or not may(actor, design.division_id):
        raise NotFound
    if design.state == "ended" and not also_ended:
        raise Conflict("designer.ended")
    return design


def _require_publishable(design: Design) -> None:
    found = looked_through(design.source)
    if not found.may_publish:
        raise Conflict("designer.has_errors", count=len(found.errors))
    wrong = next((one for one in rules.run_examples(found.definition, design.examples) if one.wrong), None)
    if wrong is not None:
        raise Conflict("designer.example_fails", name=wrong.example.name, why=wrong.wrong[0])
    if accounts.divisions([design.division_id])[0].code != design.source.get("division"):
        raise Conflict("designer.not_yours")
    here = running(design.slug)
    if here is not None and found.definition is not None:
        same = {"version": here.definition.version}
        if found.definition.model_copy(update=same) == here.definition:
            raise Conflict("designer.nothing_new")


def _publish(actor: Actor, design: Design) -> int:
    """The design becomes the next version: its number is one more than the newest there is."""
    newest = newest_version(design.slug)
    written = int(design.source.get("version") or 1)
    version = max(newest + 1, written if not newest else 1)
    source = {**design.source, "version": version}
    with unit(PUBLISHER):
        forms.publish_definition(actor=PUBLISHER, source=rules.to_yaml(source))
    design.state, design.ended_at, design.published_version = "ended", clock.now(), version
    design.save()
    _tell(actor, design, design.asked_by_id, f"「{design.title}」第{version}版を公開しました")
    return version


def _reopen(actor: Actor, design: Design, answer: str) -> None:
    inbox.close_items(actor=actor, subject_key=_key(design), kinds=[ASKED])
    design.state, design.answer = "draft", answer
    design.asked_by_id = design.asked_at = design.publish_at = design.approved_by_id = None
    design.save()


def _tell(actor: Actor, design: Design, account_id: UUID | None, words: str) -> None:
    if account_id is not None:
        inbox.put_item(
            actor=actor, kind=SAID, title=_words(words), url_path=_path(design), subject_key=_key(design),
            account_id=account_id, dedupe_key=f"{_key(design)}:{words}:{design.revision}",
        )  # fmt: skip


def _words(text: str) -> LocalizedText:
    return {"ja": text}


def _key(design: Design) -> str:
    return f"design:{design.pk}"


def _path(design: Design) -> str:
    return f"/staff/designer/{design.pk}/publish/"
