"""The resident's first page, search box, inbox, menu and language."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from jichi.design.labels import label
from jichi.design.parts import Card
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.accounts.actions import set_language
from jichi.engines.accounts.menus import NavLink, links_for, pages_found
from jichi.engines.forms import queries as forms
from jichi.engines.inbox import actions as inbox_actions
from jichi.engines.inbox import queries as inbox_queries
from jichi.engines.inbox.rules import kind_order
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_days_left, format_deadline
from jichi.kernel.localized import LANGUAGES, pick
from jichi.kernel.receipt_number import format_number

from .paths import in_language

HOME_ITEMS = 5
SHOWN_OF_EACH = 5
SHOWN_OF_ONE = 100
RESIDENT_ORDER = kind_order("resident")


def inbox_cards(items: tuple[inbox_queries.Item, ...], language: str) -> list[Card]:
    """Inbox items as cards: kind in words, title, due date."""
    cards = []
    for item in items:
        title = pick(item.title, language)
        facts = [(label("word.reference_number"), format_number(item.about))] if item.about else []
        if item.is_todo and item.due_on:
            left = format_days_left(item.due_on, language, today=clock.today())
            facts.append((_("期限"), left))
        else:
            facts.append((_("届いた日"), format_date(item.created_at.astimezone(clock.TOKYO).date(), language)))
        cards.append(
            Card(
                title=title.text,
                url=in_language(item.url_path),
                kind=_KIND[item.kind if item.is_todo or item.kind != "todo" else "done"],
                facts=facts,
            )
        )
    return cards


_KIND = {"todo": "inbox.todo", "notice": "inbox.notice", "document": "inbox.document", "done": "inbox.done"}


@access(audience="public")
def home(request: SignedInRequest) -> HttpResponse:
    """A1: what waits for me, the search box, life events, what is open now."""
    language = request.LANGUAGE_CODE
    wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)
    arrives = request.headers.get("Sec-Fetch-Site", "none") in {"none", "cross-site"}
    if request.path == "/" and arrives and request.method == "GET" and wanted in LANGUAGES and wanted != "ja":
        return redirect(in_language("/", wanted))
    actor = request.actor
    todo = None
    if actor.kind == "resident" and actor.account_id:
        page = inbox_queries.items_for_account(actor.account_id, kinds=("todo",), state="open", limit=HOME_ITEMS)
        todo = inbox_cards(page.items, language)
    opened = forms.procedures(only_open=True)[:8]
    context = {
        "title": _("住民ポータル"),
        "own_heading": True,
        "todo": todo,
        "events": [
            (in_language(f"/procedures/?event={code}"), pick(name, language).text, count)
            for code, name, count in forms.life_events_in_use()
        ],
        "open_now": [procedure_card(p, language) for p in opened],
        "areas": _areas(request),
        "search_url": in_language("/search/"),
    }
    return render(request, "portal_resident/home.html", context)


def _areas(request: SignedInRequest) -> list[tuple[str, list[NavLink]]]:
    """What else the portal does, as the menu has it: on a phone the menu is closed."""
    lines = links_for(request, "resident")
    return [
        (label(f"area.{area}"), found)
        for area in ("book", "pay", "ask", "living") if (found := [line for line in lines if line.area == area])
    ]  # fmt: skip


def procedure_card(procedure: forms.ProcedureInfo, language: str) -> Card:
    """A procedure with until when it is open."""
    definition = procedure.definition
    state = procedure.open_state()
    facts = []
    if state.last_day is not None:
        facts.append((_("受付の期限"), format_deadline(state.last_day, language, today=clock.today())))
    return Card(
        title=pick(definition.title, language).text,
        url=in_language(f"/procedures/{procedure.slug}/"),
        text=pick(definition.summary, language).text,
        status={"open": "open", "before": "opens_later", "closed": "closed"}[state.state],
        facts=facts,
    )


@access(audience="public")
def search(request: SignedInRequest) -> HttpResponse:
    """A6: one box over my items, procedures, what can be booked, and pages. It never finds other people.

    `?kind=` shows more of one kind.
    """
    q, only = request.GET.get("q", "")[:100], request.GET.get("kind", "")
    groups = []
    if q.strip():
        groups = _groups(request, q, only if only in RESIDENT_ORDER else "")
        if not only:
            found = sum(group.count for group in groups)
            inbox_actions.note_search(actor=request.actor, query=q, found=found, language=request.LANGUAGE_CODE)
    context = {"title": _("検索"), "q": q, "groups": groups, "searched": bool(q.strip())}
    return render(request, "portal_resident/search.html", context)


@dataclass(frozen=True, slots=True)
class Found:
    """A kind of things that were found: some of them as cards; `more_url` where there are more."""

    name: str
    count: int
    cards: list[Card]
    more_url: str


def _groups(request: SignedInRequest, q: str, only: str) -> list[Found]:
    """What answers the query, in the order of journeys §1.3; with `only` of one kind, as many as a page holds."""
    language, shown = request.LANGUAGE_CODE, SHOWN_OF_ONE if only else SHOWN_OF_EACH
    found: dict[str, tuple[int, list[Card]]] = {}
    result = inbox_queries.search(request.actor, q, [only] if only else None, per_kind=shown)
    first = next((group.kind for group in result.groups if any(hit.exact for hit in group.hits)), "")
    for group in result.groups:
        if group.kind not in {"procedure", "page"}:
            found[group.kind] = (group.count, _hits(group, language))
    if only in {"", "procedure"} and (procedures := forms.procedures(text=q)):
        found["procedure"] = (len(procedures), [procedure_card(one, language) for one in procedures])
    if only in {"", "page"} and (pages := pages_found(request, "resident", q)):
        found["page"] = (len(pages), [Card(title=one.label, url=one.url) for one in pages])
    order = sorted(found, key=lambda kind: (kind != first, RESIDENT_ORDER.index(kind)))
    here = request.path
    return [
        Found(
            group_name(kind), found[kind][0], found[kind][1],
            f"{here}?{urlencode({'q': q, 'kind': kind})}" if not only and found[kind][0] > len(found[kind][1]) else "",
        )
        for kind in order
    ]  # fmt: skip


def group_name(kind: str) -> str:
    """What kind of things a group of results holds, in words."""
    names = {
        "item": _("わたしの申請"),
        "procedure": label("word.procedure"),
        "faq": _("よくある質問"),
        "bookable": _("予約・申込み"),
        "facility": _("施設"),
        "page": _("ページ"),
    }
    return names.get(kind, _("そのほか"))


def _hits(group: inbox_queries.SearchGroup, language: str) -> list[Card]:
    return [
        Card(
            title=pick(hit.title, language).text,
            url=in_language(hit.url_path),
            text=pick(hit.summary, language).text if hit.summary else "",
            facts=[(label("word.reference_number"), format_number(hit.about))] if hit.about else (),
        )
        for hit in group.hits
    ]


@access(audience="resident")
def inbox(request: SignedInRequest) -> HttpResponse:
    """A6: everything in one place; things to do first, by due date."""
    language = request.LANGUAGE_CODE
    account_id = request.signed_in.account_id
    after = tuple(request.GET.get("after", "").split("~")) if request.GET.get("after") else None
    page = inbox_queries.items_for_account(account_id, after=after)
    counts = inbox_queries.counts_for_account(account_id)
    context = {
        "title": label("word.inbox"),
        "cards": inbox_cards(page.items, language),
        "counts": counts,
        "next": "~".join(page.next_key) if page.next_key else "",
    }
    return render(request, "portal_resident/inbox.html", context)


@access(audience="public")
def menu(request: SignedInRequest) -> HttpResponse:
    """A1: the navigation as a page, for visitors without JavaScript."""
    return render(request, "portal_resident/menu.html", {"title": label("nav.menu")})


@access(audience="public")
def choose_language(request: SignedInRequest, code: str) -> HttpResponse:
    """Remember a language and go on to the same page in it."""
    if code not in LANGUAGES:
        raise Http404
    target = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None) or not target.startswith("/"):
        target = "/"
    response = redirect(target)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME, code, max_age=settings.LANGUAGE_COOKIE_AGE, samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE, httponly=True,
    )  # fmt: skip
    if request.actor.kind == "resident" and request.actor.account_id:
        set_language(actor=request.actor, account_id=request.actor.account_id, language=code)
    return response
