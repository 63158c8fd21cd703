"""Deciding on a run: approved by two, published once, every family told and given its leaf of the commitment."""

from __future__ import annotations

from collections import defaultdict
from typing import Final
from uuid import UUID

from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, NotFound
from jichi.kernel.localized import LocalizedText

from ..models import Outcome, Round, RoundSecret, Run
from ..permissions import APPROVE, require
from ..queries.inputs import inputs_of
from ..rules.assembling import fingerprint, pseudonym
from ..rules.committing import leaf_hash, leaf_text, salt_of, tree
from .rounds import locked_round

TITLE: Final[LocalizedText] = {
    "ja": "保育園の利用調整の結果が出ました", "easy": "保育園に入れるかどうか、結果が出ました",
    "en": "The result of your nursery application is here", "zh-hans": "保育园入园选拔结果已公布",
    "ko": "어린이집 입소 심사 결과가 나왔습니다",
}  # fmt: skip


def approve_run(*, actor: Actor, run_id: UUID) -> None:
    """One of two officials approves a finished run. The same one again changes nothing.

    Raises:
        Forbidden; NotFound. Conflict: "nursery.not_done", "nursery.inputs_changed", "nursery.published",
            "nursery.on_route": the round names a route of approval.
    """
    require(actor, APPROVE)
    with unit(actor):
        run = locked_run(actor, run_id)
        if run.round.route:
            raise Conflict("nursery.on_route")
        if run.second_by_id or run.first_by_id == actor.account_id:
            return
        if run.first_by_id is None:
            run.first_by_id = actor.account_id
        else:
            run.second_by_id, run.approved_at = actor.account_id, clock.now()
        run.save(update_fields=["first_by", "second_by", "approved_at"])


def publish_run(*, actor: Actor, run_id: UUID) -> str:
    """Publish an approved run: families see their results, everybody the commitment. Answers its root.

    Raises:
        Forbidden; NotFound. Conflict: "nursery.not_approved", "nursery.not_done", "nursery.inputs_changed",
            "nursery.published".
    """
    require(actor, APPROVE)
    with unit(actor):
        run = locked_run(actor, run_id)
        if run.second_by_id is None:
            raise Conflict("nursery.not_approved")
        with unit(system_actor("nursery.publish", purpose="nursery")):
            run.root = _commit(run)
            run.published_at = clock.now()
            run.save(update_fields=["root", "published_at"])
            Round.objects.filter(pk=run.round_id).update(published_run=run)
            _tell(run)
        return run.root


def locked_run(actor: Actor, run_id: UUID) -> Run:
    """A finished run with its round, locked until the unit ends, if the round's tables are still what it was given.

    Raises:
        Forbidden; NotFound. Conflict: "nursery.not_done", "nursery.inputs_changed", "nursery.published".
    """
    round_id = Run.objects.filter(pk=run_id).values_list("round_id", flat=True).first()
    if round_id is None:
        raise NotFound
    locked_round(actor, round_id, APPROVE)
    run = Run.objects.select_for_update(of=("self",)).select_related("round").get(pk=run_id)
    if run.state != "done":
        raise Conflict("nursery.not_done")
    files = inputs_of(round_id)
    if files is None or fingerprint(files) != run.inputs_sha256:
        raise Conflict("nursery.inputs_changed")
    return run


def _commit(run: Run) -> str:
    """A leaf for each family, in the order of pseudonyms; the root over all."""
    salt = bytes(RoundSecret.objects.get(round_id=run.round_id).salt)
    families: dict[str, list[Outcome]] = defaultdict(list)
    for one in Outcome.objects.filter(run=run).select_related("child__application").order_by("child__seq"):
        families[pseudonym(salt, "F", one.child.application.code)].append(one)
    names = sorted(families)
    texts = [
        leaf_text({
            "run": str(run.pk), "inputs": run.inputs_sha256, "family": name, "salt": salt_of(salt, name),
            "children": [
                {"child": pseudonym(salt, "C", one.child.key), "facility": one.facility, "status": one.status}
                for one in families[name]
            ],
        })
        for name in names
    ]  # fmt: skip
    root, paths = tree([leaf_hash(text) for text in texts])
    changed = []
    for name, text, path in zip(names, texts, paths, strict=True):
        for one in families[name]:
            one.leaf = {"text": text, "path": [list(step) for step in path]}
            changed.append(one)
    Outcome.objects.bulk_update(changed, ["leaf"], batch_size=1000)
    return root


def _tell(run: Run) -> None:
    """A notice in the inbox of every family with a login."""
    actor = system_actor("nursery.publish", purpose="nursery")
    told = Outcome.objects.filter(run=run, child__application__account__isnull=False).values_list(
        "child__application_id", "child__application__account_id"
    )
    for application_id, account_id in sorted(set(told)):
        inbox.put_item(
            actor=actor, kind="notice", title=TITLE, url_path=f"/nursery/{application_id}/", account_id=account_id,
            subject_key=f"family_nursery:application:{application_id}", dedupe_key=f"nursery:result:{run.pk}",
        )  # fmt: skip
