"""取扱金融機関 and 費目 that can be paid by transfer: data of the municipality, set by its administrators."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import time

from jichi.engines.audit.context import Actor, unit
from jichi.engines.bankfiles import queries as bankfiles
from jichi.engines.collection import queries as collection
from jichi.kernel.errors import FieldError, Invalid
from jichi.kernel.localized import LANGUAGES

from .. import rules
from ..models import Bank, Offer
from ..permissions import require_manage
from .registering import SYSTEM


def set_bank(
    *, actor: Actor, code: str, title: str, partner: str, opens: time, closes: time,
    closed_weekdays: Sequence[int] = (), is_offered: bool = True,
) -> None:  # fmt: skip
    """Add or change a bank that takes part.

    Args:
        partner: its code in engine bankfiles: who gets our requests. closed_weekdays: 0 Monday … 6 Sunday.

    Raises:
        Forbidden: without "tax_direct_debit.manage". Invalid: fields "code", "title".
    """
    require_manage(actor)
    wrong: dict[str, FieldError] = {}
    if not rules.is_bank_code(code):
        wrong["code"] = FieldError("debit.bank_code")
    if not title.strip():
        wrong["title"] = FieldError("field.required")
    if wrong:
        raise Invalid(fields=wrong)
    with unit(actor):
        Bank.objects.update_or_create(code=code, defaults={
            "title": title.strip(), "partner": partner, "opens": opens, "closes": closes,
            "closed_weekdays": sorted(set(closed_weekdays)), "is_offered": is_offered,
        })  # fmt: skip


def change_bank(*, actor: Actor, values: Mapping[str, str], closed_weekdays: Sequence[str]) -> str:
    """What a page sends about a bank; its code.

    Args:
        values: code, title, partner, opens, closes ("08:30"), is_offered ("1" or ""); texts as typed.

    Raises:
        Forbidden. Invalid: field by field.
    """
    require_manage(actor)
    with unit(SYSTEM):
        partners = {one.code for one in bankfiles.partners("bank")}
    hours, wrong = rules.hours_from(values.get("opens", ""), values.get("closes", ""))
    if values.get("partner", "") not in partners:
        wrong["partner"] = FieldError("field.choose_one")
    if not rules.is_bank_code(values.get("code", "")):
        wrong["code"] = FieldError("debit.bank_code")
    if not values.get("title", "").strip():
        wrong["title"] = FieldError("field.required")
    if wrong or hours is None:
        raise Invalid(fields=wrong)
    days = [int(day) for day in closed_weekdays if day in tuple("0123456")]
    set_bank(
        actor=actor, code=values["code"], title=values["title"][:60], partner=values["partner"], opens=hours[0],
        closes=hours[1], closed_weekdays=days, is_offered=bool(values.get("is_offered")),
    )  # fmt: skip
    return values["code"]


def set_offer(
    *, actor: Actor, kind: str, names: Mapping[str, str], lead_days: int = 20, retries: int = 1, stop_after: int = 3,
    goal_permille: int = 500,
) -> None:  # fmt: skip
    """Let a 費目 be paid by transfer, with what happens when a debit fails.

    Raises:
        Forbidden: without "tax_direct_debit.manage".
    """
    require_manage(actor)
    with unit(actor):
        Offer.objects.update_or_create(kind_id=kind, defaults={
            "names": dict(names), "lead_days": lead_days, "retries": retries, "stop_after": stop_after,
            "goal_permille": goal_permille,
        })  # fmt: skip


def change_offer(*, actor: Actor, kind: str, values: Mapping[str, str]) -> None:
    """What a page sends about a 費目.

    Args:
        values: name_ja … name_ko, lead_days, retries, stop_after, goal (percent, one decimal); texts as typed.

    Raises:
        Forbidden. Invalid: field by field; field "kind": there is no such 費目.
    """
    require_manage(actor)
    with unit(SYSTEM):
        known = {one.code for one in collection.kinds()}
    numbers, wrong = rules.offer_numbers(values)
    names: dict[str, str] = {language: values.get(f"name_{language}", "").strip()[:60] for language in LANGUAGES}
    wrong |= {f"name_{language}": FieldError("field.required") for language, name in names.items() if not name}
    if kind not in known:
        wrong["kind"] = FieldError("field.choose_one")
    if wrong or numbers is None:
        raise Invalid(fields=wrong)
    set_offer(actor=actor, kind=kind, names=names, **numbers)
