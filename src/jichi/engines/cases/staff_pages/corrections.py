"""補正を依頼する: choose questions, write the sentences, see what the applicant will see, send (J9.3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, cast

from django.http import HttpResponse, QueryDict
from django.shortcuts import render

from jichi.design.dates import parts_from, parts_of, read_date
from jichi.design.fields import FormField, Option, errors_for
from jichi.engines.accounts import stash
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.forms import queries as forms
from jichi.engines.forms.rules import Field, FormDefinition
from jichi.kernel import clock
from jichi.kernel.business_days import deadline_on_open_day
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Conflict, FieldError, Invalid
from jichi.kernel.localized import HTML_LANG, NATIVE_NAME, pick

from .. import actions, permissions
from ..presentation import point_example, point_sentence
from ..queries import StepCase, case_for_step
from ..rules import Status
from .steps import back_to, conflict_page, crumbs, not_now_page, posted_version

_CHOSEN: Final = "points"
_DONE: Final = ("correction_requested",)


@access(audience="staff", permission=permissions.HANDLE, methods=("GET", "POST"))
def ask(request: SignedInRequest, number: str) -> HttpResponse:
    """A2, then A3: which questions; the sentences and the date; a preview; send."""
    actor = request.actor
    case = case_for_step(actor=actor, number=number)
    definition = forms.definition_of(case.form_version_id)
    if request.method == "GET" and case.status is not Status.REVIEWING:
        return not_now_page(request, number)
    if request.method == "GET" and _CHOSEN not in request.GET:
        kept = stash.take(request)
        fields = _chosen(kept, definition) if kept else []
        if kept and fields:
            return _write(request, case, definition, _Typed.posted(kept, fields))
        return _choose(request, case, definition)
    given = request.GET if request.method == "GET" else request.POST
    fields = _chosen(given, definition)
    if not fields:
        return _choose(request, case, definition, FieldError("correction.no_point"))
    if request.method == "GET":
        return _write(request, case, definition, _Typed.first(given, definition, fields))
    typed = _Typed.posted(request.POST, fields)
    if typed.errors or request.POST.get("act") == "rewrite":
        return _write(request, case, definition, typed)
    if request.POST.get("act") != "send":
        return _preview(request, case, definition, typed)
    return _send(request, case, definition, typed)


def _send(request: SignedInRequest, case: StepCase, definition: FormDefinition, typed: _Typed) -> HttpResponse:
    actor = request.actor
    try:
        actions.request_correction(
            actor=actor, case_id=case.id, points=typed.points, due_on=cast("date", typed.due_on),
            expected_version=posted_version(request),
        )  # fmt: skip
    except Invalid as error:
        return _write(request, case, definition, typed.with_errors(dict(error.fields)))
    except Conflict:
        kept = [(definition.fields[p["field"]].name["ja"], p["sentence"]) for p in typed.points]
        return conflict_page(request, case.number, _DONE, kept)
    return back_to(case.written_number)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Typed:
    """The sentences by question, the date as typed, and what is wrong."""

    sentences: dict[str, str]
    due: Any
    due_on: date | None
    errors: dict[str, FieldError]

    @property
    def points(self) -> list[dict[str, str]]:
        return [{"field": name, "sentence": text} for name, text in self.sentences.items()]

    def with_errors(self, errors: dict[str, FieldError]) -> _Typed:
        return _Typed(sentences=self.sentences, due=self.due, due_on=self.due_on, errors=errors)

    @staticmethod
    def first(given: QueryDict, definition: FormDefinition, fields: Sequence[str]) -> _Typed:
        """The chosen ready sentences, and the usual date."""
        ready: dict[str, list[str]] = {name: [] for name in fields}
        for choice in given.getlist(_CHOSEN):
            name, _, place = choice.partition(".")
            texts = _ready(definition, name)
            if name in ready and place.isdecimal() and int(place) < len(texts):
                ready[name].append(texts[int(place)])
        due_on = usual_due(definition)
        return _Typed(
            sentences={name: "\n".join(texts) for name, texts in ready.items()}, due=parts_of(due_on), due_on=due_on,
            errors={},
        )  # fmt: skip

    @staticmethod
    def posted(post: QueryDict, fields: Sequence[str]) -> _Typed:
        """What was typed; the action checks the sentences again."""
        sentences = {name: post.get(f"sentence-{name}", "").replace("\r\n", "\n").strip() for name in fields}
        errors = {f"sentence-{n}": FieldError("field.required") for n, text in sentences.items() if not text}
        for name, text in sentences.items():
            if len(text) > actions.MAX_SENTENCE:
                params = {"limit": actions.MAX_SENTENCE, "length": len(text)}
                errors[f"sentence-{name}"] = FieldError("field.too_long", params)
        due, due_on = parts_from(cast("dict[str, str]", post), "due"), None
        try:
            due_on = read_date(due)
        except Invalid as error:
            errors["due"] = error.fields["date"]
        else:
            if due_on is None:
                errors["due"] = FieldError("field.required")
            elif due_on <= clock.today():
                errors["due"] = FieldError("field.future_date")
        return _Typed(sentences=sentences, due=due, due_on=due_on, errors=errors)


def usual_due(definition: FormDefinition) -> date:
    """Today and the definition's days, moved to an open day."""
    return deadline_on_open_day(clock.today() + timedelta(days=definition.decision.correction_days))


