"""Roles and their effect as a matrix: who holds what since when, what a person may do and why, how two differ."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.urls import reverse

from jichi.design.fields import filter_choice, filter_field
from jichi.design.pages import listing_response
from jichi.design.parts import Column, Listing, Row
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.accounts.rules import ROLES, Holding, Organisation
from jichi.engines.audit import actions as audit
from jichi.kernel import clock
from jichi.kernel.tables import write_table
from jichi.kernel.text import fold_for_search

from .. import queries
from ..permissions import ORGANISE
from .organisation import period
from .parts import Table, asked, csv_response, tabs

_NAMES: Final = ("q", "role", "other")


def _held(found: Organisation, login: str) -> list[Holding]:
    today = clock.today()
    return [one for one in found.holdings if one.login == login and one.holds_on(today)]


def _why(found: Organisation, login: str) -> dict[str, str]:
    """Permission key → by which role of which post; what a stopped account holds counts nothing."""
    reasons: dict[str, list[str]] = {}
    if not found.people[login].is_active:
        return {}
    for one in _held(found, login):
        for role in one.roles:
            for key in accounts.permissions_for(frozenset({role})):
                words = f"{found.divisions[one.division].name} {one.title}({ROLES.get(role, role)})"
                reasons.setdefault(key, []).append(words)
    return {key: "、".join(dict.fromkeys(words)) for key, words in reasons.items()}


def _title(key: str) -> str:
    return accounts.all_permissions()[key].title["ja"]


def _matrix() -> Table:
    matrix = accounts.role_matrix()
    rows = [
        (_title(key), *("○" if key in held else "" for held in matrix.values()))
        for key in sorted(accounts.all_permissions())
    ]
    return Table(
        title="役割と権限", heads=("権限", *(ROLES.get(role, role) for role in matrix)), rows=rows, html_id="matrix",
        intro="役割は職に付き、職は発令によって人に付きます。書かれていないことは、だれにもできません。",
    )  # fmt: skip


def _of_person(found: Organisation, login: str) -> Table:
    why = _why(found, login)
    rows = [(_title(key), why[key]) for key in sorted(why)]
    return Table(
        title=f"{found.people[login].name}ができること", heads=("権限", "なぜ(課・職・役割)"), rows=rows, html_id="why",
        empty="できることはありません。",
    )  # fmt: skip


def _differences(found: Organisation, one: str, other: str) -> Table:
    mine, theirs = _why(found, one), _why(found, other)
    names = found.people[one].name, found.people[other].name
    rows = [
        (_title(key), mine.get(key, "できない"), theirs.get(key, "できない")) for key in sorted(set(mine) ^ set(theirs))
    ]
    return Table(
        title=f"{names[0]}と{names[1]}の違い", heads=("権限", *names), rows=rows, html_id="differences",
        empty="2人のできることは同じです。",
    )  # fmt: skip


def _holders(found: Organisation, given: dict[str, str]) -> list[tuple[Holding, str]]:
    """Each role somebody holds today or later, one line each, narrowed by name and role."""
    words = fold_for_search(given["q"])
    return [
        (one, role) for one in found.holdings for role in one.roles
        if given["role"] in ("", role)
        and words in fold_for_search(f"{found.people[one.login].name} {one.login}")
    ]  # fmt: skip


def _rows(found: Organisation, holders: list[tuple[Holding, str]]) -> list[Row]:
    url = reverse("office_administration:rights")
    return [
        Row(
            url=f"{url}?q={one.login}",
            cells=(
                ROLES.get(role, role), f"{found.people[one.login].name}({one.login})",
                f"{found.divisions[one.division].name} {one.title}", period(one),
                f"{len(accounts.permissions_for(frozenset({role})))}",
            ),
        )
        for one, role in holders
    ]  # fmt: skip


@access(audience="staff", permission=ORGANISE)
def rights(request: SignedInRequest) -> HttpResponse:
    """A6: who holds which role since when; of one person what they may do and why, and how they differ from another."""
    given = asked(request, *_NAMES)
    found = queries.organisation()
    holders = _holders(found, given)
    columns = (
        Column(key="role", title="役割"), Column(key="name", title="職員", head=True, name=True),
        Column(key="post", title="課・職"), Column(key="days", title="期間"),
        Column(key="count", title="権限", number=True),
    )  # fmt: skip
    logins = [(login, one.name) for login, one in found.people.items()]
    roles = [(role, ROLES.get(role, role)) for role in accounts.role_matrix()]
    listing = Listing(
        caption="役割を持つ職員", columns=columns, rows=_rows(found, holders), url=request.path, params=given,
        total=len(holders),
        html_id="holders", csv_url=reverse("office_administration:rights_export"), empty="役割を持つ職員はいません。",
        search=filter_field("q", "職員の氏名・職員ID", given["q"]),
        filters=(
            filter_choice("role", "役割", given["role"], roles),
            filter_choice("other", "比べる職員", given["other"], logins, every="選ばない", noruby=True),
        ),
    )  # fmt: skip
    shown = {one.login for one, _ in holders}
    chosen = given["q"] if given["q"] in found.people else next(iter(shown)) if given["q"] and len(shown) == 1 else ""
    tables = []
    if chosen:
        tables.append(_of_person(found, chosen))
        if given["other"] in found.people:
            tables.insert(0, _differences(found, chosen, given["other"]))
    context = {"title": "だれが何をできるか", "tabs": tabs("rights"), "tables": [*tables, _matrix()]}
    return listing_response(request, "office_administration/list.html", context, listing)


@access(audience="staff", permission=ORGANISE)
def rights_export(request: SignedInRequest) -> HttpResponse:
    """Who may do what by which role of which post, from when to when, as CSV; kept in the trail."""
    audit.record(actor=request.actor, action="export", table="eng_accounts_postholding", object_id="rights")
    found = queries.organisation()
    rows = [
        (
            one.login, found.people[one.login].name, found.divisions[one.division].name, one.title,
            ROLES.get(role, role), _title(key), one.since.isoformat(), one.until.isoformat() if one.until else "",
        )
        for one in found.holdings for role in one.roles for key in sorted(accounts.permissions_for(frozenset({role})))
    ]  # fmt: skip
    heads = ("職員ID", "氏名", "課", "職", "役割", "権限", "いつから", "いつまで")
    return csv_response(write_table(heads, rows), f"rights_{clock.today():%Y%m%d}.csv")
