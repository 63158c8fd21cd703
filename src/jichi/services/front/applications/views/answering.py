"""Pages from finding a procedure to its receipt number. Decisions are made in forms, cases and actions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from jichi.design.catalogue import message
from jichi.design.fields import FormField, Option, SummaryError, errors_for
from jichi.design.labels import label
from jichi.design.parts import Card, Contact, Difference, Fact
from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts import stash
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.cases import queries as case_queries
from jichi.engines.files.queries import get_file
from jichi.engines.files.views import download_response
from jichi.engines.forms import actions as forms
from jichi.engines.forms import queries
from jichi.engines.forms.errors import Incomplete, NotEligible, StaleDraft
from jichi.engines.forms.render import page_fields
from jichi.engines.forms.rules import (
    LIFE_EVENTS,
    EligibilityResult,
    first_unanswered,
    previous_page,
    progress,
    row,
    summary,
    visible_pages,
)
from jichi.kernel import clock
from jichi.kernel.calendar import format_date, format_datetime, format_deadline
from jichi.kernel.errors import Conflict, NotFound
from jichi.kernel.localized import pick
from jichi.kernel.money import Yen, format_yen
from jichi.kernel.receipt_number import format_number

from .actions import submit_application

MAX_QUERY = 100


def _language(request: SignedInRequest) -> str:
    return str(request.LANGUAGE_CODE)


def division_contact(division_id: int, language: str) -> Contact:
    """Whom to ask about a procedure (困ったとき)."""
    division = accounts.divisions([division_id])[0]
    return Contact(
        name=pick(division.names, language).text,
        phone=division.phone,
        hours=pick(division.counter.get("hours", {}), language).text if division.counter else "",  # type: ignore[arg-type] # JSON
    )


# -- finding ---------------------------------------------------------------------------------------


def procedure_card(found: queries.ProcedureInfo, language: str) -> Card:
    """A procedure in a list: who, fee, days, open or not."""
    definition, state = found.definition, found.open_state()
    facts = [
        (label("word.fee"), format_yen(Yen(definition.fee), language)),
        (_("結果まで"), _days(definition.processing_days)),
    ]
    if state.state == "open" and state.last_day is not None:
        facts.append((_("受付の終わり"), format_deadline(state.last_day, language, today=clock.today())))
    return Card(
        title=pick(definition.title, language).text,
        url=f"{'' if language == 'ja' else '/' + language}/procedures/{found.slug}/",
        text=pick(definition.summary, language).text,
        status={"open": "open", "before": "opens_later", "closed": "closed"}[state.state],
        facts=facts,
    )


def _days(count: int) -> str:
    return ngettext("開庁日で%(count)d日", "開庁日で%(count)d日", count) % {"count": count}


@access(audience="public")
def procedures(request: SignedInRequest) -> HttpResponse:
    """A6: procedures by plain words, life event or division."""
    language = _language(request)
    q = request.GET.get("q", "")[:MAX_QUERY].strip()
    event = request.GET.get("event", "")
    found = queries.procedures(text=q, life_event=event if event in LIFE_EVENTS else "")
    context = {
        "title": _("手続を探す"),
        "q": q,
        "event": pick(LIFE_EVENTS[event], language).text if event in LIFE_EVENTS else "",
        "events": [(code, pick(name, language).text, count) for code, name, count in queries.life_events_in_use()],
        "cards": [procedure_card(p, language) for p in found],
    }
    return render(request, "front_applications/procedures.html", context)


@access(audience="public")
def start(request: SignedInRequest, slug: str) -> HttpResponse:
    """A1: is this for me, what do I need, when is it ready; then begin or go on."""
    language = _language(request)
    found = queries.procedure(slug)
    definition, state = found.definition, found.open_state()
    drafts = []
    if request.actor.kind == "resident" and request.actor.account_id:
        drafts = [card for card in queries.drafts_of(request.actor.account_id) if card.draft.slug == slug]
    context = {
        "title": pick(definition.title, language).text,
        "japanese_only": pick(definition.title, language).language != language and language != "easy",
        "summary": definition.summary,
        "state": {"open": "open", "before": "opens_later", "closed": "closed"}[state.state],
        "facts": _start_facts(found, state, language),
        "definition": definition,
        "drafts": [_draft_card(card, language) for card in drafts],
        "can_begin": state.state == "open",
        "slug": slug,
        "help": division_contact(found.division_id, language),
        "breadcrumb": [(_("手続を探す"), f"{'' if language == 'ja' else '/' + language}/procedures/")],
    }
    return render(request, "front_applications/start.html", context)


def _start_facts(found: queries.ProcedureInfo, state: Any, language: str) -> list[Fact]:
    definition = found.definition
    facts = [Fact(label=_("申請できる人"), value=pick(definition.eligibility.text, language).text)]
    if state.opens_at is not None and state.state == "before":
        facts.append(Fact(label=_("受付の始まり"), value=format_datetime(state.opens_at, language)))
    if state.last_day is not None:
        last = format_deadline(state.last_day if state.ends_with_day else state.closes_at, language)
        facts.append(Fact(label=_("受付の終わり"), value=last))
    facts.append(Fact(label=label("word.fee"), value=format_yen(Yen(definition.fee), language)))
    minutes = _("約%(minutes)d分") % {"minutes": definition.expected_minutes}
    facts.append(Fact(label=_("入力にかかる時間"), value=minutes))
    facts.append(Fact(label=_("結果まで"), value=_days(definition.processing_days)))
    return facts


def _draft_card(card: queries.DraftCard, language: str) -> Card:
    done = _("%(total)dページ中%(answered)dページまで入力済み。") % {"total": card.total, "answered": card.answered}
    gone = _("%(day)sに消えます。") % {
        "day": format_date(card.draft.expires_at.astimezone(clock.TOKYO).date(), language)
    }
    return Card(
        title=pick(card.draft.definition.title, language).text,
        url=f"{'' if language == 'ja' else '/' + language}/apply/{card.draft.id}/",
        text=done + gone,
        status="draft",
        action=label("action.resume"),
    )


# -- beginning -------------------------------------------------------------------------------------


@access(audience="resident", methods=("GET", "POST"))
def who(request: SignedInRequest, slug: str) -> HttpResponse:
    """A2: about whom the application is: oneself or a child of one's own household, nobody else."""
    language = _language(request)
    found = queries.procedure(slug)
    definition = found.definition
    people = queries.subjects_for(slug, request.addressee_no) if request.addressee_no else ()
    if not people and definition.identification == "none":
        draft = forms.start_draft(actor=request.actor, slug=slug, language=language)
        return redirect("front_applications:resume", draft_id=draft.id)
    error = None
    if request.method == "POST":
        chosen = request.POST.get("subject", "")
        known = {person.record.addressee_no for person in people}
        if chosen or not known:
            try:
                draft = forms.start_draft(
                    actor=request.actor, slug=slug, applicant_no=request.addressee_no, subject_no=chosen,
                    language=language,
                )  # fmt: skip
            except NotEligible as refused:
                return _not_eligible(request, found, refused.result)
            return redirect("front_applications:resume", draft_id=draft.id)
        error = message("field.choose_one", language, label=_("対象の人"))
    allowed = [p for p in people if p.result.may_apply]
    field = FormField(
        name="subject", kind="radio", label=_("だれについての申請ですか"), noun=_("対象の人"), error=error,
        value=allowed[0].record.addressee_no if len(allowed) == 1 else "",
        options=tuple(
            Option(p.record.addressee_no, p.record.display_name, hint=_about(p.record, language), noruby=True)
            for p in allowed
        ),
    )  # fmt: skip
    context = {
        "title": _("申請する人の確認"),
        "fields": [field] if allowed else [],
        "errors": errors_for([field]) if error else [],
        "linked": bool(request.addressee_no),
        "refused": [
            (p.record.display_name, [pick(r.text, language).text for r in p.result.reasons])
            for p in people
            if not p.result.may_apply
        ],
        "nobody": bool(request.addressee_no) and not people,
        "procedure": pick(definition.title, language).text,
        "back": f"{'' if language == 'ja' else '/' + language}/procedures/{slug}/",
        "help": division_contact(found.division_id, language),
    }
    return render(request, "front_applications/who.html", context, status=422 if error else 200)