def _ready(definition: FormDefinition, name: str) -> list[str]:
    return [sentence.text["ja"] for sentence in definition.corrections if sentence.field == name]


def _questions(definition: FormDefinition) -> list[Field]:
    return [field for field in definition.fields.values() if field.is_question]


def _chosen(given: QueryDict, definition: FormDefinition) -> list[str]:
    """Ids of the chosen questions, in the form's order."""
    wanted = {choice.partition(".")[0] for choice in given.getlist(_CHOSEN)}
    return [field.id for field in _questions(definition) if field.id in wanted]


def _choose(
    request: SignedInRequest, case: StepCase, definition: FormDefinition, error: FieldError | None = None
) -> HttpResponse:
    """Questions with their ready sentences."""
    options: list[Option] = []
    for field in _questions(definition):
        name = field.name["ja"]
        options += [Option(f"{field.id}.{i}", name, hint=text) for i, text in enumerate(_ready(definition, field.id))]
        options.append(Option(f"{field.id}.", f"{name}(文を自分で書く)"))
    question = FormField(
        name=_CHOSEN, label="直してもらうところ", kind="checkboxes", options=tuple(options), value=[], error=error,
        hint="いくつでも選べます。文は次のページで直せます。",
    )  # fmt: skip
    context = {"title": "補正を依頼する", "case": case, "fields": [question], "errors": errors_for([question])}
    status = 422 if error else 200
    return render(
        request, "eng_cases/staff_correction_choose.html", {**context, "breadcrumb": crumbs(case)}, status=status
    )


def _form_fields(definition: FormDefinition, typed: _Typed) -> list[FormField]:
    fields = [
        FormField(
            name=f"sentence-{name}",
            label=f"「{definition.fields[name].name['ja']}」に添える文",
            kind="textarea",
            rows=3,
            value=text,
            error=typed.errors.get(f"sentence-{name}"),
            hint="申請した人がそのまま読みます。500文字まで。",
        )
        for name, text in typed.sentences.items()
    ]
    due = FormField(
        name="due", label="いつまでに直してもらうか", kind="date", value=typed.due, noun="期限",
        error=typed.errors.get("due") or typed.errors.get("due_on"),
        hint=f"ふだんは{definition.decision.correction_days}日です。閉庁日に当たるときは、次の開庁日です。",
    )  # fmt: skip
    return [*fields, due]


def _write(request: SignedInRequest, case: StepCase, definition: FormDefinition, typed: _Typed) -> HttpResponse:
    fields = _form_fields(definition, typed)
    context = {
        "title": "補正を依頼する", "case": case, "fields": fields, "errors": errors_for(fields),
        "chosen": typed.sentences,
        "version": request.POST.get("version", case.version),
    }  # fmt: skip
    status = 422 if context["errors"] else 200
    return render(
        request, "eng_cases/staff_correction_write.html", {**context, "breadcrumb": crumbs(case)}, status=status
    )


def _preview(request: SignedInRequest, case: StepCase, definition: FormDefinition, typed: _Typed) -> HttpResponse:
    """What the applicant will read, in the applicant's language, before anything is sent."""
    due_on, language = cast("date", typed.due_on), case.language
    points = []
    for one in typed.points:
        ready = next(
            (c for c in definition.corrections if c.field == one["field"] and c.text["ja"] == one["sentence"]), None
        )
        point: dict[str, Any] = {**one, **({"texts": ready.text} if ready else {})}
        sentence, spoken = point_sentence(point, language)
        label = pick(definition.fields[one["field"]].name, language)
        points.append(
            {"label": label.text, "lang": HTML_LANG[label.language], "sentence": sentence,
             "sentence_lang": HTML_LANG[spoken], "example": point_example(point, definition, language)}
        )  # fmt: skip
    context = {
        "title": "この内容で補正を依頼しますか", "case": case, "points": points, "chosen": typed.sentences,
        "due": typed.due, "due_on": due_on, "moved": deadline_on_open_day(due_on) != due_on,
        "due_text": format_date(due_on, language), "due_lang": HTML_LANG[language if language in HTML_LANG else "ja"],
        "language_name": NATIVE_NAME.get(language, language), "version": request.POST.get("version", ""),
        "only_japanese": language not in {"ja", "easy"} and any(p["sentence_lang"] == "ja" for p in points),
    }  # fmt: skip
    return render(request, "eng_cases/staff_correction_preview.html", {**context, "breadcrumb": crumbs(case)})
