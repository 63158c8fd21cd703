"""The page of a design as residents will see it: in a frame of our own, at the width of a telephone and of a desk."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from csp.decorators import csp_replace
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from pydantic import ValidationError

from jichi.design.fields import FormField, Option
from jichi.design.readings import add_ruby
from jichi.engines.accounts.access import SignedInRequest, access
from jichi.engines.forms.render import page_fields
from jichi.engines.forms.rules import Page, VisiblePage
from jichi.kernel import clock
from jichi.kernel.errors import NotFound
from jichi.kernel.localized import LANGUAGES, pick

from .. import rules
from ..permissions import EDIT
from .frame import context, held, page_name

LANGUAGE_NAMES = {"ja": "日本語", "easy": "やさしい日本語", "en": "英語", "zh-hans": "中国語", "ko": "韓国語"}


@access(audience="staff", permission=EDIT)
def preview(request: SignedInRequest, id: UUID) -> HttpResponse:
    """A11: a page at both widths."""
    design = held(request, id)
    pages = rules.list_at(design.source, ("pages",))
    keys = [rules.key_of(pages, number) for number in range(len(pages))]
    if not keys:
        raise NotFound
    page = request.GET.get("page", "")
    page = page if page in keys else keys[0]
    language = request.GET.get("lang", "ja")
    language = language if language in LANGUAGES else "ja"
    names = [Option(key, f"{n}. {page_name(design.source, key)}", noruby=True) for n, key in enumerate(keys, start=1)]
    url = f"{reverse('front_designer:frame', args=[id, page])}?lang={language}"
    return render(request, "front_designer/preview.html", {
        **context(request, design, "preview", f"{design.title}の見え方"), "frame_url": url,
        "page_field": FormField(name="page", label="ページ", kind="select", value=page, options=tuple(names),
                                show_mark=False),
        "lang_field": FormField(name="lang", label="言語", kind="select", value=language, show_mark=False,
                                options=tuple(Option(c, LANGUAGE_NAMES[c]) for c in LANGUAGES)),
    })  # fmt: skip


@access(audience="staff", permission=EDIT)
def frame(request: SignedInRequest, id: UUID, page: str) -> HttpResponse:
    """A2: the page alone, as residents will see it. Nothing on it does anything."""
    design = held(request, id)
    pages = rules.list_at(design.source, ("pages",))
    number = rules.number_of(pages, page)
    if number is None:
        raise NotFound
    language = request.GET.get("lang", "ja")
    language = language if language in LANGUAGES else "ja"
    found: dict[str, Any] = {"number": number + 1, "total": len(pages)}
    try:
        read = Page.model_validate(pages[number])
    except ValidationError:
        found |= {
            "title": page_name(design.source, page),
            "problem": "このページはまだ表示できません。「点検」を見てください。",
        }
    else:
        fields = page_fields(
            VisiblePage(read, read.fields), answers={}, facts=rules.facts_for("adult", clock.today()), language=language
        )  # fmt: skip
        found |= {
            "title": str(pick(read.heading, language)),
            "intro": read.intro,
            "fields": fields,
            "own_heading": any(one.as_heading for one in fields),
        }
    with translation.override(language):
        response = render(request, "front_designer/frame.html", found)
    if language == "easy":
        response.content = add_ruby(response.content.decode()).encode()
    response.headers["X-Frame-Options"] = "SAMEORIGIN"
    csp_replace({"frame-ancestors": ["'self'"]})(lambda _request: response)(request)
    return response
