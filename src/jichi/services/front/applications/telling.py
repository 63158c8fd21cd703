"""Answers as a list of facts, for whoever looks them over: the applicant, a second person."""

from __future__ import annotations

from django.urls import reverse

from jichi.design.parts import Fact
from jichi.engines.forms.queries import DraftView
from jichi.engines.forms.rules import Facts, summary
from jichi.kernel import clock

OWN_WORDS = frozenset({
    "name", "kana", "text", "textarea", "confirm", "address", "email", "phone", "file", "table", "person", "point"
})  # fmt: skip
"""Kinds of answers in people's own words or from the register: they get no ruby."""


def answer_facts(view: DraftView, facts: Facts, language: str, *, change: bool) -> list[Fact]:
    """Every answer that counts, with 変更する where it may be changed.

    What the register says goes by the heading of its page, not by the question.
    """
    rows = []
    for section in summary(view.definition, view.answers, facts, clock.today(), language):
        page = reverse("front_applications:question", args=[view.id, section.page])
        rows += [
            Fact(
                label=section.title if r.kind == "confirm" else r.label, value=list(r.lines),
                name=r.answered and r.kind in OWN_WORDS, change_url=f"{page}?then=check#f-{r.field}" if change else "",
            )
            for r in section.rows
        ]  # fmt: skip
    return rows
