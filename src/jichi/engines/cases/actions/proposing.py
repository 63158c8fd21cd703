"""起案: a decision is proposed, goes its route, comes back approved, refused or to be done again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import fields, replace
from typing import Final
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.forms import queries as forms
from jichi.engines.inbox import actions as inbox
from jichi.engines.routes.rules import Change
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid

from .. import permissions, routing, rules
from ..contents import changes_between
from ..models import Case, CaseMessage, Decision, Proposal
from ..rules import Draft, Status
from .changing import add_event, check_version, locked_case, person_behind, save_case, staff_path
from .deciding import (
    checked_amount,
    checked_draft,
    checked_way,
    refuse_own,
    require_complete,
    rule_of,
    tell_decision,
    write_decision,
)

_REVIEWING: Final = ("check", "decide", "correction_arrived")
"""Items of the inbox that stand for the review of a case."""
_WHY_ENDED: Final = {
    "withdrawn": "申請が取り下げられました",
    "expired": "失効しました",
    "taken_back": "起案を取り下げました",
}


def propose_decision(
    *, actor: Actor, case_id: UUID, draft: Draft, expected_version: int, marks: Collection[str] = ()
) -> Proposal | Decision:
    """起案する: where the procedure names a route the proposal begins it; elsewhere the case is decided at once.

    Args:
        marks: of `routing.MARKS` (重要・異例・疑義), on a route: a higher post decides, and no deputy.

    Raises:
        Invalid: as `decide_case`. Forbidden: one's own application.
        Conflict: "case.unpaid", "case.second_person", "case.on_route" (one is on its way already), and as for
            every step.
    """
    with unit(actor):
        case = locked_case(case_id)
        permissions.require_staff(actor, case, permissions.HANDLE)
        refuse_own(actor, case)
        definition = forms.definition_of(case.form_version_id)
        draft = checked_way(case, checked_amount(case, definition, checked_draft(definition, draft)))
        require_complete(case, draft.outcome)
        check_version(case, expected_version)
        if case.stage == "on_route":
            raise Conflict("case.on_route", number=case.number)
        if case.status != Status.REVIEWING:
            raise Conflict("case.state", number=case.number, status=case.status)
        if not routing.route_named(definition):
            permissions.require_staff(actor, case, permissions.DECIDE)
            decision = write_decision(actor, case, draft, expected_version=None)
            tell_decision(actor, case, decision)
            return decision
        proposal = _drafted(actor, case, draft)
        proposal.route_id = routing.begin(
            actor, case, proposal, definition, url_path=staff_path(case), marks=known_marks(marks),
            changes=_since_the_last(case, proposal, marks),
        )  # fmt: skip
        proposal.save(update_fields=["route_id"])
        _sent_on(actor, case, proposal)
        return proposal


def _since_the_last(case: Case, proposal: Proposal, marks: Collection[str]) -> tuple[Change, ...]:
    """What is different from the proposal that came back, for those who know that one."""
    last = Proposal.objects.filter(case=case, turn=proposal.turn - 1, state="sent_back").first()
    if last is None:
        return ()
    return changes_between(
        before=(draft_of(last), last.submission_id), after=(draft_of(proposal), proposal.submission_id),
        marks=(routing.marks_of(case.pk), marks),
    )  # fmt: skip


def known_marks(marks: Collection[str]) -> frozenset[str]:
    """The marks as they are kept.

    Raises:
        Invalid: one that is none.
    """
    if not set(marks) <= set(routing.MARKS):
        raise Invalid(fields={"marks": FieldError("field.choose")})
    return frozenset(marks)


def _sent_on(actor: Actor, case: Case, proposal: Proposal) -> None:
    """It is others' turn now: what the drafter had to do about the case is done, unread messages apart."""
    case.stage = "on_route"
    save_case(case, "stage")
    add_event(actor, case, "proposed", public=False, detail={"outcome": proposal.outcome, "turn": proposal.turn})
    if not CaseMessage.objects.filter(case=case, side="resident", read_at=None).exists():
        inbox.close_items(
            actor=actor, subject_key=rules.subject_key(case.pk), kinds=_REVIEWING, division_id=case.division_id
        )


