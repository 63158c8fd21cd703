"""一括決定: one press for many cases; workers decide them one by one, each in a transaction of its own.

What is told to people and made into documents follows in a second transaction, so that no number waits for a PDF.
Killed anywhere, a run goes on where it was: a case is waiting, decided or done, and nothing is done twice.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor, unit
from jichi.engines.forms import queries as forms
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, JichiError, NotFound, Unavailable

from .. import permissions
from ..models import BulkItem, BulkRun, Case, Decision
from ..routing import route_named
from ..rules import LANES, LIMIT, Candidate, Draft, Status, Step, verdict
from .changing import locked_case, take_step
from .deciding import checked_draft, record_decision, tell_decision
from .reviewing import take_in_hand

logger = logging.getLogger("jichi.cases")
_PURPOSE: Final = "bulk_decision"


def start_bulk(*, actor: Actor, cases: Sequence[tuple[UUID, int]], draft: Draft, dedupe_key: str) -> UUID:
    """Decide these cases alike, in the background. What can't be decided with the others is kept as left out.

    Args:
        cases: (case, version that the preview showed), in the order in which they are decided.
        draft: outcome and reason for all of them.
        dedupe_key: of the preview page; pressed twice it answers the first run.

    Raises:
        Forbidden: without the right to decide many at once.
        Invalid: as `decide_case`, of any definition concerned.
        Conflict: "bulk.none" when no case passes, "bulk.too_many".
        NotFound: a case that is not there, or another division's.
    """
    if actor.account_id is None:
        raise Forbidden
    for permission in (permissions.BULK, permissions.DECIDE):
        if not actor.may(permission):
            raise Forbidden("forbidden", permission=permission)
    if len(cases) > LIMIT:
        raise Conflict("bulk.too_many", limit=LIMIT)
    try:
        with unit(actor):
            return _started(actor, actor.account_id, cases, draft, dedupe_key)
    except IntegrityError:
        with unit(actor):
            there = BulkRun.objects.filter(dedupe_key=dedupe_key).first()
        if there is None:
            raise
        return UUID(str(there.pk))


def _started(actor: Actor, account_id: UUID, cases: Sequence[tuple[UUID, int]], draft: Draft, dedupe_key: str) -> UUID:
    from ..tasks import decide_many

    before = BulkRun.objects.filter(dedupe_key=dedupe_key).first()
    if before is not None:
        return UUID(str(before.pk))
    wanted = dict(cases)
    found = {case.pk: case for case in Case.objects.filter(pk__in=wanted, division_id__in=actor.divisions)}
    if len(found) != len(wanted):
        raise NotFound
    codes = verdicts(actor=actor, cases=list(found.values()), draft=draft)
    if not any(codes[pk] == "" for pk in wanted):
        raise Conflict("bulk.none")
    run = BulkRun.objects.create(
        account_id=account_id, outcome=draft.outcome, reason_code=draft.reason_code, reason=draft.reason.strip(),
        seal=draft.seal, dispatch=draft.dispatch, total=len(wanted), created_at=clock.now(), dedupe_key=dedupe_key,
    )  # fmt: skip
    now = clock.now()
    BulkItem.objects.bulk_create(
        BulkItem(
            run=run, case_id=pk, position=place, version=version, state="left" if codes[pk] else "waiting",
            code=codes[pk], ended_at=now if codes[pk] else None,
        )
        for place, (pk, version) in enumerate(wanted.items())
    )  # fmt: skip
    for lane in range(LANES):
        decide_many.defer(run_id=str(run.pk), lane=lane)
    return UUID(str(run.pk))


def verdicts(*, actor: Actor, cases: Sequence[Case], draft: Draft) -> dict[UUID, str]:
    """Case → why it can't be decided with the others, "" when it can. One statement for each form and one more.

    Raises:
        Invalid: no reason for a refusal, or one that is too long.
    """
    own = accounts.linked_person(actor.account_id) if actor.account_id else None
    definitions = {pk: forms.definition_of(pk) for pk in {case.form_version_id for case in cases}}
    reasons = {}
    for pk, definition in definitions.items():
        chosen = definition.decision.accept if draft.outcome == "approved" else definition.decision.refuse
        reasons[pk] = {reason.id for reason in chosen.reasons}
        if draft.reason_code in reasons[pk] or not draft.reason_code:
            checked_draft(definition, draft)
    return {
        case.pk: verdict(
            Candidate(
                status=Status(case.status), payment=case.payment, second_person=case.second_person, stage=case.stage,
                own=bool(own) and own in {case.subject_no, case.applicant_no}, checks=case.checks,
                has_route=bool(route_named(definitions[case.form_version_id])),
                known_reasons=reasons[case.form_version_id],
            ),
            outcome=draft.outcome, reason_code=draft.reason_code,
        )
        for case in cases
    }  # fmt: skip


def cancel_bulk(*, actor: Actor, run_id: UUID) -> None:
    """止める: what is decided stays decided; what still waits is left alone. A second press changes nothing.

    Raises:
        NotFound: no run of this official's division. Forbidden: without the right to decide many at once.
    """
    if not actor.may(permissions.BULK):
        raise Forbidden("forbidden", permission=permissions.BULK)
    with unit(actor):
        run = BulkRun.objects.select_for_update().filter(pk=run_id).first()
        if run is None:
            raise NotFound
        if run.state != "running":
            return
        run.state, run.ended_at = "cancelled", clock.now()
        run.save(update_fields=["state", "ended_at"])
        BulkItem.objects.filter(
            pk__in=BulkItem.objects.select_for_update(skip_locked=True).filter(run=run, state="waiting")
        ).update(state="cancelled", ended_at=clock.now())


def work_off(*, actor: Actor, run_id: UUID) -> None:
    """Decide what waits, in the name of who started it; several workers at once, and again at any time.

    Raises:
        Unavailable: a document could not be made; the next try goes on with it.
    """
    platform = actor
    with unit(platform):
        run = BulkRun.objects.filter(pk=run_id).first()
    if run is None:
        return
    signed = accounts.signed_in(account_id=run.account_id)
    official = signed.actor("", _PURPOSE) if signed else None
    if official is None or not (official.may(permissions.BULK) and official.may(permissions.DECIDE)):
        _stop_without_right(platform, run)
        return
    failed: set[int] = set()
    # What a killed worker decided and did not tell goes first; what one leaves behind meanwhile, last.
    for find in (_cut_off, _decided_next, _cut_off):
        while (item_id := find(official, run, frozenset(failed))) is not None:
            if not _told(official, item_id):
                failed.add(item_id)
    _ended(platform, run)
    if failed:
        raise Unavailable("bulk.document", count=len(failed))


def _cut_off(actor: Actor, run: BulkRun, without: frozenset[int]) -> int | None:
    """A case that is decided and whose news were cut off; None when there is none."""
    with unit(actor):
        half = _free(run, "decided").exclude(pk__in=without).first()
        return half.pk if half else None


def _decided_next(actor: Actor, run: BulkRun, without: frozenset[int]) -> int | None:
    """Decide the next case; None when none waits."""
    del without  # what waits was not tried yet
    while True:
        with unit(actor):
            item = _free(run, "waiting").first()
            if item is None:
                return None
            try:
                with transaction.atomic():
                    _decide(actor, run, item)
            except (JichiError, IntegrityError) as error:
                item.code = error.code if isinstance(error, JichiError) else "bulk.state"
                item.state = "left"
            else:
                item.state = "decided"
            item.ended_at = clock.now()
            item.save(update_fields=["state", "code", "ended_at"])
            if item.state == "decided":
                return item.pk


def _free(run: BulkRun, state: str) -> QuerySet[BulkItem]:
    """The run's items in this state that no other worker holds; locked when read."""
    return BulkItem.objects.select_for_update(skip_locked=True, of=("self",)).filter(
        run=run, state=state, **({"run__state": "running"} if state == "waiting" else {})
    ).order_by("position")  # fmt: skip


