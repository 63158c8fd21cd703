"""Use cases of 人事異動: write a plan, answer what would have nobody, confirm as a second person, carry it out."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.db import DatabaseError
from django.db.models import Max

from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts import officials
from jichi.engines.accounts.rules import Holding, Organisation
from jichi.engines.audit.context import Actor, unit
from jichi.engines.cases import actions as cases
from jichi.engines.routes import actions as routes
from jichi.engines.routes import queries as routes_queries
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Forbidden, Invalid, JichiError, NotFound
from jichi.kernel.text import normalise_name

from .. import queries, rules
from ..models import Plan
from ..permissions import ORGANISE, require
from ..queries import PLATFORM, Preview
from ..rules import Move
from .people import one_at_a_time

log = logging.getLogger(__name__)
MOST_TITLE = 100


def save_plan(
    *, actor: Actor, title: str, day: date, moves: Sequence[Move], id: UUID | None = None, expected_revision: int = 0
) -> UUID:
    """Write a new plan, or one that nobody has confirmed yet anew. Answers of an earlier version go.

    Raises:
        Forbidden; NotFound. Invalid: no title, a past day, no moves. Conflict: "plan.changed", "plan.over".
    """
    require(actor, ORGANISE)
    wrong: dict[str, FieldError] = {}
    if not title.strip() or len(title) > MOST_TITLE:
        code = "field.too_long" if title.strip() else "field.required"
        wrong["title"] = FieldError(code, {"max": MOST_TITLE, "now": len(title)})
    if day < clock.today():
        wrong["day"] = FieldError("plan.past")
    if not moves:
        wrong["file"] = FieldError("plan.empty")
    if wrong:
        raise Invalid(fields=wrong)
    kept = [move.kept() for move in moves]
    with unit(actor):
        one_at_a_time()
        values = {"title": title.strip(), "day": day, "moves": kept, "written_at": clock.now(), "answers": {}}
        if id is None:
            number = (Plan.objects.aggregate(last=Max("number"))["last"] or 0) + 1
            return Plan.objects.create(number=number, written_by_id=actor.account_id, **values).pk
        row = _draft(id, expected_revision)
        for name, value in values.items():
            setattr(row, name, value)
        _written(row, actor)
        return row.pk


def _draft(id: UUID, expected_revision: int) -> Plan:
    row = Plan.objects.select_for_update().filter(pk=id).first()
    if row is None:
        raise NotFound
    if row.state != "draft":
        raise Conflict("plan.over")
    if row.revision != expected_revision:
        raise Conflict("plan.changed")
    return row


def _written(row: Plan, actor: Actor) -> None:
    row.revision += 1
    row.written_by_id, row.written_at = actor.account_id, clock.now()
    row.save()


def answer_orphans(*, actor: Actor, id: UUID, answers: Mapping[str, str], expected_revision: int) -> None:
    """Say who takes over what would have nobody; an answer that is none of the choices is left out.

    Raises:
        Forbidden; NotFound; Conflict as `save_plan`.
    """
    require(actor, ORGANISE)
    with unit(actor):
        row = _draft(id, expected_revision)
        seen = queries.preview(rules.moves_from(row.moves), row.day)
        row.answers = {
            one.key: answers[one.key] for one in seen.orphans
            if answers.get(one.key) in {value for value, _ in one.choices}
        }  # fmt: skip
        _written(row, actor)


def confirm_plan(*, actor: Actor, id: UUID, expected: str) -> None:
    """Confirm as the second administrator: from now on the platform carries it out at the beginning of its day.

    Args:
        expected: `Preview.fingerprint` of what was seen.

    Raises:
        Forbidden; NotFound. Conflict: "plan.same_person", "plan.wrong", "plan.orphans", "plan.changed", "plan.over",
            "plan.past".
    """
    require(actor, ORGANISE)
    with unit(actor):
        one_at_a_time()
        row = Plan.objects.select_for_update(of=("self",)).filter(pk=id).first()
        if row is None:
            raise NotFound
        if row.state == "confirmed" and row.confirmed_by_id == actor.account_id:
            return
        if row.state != "draft":
            raise Conflict("plan.over")
        if actor.account_id is None or row.written_by_id == actor.account_id:
            raise Conflict("plan.same_person")
        if row.day < clock.today():
            raise Conflict("plan.past")
        view = queries.plan_view(row)
        seen = queries.preview(view.moves, view.day)
        if seen.errors:
            raise Conflict("plan.wrong")
        if seen.open_orphans(view.answers):
            raise Conflict("plan.orphans")
        if seen.fingerprint(view) != expected:
            raise Conflict("plan.changed")
        row.state, row.confirmed_by_id, row.confirmed_at = "confirmed", actor.account_id, clock.now()
        row.save(update_fields=["state", "confirmed_by_id", "confirmed_at"])


def cancel_plan(*, actor: Actor, id: UUID) -> None:
    """Give a plan up, confirmed or not, until it is carried out. The same again changes nothing.

    Raises:
        Forbidden; NotFound. Conflict: "plan.over" once it is carried out.
    """
    require(actor, ORGANISE)
    with unit(actor):
        row = Plan.objects.select_for_update().filter(pk=id).first()
        if row is None:
            raise NotFound
        if row.state == "done":
            raise Conflict("plan.over")
        if row.state != "cancelled":
            row.state, row.ended_at = "cancelled", clock.now()
            row.save(update_fields=["state", "ended_at"])


def carry_out_due(*, actor: Actor) -> int:
    """Carry out every confirmed plan whose day has come, oldest first, each in one transaction; answers how many.

    Run twice, killed in between, or late, each plan is carried out once. One that fails changes nothing, says why on
    its page, and is tried again at the next run; later ones wait, for they may rest on it.

    Raises:
        Forbidden: not the platform.
    """
    if actor.kind != "system":
        raise Forbidden
    done = 0
    with unit(actor):
        due = list(
            Plan.objects.filter(state="confirmed", day__lte=clock.today()).order_by("day", "number").values_list("pk")
        )
    for (key,) in due:
        try:
            done += _carry_out(key)
        except (JichiError, DatabaseError) as error:
            log.exception("personnel change %s was not carried out", key)
            with unit(actor):
                Plan.objects.filter(pk=key).update(problem=getattr(error, "code", "plan.wrong"))
            break
    return done


def _carry_out(key: UUID) -> int:
    with unit(PLATFORM):
        one_at_a_time()
        row = Plan.objects.select_for_update(of=("self",)).filter(pk=key, state="confirmed").first()
        if row is None:
            return 0
        view = queries.plan_view(row)
        seen = queries.preview(view.moves, view.day)
        if any(one.error.code == "rights.last" for one in seen.errors):
            raise Conflict("rights.last")
        notes = [f"{one.line}行目: {one.error.code}" for one in seen.errors]
        for move in sorted(view.moves, key=lambda one: one.kind not in {"open", "rename"}):
            if not any(one.line == move.line for one in seen.errors):
                _move(seen.before, move, view.day)
        handed = _answered(seen, view.answers, view.day)
        for move in view.moves:  # an abolished division is closed last: its people and cases are elsewhere now
            if move.kind == "close" and not any(one.line == move.line for one in seen.errors):
                officials.change_division(actor=PLATFORM, code=move.division, is_active=False)
        row.state, row.ended_at, row.problem = "done", clock.now(), ""
        row.result = {"people": len(seen.effects), "handed": handed, "notes": notes}
        row.save(update_fields=["state", "ended_at", "problem", "result"])
    return 1


def _move(before: Organisation, move: Move, day: date) -> None:
    person = before.people.get(move.login)
    if move.kind == "open":
        accounts.create_division(actor=PLATFORM, code=move.division, names={"ja": move.name})
    elif move.kind == "rename":
        officials.change_division(actor=PLATFORM, code=move.division, names={"ja": move.name})
    elif person is not None and move.kind == "take":
        same = [one for one in before.holdings if _is_post(one, move)]
        accounts.give_post(
            actor=PLATFORM, account_id=person.id, division_code=move.division, roles=move.roles or same[0].roles,
            title=same[0].title if same else move.title, starts_on=day,
        )  # fmt: skip
    elif person is not None and move.kind in {"leave", "stop"}:
        for held in before.holdings:
            mine = held.login == move.login and (held.until is None or held.until >= day)
            if mine and (move.kind == "stop" or _is_post(held, move)):
                officials.end_holding(actor=PLATFORM, holding_id=held.id, ends_on=day - timedelta(days=1))
        if move.kind == "stop":
            officials.set_official_active(actor=PLATFORM, account_id=person.id, is_active=False)


def _is_post(held: Holding, move: Move) -> bool:
    return (held.division, normalise_name(held.title)) == (move.division, move.title)


def _without_deputy(account_id: UUID, absence_id: UUID) -> None:
    """The same absence, with nobody named to stand in."""
    away = next((one for one in routes_queries.absences_left_to(account_id) if one.id == absence_id), None)
    if away is not None:
        routes.cancel_absence(actor=PLATFORM, absence_id=away.id)
        routes.declare_absence(
            actor=PLATFORM, account_id=away.account_id, starts_on=away.starts_on, ends_on=away.ends_on,
            reason=away.reason,
        )  # fmt: skip


def _answered(seen: Preview, answers: Mapping[str, str], day: date) -> list[dict[str, Any]]:
    """Hand over as was answered; what came up since goes as proposed. Tells what went where."""
    told: list[dict[str, Any]] = []
    people, divisions = seen.then.people, seen.then.divisions
    for one in seen.orphans:
        answer = answers.get(one.key) or one.proposed
        to = people.get(answer.removeprefix(rules.TO)) if answer.startswith(rules.TO) else None
        if one.kind == "rest" and to is not None:
            accounts.give_post(
                actor=PLATFORM, account_id=to.id, division_code=one.key.removeprefix("rest:"),
                title=rules.REST_TITLE, roles=("caseworker",), starts_on=day,
            )  # fmt: skip
        elif one.kind == "deputy":
            _without_deputy(people[one.key.split(":")[1]].id, UUID(one.key.split(":")[2]))
        if one.kind != "cases":
            continue
        _, login, code = one.key.split(":", 2)
        moved = cases.hand_over(
            actor=PLATFORM, account_id=people[login].id, division_id=divisions[code].id, to_id=to.id if to else None
        )
        told.append({"about": one.about, "to": to.name if to else "", "moved": moved.moved, "left": moved.left})
    return told
