"""Pages of families and of everybody: own applications and results, wishes, withdrawal; places and cut-offs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.design.fields import filter_choice
from jichi.design.pages import listing_response
from jichi.design.parts import Card, Column, Fact, Listing, Row
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import NotFound

from .. import actions, queries
from ..queries import ChildView, Listed, OutcomeView, RoundView
from ..rules.least_age import too_young
from .applying import state_words
from .plain import class_word as _class
from .reasons import reason_rows
from .wording import remedies_of


@access(audience="resident")
def mine(request: SignedInRequest) -> HttpResponse:
    """A6: my family's applications; those handed in on paper are found by the linked 宛名番号."""
    actions.claim_applications(actor=request.actor)
    rounds = {one.id: one for one in queries.rounds()}
    context = {
        "title": _("保育園の申込み"), "cards": [card for card, _alive in _own_cards(request, rounds)],
        "linked": bool(request.addressee_no), "open": any(one.takes_entries for one in rounds.values()),
    }  # fmt: skip
    return render(request, "resident_nursery/mine.html", context)


def cards(request: SignedInRequest) -> tuple[list[Card], list[Card]]:
    """My family's applications: (until the day the children start, taken back or past that day)."""
    made = _own_cards(request, {one.id: one for one in queries.rounds()})
    return [card for card, alive in made if alive], [card for card, alive in made if not alive]


def _own_cards(request: SignedInRequest, rounds: Mapping[UUID, RoundView]) -> list[tuple[Card, bool]]:
    """(card, under way?): what is not handed in or not taken up yet first."""
    today = clock.today()
    online = [
        (Card(
            title=rounds[one.round_id].name, url=reverse("nursery_family:entry", args=[one.id]), name=True,
            facts=[(_("状態"), state_words(one.state))],
        ), one.state != "withdrawn" and rounds[one.round_id].entry_on >= today)
        for one in queries.own_entries(request.signed_in.account_id) if one.application_id is None
    ]  # fmt: skip
    return online + [
        (Card(
            title=rounds[one.round_id].name, url=reverse("nursery_family:application", args=[one.id]), name=True,
            facts=[
                (_("申込番号"), one.code), (_("お子さん"), str(len(one.children))),
                (_("結果の日"), format_date(rounds[one.round_id].result_on, request.LANGUAGE_CODE)),
            ],
        ), one.withdrawn_at is None and rounds[one.round_id].entry_on >= today)
        for one in queries.own_families(request.signed_in.account_id)
    ]  # fmt: skip


def own(request: SignedInRequest, id: UUID) -> tuple[RoundView, Listed]:
    """The visitor's own application and its round, or 404."""
    found = queries.family(id)
    if found is None or found.account_id is None or found.account_id != request.signed_in.account_id:
        raise NotFound
    round_ = queries.round_of(found.round_id)
    if round_ is None:
        raise NotFound
    return round_, found


