"""Two runs of a round, child by child, with the reason of each difference."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render

from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import actions as audit
from jichi.kernel.errors import NotFound

from .. import queries
from ..permissions import VIEW
from ..queries.differing import Explained, Named, explained
from ..rules.differing import Cause, Change, Slot
from .running import moved_rows
from .words import CHANGES, class_name, crumbs_of_run, run_or_404

MOST_NAMED: Final = 5


@access(audience="staff", permission=VIEW)
def changes(request: SignedInRequest, id: UUID, before: UUID) -> HttpResponse:
    """A11: what went in differently first, then every child placed differently and why. The look is recorded."""
    round_, run = run_or_404(request, id)
    _, other = run_or_404(request, before)
    if other.round_id != round_.id or {run.state, other.state} != {"done"}:
        raise NotFound
    audit.record_look(actor=request.actor, table="family_nursery_outcome", object_id=str(id), subject="")
    names, found = queries.facility_names(), explained(before, id)
    context = {
        "title": f"{other.number}回目と{run.number}回目の違い", "breadcrumb": crumbs_of_run(round_, run),
        "rows": [
            (*row, [cause_words(one, found, names) for one in found.causes.get(row[0].child_id or UUID(int=0), ())])
            for row in moved_rows(queries.changes_between(before, id), names)
        ],
        "inputs": [_input(one, found.people, names) for one in found.changes],
        "same_inputs": run.inputs_sha256 == other.inputs_sha256,
    }  # fmt: skip
    return render(request, "family_nursery/changes.html", context)


def _input(one: Change, people: Mapping[str, Named], names: Mapping[str, str]) -> tuple[str, str]:
    """(what, how it differs) of the tables."""
    if one.kind == "seats":
        return _slot(one.slot, names), f"空き枠が{one.before}から{one.after}になった"
    child = people.get(one.child)
    words = "取り下げた" if one.kind == "gone" and child and child.withdrawn else CHANGES[one.kind]
    return f"{child.code} {child.name}" if child else one.child, words


def _slot(slot: Slot, names: Mapping[str, str]) -> str:
    return f"{names.get(slot[0], slot[0])} {class_name(slot[1])}"


def _named(one: Cause, people: Mapping[str, Named]) -> str:
    shown = [people[child].code if child in people else child for child in one.children[:MOST_NAMED]]
    return "、".join(shown) + ("ほか" if len(one.children) > MOST_NAMED else "")


def cause_words(one: Cause, found: Explained, names: Mapping[str, str]) -> str:
    """One cause as a sentence."""
    words = {
        "own": "本人の申込みが変わりました(上の表)。",
        "freed": f"{_slot(one.slot, names)}の枠を{_named(one, found.people)}が使わなくなりました。",
        "more_seats": f"{_slot(one.slot, names)}の空き枠が増えました。",
        "taken": f"{_slot(one.slot, names)}に、優先順位の高い{_named(one, found.people)}が入りました。",
        "fewer_seats": f"{_slot(one.slot, names)}の空き枠が減りました。",
        "family": f"きょうだい({_named(one, found.people)})の結果が変わりました。",
        "chain": "ほかの児童の移動に続いて変わりました。",
    }
    return words[one.why]
