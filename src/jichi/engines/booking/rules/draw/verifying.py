"""Checking a record: all of it is computed again from rules, list and randomness; the first difference is named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from . import drand
from .changes import applied_changes, opening_ledger
from .drawing import Outcome, Tickets, draw, ticket_of, tickets_of
from .entries import Entries, read_entries
from .naming import Names
from .params import ALGORITHM, DrawError, Params, read_params
from .record import FREEZE_SECONDS, SEED_BYTES, Beacon, commitment_of, judged_beacon, record_sha256

TEXTS: Final = ("algorithm", "params_sha256", "commitment", "operator_seed", "entries", "entries_sha256", "key",
                "software", "previous", "reason")  # fmt: skip
"""Parts of a record that are texts; all may be left out but those of `NEEDED`."""
NEEDED: Final = ("params", "params_sha256", "beacon", "entries", "entries_sha256", "key", "orders", "wins", "remaining",
                 "waitlists")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Verdict:
    """`difference` is "" where everything is the same; `notes` say what was and what could not be proved."""

    difference: str
    notes: tuple[str, ...]
    params: Params | None = None
    entries: Entries | None = None
    outcome: Outcome | None = None

    @property
    def passed(self) -> bool:
        """Nothing differs."""
        return not self.difference


@dataclass(frozen=True, slots=True)
class Explained:
    """One entry: per pass its ticket and place in the order (from 1), its items, and where each wish filled."""

    tickets: tuple[bytes, ...]
    positions: tuple[int, ...]
    wins: tuple[str, ...]
    filled: Mapping[str, tuple[int, int, str] | None]
    """Item → (pass, place in that pass's order, entry at which it filled); None where it never did."""


def verify_record(record: object, *, tickets: Tickets = tickets_of, consume: bool = False) -> Verdict:
    """Run a record's draw again and compare every part.

    Args:
        tickets: see `drawing.draw`.
        consume: the long lists of `record` may be taken out of it, which saves their memory.

    Raises:
        DrawError: it is no record at all, so there is nothing to compare.
    """
    given = _shaped(record)
    start = record_sha256(given["as_it_came"]) if given["changes"] else ""
    shown = _shown(given, consume=consume)
    params = read_params(given["params"], "params")
    notes: list[str] = []
    difference = _fingerprints(given, params)
    if difference:
        return Verdict(difference, ())
    entries = read_entries(given["entries"].encode(), params, "entries")
    if entries.digest.hex() != given["entries_sha256"]:
        return Verdict("entries_sha256: not the SHA-256 of the list", ())
    randomness = _bytes(given["beacon"].get("randomness"), 32, "beacon.randomness")
    difference = _beacon(given, params, randomness, notes) or _in_time(given, params, notes)
    if difference:
        return Verdict(difference, tuple(notes))
    outcome = draw(params, entries, randomness, bytes.fromhex(given["operator_seed"]), tickets=tickets)
    difference = _outcome(given, shown, params, entries, outcome)
    difference = difference or _changes(given, start, params, entries, outcome, notes)
    return Verdict(difference, tuple(notes), params, entries, outcome)


def _shaped(record: object) -> dict[str, Any]:
    if not isinstance(record, dict):
        raise DrawError("must be one JSON object", where="record")
    missing = [key for key in NEEDED if key not in record]
    if missing:
        raise DrawError(f"lacks {', '.join(missing)}", where="record")
    found = {
        **dict.fromkeys(TEXTS, ""),
        "times": {},
        "changes": [],
        "algorithm": ALGORITHM,
        **record,
        "as_it_came": record,
    }
    for key in TEXTS:
        if found[key] is None and key in ("commitment", "operator_seed", "previous", "reason"):
            found[key] = ""
        if not isinstance(found[key], str):
            raise DrawError(f"{key} must be a text", where="record")
    kinds = {"beacon": dict, "wins": dict, "remaining": dict, "waitlists": dict, "orders": list, "times": dict,
             "changes": list}  # fmt: skip
    for key, kind in kinds.items():
        if not isinstance(found[key], kind):
            raise DrawError(f"{key} must be {'an object' if kind is dict else 'a list'}", where="record")
    try:
        found["entries"].encode()
    except UnicodeEncodeError:
        raise DrawError("entries holds a character that is none", where="record") from None
    return found


@dataclass(frozen=True, slots=True)
class _Shown:
    """A long list of a record, packed: lines joined by LF, which no id of a checked list holds."""

    length: int
    packed: str | None

    def difference(self, names: Names, places: Sequence[int]) -> str:
        """What is not as it must be of the list of these entries, the first of it; "" if all is."""
        if self.packed is None:
            return "no list of texts"
        wanted = names.joined(places)
        if self.length == len(places) and self.packed.encode(errors="surrogatepass") == wanted:
            return ""
        due = wanted.decode().split("\n") if wanted else []
        for place, (one, other) in enumerate(zip(self.packed.split("\n"), due, strict=False), 1):
            if one != other:
                return f"place {place}: {other} follows, the record says {one!r}"
        return f"{self.length} entries instead of {len(due)}"


def _shown(given: dict[str, Any], *, consume: bool) -> dict[tuple[str, object], _Shown]:
    """Orders by number, waiting lists by item."""
    found: dict[tuple[str, object], _Shown] = {}
    for key, pairs in (("orders", enumerate(given["orders"])), ("waitlists", given["waitlists"].items())):
        for name, value in list(pairs):
            texts = isinstance(value, list) and set(map(type, value)) <= {str}
            found[key, name] = _Shown(len(value), "\n".join(value)) if texts else _Shown(0, None)
            if consume and not given["changes"]:
                given[key][name] = None
    return found


def _bytes(text: object, length: int, name: str) -> bytes:
    try:
        found = bytes.fromhex(text) if isinstance(text, str) and text.isalnum() else b""
    except ValueError:
        found = b""
    if len(found) != length:
        raise DrawError(f"must be {2 * length} hexadecimal digits", where=name)
    return found


def _fingerprints(given: Mapping[str, Any], params: Params) -> str:
    """Rules and operator seed."""
    if given["algorithm"] != ALGORITHM:
        return f"algorithm: {given['algorithm']!r}"
    if params.digest.hex() != given["params_sha256"]:
        return "params_sha256: not the SHA-256 of the rules"
    if not given["operator_seed"]:
        return "operator_seed: announced by its commitment and not revealed" if given["commitment"] else ""
    seed = _bytes(given["operator_seed"], SEED_BYTES, "operator_seed")
    return "" if commitment_of(seed).hex() == given["commitment"] else "commitment: not that of operator_seed"


def _beacon(given: Mapping[str, Any], params: Params, randomness: bytes, notes: list[str]) -> str:
    """What was announced must be what came; a proof that is there must hold."""
    shown = given["beacon"]
    for key, value in params.beacon.items():
        if shown.get(key) != value:
            return f"beacon.{key}: announced {value!r}, used {shown.get(key)!r}"
    signature, line = shown.get("signature") or "", shown.get("line") or ""
    if not isinstance(signature, str) or not isinstance(line, str):
        raise DrawError("signature and line must be texts", where="beacon")
    try:
        proof = Beacon(randomness, bytes.fromhex(signature), line)
    except ValueError:
        raise DrawError("must be hexadecimal digits", where="beacon.signature") from None
    try:
        proved, why = judged_beacon(params, proof)
    except DrawError as error:
        return f"beacon: {error.what}"
    if shown.get("verified") is True and not proved:
        return f"beacon.verified: true in the record, but {why}"
    notes.append(f"randomness proved: {why}" if proved else f"randomness NOT proved here: {why}")
    return ""


def _in_time(given: Mapping[str, Any], params: Params, notes: list[str]) -> str:
    """The list was frozen before the randomness existed, as far as the record says when."""
    chain = drand.CHAINS.get(str(params.beacon.get("chain")))
    number, frozen = params.beacon.get("round"), given["times"].get("frozen")
    if params.kind != "drand" or chain is None or not isinstance(number, int) or not frozen:
        notes.append("the record does not show that the list was frozen before the randomness existed")
        return ""
    try:
        at = datetime.fromisoformat(str(frozen)).timestamp()
    except (ValueError, OverflowError):
        raise DrawError("must be a time in ISO 8601", where="times.frozen") from None
    if at + FREEZE_SECONDS > drand.time_of_round(chain, number):
        return f"times.frozen: less than {FREEZE_SECONDS} seconds before the randomness existed"
    return ""


def _outcome(
    given: Mapping[str, Any], shown: Mapping[tuple[str, object], _Shown], params: Params, entries: Entries,
    outcome: Outcome,
) -> str:  # fmt: skip
    if outcome.key.hex() != given["key"]:
        return "key: not the one that follows from rules, list and randomness"
    names = Names(entries.ids)
    if len(given["orders"]) != len(outcome.orders):
        return f"orders: {len(given['orders'])} instead of {len(outcome.orders)} passes"
    for number, order in enumerate(outcome.orders):
        found = shown["orders", number].difference(names, order)
        if found:
            return f"orders, pass {number + 1}, {found}"
    found = _different_wins(given["wins"], params, entries.ids, outcome)
    if found:
        return found
    left = dict(zip(params.items, outcome.remaining, strict=True))
    for item in {**left, **given["remaining"]}:
        if given["remaining"].get(item) != left.get(item):
            return (
                f"remaining, {item}: {left.get(item)} places are left, the record says {given['remaining'].get(item)}"
            )
    if set(given["waitlists"]) != set(params.items):
        return "waitlists: not one for each item"
    for item, waiting in zip(params.items, outcome.waitlists, strict=True):
        found = shown["waitlists", item].difference(names, waiting)
        if found:
            return f"waitlists, {item}, {found}"
    return ""


def _different_wins(shown: Mapping[str, Any], params: Params, ids: Sequence[bytes], outcome: Outcome) -> str:
    due = {ids[n].decode(): [params.items[i] for i in won] for n, won in outcome.wins.items()}
    if shown == due:
        return ""
    for name in (*due, *shown):
        if shown.get(name, []) != due.get(name, []):
            follows = ", ".join(due.get(name, [])) or "nothing"
            return f"wins, {name}: {follows} follows, the record says {shown.get(name)!r}"
    return "wins: an entry that won nothing is listed"


def _changes(
    given: Mapping[str, Any], start: str, params: Params, entries: Entries, outcome: Outcome, notes: list[str]
) -> str:
    if not given["changes"]:
        return ""
    try:
        applied_changes(opening_ledger(params, entries, outcome), given["changes"], start)
    except DrawError as error:
        return f"changes: {error}"
    notes.append(f"{len(given['changes'])} changes after the draw follow from it")
    return ""


def explain(verdict: Verdict, entry: str) -> Explained | None:
    """What a draw gave one entry and why; None if there is no such entry."""
    params, entries, outcome = verdict.params, verdict.entries, verdict.outcome
    if params is None or entries is None or outcome is None:
        return None
    try:
        place = entries.ids.index(entry.encode())
    except (ValueError, UnicodeEncodeError):
        return None
    positions = [list(order) for order in outcome.orders]
    filled: dict[str, tuple[int, int, str] | None] = {}
    for item in entries.prefs[place]:
        found = outcome.filled.get(item)
        filled[params.items[item]] = found and (
            found[0], positions[found[0] - 1].index(found[1]) + 1, entries.ids[found[1]].decode()
        )  # fmt: skip
    return Explained(
        tickets=tuple(
            ticket_of(outcome.key, number, entries.ids[place], entries.weights[place])
            for number in range(1, params.passes + 1)
        ),
        positions=tuple(order.index(place) + 1 for order in positions),
        wins=tuple(params.items[item] for item in outcome.wins.get(place, ())),
        filled=filled,
    )
