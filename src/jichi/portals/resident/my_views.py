"""My page (マイページ): to do, in progress, finished, family, documents, settings, who looked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Final

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from jichi.design.labels import label
from jichi.design.parts import Card, Fact
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.audit import queries as audit
from jichi.engines.cases import queries as cases
from jichi.engines.cases.presentation import RESIDENT_STATUS
from jichi.engines.cases.rules import Status
from jichi.engines.forms import queries as forms
from jichi.engines.inbox import queries as inbox
from jichi.engines.registry import queries as registry
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime
from jichi.kernel.localized import pick
from jichi.kernel.manifest import load_manifests, resolve

from .paths import in_language
from .views import inbox_cards

FINISHED: Final = 10
"""So many of each kind of things that are over."""


def case_card(case: cases.CaseSummary, language: str) -> Card:
    """A case in a list of mine."""
    day = format_date(case.due_on, language)
    return Card(
        title=f"{pick(case.title, language).text} {case.written_number}",
        url=in_language(f"/items/{case.written_number}/"),
        status=RESIDENT_STATUS[Status(case.status)].removeprefix("status."),
        facts=[(_("結果の予定"), day)] if case.is_open else [],
    )


def draft_card(card: forms.DraftCard, language: str) -> Card:
    """「7問中4問まで入力済み。7月10日(金)に消えます」."""
    gone = format_date(card.draft.expires_at.astimezone(clock.TOKYO).date(), language)
    text = _("%(total)dページ中%(answered)dページまで入力済み。%(day)sに消えます。") % {
        "total": card.total,
        "answered": card.answered,
        "day": gone,
    }
    return Card(
        title=pick(card.draft.definition.title, language).text,
        url=in_language(f"/apply/{card.draft.id}/"),
        text=text,
        status="draft",
        action=label("action.resume"),
    )


@access(audience="resident")
def overview(request: SignedInRequest) -> HttpResponse:
    """A5: やること・進行中・終わったもの."""
    language = request.LANGUAGE_CODE
    account_id = request.signed_in.account_id
    todo = inbox.items_for_account(account_id, kinds=("todo",), state="open", limit=10)
    open_cases = cases.cases_of_account(account_id, open_only=True)
    now, over = _of_rooms(request)
    context = {
        "title": label("word.my_page"),
        "name": _own_name(request),
        "linked": bool(request.addressee_no),
        "todo": inbox_cards(todo.items, language),
        "in_progress": [
            *(draft_card(card, language) for card in forms.drafts_of(account_id)),
            *(case_card(case, language) for case in open_cases),
            *now,
        ],
        "finished": [
            *(
                case_card(case, language)
                for case in cases.cases_of_account(account_id, open_only=False, limit=FINISHED)
            ),
            *over,
        ],
    }
    return render(request, "portal_resident/my.html", context)


@lru_cache(maxsize=1)
def _providers() -> tuple[Callable[[SignedInRequest], tuple[Sequence[Card], Sequence[Card]]], ...]:
    manifests = load_manifests(tuple(settings.JICHI_ROOMS))
    return tuple(resolve(manifest.mine) for manifest in manifests if manifest.mine)


def _of_rooms(request: SignedInRequest) -> tuple[list[Card], list[Card]]:
    """What the visitor has in the rooms that say so in their manifests: (all under way, the newest that are over)."""
    now: list[Card] = []
    over: list[Card] = []
    for provider in _providers():
        alive, gone = provider(request)
        now += alive
        over += gone[:FINISHED]
    return now, over


def _own_name(request: SignedInRequest) -> str:
    record = registry.resident(request.addressee_no) if request.addressee_no else None
    return record.display_name if record else request.signed_in.email


@access(audience="resident")
def family(request: SignedInRequest) -> HttpResponse:
    """A7: what the register knows of me and my household."""
    language = request.LANGUAGE_CODE
    members = registry.household_of(request.addressee_no) if request.addressee_no else ()
    foreign = "" if language in {"ja", "easy"} else "ja"
    people = [
        (
            member.display_name,
            [
                Fact(label=_("フリガナ"), value=member.display_kana, name=True, lang=foreign),
                Fact(
                    label=_("生まれた日"),
                    value=format_date(member.birth_date, language) if member.birth_date else member.birth_text,
                ),
                Fact(label=_("続柄"), value=member.relationship, name=True, lang=foreign),
                Fact(label=_("住所"), value=member.address, name=True, lang=foreign),
            ],
        )
        for member in members
    ]
    return render(
        request, "portal_resident/family.html", {"title": _("家族"), "people": people, "linked": bool(members)}
    )


@access(audience="resident")
def documents(request: SignedInRequest) -> HttpResponse:
    """A6: documents that were given to me."""
    language = request.LANGUAGE_CODE
    cards = [
        Card(
            title=pick(d.title, language).text,
            url=in_language(f"/items/{d.written_number}/documents/{d.id}/"),
            facts=[
                (label("word.reference_number"), d.written_number),
                (_("交付日"), format_date(d.issued_at.astimezone(clock.TOKYO).date(), language)),
            ],
        )
        for d in cases.documents_of_account(request.signed_in.account_id)
    ]
    return render(request, "portal_resident/documents.html", {"title": _("書類"), "cards": cards})


@access(audience="resident")
def settings_page(request: SignedInRequest) -> HttpResponse:
    """A2: contact, link with the register, language."""
    context = {"title": _("設定"), "email": request.signed_in.email, "linked": bool(request.addressee_no)}
    return render(request, "portal_resident/settings.html", context)


def purpose_name(purpose: str) -> str:
    """For what an official looked, in words; a purpose without words of its own is said to be another one."""
    names = {
        "application_review": _("申請の審査"),
        "counter_help": _("窓口・電話での相談への対応"),
        "identity_check": _("本人確認・利用者登録の結び付け"),
        "eligibility_check": _("対象者の確認・通知の準備"),
        "correction": _("記録の確認・訂正"),
        "protection": _("支援措置の運用"),
        "audit": _("監査・調査への対応"),
    }
    return names.get(purpose, _("その他の業務"))


@access(audience="resident")
def looks(request: SignedInRequest) -> HttpResponse:
    """A7: who looked at my record (誰が私の記録を見たか), by office and purpose."""
    language = request.LANGUAGE_CODE
    numbers = [request.addressee_no] if request.addressee_no else []
    events = [e for number in numbers for e in audit.looks_at(subject=number)]
    names = accounts.divisions_of_accounts([e.actor_id for e in events if e.actor_id])
    rows = [
        (
            format_datetime(e.at, language),
            pick(names.get(e.actor_id, {}) if e.actor_id else {}, language).text,
            purpose_name(e.purpose),
        )
        for e in events
    ]
    return render(request, "portal_resident/looks.html", {"title": _("誰が私の記録を見たか"), "rows": rows})