def _drafted(actor: Actor, case: Case, draft: Draft, *, drafted_by: UUID | None = None) -> Proposal:
    turn = Proposal.objects.filter(case=case).count() + 1
    return Proposal.objects.create(
        case=case, turn=turn, outcome=draft.outcome, reason_code=draft.reason_code, reason=draft.reason,
        question=draft.question, seal=draft.seal, dispatch=draft.dispatch, dispatch_because=draft.dispatch_because,
        submission_id=case.submission_id, granted_yen=draft.granted_yen,
        content_hash=hash_of(case, draft), drafted_by_id=drafted_by or person_behind(actor, case),
        drafted_at=clock.now(),
    )  # fmt: skip


def hash_of(case: Case, draft: Draft) -> str:
    """The hash of all that would be decided, over the application as it stands now."""
    definition = forms.definition_of(case.form_version_id)
    return rules.content_hash(
        draft, submission_hash=forms.submission(case.submission_id).content_hash,
        appeal=definition.decision.review_notice.text["ja"], rule=rule_of(definition, draft),
    )  # fmt: skip


def draft_of(proposal: Proposal) -> Draft:
    """What the proposal proposes."""
    return Draft(
        outcome="approved" if proposal.outcome == "approved" else "refused", reason_code=proposal.reason_code,
        reason=proposal.reason, question=proposal.question, seal=proposal.seal, dispatch=proposal.dispatch,
        dispatch_because=proposal.dispatch_because, granted_yen=proposal.granted_yen,
    )  # fmt: skip


def change_proposal(
    *,
    actor: Actor,
    case_id: UUID,
    draft: Draft,
    minor: bool,
    why: str,
    expected_version: int,
    marks: Collection[str] | None = None,
) -> Proposal:
    """Change what is on the route. Approvals given before are void, except for a 軽微な修正, which all of them learn.

    Args:
        minor: 軽微な修正: a slip of the pen. Never another outcome, another reason, seal, way or mark.
        marks: as `propose_decision`; None: as they are.
        why: the reason for the change, for the approvers.

    Raises:
        Invalid: no reason for the change, or as `decide_case`.
        Conflict: "case.not_on_route"; "proposal.not_minor"; as for every step.
        Forbidden: who neither drafted it nor is in charge.
    """
    if not why.strip():
        raise Invalid(fields={"why": FieldError("field.required")})
    with unit(actor):
        case, proposal = _on_route(actor, case_id, expected_version)
        if actor.kind != "system" and actor.account_id not in {proposal.drafted_by_id, case.assignee_id}:
            raise Forbidden("case.not_drafter")
        definition = forms.definition_of(case.form_version_id)
        draft = checked_way(case, checked_amount(case, definition, checked_draft(definition, draft)))
        require_complete(case, draft.outcome)
        before = draft_of(proposal)
        stood = routing.marks_of(case.pk)
        other_marks = marks is not None and known_marks(marks) != stood
        if draft == before and not other_marks:
            return proposal
        other = replace(draft, reason=before.reason, question=before.question) != before
        if minor and (other or other_marks):
            raise Conflict("proposal.not_minor", number=case.number)
        for one in fields(draft):
            setattr(proposal, one.name, getattr(draft, one.name))
        changes = changes_between(
            before=(before, proposal.submission_id), after=(draft, case.submission_id),
            marks=(stood, stood if marks is None else marks),
        )  # fmt: skip
        _new_content(actor, case, proposal, changes, minor=minor, why=why.strip(), marks=marks)
        save_case(case)
        add_event(
            actor, case, "proposal_changed", public=False, detail={"minor": minor, "why": why.strip(),
                                                                   "turn": proposal.turn},
        )  # fmt: skip
        return proposal


def _new_content(
    actor: Actor, case: Case, proposal: Proposal, changes: tuple[Change, ...], *, minor: bool, why: str,
    marks: Collection[str] | None = None,
) -> None:  # fmt: skip
    proposal.content_hash = hash_of(case, draft_of(proposal))
    proposal.submission_id = case.submission_id
    proposal.revision += 1
    proposal.save()
    routing.content_changed(actor, case, proposal, minor=minor, why=why, marks=marks, changes=changes)


