"""A draft as a thing to keep: go on, saved, a newer form, thrown away, its files."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from jichi.engines.accounts import queries as accounts
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.files.queries import get_file
from jichi.engines.files.views import download_response
from jichi.engines.forms import actions as forms
from jichi.engines.forms import queries
from jichi.engines.forms.rules import changed_since, first_unanswered
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import NotFound
from jichi.kernel.localized import path_in, pick

from ..telling import answer_facts
from .answering import saved_at
from .guests import guest_page

DISCARDED = "discarded"
"""Session key: the draft that was thrown away last."""


@access(audience="resident", guests=True)
def resume(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """On to the first page with something left, or to the check page."""
    view = queries.draft(draft_id)
    if view.submitted_at is not None:
        return redirect("front_applications:done", draft_id=draft_id)
    if view.corrects_id is not None:
        pages = [page.id for page in view.definition.pages if any(f.id in view.editable for f in page.fields)]
        return redirect("front_applications:question", draft_id=draft_id, page_id=pages[0])
    if not view.version_published:
        return redirect("front_applications:newer", draft_id=draft_id)
    facts = queries.facts_for(view, request.addressee_no)
    upcoming = first_unanswered(view.definition, view.answers, facts, clock.today())
    if upcoming is None:
        return redirect("front_applications:check", draft_id=draft_id)
    return redirect("front_applications:question", draft_id=draft_id, page_id=upcoming)


@access(audience="resident", guests=True)
def saved(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """A4: saved, and how to go on, on this or another device."""
    language = request.LANGUAGE_CODE
    view = queries.draft(draft_id)
    if view.submitted_at is not None:
        return redirect("front_applications:done", draft_id=draft_id)
    # A correction's draft ends at the midnight after its last day.
    last = (view.expires_at - timedelta(seconds=1)).astimezone(clock.TOKYO)
    context = {
        "title": _("保存しました"), "own_heading": True, "procedure": pick(view.definition.title, language).text,
        "gone_on": format_date(last.date(), language, "long"),
        "draft_id": draft_id, "email": request.signed_in.email, "my_url": path_in(language, "/my/"),
        "guest": guest_page(request, draft_id),
        "help": accounts.office_contact(view.division_id, language),
    }  # fmt: skip
    return render(request, "front_applications/saved.html", context)


@access(audience="resident", methods=("GET", "POST"), guests=True)
def newer(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """A11: the form changed or ended meanwhile (変わったところ); what was entered stands there to be read."""
    language = request.LANGUAGE_CODE
    view = queries.draft(draft_id)
    newest = queries.procedure(view.slug)
    if view.submitted_at is not None or (newest.version_id == view.version_id and newest.published):
        return redirect("front_applications:resume", draft_id=draft_id)
    if request.method == "POST":
        forms.upgrade_draft(actor=request.actor, draft_id=draft_id, applicant_no=request.addressee_no)
        return redirect("front_applications:resume", draft_id=draft_id)
    words = {"added": _("新しい質問"), "changed": _("変わった質問"), "removed": _("なくなった質問")}
    fields = {**view.definition.fields, **newest.definition.fields}
    changes = changed_since(view.definition, newest.definition, view.answers)
    closed = newest.open_state().state != "open"
    facts = queries.facts_for(view, request.addressee_no)
    last = (view.expires_at - timedelta(seconds=1)).astimezone(clock.TOKYO)
    context = {
        "title": _("受付は終わりました") if closed else _("変わったところ"), "closed": closed,
        "entered": answer_facts(view, facts, language, change=False),
        "gone_on": format_date(last.date(), language, "long"),
        "changes": [(words[c.kind], pick(fields[c.field].name, language).text) for c in changes],
        "procedure": pick(newest.definition.title, language).text,
        "help": accounts.office_contact(view.division_id, language),
    }  # fmt: skip
    return render(request, "front_applications/newer.html", context)


@access(audience="resident", methods=("GET", "POST"), guests=True)
def discard(request: SignedInRequest, draft_id: UUID) -> HttpResponse:
    """A3: throw a draft away, after a page that says what goes. A second press finds nothing left to do."""
    language = request.LANGUAGE_CODE
    if request.method == "POST":
        try:
            forms.discard_draft(actor=request.actor, draft_id=draft_id)
        except NotFound:
            # Somebody else's draft looks like one that is gone; only what this browser threw away counts as done.
            if request.session.get(DISCARDED) != str(draft_id):
                raise
        request.session[DISCARDED] = str(draft_id)
        return redirect(path_in(language, "/procedures/" if request.actor.level == "none" else "/my/"))
    view = queries.draft(draft_id)
    if view.submitted_at is not None:
        return redirect("front_applications:done", draft_id=draft_id)
    context = {
        "title": _("書きかけの申請を消しますか"), "procedure": pick(view.definition.title, language).text,
        "saved_at": saved_at(view, language), "draft_id": draft_id,
        "back": reverse("front_applications:resume", args=[draft_id]),
        "help": accounts.office_contact(view.division_id, language),
    }  # fmt: skip
    return render(request, "front_applications/discard.html", context)


@access(audience="resident", guests=True)
def draft_file(request: SignedInRequest, draft_id: UUID, file_id: UUID) -> HttpResponseBase:
    """A file that was attached, as it was stored."""
    if file_id not in {f.id for files in queries.draft_files(draft_id).values() for f in files}:
        raise NotFound
    return download_response(get_file(file_id), inline=True)
