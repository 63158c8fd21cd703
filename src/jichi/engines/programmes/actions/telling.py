"""What people hear of their entry: a notice in their inbox, and a message that there is one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Final
from uuid import UUID

from jichi.engines.audit.context import Actor, unit
from jichi.engines.booking import queries as booking
from jichi.engines.booking.queries import EntryView
from jichi.engines.inbox import actions as inbox
from jichi.engines.messages import actions as messages
from jichi.kernel.clock import TOKYO
from jichi.kernel.errors import Forbidden
from jichi.kernel.localized import LANGUAGES, LocalizedText, pick

AT_ONCE: Final = 200
"""Told in one transaction, so that nothing is locked for long."""
ENTERED: Final = {"taken": "received", "held": "received", "applied": "received", "waiting": "waiting"}
DRAWN: Final = {"taken": "won", "held": "won", "waiting": "lost", "lost": "lost"}
"""State of an entry → what is said of it after a draw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """How a room speaks of its entries."""

    actor: Actor
    titles: Mapping[str, LocalizedText]
    """What happened → a title with the programme's name in it."""
    name: str
    """How titles call that name: "event" for "{event}"."""
    key: str
    """Notices about an entry are about "<key>:<id>"."""
    path: str
    """Where its person reads it: "<path><number>/"."""
    template: Callable[[str], str]
    """What happened → key of the message's template."""
    pages: Mapping[str, str] = field(default_factory=dict)
    """What happened → the page below that path where it is not the entry's own."""


def _title(voice: Voice, what: str, title: LocalizedText) -> dict[str, str]:
    """The title of a notice in the languages of the house."""
    words = voice.titles[what]
    return {one: words[one].format(**{voice.name: pick(title, one).text}) for one in LANGUAGES}


def tell_entry(
    *, actor: Actor, voice: Voice, title: LocalizedText, entry: EntryView, what: str, again: str = ""
) -> None:
    """One notice and one message for an entry; the same `again` makes no second. In the caller's unit.

    Args:
        title: the programme's name.
        what: a key of the voice's titles; "offered" has to be answered.
    """
    if entry.account_id is None:
        return
    due = entry.held_until.astimezone(TOKYO).date() if what == "offered" and entry.held_until else None
    messages.notify(
        actor=actor, account_id=entry.account_id, template=voice.template(what),
        kind="todo" if what == "offered" else "notice", title=_title(voice, what, title),
        url_path=f"{voice.path}{entry.number}/{voice.pages.get(what, '')}", subject_key=f"{voice.key}:{entry.id}",
        dedupe_key=f"{voice.key}:{entry.id}:{what}{again}", about=entry.number, due_on=due,
    )  # fmt: skip


def tell_entered(*, actor: Actor, voice: Voice, title: LocalizedText, entry_id: UUID, outcome: str) -> None:
    """An entry came in; in the transaction that keeps it."""
    with unit(actor):
        entry = booking.entries_by_id([entry_id])[entry_id]
        what = "to_pay" if entry.pays_first else ENTERED[outcome]
        tell_entry(actor=actor, voice=voice, title=title, entry=entry, what=what)


def tell_moved(*, actor: Actor, voice: Voice, title: LocalizedText, entry_id: UUID, what: str) -> None:
    """One entry moved: "offered" or "too_late" (of who pays: "to_pay", "unpaid"), "given", "paid", "paid_too_late"."""
    with unit(actor):
        entry = booking.entries_by_id([entry_id])[entry_id]
        inbox.close_items(actor=actor, subject_key=f"{voice.key}:{entry_id}", kinds=["todo"])
        if entry.owes_yen and entry.channel == "web":
            what = {"offered": "to_pay", "too_late": "unpaid"}.get(what, what)
        tell_entry(actor=actor, voice=voice, title=title, entry=entry, what=what)


def tell_everybody(
    *, actor: Actor, voice: Voice, title: LocalizedText, offering_id: UUID, is_cancelled: bool,
    outcomes: Mapping[str, str] = DRAWN,
) -> int:  # fmt: skip
    """Everybody of a list hears the outcome, or everybody of what was cancelled that it is; may run twice.

    Args:
        outcomes: state of an entry → a key of the voice's titles; of who is not in it nothing is said.

    Raises:
        Forbidden: not the platform itself.
    """
    if actor.kind != "system":
        raise Forbidden
    with unit(actor):
        entries = booking.entries_of(offering_id)
    told = 0
    for begin in range(0, len(entries), AT_ONCE):
        with unit(actor):
            for entry in entries[begin : begin + AT_ONCE]:
                what = _outcome(entry, outcomes, is_cancelled=is_cancelled)
                if what:
                    tell_entry(actor=voice.actor, voice=voice, title=title, entry=entry, what=what)
                    told += 1
    return told


def _outcome(entry: EntryView, outcomes: Mapping[str, str], *, is_cancelled: bool) -> str:
    if is_cancelled:
        return "cancelled" if entry.state == "cancelled" else ""
    return outcomes.get(entry.state, "")
