"""One procedure of the inventory: its state, and what it must say in that state."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from jichi.kernel.errors import FieldError, Invalid

STATES: Final = {
    "online": "オンライン化済", "preparing": "準備中", "planned": "予定あり", "none": "予定なし", "ended": "廃止",
}  # fmt: skip
"""State → word. `ended` procedures count nowhere."""
REASONS: Final = {
    "seal": "押印が要る", "law": "法令で書面と決まっている", "in_person": "対面で確かめる", "original": "原本が要る",
    "fee": "手数料の払い方がない", "system": "業務システムの都合", "other": "そのほか",
}  # fmt: skip
"""Why a procedure is not online (オンライン化できない理由)."""
MAY_PLAN: Final = frozenset({"preparing", "planned"})
LIMITS: Final = {"code": 20, "name": 200, "basis": 400, "applicants": 100, "note": 1000, "place": 400, "slug": 60}
MOST_A_YEAR: Final = 100_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A procedure as the inventory holds it.

    `code` is the ward's own number of it, `division` a division's code, `volume` how often a year it is asked for
    (None: nobody counted), `slug` the procedure here that takes it online, `place` another place that does.
    """

    code: str
    name: str
    division: str
    basis: str = ""
    applicants: str = ""
    volume: int | None = None
    state: str = "none"
    reasons: tuple[str, ...] = ()
    note: str = ""
    planned_on: date | None = None
    online_since: date | None = None
    slug: str = ""
    place: str = ""


def wrong_with(entry: Entry, today: date) -> dict[str, FieldError]:
    """Field → what is wrong with the entry; empty when all is right."""
    wrong: dict[str, FieldError] = {}
    for name in ("code", "name", "division"):
        if not getattr(entry, name):
            wrong[name] = FieldError("field.required")
    for name, limit in LIMITS.items():
        if len(getattr(entry, name)) > limit:
            wrong[name] = FieldError("field.too_long", {"max": limit, "now": len(getattr(entry, name))})
    if entry.volume is not None and not 0 <= entry.volume <= MOST_A_YEAR:
        wrong["volume"] = FieldError("inventory.volume")
    if entry.state not in STATES:
        wrong["state"] = FieldError("field.choose_one")
    if set(entry.reasons) - REASONS.keys():
        wrong["reasons"] = FieldError("field.unknown_choice")
    elif entry.reasons and entry.state in {"online", "ended"}:
        wrong["reasons"] = FieldError("inventory.reason_not_needed")
    elif entry.state == "none" and not entry.reasons:
        wrong["reasons"] = FieldError("inventory.reason_needed")
    if "other" in entry.reasons and not entry.note.strip() and "reasons" not in wrong:
        wrong["note"] = FieldError("inventory.note_needed")
    wrong |= _wrong_days(entry, today)
    return wrong


def _wrong_days(entry: Entry, today: date) -> dict[str, FieldError]:
    wrong: dict[str, FieldError] = {}
    if entry.state in MAY_PLAN and entry.planned_on is None:
        wrong["planned_on"] = FieldError("inventory.plan_needed")
    if entry.state not in MAY_PLAN and entry.planned_on is not None:
        wrong["planned_on"] = FieldError("inventory.plan_not_needed")
    if entry.state == "online" and entry.online_since is not None and entry.online_since > today:
        wrong["online_since"] = FieldError("inventory.not_yet")
    if entry.state != "online" and entry.online_since is not None:
        wrong["online_since"] = FieldError("inventory.not_online")
    return wrong


def checked(entry: Entry, today: date) -> Entry:
    """The entry with reasons in the order of `REASONS`.

    Raises:
        Invalid: `fields` says what is wrong.
    """
    if wrong := wrong_with(entry, today):
        raise Invalid(fields=wrong)
    return replace(entry, reasons=tuple(reason for reason in REASONS if reason in entry.reasons))
