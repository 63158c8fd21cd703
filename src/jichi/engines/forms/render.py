"""From a definition's fields to the form fields that pages draw, in one language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any, Final

from django.utils.html import format_html

from jichi.design.catalogue import field_message
from jichi.design.dates import DateParts
from jichi.design.fields import FormField, Kind, Option, SentFile
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import FieldError
from jichi.kernel.localized import pick

from .render_places import choosing, person_field, point_numbers, town_parts
from .render_tables import YEN_UNIT, cells_text, rows_field
from .rules import Facts, Field, VisiblePage, answer_lines, raw_of
from .rules.facts import NO, YES, fact_label, fact_text
from .rules.posting import ADDRESS_PARTS, DATE_PARTS, Raw
from .rules.summary import CORRECT, EMPTY, NOT_CORRECT, REGISTERED
from .rules.texts import localized

_KINDS: Final[Mapping[str, Kind]] = {
    "text": "text", "kana": "kana", "name": "text", "textarea": "textarea", "email": "email", "phone": "phone",
    "postcode": "postcode", "number": "number", "date": "date", "multi": "checkboxes", "yesno": "radio",
    "consent": "consent", "file": "file", "confirm": "radio", "address": "radio", "note": "shown",
    "count": "number", "money": "number", "table": "rows", "person": "radio", "point": "text",
}  # fmt: skip
_ACCEPT: Final = {"image": "image/*", "pdf": "application/pdf"}
_OTHER_ADDRESS: Final = localized("別の住所", "ほかの住所", "Another address", "其他地址", "다른 주소")
_POSTCODE: Final = localized(
    "別の住所の郵便番号",
    "ほかの住所の郵便番号",
    "Postcode of the other address",
    "其他地址的邮政编码",
    "다른 주소의 우편번호",
)
_ADDRESS: Final = localized("別の住所", "ほかの住所", "The other address", "其他地址", "다른 주소")
_HIDDEN: Final = localized("非表示", "見せません", "Not shown", "不显示", "표시 안 함")


def page_fields(
    page: VisiblePage,
    *,
    answers: Mapping[str, Any],
    facts: Facts,
    language: str,
    raw: Raw | None = None,
    errors: Mapping[str, FieldError] | None = None,
    only: frozenset[str] | None = None,
    own_heading: bool = True,
) -> tuple[FormField, ...]:
    """The page's fields, filled.

    Args:
        page: from `rules.visible_pages`.
        answers: saved answers; fields without one are prefilled from the register where they say so.
        facts: what the register knows.
        language: of the page.
        raw: what was posted just now; shown instead of the answers, so that nothing typed is lost.
        errors: field id → error.
        only: fields that may change (corrections); the others are shown as text.
        own_heading: a page without a title has its only question as heading.
    """
    found: list[FormField] = []
    as_heading = own_heading and page.page.title is None and len(page.fields) == 1
    for field in page.fields:
        error = (errors or {}).get(field.id)
        if only is not None and field.id not in only:
            found.append(_fixed(field, answers.get(field.id), language))
            continue
        posted = raw if raw is not None else _posted(field, answers, facts)
        drawn = _drawn(field, posted, answers.get(field.id), facts, language, as_heading=as_heading)
        if error is not None and field.kind == "table":
            drawn = [rows_field(field, drawn[0], posted, language, error=error)]
        elif error is not None:
            place = _wrong_part(field, error, posted)
            error = choosing(error, drawn[0]) if field.kind == "person" else error
            drawn[place] = drawn[place].with_error(error_text(field, error, language))
        found.extend(drawn)
    return tuple(found)


def _posted(field: Field, answers: Mapping[str, Any], facts: Facts) -> Raw:
    if field.id in answers:
        return raw_of(field, answers[field.id])
    known = facts.get(field.prefill) if field.prefill else None
    if known is None or known == "":
        return {}
    return raw_of(field, known.isoformat() if isinstance(known, date) else known)


def _wrong_part(field: Field, error: FieldError, posted: Raw) -> int:
    """Which of the drawn fields the error belongs to: another address has three, facts come before their question."""
    if error.code in {"forms.town", "forms.block"}:
        return (0 if field.other_only else 1) + (error.code == "forms.block")
    if field.kind == "address" and (field.other_only or list(posted.get(field.id, ())) == ["other"]):
        return (0 if field.other_only else 1) + (error.code not in {"field.postcode", "field.choose_one"})
    if field.kind == "point":
        return 1 if error.code in {"forms.point_numbers", "forms.point_outside"} else 0
    return len(field.shows or ()) if field.kind == "confirm" else 0


def _unit(field: Field, language: str) -> str:
    if field.kind == "money":
        return str(pick(YEN_UNIT, language))
    return str(pick(field.unit, language)) if field.unit else ""


def error_text(field: Field, error: FieldError, language: str) -> str:
    """The message at a field, in a language. Texts of the definition and dates among its parameters become words."""
    if error.code == "forms.table_cells":
        return cells_text(field, error, language)
    params = {name: _worded(value, language) for name, value in error.params.items()}
    label = str(pick(field.noun or field.name, language))
    return field_message(FieldError(error.code, params), label=label, language=language)


def _worded(value: object, language: str) -> object:
    if isinstance(value, Mapping):
        return str(pick(value, language))
    return format_date(value, language, "short") if isinstance(value, date) else value


def _fixed(field: Field, answer: Any, language: str) -> FormField:
    value = " / ".join(answer_lines(field, answer, language)) or str(pick(EMPTY, language))
    return FormField(name=field.id, label=str(pick(field.name, language)), kind="shown", value=value, required=False)


def _drawn(field: Field, posted: Raw, answer: Any, facts: Facts, language: str, *, as_heading: bool) -> list[FormField]:
    label = str(pick(field.name, language))
    hint = str(pick(field.hint, language)) if field.hint else ""
    noun = str(pick(field.noun, language)) if field.noun else ""
    drawn = FormField(
        name=field.id, label=label, kind=_kind(field), hint=hint, noun=noun,
        required=field.required and field.is_question, value=_value(field, posted), as_heading=as_heading,
        options=_options(field, facts, language),
        autocomplete="" if field.autocomplete == "off" else str(field.autocomplete),
        unit=_unit(field, language), size=16 if field.kind == "money" else 0,
        accept=",".join(_ACCEPT[kind] for kind in field.accept) if field.kind == "file" else "",
        multiple=field.kind == "file" and field.max_files > 1, files=_files(field, answer),
        inline=field.kind == "yesno",
    )  # fmt: skip
    if field.kind == "confirm":
        return [*_shown(field, facts, language), drawn]
    if field.kind == "address" and not field.register_only:
        other = town_parts(field, posted, facts, language) or _other_address(field, posted, language)
        return (
            [
                replace(other[0], label=drawn.label, hint=drawn.hint, noun=drawn.noun, required=field.required),
                *other[1:],
            ]
            if field.other_only
            else [drawn, *other]
        )
    if field.kind == "consent" and field.text:
        return [_with_label(drawn, str(pick(field.text, language)), noun or label)]
    if field.kind == "note":
        return [_note(field, language)]
    if field.kind == "table":
        return [rows_field(field, drawn, posted, language)]
    if field.kind == "person":
        return [person_field(field, drawn, posted, facts, language)]
    if field.kind == "point":
        return [replace(drawn, size=40), *point_numbers(posted, field, language)]
    return [drawn]


def _with_label(drawn: FormField, label: str, noun: str) -> FormField:
    return replace(drawn, label=label, noun=noun, as_heading=False)


def _note(field: Field, language: str) -> FormField:
    label = str(pick(field.label, language)) if field.label else ""
    text = str(pick(field.text or {}, language))
    return FormField(name=field.id, label=label or text, kind="shown", value=text if label else "", required=False)


def _kind(field: Field) -> Kind:
    if field.kind == "choice":
        return "select" if field.display == "select" else "radio"
    if field.kind == "person" and field.max_people > 1:
        return "checkboxes"
    return _KINDS[field.kind]


def _value(field: Field, posted: Raw) -> object:
    values = list(posted.get(field.id) or ())
    if field.kind == "multi" or (field.kind == "person" and field.max_people > 1):
        return values
    if field.kind == "date":
        era, year, month, day = (_last(posted, f"{field.id}_{part}") for part in DATE_PARTS)
        return DateParts(era, year or (values[-1] if values else ""), month, day)
    if field.kind == "consent":
        return bool(values and values[-1])
    return values[-1] if values else ""


def _last(posted: Raw, name: str) -> str:
    return (list(posted.get(name) or ("",)))[-1]


def _options(field: Field, facts: Facts, language: str) -> tuple[Option, ...]:
    if field.options is not None:
        return tuple(
            Option(o.value, str(pick(o.label, language)), str(pick(o.hint, language)) if o.hint else "")
            for o in field.options
        )
    if field.kind == "yesno":
        return Option("yes", str(pick(YES, language))), Option("no", str(pick(NO, language)))
    if field.kind == "confirm":
        no_hint = str(pick(field.if_no, language)) if field.if_no else ""
        return Option("yes", str(pick(CORRECT, language))), Option("no", str(pick(NOT_CORRECT, language)), no_hint)
    if field.kind == "address":
        code = str(facts.get("subject.postcode") or "")
        code = f"〒{code[:3]}-{code[3:]}" if len(code) == 7 else code
        known = f"{code} {facts.get('subject.address') or ''}".strip()
        # As the register writes it: Japanese on every page, without readings.
        written = format_html('<span lang="ja" data-noruby>{}</span>', known) if known else ""
        registered = Option("register", str(pick(REGISTERED, language)), written or str(pick(_HIDDEN, language)))
        other = Option("other", str(pick(_OTHER_ADDRESS, language)))
        return (registered,) if field.register_only else (registered, other)
    return ()


def _files(field: Field, answer: Any) -> tuple[SentFile, ...]:
    if field.kind != "file" or not answer:
        return ()
    return tuple(
        SentFile(str(one["name"]), f"{max(1, int(one['size']) // 1024):,} KB", f"{field.id}:{one['id']}")
        for one in answer
    )


def _shown(field: Field, facts: Facts, language: str) -> list[FormField]:
    """The facts to be confirmed, as text."""
    return [
        FormField(
            name=f"{field.id}-{number}", label=fact_label(fact, language), kind="shown", required=False,
            value=fact_text(fact, facts.get(fact), language) or "—",
        )
        for number, fact in enumerate(field.shows or ())
    ]  # fmt: skip


def _other_address(field: Field, posted: Raw, language: str) -> list[FormField]:
    postcode, address = (_last(posted, f"{field.id}__{part}") for part in ADDRESS_PARTS)
    return [
        FormField(name=f"{field.id}__postcode", label=str(pick(_POSTCODE, language)), kind="postcode", required=False,
                  value=postcode, autocomplete="postal-code"),
        FormField(name=f"{field.id}__address", label=str(pick(_ADDRESS, language)), kind="text", required=False,
                  value=address, autocomplete="street-address", size=40),
    ]  # fmt: skip
