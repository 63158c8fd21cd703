"""Who pays what: the fields of classes of persons on pages of entering, and what was typed into them."""

from __future__ import annotations

from collections.abc import Mapping

from django.http import QueryDict
from django.utils.html import format_html
from django.utils.translation import gettext as _

from jichi.design.fields import FormField, Option
from jichi.design.html import written
from jichi.kernel.errors import FieldError

from ..rules import Content
from . import money


def counts_of(post: QueryDict, content: Content) -> dict[str, int]:
    """Class of persons → how many were typed; -1 where it is no number, which no class has."""
    if content.most_people == 1:
        return {one.key: 1 for one in content.prices if one.key == post.get("class", "")}
    texts = {one.key: post.get(f"class_{one.key}", "").strip() for one in content.prices}
    return {key: int(text) if text.isdecimal() and len(text) < 4 else -1 for key, text in texts.items() if text}


def class_fields(
    content: Content, counts: Mapping[str, int], error: FieldError | None, language: str
) -> list[FormField]:
    """Who pays what: one choice for who comes alone, else a number for each class."""
    if content.most_people == 1:
        chosen = next((key for key, count in counts.items() if count == 1), "")
        options = tuple(
            Option(one.key, written(one.label), hint=money.yen(one.yen, language)) for one in content.prices
        )
        return [
            FormField(name="class", label=_("料金の区分"), kind="radio", options=options, value=chosen, error=error)
        ]
    return [
        FormField(
            name=f"class_{one.key}", label=format_html("{} ({})", written(one.label), money.yen(one.yen, language)),
            noun=one.label, kind="number", size=4, unit=_("人"), required=False,
            value=str(counts[one.key]) if counts.get(one.key, -1) >= 0 else "",
            hint=_("料金の区分ごとに、参加する人数を入力してください。") if place == 0 else "",
            error=error if place == 0 else None,
        )
        for place, one in enumerate(content.prices)
    ]  # fmt: skip
