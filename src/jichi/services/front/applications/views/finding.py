"""Finding a procedure, its start page, and about whom the application is."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jichi.design.labels import label
from jichi.design.parts import Card, Fact
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.forms import queries
from jichi.engines.forms.rules import (
    LIFE_EVENTS,
    OpenState,
    may_begin_as_guest,
)
from jichi.engines.inbox import actions as inbox
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime, format_deadline
from jichi.kernel.localized import pick

from ..fees import fee_before
from .counting import before_form

MAX_QUERY = 100
STATES = {"open": "open", "before": "opens_later", "closed": "closed"}
"""How a definition's window is called among the chips."""


def procedure_card(found: queries.ProcedureInfo, language: str) -> Card:
    """A procedure in a list: who, fee, days, open or not."""
    definition, state = found.definition, found.open_state()
    facts = [
        (label("word.fee"), " / ".join(fee_before(definition, language))),
        (label("word.when_ready"), days(definition.processing_days)),
    ]
    if state.state == "open" and state.last_day is not None:
        facts.append((_("受付の期限"), format_deadline(state.last_day, language, today=clock.today())))
    if state.state == "before" and state.opens_at is not None:
        facts.append((_("受付の始まり"), format_datetime(state.opens_at, language)))
    return Card(
        title=pick(definition.title, language).text, url=reverse("front_applications:start", args=[found.slug]),
        text=pick(definition.summary, language).text, status=STATES[state.state], facts=facts,
    )  # fmt: skip


def days(count: int) -> str:
    """So many opening days, in words."""
    return ngettext("開庁日で%(count)d日", "開庁日で%(count)d日", count) % {"count": count}


@access(audience="public")
def procedures(request: SignedInRequest) -> HttpResponse:
    """A6: procedures by plain words, life event or division."""
    language = request.LANGUAGE_CODE
    q = request.GET.get("q", "")[:MAX_QUERY].strip()
    event = request.GET.get("event", "")
    event = event if event in LIFE_EVENTS else ""
    found = queries.procedures(text=q, life_event=event)
    if q and not found:
        inbox.note_search(actor=request.actor, query=q, found=0, language=language)
    context = {
        "title": _("手続を探す"), "q": q, "event": pick(LIFE_EVENTS[event], language).text if event else "",
        "events": [(code, pick(name, language).text, count) for code, name, count in queries.life_events_in_use()],
        "cards": [procedure_card(p, language) for p in found],
    }  # fmt: skip
    return render(request, "front_applications/procedures.html", context)


@access(audience="public")
def start(request: SignedInRequest, slug: str) -> HttpResponse:
    """A1: is this for me, what do I need, when is it ready; then begin or go on."""
    language = request.LANGUAGE_CODE
    found = queries.procedure(slug)
    before_form(request, found, "start")
    definition, state = found.definition, found.open_state()
    title = pick(definition.title, language)
    drafts: list[queries.DraftCard] = []
    if request.actor.kind == "resident" and request.actor.account_id:
        drafts = [card for card in queries.drafts_of(request.actor.account_id) if card.draft.slug == slug]
    context = {
        "title": title.text, "japanese_only": language not in (title.language, "easy"),
        "summary": definition.summary, "state": STATES[state.state], "facts": _start_facts(found, state, language),
        "definition": definition, "drafts": [draft_card(card, language) for card in drafts],
        "can_begin": state.state == "open", "begin_url": _begin_url(request, found),
        "for_others": definition.subject.kind != "self",
        "help": accounts.office_contact(found.division_id, language),
        "breadcrumb": [(_("手続を探す"), reverse("front_applications:procedures"))],
    }  # fmt: skip
    return render(request, "front_applications/start.html", context)


def _begin_url(request: SignedInRequest, found: queries.ProcedureInfo) -> str:
    """Who has signed in says about whom it is; anybody else chooses whether to sign in, where that is not asked for."""
    signed_in = request.actor.kind == "resident" and request.actor.account_id and request.actor.level != "none"
    page = "begin" if may_begin_as_guest(found.definition) and not signed_in else "who"
    return reverse(f"front_applications:{page}", args=[found.slug])


def _start_facts(found: queries.ProcedureInfo, state: OpenState, language: str) -> list[Fact]:
    definition = found.definition
    facts = [Fact(label="word.who", value=pick(definition.eligibility.text, language).text)]
    if state.opens_at is not None and state.state == "before":
        facts.append(Fact(label=_("受付の始まり"), value=format_datetime(state.opens_at, language)))
    if state.last_day is not None:
        end = state.last_day if state.ends_with_day or state.closes_at is None else state.closes_at
        facts.append(Fact(label=_("受付の期限"), value=format_deadline(end, language, today=clock.today())))
    if definition.second_person is not None:
        who = pick(definition.second_person.who, language).text
        facts.append(Fact(label=_("もう1人の方の確認"), value=who))
    minutes = _("約%(minutes)d分") % {"minutes": definition.expected_minutes}
    return [
        *facts,
        Fact(label="word.fee", value=fee_before(definition, language)),
        Fact(label="word.time_needed", value=minutes),
        Fact(label="word.when_ready", value=days(definition.processing_days)),
    ]


def draft_card(card: queries.DraftCard, language: str) -> Card:
    """「7ページ中4ページまで入力済み。7月10日(金)に消えます。」"""
    done = _("%(total)dページ中%(answered)dページまで入力済み。") % {"total": card.total, "answered": card.answered}
    day = format_date(card.draft.expires_at.astimezone(clock.TOKYO).date(), language)
    gone = _("%(day)sに消えます。") % {"day": day}
    return Card(
        title=pick(card.draft.definition.title, language).text,
        url=reverse("front_applications:resume", args=[card.draft.id]), text=f"{done} {gone}", status="draft",
        action=label("action.resume"),
    )  # fmt: skip