@access(audience="resident")
def application(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A7: status and score before the result; then the outcome first, one row for each wish with its reason."""
    round_, found = own(request, id)
    inbox.mark_read(actor=request.actor, subject_key=f"family_nursery:application:{id}")
    names = queries.facility_names()
    run = round_.published_run
    outcomes = {one.child_id: one for one in queries.outcomes_of(run_id=run, application_id=id)} if run else {}
    protected = protected_slots(round_) if run else frozenset()
    language = request.LANGUAGE_CODE
    context = {
        "title": _("保育園の申込み %(code)s") % {"code": found.code}, "round": round_, "found": found,
        "facts": [
            Fact(label=_("選考の回"), value=round_.name, name=True, lang="" if language in {"ja", "easy"} else "ja"),
            Fact(label=_("入園日"), value=format_date(round_.entry_on, language)),
            Fact(label=_("結果の日"), value=format_date(round_.result_on, language)),
        ],
        "until": format_date(round_.wishes_until, language),
        "children": [
            {**_child(one, outcomes.get(one.id), names, protected), "born": format_date(one.birth, language),
             "early": [] if run else early_words(one, round_, names, language)}
            for one in found.children
        ],
        "open": round_.takes_wishes and not found.withdrawn_at, "published": run is not None,
        "notice": bool(outcomes) and not found.withdrawn_at, "remedies": remedies_of(round_) if outcomes else "",
        "proof": any(one.leaf for one in outcomes.values()), "many": len(found.children) > 1,
        "help": accounts.office_contact(round_.division_id, language), "entry": queries.entry_of(id),
        "breadcrumb": [(_("保育園の申込み"), reverse("nursery_family:mine"))],
    }  # fmt: skip
    return render(request, "resident_nursery/application.html", context)


def early_words(child: ChildView, round_: RoundView, names: Mapping[str, str], language: str) -> list[str]:
    """Of each wish that the child is too young for on the day of entry: from when it would be old enough."""
    found = too_young(
        queries.least_ages(round_.entry_on), child.wishes, child.class_id, child.birth, round_.entry_on
    )  # fmt: skip
    return [
        _("%(place)sは生後%(days)s日からです。%(day)sに届くので、この入園日には入れません。希望から外してください。")
        % {"place": names.get(one.facility, one.facility), "days": one.days,
           "day": format_date(one.reached_on, language)}
        for one in found
    ]  # fmt: skip


def protected_slots(round_: RoundView) -> frozenset[tuple[str, str]]:
    """Slots whose cut-off is not public: few were admitted."""
    found = queries.public_cutoffs(round_.id)
    return frozenset((one.facility, one.class_id) for one in found[2] if one.score is None) if found else frozenset()


def _child(
    one: ChildView, outcome: OutcomeView | None, names: Mapping[str, str], protected: frozenset[tuple[str, str]]
) -> dict[str, Any]:
    counted = [
        point for point in one.score.get("points", ()) if point["counted"] and point["kind"] in {"base", "adjust"}
    ]
    return {
        "view": one, "class": _class(one.class_id), "rows": reason_rows(one, outcome, names, protected),
        "outcome": outcome,
        "granted": outcome is not None and outcome.status in {"ADMITTED", "TRANSFERRED"},
        "stayed": outcome is not None and outcome.status == "STAYED",
        "place": names.get(outcome.facility, outcome.facility) if outcome else "",
        "wishes": [names.get(code, code) for code in one.wishes],
        "points": [(point["name"], point["points"]) for point in counted],
    }  # fmt: skip


@access(audience="resident")
def proof(request: SignedInRequest, id: UUID) -> HttpResponse:
    """The family's leaf of the published commitment, to keep and to check."""
    round_, _found = own(request, id)
    run = round_.published_run
    outcomes = queries.outcomes_of(run_id=run, application_id=id) if run else ()
    published = queries.public_cutoffs(round_.id)
    if not outcomes or published is None:
        raise NotFound
    leaf = {"root": published[0], "leaf": outcomes[0].leaf["text"], "path": outcomes[0].leaf["path"]}
    response = HttpResponse(json.dumps(leaf, ensure_ascii=False, indent=1) + "\n", content_type="application/json")
    response["Content-Disposition"] = 'attachment; filename="nursery-proof.json"'
    response["Cache-Control"] = "private, no-store"
    return response


@access(audience="resident", methods=("GET", "POST"))
def withdraw(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A3: what withdrawing means, before it is done."""
    round_, found = own(request, id)
    if request.method == "POST":
        actions.withdraw(actor=request.actor, application_id=id)
        return redirect("nursery_family:application", id=id)
    context = {
        "title": _("内定の辞退、待つのをやめる") if round_.published_run else _("申込みを取り下げる"),
        "found": found, "round": round_,
        "back": reverse("nursery_family:application", args=[id]),
    }  # fmt: skip
    return render(request, "resident_nursery/withdraw.html", context)


@access(audience="public")
def facilities(request: SignedInRequest) -> HttpResponse:
    """A6: places of the coming round, and how the last one ended; scores of few are not shown."""
    group = request.GET.get("class", "")
    group = group if group in set("012345") and len(group) == 1 else ""
    language = request.LANGUAGE_CODE
    rounds = queries.rounds()
    coming = next((one for one in rounds if one.published_run is None), None)
    last = next(iter(queries.published()), None)
    offered = queries.seats(coming.id) if coming else {}
    ended = queries.public_cutoffs(last.id) if last else None
    before = {(one.facility, int(one.class_id)): one for one in (ended[2] if ended else ())}
    keys = sorted(key for key in {*offered, *before} if not group or key[1] == int(group))
    names = {one.code: one for one in queries.facilities()}
    rows = [
        _row(names[code], number, offered.get((code, number)), before.get((code, number)))
        for code, number in keys if code in names
    ]  # fmt: skip
    table = Listing(
        caption=_("園とクラス"),
        columns=_columns(),
        rows=rows,
        url=request.path,
        total=len(rows),
        params={"class": group} if group else {},
        html_id="places",
        filters=[
            filter_choice("class", _("クラス"), group, [(str(n), _class(n)) for n in range(6)], every=_("すべて"))
        ],
        empty=_("公表している空きはありません。"),
    )
    context = {
        "title": _("保育園の空きと前回の結果"), "wide": True, "open": any(one.takes_entries for one in rounds),
        "coming": coming, "last": last,
        "entry": format_date(coming.entry_on, language) if coming else "",
        "last_entry": format_date(last.entry_on, language) if last else "",
    }  # fmt: skip
    return listing_response(request, "resident_nursery/facilities.html", context, table)


def _columns() -> tuple[Column, ...]:
    return (
        Column(key="name", title=_("園"), head=True, name=True), Column(key="class", title=_("クラス")),
        Column(key="hours", title=_("開園時間")), Column(key="seats", title=_("次の回の空き"), number=True),
        Column(key="applicants", title=_("前回の申込み"), number=True),
        Column(key="admitted", title=_("前回の内定"), number=True),
        Column(key="score", title=_("前回の内定最終指数"), number=True),
    )  # fmt: skip


def _row(facility: Any, number: int, seats: int | None, before: queries.Cutoff | None) -> Row:
    score = "" if before is None else _("秘匿") if before.score is None and before.admitted else before.score
    return Row(
        cells=(
            facility.name, _class(number), facility.hours, "" if seats is None else seats,
            before.applicants if before else "", before.admitted if before else "", "" if score is None else score,
        )
    )  # fmt: skip
