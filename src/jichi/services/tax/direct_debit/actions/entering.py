"""Mandates that officials bring: a paper form at the desk, and a file of those that other systems had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, unit
from jichi.engines.bankfiles import queries as bankfiles
from jichi.engines.bankfiles.transfers import branches_known
from jichi.engines.mandates import actions as mandates
from jichi.engines.mandates import queries
from jichi.engines.mandates.actions import NewMandate
from jichi.engines.mandates.permissions import EDIT
from jichi.engines.mandates.rules import Source, checked_account
from jichi.engines.registry import queries as registry
from jichi.kernel.calendar import parse_date
from jichi.kernel.errors import FieldError, Forbidden, Invalid
from jichi.kernel.tables import LineError, Table

from ..models import Bank, Offer
from ..rules.yucho import BANK as YUCHO
from ..rules.yucho import as_account
from .registering import SYSTEM


@dataclass(frozen=True, slots=True)
class Taken:
    """What a file did: new mandates, and lines that were there with the same account."""

    new: int
    there: int


def enter_mandate(*, actor: Actor, values: Mapping[str, str], replaces: bool = False) -> UUID:
    """Keep what a paper form says, after the bank has approved it; also the door for forms that are read by machine.

    Args:
        values: payer_no, kind, bank, branch, type, number, holder, since; texts as typed.

    Raises:
        Forbidden. Invalid: fields. Conflict: "mandate.there".
    """
    if not actor.may(EDIT):
        raise Forbidden
    with unit(actor):
        known = registry.residents([values.get("payer_no", "")])
        offers = _offers(actor)
        new, wrong = _read(
            values, offers, set(known), branches_known(), _bank_codes(), "paper", yucho_form=_yucho_form()
        )
        if new is None or wrong:
            raise Invalid(fields=wrong)
        return mandates.open_mandate(actor=actor, new=new, replaces=replaces)


def _offers(actor: Actor) -> set[str]:
    return set(
        Offer.objects.filter(kind__division_id__in=actor.divisions).values_list("kind_id", flat=True)
    )  # fmt: skip


def _yucho_form() -> bool:
    """Does the agent that takes our requests for ゆうちょ銀行 want 記号番号 in its own form?"""
    with unit(SYSTEM):
        partner = Bank.objects.filter(code=YUCHO).values_list("partner", flat=True).first()
        found = next((one for one in bankfiles.partners("bank") if one.code == partner), None)
    return bool(found and found.terms.get("yucho_debit_form"))


def _bank_codes() -> set[str]:
    return set(Bank.objects.values_list("code", flat=True))


def _read(
    values: Mapping[str, str], kinds: set[str], payers: set[str], branches: frozenset[tuple[str, str]],
    banks: set[str], source: Source, *, yucho_form: bool,
) -> tuple[NewMandate | None, dict[str, FieldError]]:  # fmt: skip
    values, wrong = as_account(values, in_debit_form=yucho_form)
    if wrong:
        return None, wrong
    payer, kind, bank, branch = (values.get(name, "") for name in ("payer_no", "kind", "bank", "branch"))
    if payer not in payers:
        wrong["payer_no"] = FieldError("debit.no_payer" if payer else "field.required")
    if kind not in kinds:
        wrong["kind"] = FieldError("debit.no_kind", {"value": kind}) if kind else FieldError("field.choose_one")
    if bank not in banks or (not (yucho_form and bank == YUCHO) and (bank, branch) not in branches):
        wrong["branch"] = FieldError("debit.no_bank", {"value": f"{bank}-{branch}"})
    try:
        since = parse_date(values.get("since", ""))
    except ValueError:
        wrong["since"], since = FieldError("field.unreadable_date"), date.min
    try:
        account = checked_account(
            bank=bank, branch=branch, type=values.get("type", ""), number=values.get("number", ""),
            holder=values.get("holder", ""),
        )  # fmt: skip
    except Invalid as error:
        return None, {**error.fields, **wrong}
    if wrong:
        return None, wrong
    key = f"{source}:{payer}:{kind}:{since:%Y%m%d}:{bank}{branch}:{account.number[-4:]}"
    return NewMandate(dedupe_key=key, payer_no=payer, kind=kind, account=account, source=source, since=since), wrong


def judge_payers(*, actor: Actor, table: Table) -> tuple[list[NewMandate], list[LineError]]:
    """What a file of payers would bring, and all that is wrong with it, line by line. Nothing is written."""
    if table.errors:
        return [], list(table.errors)
    found: list[NewMandate] = []
    errors: list[LineError] = []
    seen: dict[tuple[str, str], int] = {}
    with unit(actor):
        kinds, banks = _offers(actor), _bank_codes()
    yucho_form = _yucho_form()
    with unit(SYSTEM):
        payers = set(registry.residents(sorted({row.get("payer_no", "") for _, row in table.rows})))
    branches = branches_known()
    for line, row in table.rows:
        new, wrong = _read(row, kinds, payers, branches, banks, "import", yucho_form=yucho_form)
        errors += [LineError(line, table.headings.get(name, name), error) for name, error in wrong.items()]
        if new is None:
            continue
        at = (new.payer_no, new.kind)
        if at in seen:
            errors.append(LineError(line, "", FieldError("debit.line_twice", {"line": seen[at]})))
        seen.setdefault(at, line)
        found.append(new)
    return found, errors


def take_payers(*, actor: Actor, table: Table) -> tuple[Taken, Sequence[LineError]]:
    """Take a file of existing payers in, wholly or not at all; twice is once.

    A payer who has another account for the same 費目 is an error of the line: nothing of the file is taken.

    Raises:
        Forbidden: without "eng_mandates.edit".
    """
    if not actor.may(EDIT):
        raise Forbidden
    news, errors = judge_payers(actor=actor, table=table)
    if errors:
        return Taken(0, 0), errors
    with unit(actor):
        made, there, taken = mandates.open_mandates(actor=actor, news=news)
        if taken:
            lines = {(row.get("payer_no"), row.get("kind")): line for line, row in table.rows}
            found = [LineError(lines[at], "", FieldError("mandate.there")) for at in taken]
            return Taken(0, 0), sorted(found, key=lambda one: one.line)
        audit.record(
            actor=actor, action="import", table="eng_mandates_mandate", object_id="payers",
            detail={"new": made, "there": there},
        )  # fmt: skip
    return Taken(made, there), ()


def hold_or_free(*, actor: Actor, mandate_id: UUID, act: str) -> None:
    """止める・再開する. Raises as engine mandates does."""
    if act == "free":
        mandates.free_mandate(actor=actor, mandate_id=mandate_id)
    elif queries.mandate(mandate_id) is not None:
        mandates.hold_mandate(actor=actor, mandate_id=mandate_id, reason="office")
