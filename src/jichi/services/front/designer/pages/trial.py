"""試行: a run through all pages as a resident would make it, with the checks, to the point of sending. Nothing is kept:
the answers travel in the page, signed; files are looked at by name and size and thrown away."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from django.core import signing
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation

from jichi.design.fields import FormField, Option, errors_for
from jichi.design.parts import Fact
from jichi.design.readings import add_ruby
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.forms.render import page_fields
from jichi.engines.forms.rules import (
    Facts,
    FormDefinition,
    Progress,
    VisiblePage,
    eligibility,
    fee_lines,
    fee_total,
    first_unanswered,
    next_page,
    previous_page,
    progress,
    prune,
    summary,
    validate_page,
    visible_pages,
    with_row_added,
    without_row,
)
from jichi.kernel import clock
from jichi.kernel.errors import Conflict, FieldError, Invalid, NotFound
from jichi.kernel.localized import LANGUAGES, pick
from jichi.kernel.money import Yen, format_yen

from .. import actions, rules
from ..permissions import EDIT
from ..queries import DesignView
from .frame import CONFLICT, UNPROCESSABLE, context, held, sentence_of
from .officials import official_half, specimen
from .preview import LANGUAGE_NAMES

SALT: Final = "front_designer.trial"
LASTS: Final = 8 * 3600
"""Seconds for which a run can be gone on with."""
OUR_OWN: Final = frozenset({"csrfmiddlewaretoken", "state", "act", "row", "remove"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """How far a run has come. `page` "": the check page."""

    design: str
    who: str
    language: str
    page: str
    answers: dict[str, Any]

    @property
    def facts(self) -> Facts:
        """What the register would know."""
        return rules.facts_for(self.who, clock.today())

    def signed(self) -> str:
        """The run as the page carries it."""
        return signing.dumps([self.design, self.who, self.language, self.page, self.answers], salt=SALT, compress=True)


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def trial(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A2: the beginning, each page, the check page, the end."""
    design = held(request, id)
    definition = rules.definition_of(design.source)
    if request.method != "POST" or definition is None:
        return _beginning(request, design, definition)
    if request.POST.get("act") == "share":
        return _shared(request, design)
    if request.POST.get("act") == "begin":
        run = Run(design=str(id), who=_picked(request, "who", tuple(rules.PEOPLE)), page="", answers={},
                  language=_picked(request, "language", LANGUAGES))  # fmt: skip
        return _begun(request, design, definition, run)
    if request.POST.get("act") == "from_example":
        return _from_example(request, design, definition)
    run_ = _read(request, id)
    if run_ is None:
        return _beginning(request, design, definition, problem=sentence_of(Conflict("designer.trial_over")))
    return _step(request, design, definition, run_)


def _begun(request: SignedInRequest, design: DesignView, definition: FormDefinition, run: Run) -> HttpResponse:
    """The first page, or why this person may not apply."""
    allowed = eligibility(definition, run.facts, clock.today())
    if not allowed.may_apply:
        return render(request, "front_designer/try_stopped.html", {
            **context(request, design, "try", f"{design.title}の試行"), "state_value": run.signed(),
            "reasons": [str(pick(one.text, "ja")) for one in allowed.reasons],
        })  # fmt: skip
    first = first_unanswered(definition, run.answers, run.facts, clock.today())
    return _page(request, design, definition, replace(run, page=first or ""))


def _from_example(request: SignedInRequest, design: DesignView, definition: FormDefinition) -> HttpResponse:
    """A run with the answers of an example, from the first page on."""
    kept = next((one for one in design.examples if one["id"] == request.POST.get("example")), None)
    if kept is None:
        raise NotFound
    example = rules.example_of(kept)
    run = Run(design=str(design.id), who=example.who, language="ja", page="",
              answers=rules.answers_of(definition, example))  # fmt: skip
    pages = visible_pages(definition, run.answers, run.facts, clock.today())
    return _page(request, design, definition, replace(run, page=pages[0].id if pages else ""))


def _kept(request: SignedInRequest, design: DesignView, run: Run, raw: dict[str, list[str]]) -> HttpResponse:
    """The answers so far become an example, which gets its name on its own page."""
    try:
        made = actions.keep_example(
            actor=request.actor, id=design.id, name=f"{rules.PEOPLE[run.who]}の例{len(design.examples) + 1}",
            who=run.who, day=clock.today(), answers=run.answers, raw=raw,
        )  # fmt: skip
    except (Conflict, Invalid) as error:
        return _beginning(request, design, None, problem=sentence_of(error))
    return redirect("front_designer:example", id=design.id, example=made)


