"""Form fields as data: what a question is, and how it is drawn. `{% field f %}` takes a FormField."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from jichi.kernel.errors import FieldError

from .catalogue import field_message
from .labels import text_of

Kind: TypeAlias = Literal[
    "text",
    "kana",
    "email",
    "phone",
    "postcode",
    "number",
    "code",
    "password",
    "textarea",
    "select",
    "radio",
    "checkboxes",
    "consent",
    "date",
    "file",
    "shown",
    "hidden",
    "rows",
]


@dataclass(frozen=True, slots=True)
class Option:
    """One choice. `hint` stands under it; `noruby`: a name from the register; `lang`: words of another language.

    `reading` (katakana): a list whose choices all have one is put in rows by it, and found by it.
    """

    value: str
    label: str
    hint: str = ""
    noruby: bool = False
    lang: str = ""
    reading: str = ""


@dataclass(frozen=True, slots=True)
class SentFile:
    """A file already stored for this field; `remove_value` is sent by its 外す button (name `remove`)."""

    name: str
    size: str = ""
    remove_value: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RowTable:
    """The rows of a "rows" field: small fields, sums below, and the words of its buttons ({row} is a number)."""

    rows: tuple[tuple[FormField, ...], ...] = ()
    sums: tuple[tuple[str, str], ...] = ()
    max_rows: int = 1
    row_text: str = "{row}"
    add_text: str = ""
    remove_text: str = ""
    sum_text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MapBox:
    """A map above a field, on which a point is set: where its data is, and the boxes that take the two numbers.

    `bounds` are south, west, north, east in degrees, () for the whole map.
    """

    url: str
    lat: str
    lng: str
    bounds: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FormField:
    """One question on a page.

    `label` (text or label key) is shown; `noun` stands in error messages (default: the label).
    `value` is a str, a list of str for "checkboxes", a `dates.DateParts` for "date", a bool for "consent".
    `error` is a FieldError, or its text.
    `as_heading` makes the label the page's `h1` (then give the view's context `own_heading=True`).
    `size` is the width in characters of what is expected. `lang` marks text in another language.
    """

    name: str
    label: str
    kind: Kind = "text"
    hint: str = ""
    required: bool = True
    value: object = ""
    error: FieldError | str | None = None
    options: tuple[Option, ...] = ()
    autocomplete: str = ""
    noun: str = ""
    unit: str = ""
    size: int = 0
    rows: int = 5
    accept: str = ""
    multiple: bool = False
    files: tuple[SentFile, ...] = ()
    eras: bool = True
    as_heading: bool = False
    show_mark: bool = True
    inline: bool = False
    lang: str = ""
    address_button: bool = False
    table: RowTable | None = None
    map: MapBox | None = None

    @property
    def html_id(self) -> str:
        """The id of the first control; `#f-<name>` in the error summary."""
        return f"f-{self.name}"

    def error_text(self, language: str | None = None) -> str:
        """The message shown at the field, "" when it is right."""
        if self.error is None or self.error == "":
            return ""
        if isinstance(self.error, FieldError):
            return field_message(self.error, label=text_of(self.noun or self.label, language), language=language)
        return self.error

    def with_error(self, error: FieldError | str | None) -> FormField:
        """The same field, wrong."""
        return replace(self, error=error)


@dataclass(frozen=True, slots=True)
class SummaryError:
    """One line of the error summary: where it leads and what it says ("" leads nowhere)."""

    target: str
    text: str


def errors_for(fields: Iterable[FormField], *, others: Iterable[str] = ()) -> list[SummaryError]:
    """The error summary of these fields, in page order; `others` are sentences about the form as a whole.

    Hand it to the template as `errors`: the layout shows the summary and puts 「エラー: 」 into the title.
    """
    found = [SummaryError("", text) for text in others]
    found += [SummaryError(f.html_id, f.error_text()) for f in fields if f.error]
    return found


def with_values(
    fields: Iterable[FormField],
    values: Mapping[str, object],
    errors: Mapping[str, FieldError] | None = None,
) -> list[FormField]:
    """The fields filled with what was entered and, where wrong, their errors (`Invalid.fields`)."""
    wrong = errors or {}
    return [replace(f, value=values.get(f.name, f.value), error=wrong.get(f.name)) for f in fields]


@dataclass(frozen=True, slots=True)
class FieldGroup:
    """Fields under one heading on a page."""

    title: str
    fields: tuple[FormField, ...] = field(default_factory=tuple)


def filter_field(
    name: str, label: str, value: object = "", *, size: int = 0, error: FieldError | str | None = None
) -> FormField:
    """Words by which a list is narrowed: never required, and not marked so."""
    return FormField(name=name, label=label, required=False, show_mark=False, value=value, size=size, error=error)


def filter_choice(
    name: str,
    label: str,
    value: object,
    choices: Iterable[tuple[str, str]],
    *,
    every: str = "すべて",
    noruby: bool = False,
) -> FormField:
    """A choice by which a list is narrowed; `every` narrows nothing ("" is chosen). `noruby`: the choices are names."""
    options = (Option("", every), *(Option(key, words, noruby=noruby) for key, words in choices))
    return FormField(
        name=name, label=label, kind="select", options=options, required=False, show_mark=False, value=value
    )
