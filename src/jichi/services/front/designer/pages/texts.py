"""翻訳: every text of a design in five languages side by side, what is missing shown and counted, saved one by one."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render

from jichi.design.fields import FormField
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.forms.rules import DefinitionError, read_yaml, with_translations
from jichi.engines.forms.translating import read_translations, translations_csv
from jichi.kernel.errors import Conflict, NotFound
from jichi.kernel.localized import HTML_LANG, LANGUAGES

from .. import actions, rules
from ..permissions import EDIT
from ..queries import DesignView
from ..rules import Place, Plain
from .frame import CONFLICT, context, held, posted_revision, sentence_of
from .preview import LANGUAGE_NAMES

PER_PAGE: Final = 15
MOST_BYTES: Final = 5 << 20
STAFF_ONLY: Final = frozenset({"official_checks"})
LONG: Final = 40


@access(audience="staff", permission=EDIT)
def texts_list(request: SignedInRequest, id: UUID) -> HttpResponse:
    """All texts as the CSV that goes out for translation and comes back."""
    design = held(request, id)
    try:
        data = translations_csv(rules.to_yaml(design.source))
    except DefinitionError:
        return redirect("front_designer:check", id=id)
    response = HttpResponse(data, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{design.slug}_texts.csv"'
    response["Cache-Control"] = "private, no-store"
    return response


@access(audience="staff", permission=EDIT, methods=("GET", "POST"))
def texts(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A11: the texts, those with something missing first if wanted."""
    design = held(request, id)
    if request.method == "POST":
        problem = _taken_over(request, design) if request.POST.get("act") == "list" else _save(request, design)
        if not problem:
            return redirect(f"{request.path}?{_query(request)}&saved=1")
        return _page(request, held(request, id), problem)
    return _page(request, design, "")


def _query(request: SignedInRequest) -> str:
    missing = "1" if request.GET.get("missing") else ""
    return f"missing={missing}&start={_number(request.GET.get('start', ''))}"


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 6 else 0


def _save(request: SignedInRequest, design: DesignView) -> str:
    """Put one text into the design; answers why not, "" when it was saved."""
    place = rules.place_of(request.POST.get("at", "")[:600])
    if not place:
        return "どの文を保存するかが分かりません。もう一度開いてください。"
    shape = rules.shape_at(design.source, place)
    if shape is None or shape.kind != "text":
        raise NotFound("designer.gone")
    number = _number(request.POST.get("number", ""))
    given = {code: request.POST.get(f"t{number}-{code}", "").replace("\r\n", "\n").strip() for code in LANGUAGES}
    if not given["ja"]:
        return "日本語の文を入力してください。日本語がもとになります。"
    value: Plain = {code: words.replace("\x00", "") for code, words in given.items() if words}
    try:
        actions.put_part(
            actor=request.actor, id=design.id, place=place, value=value, expected_revision=posted_revision(request),
            what=f"{rules.words_of(design.source, place)}の翻訳",
        )  # fmt: skip
    except Conflict as error:
        return sentence_of(error)
    return ""


def _taken_over(request: SignedInRequest, design: DesignView) -> str:
    """Put a list that came back into the design; answers why not, all of it or nothing."""
    upload = request.FILES.get("list")
    if upload is None or upload.size is None or upload.size > MOST_BYTES:
        return "翻訳した一覧のファイル(CSVかExcel、5MBまで)を選んでください。"
    try:
        text = with_translations(rules.to_yaml(design.source), read_translations(upload.read()))
        actions.put_part(
            actor=request.actor, id=design.id, place=(), value=read_yaml(text).data, what="翻訳の一覧の取込",
            expected_revision=posted_revision(request),
        )  # fmt: skip
    except DefinitionError as error:
        first = error.problems[0]
        return f"何も取り込んでいません。{len(error.problems)}か所の誤り。{first.line}行目: {first.message}{first.fix}"
    except Conflict as error:
        return sentence_of(error)
    return ""


def _languages(text: dict[str, Plain] | str) -> dict[str, str]:
    if isinstance(text, str):
        return {"ja": text}
    return {code: str(words) for code, words in text.items()}


def _missing(text: dict[str, Plain] | str) -> list[str]:
    return [code for code in LANGUAGES if code not in _languages(text)]


def _page(request: SignedInRequest, design: DesignView, problem: str) -> HttpResponse:
    every = [(place, text) for place, text in rules.texts_in(design.source) if place[0] not in STAFF_ONLY]
    lacking = [one for one in every if _missing(one[1])]
    only = bool(request.GET.get("missing"))
    chosen = lacking if only else every
    start = min(_number(request.GET.get("start", "")), max(len(chosen) - 1, 0)) // PER_PAGE * PER_PAGE
    shown = chosen[start : start + PER_PAGE]
    per_language = [
        (LANGUAGE_NAMES[code], sum(code in _missing(text) for _place, text in every)) for code in LANGUAGES[1:]
    ]
    base = f"?missing={'1' if only else ''}"
    return render(request, "front_designer/texts.html", {
        **context(request, design, "texts", f"{design.title}の翻訳"), "problem": problem,
        "total": len(every), "lacking": len(lacking), "per_language": per_language, "only": only,
        "rows": [_row(design, number, place, text) for number, (place, text) in enumerate(shown, start=start)],
        "earlier": f"{base}&start={start - PER_PAGE}" if start else "",
        "later": f"{base}&start={start + PER_PAGE}" if start + PER_PAGE < len(chosen) else "",
        "list_field": FormField(name="list", label="翻訳した一覧(CSVかExcel)", kind="file", accept=".csv,.xlsx",
                                show_mark=False),
        "saved": "saved" in request.GET, "may_change": design.may_change, "first": start + 1,
        "last": start + len(shown), "count": len(chosen), "own_url": f"{base}&start={start}",
    }, status=CONFLICT if problem else 200)  # fmt: skip


def _row(design: DesignView, number: int, place: Place, text: dict[str, Plain] | str) -> dict[str, Any]:
    words = _languages(text)
    long = len(words.get("ja", "")) > LONG or "\n" in words.get("ja", "")
    return {
        "where": rules.words_of(design.source, place), "at": rules.written(place), "number": number,
        "missing": "、".join(LANGUAGE_NAMES[code] for code in _missing(text)),
        "fields": [
            FormField(
                name=f"t{number}-{code}", label=LANGUAGE_NAMES[code], kind="textarea" if long else "text", rows=3,
                required=code == "ja", value=words.get(code, ""), show_mark=False,
                lang="" if code in {"ja", "easy"} else HTML_LANG[code],
            )
            for code in LANGUAGES
        ],
    }  # fmt: skip
