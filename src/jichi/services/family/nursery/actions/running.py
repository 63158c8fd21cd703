"""Runs: the tables frozen, the matching in a job that may be stopped or killed, its result kept whole."""

from __future__ import annotations

import csv
import io
import json
import time
from collections import defaultdict
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final
from uuid import UUID

from jichi.engines.audit.context import Actor, unit
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, NotFound

from .. import tasks
from ..models import OPEN_STATES, Child, Outcome, Round, RoundSecret, Run
from ..permissions import EDIT, require
from ..queries.ages import too_young_in
from ..queries.inputs import inputs_of
from ..rules.assembling import fingerprint, packed, pseudonym, unpacked
from .rounds import locked_round

TELL_EVERY: Final = 1.0
"""Seconds between two looks at whether somebody stopped the run."""
MOST_PROBLEMS: Final = 300


class _EndedError(Exception):
    """Somebody stopped the run, or another worker ended it."""


def start_run(*, actor: Actor, round_id: UUID) -> UUID:
    """Freeze the round's tables and have them matched. Started twice at once, there is one run.

    A child too young at entry for a facility it wishes for is an error of the input (E_AGE): the run is "refused".

    Raises:
        Forbidden; NotFound. Conflict: "nursery.published", "nursery.nobody", "nursery.run_busy" when another set of
            applications is being matched.
    """
    require(actor, EDIT)
    with unit(actor):
        row = locked_round(actor, round_id)
        files = inputs_of(row.pk)
        if files is None:
            raise Conflict("nursery.nobody")
        mark = fingerprint(files)
        wrong = _too_young(row.pk)
        going = Run.objects.filter(round=row, state__in=OPEN_STATES).first()
        if going is not None:
            if going.inputs_sha256 == mark:
                return going.pk
            raise Conflict("nursery.run_busy")
        last = Run.objects.filter(round=row).order_by("-number").first()
        if last is not None and wrong and (last.inputs_sha256, last.problems) == (mark, wrong):
            return last.pk
        run = Run.objects.create(
            round=row, number=last.number + 1 if last else 1, inputs=packed(files), inputs_sha256=mark,
            children=files["children.csv"].count(b"\r\n") - 1, started_by_id=actor.account_id, started_at=clock.now(),
        )  # fmt: skip
        if wrong:
            run.state, run.problems, run.ended_at = "refused", wrong, run.started_at
            run.save(update_fields=["state", "problems", "ended_at"])
            return run.pk
        tasks.match_children.defer_with({"run_id": run.pk}, lock=f"nursery:{row.pk}")
        return run.pk


def _too_young(round_id: UUID) -> list[list[Any]]:
    """As rows of a run's problems: wishes, and places given by hand, for which a child is too young at entry."""
    return [
        ["E_AGE", "choices.csv", 0, child.key,
         f"{child.name}は、{young.facility}に入園日までに届きません(生後{young.days}日、{young.reached_on:%Y-%m-%d})。"]
        for child, young in islice(too_young_in(round_id), MOST_PROBLEMS)
    ]  # fmt: skip


def stop_run(*, actor: Actor, run_id: UUID) -> None:
    """Stop a run that goes on; one that has ended stays as it ended.

    Raises:
        Forbidden; NotFound.
    """
    require(actor, EDIT)
    with unit(actor):
        run = Run.objects.select_for_update(of=("self",)).select_related("round").filter(pk=run_id).first()
        if run is None:
            raise NotFound
        require(actor, EDIT, run.round.division_id)
        if run.state in OPEN_STATES:
            run.state, run.ended_at = "stopped", clock.now()
            run.save(update_fields=["state", "ended_at"])