def content_of_proposal_changed(actor: Actor, case: Case) -> None:
    """The applicant corrected what a proposal rests on: approvals of the old application are void."""
    if case.stage != "on_route":
        return
    platform = system_actor("cases.proposal")  # applicants see no proposals
    with unit(platform):
        proposal = Proposal.objects.select_for_update().get(case=case, state="on_route")
        draft = draft_of(proposal)
        changes = changes_between(before=(draft, proposal.submission_id), after=(draft, case.submission_id))
        _new_content(platform, case, proposal, changes, minor=False, why="補正が届きました")


def end_proposal(actor: Actor, case: Case, *, state: str, because: str) -> None:
    """Whatever is on the route, or came back from it, ends: the applicant withdrew, it expired. Saves no case."""
    if case.stage not in {"on_route", "sent_back"}:
        return
    platform = system_actor("cases.proposal")  # applicants see no proposals
    with unit(platform):
        if case.stage == "sent_back":
            routing.withdraw(platform, case.pk, _WHY_ENDED[because])
            return
        proposal = Proposal.objects.select_for_update().get(case=case, state="on_route")
        _close(proposal, state=state, because=because)
        routing.withdraw(platform, case.pk, _WHY_ENDED[because])
    case.stage = ""
    case.save(update_fields=["stage"])


def _close(proposal: Proposal, *, state: str, because: str = "") -> None:
    proposal.state, proposal.ended_at, proposal.ended_because = state, clock.now(), because
    proposal.save(update_fields=["state", "ended_at", "ended_because"])


def take_back_proposal(*, actor: Actor, case_id: UUID, expected_version: int) -> None:
    """引き上げて書き直す: the drafter takes the proposal off the route; the review goes on.

    Raises:
        Conflict: "case.not_on_route", and as for every step. Forbidden: who neither drafted it nor is in charge.
    """
    with unit(actor):
        case, proposal = _on_route(actor, case_id, expected_version)
        if actor.kind != "system" and actor.account_id not in {proposal.drafted_by_id, case.assignee_id}:
            raise Forbidden("case.not_drafter")
        end_proposal(actor, case, state="ended", because="taken_back")
        save_case(case)
        add_event(actor, case, "proposal_taken_back", public=False, detail={"turn": proposal.turn})
        _review_again(actor, case, proposal)


def _on_route(actor: Actor, case_id: UUID, expected_version: int) -> tuple[Case, Proposal]:
    case = locked_case(case_id)
    permissions.require_staff(actor, case, permissions.HANDLE)
    check_version(case, expected_version)
    proposal = Proposal.objects.select_for_update().filter(case=case, state="on_route").first()
    if proposal is None:
        raise Conflict("case.not_on_route", number=case.number)
    return case, proposal


def route_decided(
    *,
    actor: Actor,
    subject: str,
    route_id: UUID,
    outcome: str,
    decided_by: UUID,
    decided_for: UUID | None,
    content_hash: str,
) -> Decision | None:
    """決裁: the route ended; the case is decided with the names of who decided, and for whom.

    The actor is the platform: the person with authority need not serve the case's division. Told a second time it
    changes nothing.

    Raises:
        Conflict: "case.old_content": another content was approved than the one that stands now; "case.unpaid".
        Forbidden: "case.own": the person with authority is the one the case is about.
    """
    case_id = routing.case_of_route(subject)
    if case_id is None:
        return None
    with unit(actor):
        case = locked_case(case_id)
        proposal = Proposal.objects.select_for_update().filter(case=case, route_id=route_id, state="on_route").first()
        if proposal is None:
            return None
        if outcome != "approved":
            _sent_back(actor, case, proposal, reason="否決されました", by=decided_by)
            _review_again(actor, case, proposal)
            return None
        _refuse_deciding_oneself(case, decided_by, decided_for)
        if content_hash != proposal.content_hash or content_hash != hash_of(case, draft_of(proposal)):
            raise Conflict("case.old_content", number=case.number)
        case.stage = ""
        case.save(update_fields=["stage"])
        _close(proposal, state="decided")
        decision = write_decision(
            actor, case, draft_of(proposal), expected_version=None, decided_by=decided_by, decided_for=decided_for,
            proposal=proposal,
        )  # fmt: skip
        tell_decision(actor, case, decision)
        return decision


