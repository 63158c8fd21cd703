"""The bank's word about a registration, by callback, by asking, early, late, twice or never: it counts once."""

from __future__ import annotations

import logging

from jichi.engines.audit.context import Actor, unit
from jichi.engines.collection import queries as collection
from jichi.engines.inbox import actions as inbox
from jichi.engines.mandates import actions as mandates
from jichi.engines.mandates.actions import NewMandate
from jichi.engines.mandates.rules import Account, checked_account, counts_from
from jichi.engines.messages import actions as messages
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, Forbidden, Invalid

from .. import gateway
from ..models import Offer, Registration
from ..notices import NOTICES
from ..protocol import Word
from ..rules.names import differs
from ..rules.registering import verdict
from .registering import SYSTEM
from .working import put_entry

logger = logging.getLogger("jichi.direct_debit")


def settle(*, actor: Actor, word: Word) -> str:
    """Take the bank's word in: "take", "late", "same", "contradicts", or "unknown" where it is about nothing of ours.

    Told again it changes nothing. The row is locked, so that a callback and an answer at once count once.

    Raises:
        Forbidden: neither the platform nor the bank's own call.
    """
    if actor.kind not in ("system", "anonymous"):
        raise Forbidden
    with unit(actor), unit(SYSTEM):
        row = (
            Registration.objects.select_for_update(of=("self",)).select_related("bank")
            .filter(provider_ref=word.ref).first()
        )  # fmt: skip
        if row is None or row.pk != word.reference:
            logger.warning("the bank speaks of a registration that is none of ours")
            return "unknown"
        found = verdict(row.state, word.state)  # type: ignore[arg-type] # the database allows these states only
        if found == "contradicts":
            put_entry("contradicts", f"{row.pk}", row.divisions[0], row.payer_no, {"told": word.state})
        if found in ("take", "late"):
            _finish(row, word)
        return found


def _finish(row: Registration, word: Word) -> None:
    row.state, row.reason, row.ended_at, row.next_look_at = word.state, word.reason, clock.now(), None
    if word.state == "done":
        try:
            account = checked_account(
                bank=row.bank_id, branch=word.branch, type=word.type, number=word.account, holder=word.holder
            )
        except Invalid:
            row.state, row.reason = "failed", "other"
            put_entry("contradicts", f"{row.pk}:account", row.divisions[0], row.payer_no, {"told": "unreadable"})
        else:
            _open_mandates(row, account)
    row.save()
    _tell(row)


def _open_mandates(row: Registration, account: Account) -> None:
    divisions = {one.code: one.division_id for one in collection.kinds()}
    lead = max(Offer.objects.filter(kind_id__in=row.kinds).values_list("lead_days", flat=True), default=20)
    row.since = counts_from(clock.today(), lead)
    for kind in row.kinds:
        new = NewMandate(
            dedupe_key=f"web:{row.pk}:{kind}", payer_no=row.payer_no, kind=kind, account=account, source="web",
            since=row.since,
        )  # fmt: skip
        try:
            made = mandates.open_mandate(actor=SYSTEM, new=new, replaces=row.replaces)
        except Conflict:
            put_entry("duplicate", f"{row.pk}:{kind}", divisions[kind], row.payer_no, {"account": account.masked})
            continue
        if differs(row.kana, account.holder):
            put_entry("holder", str(made), divisions[kind], row.payer_no, {}, mandate_id=made)


def _tell(row: Registration) -> None:
    key = f"tax_direct_debit:{row.pk}:{row.state}"
    path = f"/debit/{row.pk}/"
    what = "done" if row.state == "done" else "failed"
    inbox.put_item(
        actor=SYSTEM, account_id=row.account_id, kind="notice", title=NOTICES[what], url_path=path,
        subject_key=f"tax_direct_debit:{row.pk}", about=row.number, dedupe_key=key,
    )  # fmt: skip
    if row.state == "done":
        messages.send_message(
            actor=SYSTEM, template="debit.done", account_id=row.account_id, about=row.number,
            params={"url_path": path}, dedupe_key=key, division_id=row.divisions[0], alert_url_path="/staff/debit/",
        )  # fmt: skip


def ask(*, actor: Actor, ref: str) -> None:
    """Ask the bank how a registration stands, and take its word in. What it can't say now is asked again later."""
    del actor
    try:
        settle(actor=SYSTEM, word=gateway.word_of(ref))
    except gateway.AwayError:
        logger.info("the bank can't say how %s stands", ref)