def _picked(request: SignedInRequest, name: str, known: tuple[str, ...]) -> str:
    given = request.POST.get(name, "")
    return given if given in known else known[0]


def _shared(request: SignedInRequest, design: DesignView) -> HttpResponse:
    try:
        actions.try_out(actor=request.actor, id=design.id)
    except Conflict as error:
        return _beginning(request, design, None, problem=sentence_of(error))
    return redirect("front_designer:try", id=design.id)


def _read(request: SignedInRequest, id: UUID) -> Run | None:
    """The run that the page carried; None where it is over, or not ours."""
    try:
        design, who, language, page, answers = signing.loads(request.POST.get("state", ""), salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError):
        return None
    return Run(design=design, who=who, language=language, page=page, answers=answers) if design == str(id) else None


def _beginning(
    request: SignedInRequest, design: DesignView, definition: FormDefinition | None, problem: str = ""
) -> HttpResponse:
    fields = [
        FormField(
            name="who", label="だれとして試しますか", kind="radio", value="adult",
            options=tuple(Option(key, words) for key, words in rules.PEOPLE.items()),
        ),
        FormField(
            name="language", label="言語", kind="select", value="ja",
            options=tuple(Option(code, LANGUAGE_NAMES[code]) for code in LANGUAGES),
        ),
    ]  # fmt: skip
    return render(request, "front_designer/try.html", {
        **context(request, design, "try", f"{design.title}の試行"), "fields": fields, "problem": problem,
        "can_try": rules.definition_of(design.source) is not None,
        "url": request.build_absolute_uri(request.path),
    }, status=CONFLICT if problem else 200)  # fmt: skip


def _step(request: SignedInRequest, design: DesignView, definition: FormDefinition, run: Run) -> HttpResponse:
    """What was pressed on a page of the run."""
    act, today = request.POST.get("act", ""), clock.today()
    if act.startswith("goto:"):
        return _page(request, design, definition, replace(run, page=act.removeprefix("goto:")))
    if act in {"send", "paper"} and not run.page:
        return _end(request, design, definition, run) if act == "send" else _paper(design, definition, run)
    raw = {name: values for name, values in request.POST.lists() if name not in OUR_OWN}
    if act == "example":
        return _kept(request, design, run, raw)
    seen = _seen(definition, run)
    if seen is None or act == "back":
        before = previous_page(definition, run.page, run.answers, run.facts, today) if seen else None
        return _page(request, design, definition, replace(run, page=before or run.page))
    run = _with_files(request, run, seen)
    if request.POST.get("row"):
        return _page(request, design, definition, run, raw=_rows(request, seen, raw))
    if request.POST.get("remove"):
        field = request.POST["remove"].partition(":")[0]
        run = replace(run, answers={name: value for name, value in run.answers.items() if name != field})
        return _page(request, design, definition, run, raw=raw)
    result = validate_page(definition, run.page, raw, run.facts, today, answers=run.answers)
    kept = {name: value for name, value in {**run.answers, **result.answers}.items() if name not in result.dropped}
    if not result.ok:
        return _page(request, design, definition, replace(run, answers=kept), raw=raw, errors=result.errors)
    kept = prune(definition, kept, run.facts, today)
    following = next_page(definition, run.page, kept, run.facts, today)
    return _page(request, design, definition, replace(run, answers=kept, page=following or ""))


def _seen(definition: FormDefinition, run: Run) -> VisiblePage | None:
    pages = visible_pages(definition, run.answers, run.facts, clock.today())
    return next((page for page in pages if page.id == run.page), None)


def _with_files(request: SignedInRequest, run: Run, page: VisiblePage) -> Run:
    """Files by name and size alone: nothing of them is kept."""
    answers = dict(run.answers)
    for field in page.fields:
        sent = request.FILES.getlist(field.id) if field.kind == "file" else []
        if sent:
            kept = [{"id": f"trial-{n}", "name": one.name, "size": one.size} for n, one in enumerate(sent)]
            answers[field.id] = kept[: field.max_files]
    return replace(run, answers=answers)