def _decide(actor: Actor, run: BulkRun, item: BulkItem) -> None:
    decide_with_others(actor, locked_case(item.case_id), _draft_of_run(run), item.version)


def decide_with_others(actor: Actor, case: Case, draft: Draft, version: int) -> Decision:
    """Decide a case that is locked, with its documents and notices left to the caller; taken in hand first if need be.

    Raises: as `deciding.record_decision`; Conflict: "bulk.check" where a check was not passed.
    """
    if any(check.get("outcome") != "ok" for check in case.checks):
        raise Conflict("bulk.check")
    expected: int | None = version
    if case.status == Status.RECEIVED:
        permissions.require_staff(actor, case, permissions.HANDLE)
        take_step(case, Step.TAKE, expected_version=version)
        take_in_hand(actor, case)
        expected = None
    return record_decision(actor, case, draft, expected_version=expected)


def _draft_of_run(run: BulkRun) -> Draft:
    """What the run decides for each of its cases."""
    return Draft(
        outcome="approved" if run.outcome == "approved" else "refused", reason_code=run.reason_code,
        reason=run.reason, seal=run.seal, dispatch=run.dispatch,
    )  # fmt: skip


def _told(actor: Actor, item_id: int) -> bool:
    """Notice, mail and document of a decided case. False: the document could not be made now."""
    try:
        with unit(actor):
            free = BulkItem.objects.select_for_update(skip_locked=True, of=("self",))
            item = free.select_related("case__decision").filter(pk=item_id, state="decided").first()
            if item is None:
                return True
            tell_decision(actor, item.case, item.case.decision)
            item.state = "done"
            item.save(update_fields=["state"])
    except Exception as error:  # one document that can't be set must not keep the others waiting
        logger.warning("bulk item %d: %s", item_id, error)
        return False
    return True


def _stop_without_right(platform: Actor, run: BulkRun) -> None:
    """The official left or lost the right meanwhile: nothing is decided in their name any more."""
    with unit(platform):
        BulkItem.objects.filter(run=run, state="waiting").update(
            state="left", code="bulk.no_right", ended_at=clock.now()
        )
    _ended(platform, run)


def _ended(platform: Actor, run: BulkRun) -> None:
    with unit(platform):
        locked = BulkRun.objects.select_for_update().get(pk=run.pk)
        if locked.state != "running" or BulkItem.objects.filter(run=run, state__in=("waiting", "decided")).exists():
            return
        locked.state, locked.ended_at = "done", clock.now()
        locked.save(update_fields=["state", "ended_at"])
        division = BulkItem.objects.filter(run=run).values_list("case__division_id", flat=True)[0]
        inbox.put_item(
            actor=platform, division_id=division, assignee_id=run.account_id, kind="read",
            title={"ja": f"まとめて決定が終わりました({run.total}件)"}, url_path=f"/staff/cases/bulk/{run.pk}/",
            subject_key=f"eng_cases:bulk:{run.pk}", permission=permissions.BULK, dedupe_key=f"bulk:{run.pk}",
        )  # fmt: skip