def _about(record: Any, language: str) -> str:
    return format_date(record.birth_date, language) if record.birth_date else record.birth_text


def _not_eligible(request: SignedInRequest, found: queries.ProcedureInfo, result: EligibilityResult) -> HttpResponse:
    language = _language(request)
    context = {
        "title": _("この手続は申請できません"),
        "reasons": [pick(reason.text, language).text for reason in result.reasons],
        "definition": found.definition,
        "help": division_contact(found.division_id, language),
    }
    return render(request, "front_applications/not_eligible.html", context)


@access(audience="resident")
def resume(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """On to the first page with something left, or to the check page."""
    view = queries.draft(draft_id)
    if view.submitted_at is not None:
        return redirect("front_applications:done", draft_id=draft_id)
    if not view.version_published and view.corrects_id is None:
        return redirect("front_applications:newer", draft_id=draft_id)
    facts = queries.facts_for(view, request.addressee_no)
    upcoming = first_unanswered(view.definition, view.answers, facts, clock.today())
    if view.corrects_id is not None:
        upcoming = view.definition.page_of_field[sorted(view.editable)[0]]
    if upcoming is None:
        return redirect("front_applications:check", draft_id=draft_id)
    return redirect("front_applications:question", draft_id=draft_id, page_id=upcoming)


# -- answering -------------------------------------------------------------------------------------


@access(audience="resident", methods=("GET", "POST"))
def question(request: SignedInRequest, draft_id: UUID, page_id: str) -> HttpResponse:
    """A2: one page; 次へ進む saves it."""
    view = queries.draft(draft_id)
    if view.submitted_at is not None:
        return redirect("front_applications:done", draft_id=draft_id)
    facts = queries.facts_for(view, request.addressee_no)
    seen = visible_pages(view.definition, view.answers, facts, clock.today())
    if page_id not in {page.id for page in seen}:
        if request.method == "POST":
            raise Conflict("draft.page_hidden")
        return redirect("front_applications:resume", draft_id=draft_id)
    if request.method == "GET":
        kept = stash.take(request)
        return _question_page(request, view, page_id, raw=dict(kept.lists()) if kept else None)
    if request.POST.get("remove"):
        field, _sep, file_id = request.POST["remove"].partition(":")
        forms.remove_file(actor=request.actor, draft_id=draft_id, field=field, file_id=UUID(file_id))
        return redirect("front_applications:question", draft_id=draft_id, page_id=page_id)
    return _save(request, view, page_id)


def _save(request: SignedInRequest, view: queries.DraftView, page_id: str) -> HttpResponse:
    raw = {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    leaving = "leave" in request.POST
    try:
        revision = int(request.POST.get("revision", ""))
    except ValueError:
        revision = view.revision
    try:
        saved = forms.save_page(
            actor=request.actor, draft_id=view.id, page=page_id, raw=raw, expected_revision=revision,
            applicant_no=request.addressee_no, leaving=leaving,
            uploads={name: request.FILES.getlist(name) for name in request.FILES},
        )  # fmt: skip
    except StaleDraft as stale:
        return _conflict_page(request, view, page_id, stale, raw)
    if saved.errors:
        return _question_page(request, saved.draft, page_id, raw=raw, errors=saved.errors)
    if leaving:
        return redirect("front_applications:saved", draft_id=view.id)
    if request.POST.get("then") == "check" or saved.next_page is None:
        facts = queries.facts_for(saved.draft, request.addressee_no)
        if first_unanswered(saved.draft.definition, saved.draft.answers, facts, clock.today()) is None:
            return redirect("front_applications:check", draft_id=view.id)
        return redirect("front_applications:resume", draft_id=view.id)
    return redirect("front_applications:question", draft_id=view.id, page_id=saved.next_page)


def _question_page(
    request: SignedInRequest,
    view: queries.DraftView,
    page_id: str,
    *,
    raw: Mapping[str, Sequence[str]] | None = None,
    errors: Mapping[str, Any] | None = None,
) -> HttpResponse:
    language, today = _language(request), clock.today()
    facts = queries.facts_for(view, request.addressee_no)
    seen = next(p for p in visible_pages(view.definition, view.answers, facts, today) if p.id == page_id)
    fields = page_fields(
        seen, answers=view.answers, facts=facts, language=language, raw=raw, errors=errors or {}, only=view.only
    )
    count = progress(view.definition, page_id, view.answers, facts, today)
    page = view.definition.page(page_id)
    before = previous_page(view.definition, page_id, view.answers, facts, today)
    prefix = "" if language == "ja" else f"/{language}"
    context = {
        "title": pick(page.heading, language).text,
        "own_heading": any(field.as_heading for field in fields),
        "intro": page.intro,
        "fields": fields,
        "errors": errors_for(fields) if errors else [],
        "number": count.number,
        "total": count.total,
        "revision": view.revision,
        "then": request.GET.get("then") or request.POST.get("then", ""),
        "has_files": any(field.kind == "file" for field in fields),
        "saved_at": format_datetime(view.updated_at, language) if view.revision > 1 else "",
        "back": f"{prefix}/apply/{view.id}/q/{before}/" if before else f"{prefix}/procedures/{view.slug}/",
        "correcting": view.corrects_id is not None,
        "sentences": _sentences(view, page_id),
        "procedure": pick(view.definition.title, language).text,
        "help": division_contact(view.division_id, language),
    }
    return render(request, "front_applications/question.html", context, status=422 if errors else 200)


def _sentences(view: queries.DraftView, page_id: str) -> list[str]:
    """What the official asked for on this page, when a correction is being written."""
    if view.corrects_id is None:
        return []
    found = case_queries.number_of_submission(view.corrects_id)
    correction = case_queries.case_by_id(found[1]).open_correction if found else None
    points = correction.points if correction else []
    return [p["sentence"] for p in points if view.definition.page_of_field.get(p["field"]) == page_id]


def _conflict_page(
    request: SignedInRequest, view: queries.DraftView, page_id: str, stale: StaleDraft, raw: Mapping[str, Sequence[str]]
) -> HttpResponse:
    """A11: both versions side by side; nothing was overwritten."""
    language = _language(request)
    names = sorted({*stale.mine, *stale.theirs}, key=list(view.definition.fields).index)
    rows = []
    for name in names:
        field = view.definition.fields[name]
        mine, theirs = (" ".join(row(field, one.get(name), language).lines) for one in (stale.mine, stale.theirs))
        rows.append(Difference(label=row(field, None, language).label, before=theirs, after=mine,
                               change="same" if mine == theirs else "changed"))  # fmt: skip
    context = {
        "title": message("draft.newer_elsewhere", language),
        "rows": rows,
        "hidden": [(n, v) for n, values in raw.items() if n not in {"revision", "leave"} for v in values],
        "revision": stale.revision,
        "draft_id": view.id,
        "page_id": page_id,
        "help": division_contact(view.division_id, language),
    }
    return render(request, "front_applications/conflict.html", context, status=409)


@access(audience="resident")
def conflict(request: SignedInRequest, draft_id: UUID, page_id: str) -> HttpResponse:
    """Keep what the other window saved: back to the page as it now stands."""
    return redirect("front_applications:question", draft_id=draft_id, page_id=page_id)


@access(audience="resident")
def draft_file(request: SignedInRequest, draft_id: UUID, file_id: UUID) -> HttpResponseBase:
    """A file that was attached, as it was stored."""
    if file_id not in {f.id for files in queries.draft_files(draft_id).values() for f in files}:
        raise NotFound
    return download_response(get_file(file_id), inline=True)


@access(audience="resident")
def saved(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """A4: saved, and how to go on, on this or another device."""
    language = _language(request)
    view = queries.draft(draft_id)
    context = {
        "title": _("保存しました"),
        "own_heading": True,
        "procedure": pick(view.definition.title, language).text,
        "gone_on": format_date(view.expires_at.astimezone(clock.TOKYO).date(), language),
        "draft_id": draft_id,
        "email": request.signed_in.email,
        "help": division_contact(view.division_id, language),
    }
    return render(request, "front_applications/saved.html", context)


@access(audience="resident", methods=("GET", "POST"))
def newer(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """A11: the form changed meanwhile (変わったところ); unchanged answers are kept."""
    language = _language(request)
    view = queries.draft(draft_id)
    if request.method == "POST":
        forms.upgrade_draft(actor=request.actor, draft_id=draft_id, applicant_no=request.addressee_no)
        return redirect("front_applications:resume", draft_id=draft_id)
    newest = queries.procedure(view.slug)
    from jichi.engines.forms.rules import changed_since

    changes = changed_since(view.definition, newest.definition, view.answers)
    words = {"added": _("新しい質問"), "changed": _("変わった質問"), "removed": _("なくなった質問")}
    context = {
        "title": _("変わったところ"),
        "closed": newest.open_state().state != "open",
        "changes": [
            (
                words[c.kind],
                pick((newest.definition.fields.get(c.field) or view.definition.fields[c.field]).name, language).text,
            )
            for c in changes
        ],
        "procedure": pick(newest.definition.title, language).text,
        "help": division_contact(view.division_id, language),
    }
    return render(request, "front_applications/newer.html", context)


@access(audience="resident", methods=("GET", "POST"))
def discard(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """A3: throw a draft away, after a page that says what goes."""
    language = _language(request)
    view = queries.draft(draft_id)
    if request.method == "POST":
        forms.discard_draft(actor=request.actor, draft_id=draft_id)
        return redirect("portal_resident:my")
    context = {
        "title": _("書きかけの申請を消しますか"),
        "procedure": pick(view.definition.title, language).text,
        "saved_at": format_datetime(view.updated_at, language),
        "draft_id": draft_id,
    }
    return render(request, "front_applications/discard.html", context)


# -- sending ---------------------------------------------------------------------------------------


@access(audience="resident", methods=("GET", "POST"))
def check(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """A3: all answers, declarations, and the button that sends."""
    view = queries.draft(draft_id)
    if view.corrects_id is not None:
        return redirect("eng_cases_items:correction_check", draft_id=draft_id)
    if view.submitted_at is not None and request.method == "GET":
        return redirect("front_applications:done", draft_id=draft_id)
    if request.method == "GET":
        facts = queries.facts_for(view, request.addressee_no)
        if first_unanswered(view.definition, view.answers, facts, clock.today()) is not None:
            return redirect("front_applications:resume", draft_id=draft_id)
        return _check_page(request, view)
    declared = [d.id for d in view.definition.declarations if request.POST.get(f"declare-{d.id}")]
    try:
        opened = submit_application(
            actor=request.actor, draft_id=draft_id, declared=declared, language=_language(request),
            applicant_no=request.addressee_no, expected_revision=_revision(request.POST, view),
        )  # fmt: skip
    except Incomplete as incomplete:
        return _incomplete(request, view, incomplete, declared)
    except StaleDraft:
        return _check_page(
            request, queries.draft(draft_id), notice=message("draft.newer_elsewhere", _language(request))
        )
    except NotEligible as refused:
        return _not_eligible(request, queries.procedure(view.slug), refused.result)
    except Conflict as refused:
        if refused.code == "draft.newer_form":
            return redirect("front_applications:newer", draft_id=draft_id)
        return _check_page(request, view, notice=_refusal(refused, view, _language(request)))
    response = redirect("front_applications:done", draft_id=draft_id)
    if not opened.fresh:
        response["Location"] += "?again=1"
    return response


def _revision(posted: QueryDict, view: queries.DraftView) -> int | None:
    try:
        return int(posted.get("revision", ""))
    except ValueError:
        return None if view.submitted_at else view.revision


def _refusal(refused: Conflict, view: queries.DraftView, language: str) -> str:
    texts = {
        "case.already_open": _(
            "同じ申請をすでに受け付けています。マイページで確かめてください。入力した内容は残っています。"
        ),
        "forms.closed": _("受付は終わりました。入力した内容は残っています。担当課におたずねください。"),
        "forms.not_open_yet": _("受付はまだ始まっていません。入力した内容は残っています。"),
        "draft.expired": _("書きかけの申請の期限が過ぎました。もう一度、はじめから申請してください。"),
    }
    return texts.get(refused.code) or message("state_changed", language)


def _incomplete(
    request: SignedInRequest, view: queries.DraftView, incomplete: Incomplete, declared: Sequence[str]
) -> HttpResponse:
    if incomplete.page:
        errors = {n: e for n, e in incomplete.fields.items() if view.definition.page_of_field.get(n) == incomplete.page}
        return _question_page(request, view, incomplete.page, errors=errors)
    return _check_page(request, view, declared=declared, undeclared=True)


def _check_page(
    request: SignedInRequest,
    view: queries.DraftView,
    *,
    declared: Sequence[str] = (),
    undeclared: bool = False,
    notice: str = "",
) -> HttpResponse:
    language, today = _language(request), clock.today()
    facts = queries.facts_for(view, request.addressee_no)
    prefix = "" if language == "ja" else f"/{language}"
    sections = [
        (
            "" if len(section.rows) == 1 and section.rows[0].label == section.title else section.title,
            [
                Fact(label=r.label, value=list(r.lines), name=r.kind in {"name", "kana", "text", "textarea", "confirm"},
                     change_url=f"{prefix}/apply/{view.id}/q/{section.page}/?then=check#f-{r.field}")
                for r in section.rows
            ],
        )
        for section in summary(view.definition, view.answers, facts, today, language)
    ]  # fmt: skip
    fields = [
        FormField(
            name=f"declare-{d.id}", kind="consent", label=pick(d.text, language).text, value="1" if d.id in declared else "",
            error=message("field.consent", language) if undeclared and d.id not in declared else None,
        )
        for d in view.definition.declarations
    ]  # fmt: skip
    errors: list[SummaryError] = errors_for(fields) if undeclared else []
    context = {
        "title": _("申請内容の確認"),
        "procedure": pick(view.definition.title, language).text,
        "sections": sections,
        "fields": fields,
        "errors": errors,
        "fee": format_yen(Yen(view.definition.fee), language),
        "revision": view.revision,
        "notices": [{"tone": "todo", "title": "", "text": notice}] if notice else [],
        "help": division_contact(view.division_id, language),
        "draft_id": view.id,
    }
    return render(request, "front_applications/check.html", context, status=422 if errors else 409 if notice else 200)


@access(audience="resident")
def done(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """A4: the receipt number, what happens next and by when. Can be kept as a bookmark."""
    language = _language(request)
    view = queries.draft(draft_id)
    found = case_queries.number_of_submission_of_draft(draft_id)
    if view.submitted_at is None or found is None:
        return redirect("front_applications:resume", draft_id=draft_id)
    case = case_queries.applicant_case(actor=request.actor, number=found)
    due = format_date(case.due_on, language, "long")
    context = {
        "title": _("申請を受け付けました"),
        "own_heading": True,
        "number": format_number(case.number),
        "text": message("application.done", language, number=format_number(case.number), date=due),
        "again": "again" in request.GET,
        "due": due,
        "item_url": f"{'' if language == 'ja' else '/' + language}/items/{format_number(case.number)}/",
        "email": request.signed_in.email,
        "help": division_contact(view.division_id, language),
    }
    return render(request, "front_applications/done.html", context)