def work_off(*, actor: Actor, run_id: UUID) -> None:
    """Match what a run was given. A run that was cut off is matched again from its frozen tables: the same bytes."""
    from ..rules.running import NotVerifiedError, Parameters
    from ..rules.running import run as match

    with unit(actor):
        row = Run.objects.select_for_update(of=("self",)).select_related("round").filter(pk=run_id).first()
        if row is None or row.state not in OPEN_STATES:
            return
        row.state = "running"
        row.save(update_fields=["state"])
    round_row, inputs = row.round, unpacked(bytes(row.inputs))
    policy: Any = round_row.policy
    try:
        done = match(inputs, Parameters(policy=policy, public_from=round_row.public_from), _Telling(actor, run_id))
    except _EndedError:
        return
    except NotVerifiedError as error:
        _end(actor, run_id, state="failed", problems=[["", "", 0, "", str(error)[:500]]])
        return
    problems = [[p.code, p.file, p.line, p.id, p.sentence] for p in done.problems[:MOST_PROBLEMS]]
    if done.matched is None:
        _end(actor, run_id, state="refused", problems=problems)
        return
    figures = json.loads(done.files["run.json"])
    with unit(actor):
        kept = _end(
            actor, run_id, state="done", problems=problems, outputs=packed(done.files), verdict=done.matched.verdict,
            figures={name: figures[name] for name in ("seated", "children", "blocking_coalitions", "bound", "blocking",
                     "rank_profile", "best_among_equals", "pinned_units")},
        )  # fmt: skip
        if kept:
            Outcome.objects.bulk_create(_outcomes(row, round_row, done.files), batch_size=1000)


class _Telling:
    """Writes phase and count into the run at most once a second; ends the matching when the run was stopped."""

    def __init__(self, actor: Actor, run_id: UUID) -> None:
        self.actor, self.run_id, self.told = actor, run_id, time.perf_counter()

    def __call__(self, phase: str, count: int) -> None:
        now = time.perf_counter()
        if now - self.told < TELL_EVERY:
            return
        self.told = now
        with unit(self.actor):
            going = Run.objects.filter(pk=self.run_id, state="running").update(phase=phase, count=count)
        if not going:
            raise _EndedError


def _end(actor: Actor, run_id: UUID, **values: Any) -> bool:
    """Write how a run ended, unless somebody ended it before. Answers whether it was written."""
    with unit(actor):
        return bool(Run.objects.filter(pk=run_id, state="running").update(**values, ended_at=clock.now()))


def _rows(data: bytes) -> Iterator[dict[str, str]]:
    yield from csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))


def _outcomes(run: Run, round: Round, files: dict[str, bytes]) -> Iterator[Outcome]:
    salt = bytes(RoundSecret.objects.get(round=round).salt)
    children = {
        pseudonym(salt, "C", one.key): one
        for one in Child.objects.filter(application__round=round).select_related("application")
    }
    reasons: dict[str, list[dict[str, object]]] = defaultdict(list)
    for row in _rows(files["explain.csv"]):
        sibling = children.get(row["blocking_child_of_family"])
        reasons[row["child_id"]].append(
            {
                "rank": _number(row["choice_rank"]), "facility": row["facility_id"], "code": row["code"],
                "position": _number(row["priority_position"]), "applicants": _number(row["applicants"]),
                "cutoff": _number(row["cutoff_score"]), "own": _number(row["own_score"]),
                "sibling": sibling.name if sibling else "",
            }
        )  # fmt: skip
    for row in _rows(files["reasons.csv"]):
        # The witness of a refusal: one child alone, so that so many more seats would have been enough for it.
        short = int(row["above"]) + int(row["need"]) - int(row["capacity"])
        for reason in reasons[row["child_id"]]:
            if reason["facility"] == row["facility_id"] and reason["code"] == "CUTOFF" and row["need"] == "1":
                reason["places"] = short
    for row in _rows(files["assignments.csv"]):
        child = children[row["child_id"]]
        yield Outcome(
            run=run, child=child, facility=row["facility_id"], status=row["status"],
            option_rank=_number(row["option_rank"]), reasons=reasons[row["child_id"]],
        )  # fmt: skip


def _number(text: str) -> int | None:
    return int(text) if text else None
