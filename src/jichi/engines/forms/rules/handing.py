"""What follows from the answers: the way the result is handed over, the route that decides, what is due later. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from jichi.kernel.localized import LocalizedText

from .conditions import Answers, table_total
from .definition import FormDefinition
from .terms import Amount, RouteChoice


def delivery_way(definition: FormDefinition, answers: Answers) -> str:
    """ "pdf", "post" or "counter"; "" where the definition says nothing or nothing is chosen yet."""
    delivery = definition.delivery
    if delivery is None:
        return ""
    if delivery.field is None:
        return delivery.ways[0]
    chosen = answers.get(delivery.field)
    return chosen if isinstance(chosen, str) and chosen in delivery.ways else ""


def delivery_address(definition: FormDefinition, answers: Answers) -> tuple[str, str] | None:
    """(postcode, address) that was given for posting; None where it goes to the registered address or nowhere."""
    delivery = definition.delivery
    answer: Any = answers.get(delivery.address) if delivery and delivery.address else None
    if delivery is None or delivery_way(definition, answers) != "post" or not isinstance(answer, dict):
        return None
    if answer.get("choice") != "other":
        return None
    return str(answer.get("postcode", "")), str(answer.get("address", ""))


def amount_of(amount: Amount, answers: Answers) -> int:
    """The amount among the answers; 0 where it is not answered."""
    value = answers.get(amount.field)
    if amount.column is not None:
        return table_total(value, amount.column)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def route_id(definition: FormDefinition, answers: Answers, *, decided: int | None = None) -> str | None:
    """Id of the route that decides these answers; None where one official decides.

    Args:
        decided: yen that would be granted, where that is another amount than the answers say (減額決定).
    """
    route = definition.route
    if not isinstance(route, RouteChoice):
        return route
    if route.id is not None:
        return route.id
    amount = amount_of(route.amount, answers) if decided is None else decided
    return next(step.id for step in route.steps if step.up_to is None or amount <= step.up_to)


def route_facts(definition: FormDefinition, answers: Answers, *, decided: int | None = None) -> dict[str, int | str]:
    """What conditions of the route may look at: whole numbers, choices and sums of money columns, by field id.

    Args:
        decided: as for `route_id`.
    """
    found: dict[str, int | str] = {}
    for name, field in definition.fields.items():
        value = answers.get(name)
        if isinstance(value, (int, str)) and not isinstance(value, bool) and field.kind not in {"textarea", "file"}:
            found[name] = value
        for column in field.sums:
            found[f"{name}.{column.id}"] = table_total(value, column.id)
    if isinstance(definition.route, RouteChoice):
        found["amount"] = amount_of(definition.route.amount, answers) if decided is None else decided
    return found


@dataclass(frozen=True, slots=True)
class Due:
    """Another procedure that is due by a day."""

    id: str
    procedure: str
    title: LocalizedText
    text: LocalizedText | None
    due_on: date


def due_after(definition: FormDefinition, *, sent_on: date, decided_on: date | None) -> tuple[Due, ...]:
    """What is due after sending or, once there is a decision, after it; soonest first."""
    found = []
    for follow_up in definition.follow_ups:
        start = sent_on if follow_up.after == "sent" else decided_on
        if start is None:
            continue
        day = date.fromisoformat(follow_up.on) if follow_up.on else start + timedelta(days=follow_up.days or 0)
        found.append(Due(follow_up.id, follow_up.procedure, follow_up.title, follow_up.text, day))
    return tuple(sorted(found, key=lambda due: due.due_on))