def _rows(request: SignedInRequest, page: VisiblePage, raw: dict[str, list[str]]) -> dict[str, list[str]]:
    name, _sep, what = request.POST["row"].partition(":")
    field = next((one for one in page.fields if one.id == name and one.kind == "table"), None)
    act, _sep, number = what.partition(":")
    if field is None or act not in {"add", "remove"}:
        return raw
    changed = with_row_added(field, raw) if act == "add" else (
        without_row(field, raw, int(number[:4])) if number.isascii() and number.isdecimal() else raw
    )  # fmt: skip
    return {key: list(values) for key, values in changed.items()}


def _page(
    request: SignedInRequest, design: DesignView, definition: FormDefinition, run: Run,
    *, raw: dict[str, list[str]] | None = None, errors: dict[str, FieldError] | None = None,
) -> HttpResponse:  # fmt: skip
    seen = _seen(definition, run)
    if seen is None:
        upcoming = first_unanswered(definition, run.answers, run.facts, clock.today())
        if upcoming is None:
            return _check(request, design, definition, replace(run, page=""))
        run = replace(run, page=upcoming)
        seen = _seen(definition, run)
        assert seen is not None  # noqa: S101 - a page with something to answer is seen
    fields = page_fields(
        seen, answers=run.answers, facts=run.facts, language=run.language, raw=raw, errors=errors or {}
    )
    place: Progress = progress(definition, run.page, run.answers, run.facts, clock.today())
    return _drawn(request, design, run, "front_designer/try_page.html", {
        "title": str(pick(seen.page.heading, run.language)), "intro": seen.page.intro, "fields": fields,
        "own_heading": any(one.as_heading for one in fields), "number": place.number, "total": place.total,
        "errors": errors_for(fields), "has_files": any(one.kind == "file" for one in fields),
    }, status=UNPROCESSABLE if errors else 200)  # fmt: skip


def _check(request: SignedInRequest, design: DesignView, definition: FormDefinition, run: Run) -> HttpResponse:
    sections = summary(definition, run.answers, run.facts, clock.today(), run.language)
    lines = fee_lines(definition, run.answers, run.facts, clock.today())
    fee = [f"{pick(one.title, run.language)}: {format_yen(Yen(one.yen), run.language)}" for one in lines]
    return _drawn(request, design, run, "front_designer/try_check.html", {
        "title": "内容の確認(試行)", "fee": [*fee, f"合計 {format_yen(Yen(fee_total(lines)), run.language)}"],
        "sections": [
            (one.page, one.title, [Fact(label=r.label, value=list(r.lines) or "—", name=True) for r in one.rows])
            for one in sections
        ],
        "declarations": [str(pick(one.text, run.language)) for one in definition.declarations],
        "edit_words": "直す", "send_words": "送ったことにする", "fee_words": "手数料",
    })  # fmt: skip


def _end(request: SignedInRequest, design: DesignView, definition: FormDefinition, run: Run) -> HttpResponse:
    assert request.actor.account_id is not None  # noqa: S101 - `access` let only signed-in officials through
    return render(request, "front_designer/try_end.html", {
        **context(request, design, "try", "試行の終わり"), "days": definition.processing_days,
        **official_half(
            definition, answers=run.answers, facts=run.facts, today=clock.today(), division_id=design.division_id,
            official=request.actor.account_id,
        ),
        "result": rules.word(definition.result.kind, "result.kind"), "state_value": run.signed(),
    })  # fmt: skip


def _paper(design: DesignView, definition: FormDefinition, run: Run) -> HttpResponse:
    """The result document of these answers, set in memory and marked as a specimen."""
    pdf = specimen(
        definition, answers=run.answers, facts=run.facts, language=run.language, today=clock.today(),
        division_id=design.division_id,
    )  # fmt: skip
    response = HttpResponse(pdf, content_type="application/pdf")
    response.headers["Content-Disposition"] = f'inline; filename="{definition.id}-specimen.pdf"'
    response.headers["Cache-Control"] = "private, no-store"
    return response


def _drawn(
    request: SignedInRequest, design: DesignView, run: Run, template: str, found: dict[str, Any], status: int = 200
) -> HttpResponse:
    words = {
        "trial": "試行です。何も送られず、何も残りません。", "leave": "試行をやめる", "back_words": "前のページへ戻る",
        "banner": "試行", "keep_words": "この答えを例として残す",
    }  # fmt: skip
    with translation.override(run.language):
        response = render(
            request, template, {**words, **found, "design": design, "state_value": run.signed()}, status=status
        )
    if run.language == "easy":
        response.content = add_ruby(response.content.decode()).encode()
    response.headers["Cache-Control"] = "private, no-store"
    return response