def _refuse_deciding_oneself(case: Case, *people: UUID | None) -> None:
    for account_id in people:
        own = accounts.linked_person(account_id) if account_id else None
        if own and own in {case.subject_no, case.applicant_no}:
            raise Forbidden("case.own")


def route_sent_back(
    *, actor: Actor, subject: str, route_id: UUID, to: str, reason: str, sent_by: UUID | None, pulled_back: bool = False
) -> None:
    """差戻し to the drafter: the proposal ends, the official in charge reviews again. To an earlier step: a line.

    Args:
        sent_by: who sent it back, of whatever division; stands in the timeline.
    """
    case_id = routing.case_of_route(subject)
    if case_id is None:
        return
    with unit(actor):
        case = locked_case(case_id)
        proposal = Proposal.objects.select_for_update().filter(case=case, route_id=route_id, state="on_route").first()
        if proposal is None:
            return
        if to != "drafter":
            detail: dict[str, object] = {"to": to, "reason": reason, **_by(sent_by)}
            add_event(actor, case, "sent_back_on_route", public=False, detail=detail)
            return
        _sent_back(actor, case, proposal, reason=reason or ("引き戻しました" if pulled_back else ""), by=sent_by)


def _by(account_id: UUID | None) -> dict[str, object]:
    return {"by": str(account_id)} if account_id else {}


def _sent_back(actor: Actor, case: Case, proposal: Proposal, *, reason: str, by: UUID | None = None) -> None:
    """The route itself waits in the drafter's inbox as long as it is open: nothing of ours beside it."""
    _close(proposal, state="sent_back", because=reason)
    case.stage = "sent_back"
    save_case(case, "stage")
    detail: dict[str, object] = {"reason": reason, "turn": proposal.turn, **_by(by)}
    add_event(actor, case, "proposal_sent_back", public=False, detail=detail)


def _review_again(actor: Actor, case: Case, proposal: Proposal) -> None:
    """The route has ended without a decision: the case waits for its official again."""
    inbox.put_item(
        actor=actor, division_id=case.division_id, kind="check", title=case.title, url_path=staff_path(case),
        subject_key=rules.subject_key(case.pk), about=case.number, due_on=case.due_on, permission=permissions.VIEW,
        dedupe_key=f"review-again:{proposal.pk}", assignee_id=case.assignee_id or proposal.drafted_by_id,
    )  # fmt: skip


def route_resubmitted(*, actor: Actor, subject: str, route_id: UUID, content_hash: str) -> None:
    """もう一度回議に出す on the page of the route: the proposal that came back is on its way again as it was.

    Nothing happens where the case itself proposed it anew.

    Raises:
        Conflict: "proposal.stale": the application changed since; it is proposed anew on the case's page.
            "case.unpaid", "case.second_person".
    """
    case_id = routing.case_of_route(subject)
    if case_id is None:
        return
    with unit(actor):
        case = locked_case(case_id)
        if Proposal.objects.filter(case=case, state="on_route").exists():
            return
        last = Proposal.objects.filter(case=case, route_id=route_id).order_by("-turn").first()
        if last is None or case.status != Status.REVIEWING or case.stage != "sent_back":
            raise Conflict("proposal.stale", number=case.number)
        draft = draft_of(last)
        if hash_of(case, draft) != content_hash:
            raise Conflict("proposal.stale", number=case.number)
        require_complete(case, draft.outcome)
        again = _drafted(actor, case, draft, drafted_by=last.drafted_by_id)
        again.route_id = route_id
        again.save(update_fields=["route_id"])
        _sent_on(actor, case, again)
