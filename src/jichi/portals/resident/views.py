"""The resident's first page, search box, inbox, menu and language."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from jichi.design.labels import label
from jichi.design.parts import Card
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.accounts.actions import set_language
from jichi.engines.forms import queries as forms
from jichi.engines.inbox import actions as inbox_actions
from jichi.engines.inbox import queries as inbox_queries
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_days_left, format_deadline
from jichi.kernel.localized import LANGUAGES, pick
from jichi.kernel.receipt_number import format_number

from .paths import in_language

HOME_ITEMS = 5


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
        "search_url": in_language("/procedures/"),
    }
    return render(request, "portal_resident/home.html", context)


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
    """A6: one box over my items, procedures and pages. It never finds other people."""
    language = request.LANGUAGE_CODE
    q = request.GET.get("q", "")[:100]
    groups = []
    if q.strip():
        procedures = forms.procedures(text=q)
        result = inbox_queries.search(request.actor, q)
        mine = [g for g in result.groups if g.kind == "item"]
        others = [g for g in result.groups if g.kind not in {"item", "procedure"}]
        for group in mine:
            groups.append((group_name(group.kind), group.count, _hits(group, language)))
        if procedures:
            groups.append((group_name("procedure"), len(procedures), [procedure_card(p, language) for p in procedures]))
        for group in others:
            groups.append((group_name(group.kind), group.count, _hits(group, language)))
        found = sum(count for _name, count, _cards in groups)
        inbox_actions.note_search(actor=request.actor, query=q, found=found, language=language)
    context = {"title": _("検索"), "q": q, "groups": groups, "searched": bool(q.strip())}
    return render(request, "portal_resident/search.html", context)


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
