"""From what a browser posts to an answer, kind by kind: widths, kana and dates made uniform, limits kept.

Every reader takes the field, what was posted, and the situation (other answers, facts, today), and
gives the answer as stored, or None where nothing was entered, or raises `Wrong`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any, Final

from jichi.kernel.calendar import DateError, parse_date, parse_date_fields
from jichi.kernel.errors import FieldError
from jichi.kernel.text import compose, count_characters, is_katakana_name, normalise_name, to_katakana

from .conditions import Ref, Situation, resolve_operand
from .facts import Facts, fact_json
from .fields import Field
from .people_asked import housemates, kept, token, typed_name
from .points import POINT_PARTS, read_degrees, split_pair
from .posting import ADDRESS_PARTS, DATE_PARTS, Raw
from .tables import cells_of
from .towns import TOWN_PARTS, InTown, read_block, taken_apart, towns_of

_RAW_LIMIT: Final = 20_000


class Wrong(Exception):
    """This can't be the answer; says why."""

    def __init__(self, code: str, **params: object) -> None:
        self.error = FieldError(code, params)
        super().__init__(code)


def read_answer(field: Field, raw: Raw, situation: Situation) -> Any:
    """The answer as stored; None where nothing was entered.

    Raises:
        Wrong: it can't be taken; `error` is a FieldError whose `label` the page fills in.
    """
    return _READERS[field.kind](field, raw, situation)


def required_error(field: Field) -> FieldError:
    """What to say where a required answer is missing."""
    codes = {"choice": "field.choose_one", "yesno": "field.choose_one", "confirm": "field.choose_one",
             "address": "field.choose_one", "multi": "field.choose", "consent": "field.consent",
             "date": "field.date_required", "file": "file.required", "point": "forms.point_missing"}  # fmt: skip
    return FieldError(codes.get(field.kind, "field.required"))


def _one(raw: Raw, name: str) -> str:
    values = raw.get(name) or ("",)
    return values[-1][:_RAW_LIMIT]


def _clean(text: str, *, lines: bool = False) -> str:
    """Composed, without compatibility folding; control characters, lone surrogates, direction overrides are wrong."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not lines:
        text = re.sub(r"[\n\t]+", " ", text)
    for character in text:
        category = unicodedata.category(character)
        if category in {"Cs", "Cn"} or (category == "Cc" and character not in "\n\t") or character in _OVERRIDES:
            raise Wrong("field.not_text")
    return compose(text).strip(" \n\t\u3000")


_OVERRIDES: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def _limited(field: Field, text: str) -> str | None:
    length = count_characters(text)
    if length > field.length or len(text) > 4 * field.length + 40:
        raise Wrong("field.too_long", max=field.length, now=max(length, field.length + 1))
    return text or None


def _text(field: Field, raw: Raw, _situation: Situation) -> str | None:
    text = _limited(field, _clean(_one(raw, field.id)))
    if text and field.pattern and not re.fullmatch(field.pattern, text):
        if field.pattern_message:
            raise Wrong("forms.message", message=field.pattern_message)
        raise Wrong("field.pattern")
    return text


def _textarea(field: Field, raw: Raw, _situation: Situation) -> str | None:
    return _limited(field, _clean(_one(raw, field.id), lines=True))


def _name(field: Field, raw: Raw, _situation: Situation) -> str | None:
    return _limited(field, normalise_name(_clean(_one(raw, field.id))))


def _kana(field: Field, raw: Raw, _situation: Situation) -> str | None:
    text = normalise_name(to_katakana(_clean(_one(raw, field.id))))
    if text and not is_katakana_name(text):
        raise Wrong("field.kana")
    return _limited(field, text)


_EMAIL: Final = re.compile(
    r"[^\s@<>()\[\],;:\\\"]{1,64}@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})+", re.ASCII | re.IGNORECASE
)


def read_email(text: str) -> str | None:
    """A mail address as it is kept; None where it is none."""
    try:
        found = unicodedata.normalize("NFKC", _clean(text[:_RAW_LIMIT]))
    except Wrong:
        return None
    return found if len(found) <= 254 and found.isascii() and _EMAIL.fullmatch(found) else None


def _email(field: Field, raw: Raw, _situation: Situation) -> str | None:
    text = unicodedata.normalize("NFKC", _clean(_one(raw, field.id)))
    if not text:
        return None
    limited = _limited(field, text)
    if not text.isascii() or not _EMAIL.fullmatch(text):
        raise Wrong("field.email")
    return limited


_DASHES: Final = re.compile(r"[\u002d\u2010-\u2015\u2212\u30fc\s()]")


def _digits(text: str) -> str:
    return _DASHES.sub("", unicodedata.normalize("NFKC", text))


def _phone(field: Field, raw: Raw, _situation: Situation) -> str | None:
    digits = _digits(_clean(_one(raw, field.id)))
    if not digits:
        return None
    if re.fullmatch(r"\+81[0-9]{9,10}", digits):
        digits = "0" + digits[3:]
    if not re.fullmatch(r"0[0-9]{9,10}", digits):
        raise Wrong("field.phone")
    return digits


def read_postcode(text: str) -> str | None:
    """Seven digits in any width, with or without 〒 and dash; None for nothing.

    Raises:
        Wrong: anything else.
    """
    digits = _digits(_clean(text)).removeprefix("〒")
    if digits and not re.fullmatch(r"[0-9]{7}", digits):
        raise Wrong("field.postcode")
    return digits or None


def _postcode(field: Field, raw: Raw, _situation: Situation) -> str | None:
    return read_postcode(_one(raw, field.id))


_NUMBER: Final = re.compile(r"[+-]?[0-9]{1,15}", re.ASCII)


def _number(field: Field, raw: Raw, situation: Situation) -> int | None:
    text = unicodedata.normalize("NFKC", _clean(_one(raw, field.id))).replace(",", "").replace(" ", "")
    text = text.replace("\u2212", "-").removeprefix("¥").removesuffix("円")
    if field.unit:
        text = text.removesuffix(unicodedata.normalize("NFKC", field.unit["ja"]))
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise Wrong("field.number")
    number = int(text)
    low, high = _limit(field.lowest, situation), _limit(field.max, situation)
    if isinstance(low, int) and number < low:
        raise Wrong("field.number_too_small", min=low)
    if isinstance(high, int) and number > high:
        raise Wrong("field.number_too_large", max=high)
    return number


def _limit(limit: Ref | int | str | None, situation: Situation) -> Any:
    return None if limit is None else resolve_operand(limit, situation)


def _date(field: Field, raw: Raw, situation: Situation) -> str | None:
    era, year, month, day = (_one(raw, f"{field.id}_{part}")[:40] for part in DATE_PARTS)
    whole = _one(raw, field.id)[:40]
    try:
        if whole.strip():
            found = parse_date(whole)
        elif not (year.strip() or month.strip() or day.strip()):
            return None
        elif not month.strip() and not day.strip() and not year.strip().isdigit():
            found = parse_date(year)
        else:
            found = parse_date_fields(era, year, month, day)
    except DateError as error:
        if error.code == "date.missing":
            raise Wrong("field.date_required") from error
        if error.code == "date.unreadable":
            raise Wrong("field.unreadable_date") from error
        raise Wrong("field.not_a_date", text=whole or f"{era}{year}年{month}月{day}日") from error
    return _within(field, found.isoformat(), situation)


def _within(field: Field, day: str, situation: Situation) -> str:
    low, high = _limit(field.min, situation), _limit(field.max, situation)
    if isinstance(low, str) and day < low:
        raise Wrong("field.date_too_early", first=date.fromisoformat(low))
    if isinstance(high, str) and day > high:
        raise Wrong("field.date_too_late", last=date.fromisoformat(high))
    return day


def _chosen(field: Field, raw: Raw, known: Sequence[str]) -> str | None:
    value = _one(raw, field.id)
    if value and value not in known:
        raise Wrong("field.unknown_choice")
    return value or None


def _choice(field: Field, raw: Raw, _situation: Situation) -> str | None:
    return _chosen(field, raw, [option.value for option in field.options or ()])


def _yesno(field: Field, raw: Raw, _situation: Situation) -> str | None:
    return _chosen(field, raw, ("yes", "no"))


def _consent(field: Field, raw: Raw, _situation: Situation) -> str | None:
    return "yes" if _one(raw, field.id) in {"yes", "on", "1", "true"} else None


def _multi(field: Field, raw: Raw, _situation: Situation) -> list[str] | None:
    given = {value for value in raw.get(field.id) or () if value}
    options = field.options or ()
    if given - {option.value for option in options}:
        raise Wrong("field.unknown_choice")
    chosen = [option for option in options if option.value in given]
    for option in chosen:
        if option.exclusive and len(chosen) > 1:
            raise Wrong("forms.exclusive", choice=option.label)
    if field.max_choices and len(chosen) > field.max_choices:
        raise Wrong("field.choose_at_most", max=field.max_choices, now=len(chosen))
    return [option.value for option in chosen] or None


def _person(field: Field, raw: Raw, situation: Situation) -> list[dict[str, str]] | None:
    """Those chosen of the household as it is now; where none is known, the typed name."""
    known = {token(field, person.number): person for person in housemates(field, situation.facts)}
    if not known:
        name = _limited(field, normalise_name(_clean(_one(raw, typed_name(field)))))
        return [{"no": "", "name": name, "birth_date": ""}] if name else None
    given = {value for value in raw.get(field.id) or () if value}
    if given - known.keys():
        raise Wrong("field.unknown_choice")
    if len(given) > field.max_people:
        raise Wrong("field.choose_at_most", max=field.max_people, now=len(given))
    return [kept(person) for word, person in known.items() if word in given] or None


def _point(field: Field, raw: Raw, _situation: Situation) -> dict[str, str] | None:
    """Words, two numbers, or both; numbers only together, and in the bounds."""
    words = _limited(field, _clean(_one(raw, field.id)))
    pair = split_pair(*(_clean(_one(raw, f"{field.id}__{part}")) for part in POINT_PARTS))
    lat, lng = (read_degrees(text) for text in pair)
    if lat is None or lng is None or bool(lat) is not bool(lng):
        raise Wrong("forms.point_numbers")
    if lat and not field.bounds.holds(lat, lng):
        raise Wrong("forms.point_outside")
    return {"words": words or "", "lat": lat, "lng": lng} if words or lat else None


def _file(field: Field, _raw: Raw, situation: Situation) -> list[dict[str, Any]] | None:
    """Files are attached on their own; what is there already is the answer."""
    files = situation.answers.get(field.id)
    return list(files) if files else None


def _table(field: Field, raw: Raw, situation: Situation) -> list[dict[str, Any]] | None:
    """The rows in which something stands. What is wrong in a cell is told with its row and column, all at once."""
    found: list[dict[str, Any]] = []
    wrong: list[tuple[int, str, FieldError]] = []
    for number, cells in enumerate(cells_of(field, raw)):
        if not any(text.strip() for text in cells.values()):
            continue
        row: dict[str, Any] = {}
        for column in field.columns or ():
            try:
                value = _READERS[column.kind](column, {column.id: [cells[column.id]]}, situation)
            except Wrong as error:
                wrong.append((number, column.id, error.error))
                continue
            if value is not None:
                row[column.id] = value
            elif column.required:
                wrong.append((number, column.id, required_error(column)))
        found.append(row)
    if wrong:
        raise Wrong("forms.table_cells", cells=tuple(wrong))
    if found and len(found) < field.min_rows:
        raise Wrong("forms.too_few_rows", min=field.min_rows, now=len(found))
    return found or None


def _note(_field: Field, _raw: Raw, _situation: Situation) -> None:
    return None


def shown_facts(field: Field, facts: Facts) -> dict[str, str | int | bool | None]:
    """What a `confirm` puts before the person, as it is kept with the answer."""
    return {fact: fact_json(facts.get(fact)) for fact in field.shows or ()}


def _confirm(field: Field, raw: Raw, situation: Situation) -> dict[str, Any] | None:
    choice = _chosen(field, raw, ("yes", "no"))
    return {"choice": choice, "shown": shown_facts(field, situation.facts)} if choice else None


def _address(field: Field, raw: Raw, situation: Situation) -> dict[str, Any] | None:
    choice = _chosen_address(field, raw)
    if choice is None:
        return None
    if choice == "register":
        known = {part: situation.facts.get(f"subject.{part}") or "" for part in ADDRESS_PARTS}
        return {"choice": "register", **known}
    if field.towns and towns_of(situation.facts):
        return _in_town(field, raw, situation)
    postcode = read_postcode(_one(raw, f"{field.id}__postcode"))
    address = _limited(field, _clean(_one(raw, f"{field.id}__address")))
    if not postcode:
        raise Wrong("field.postcode")
    if not address:
        raise Wrong("field.required")
    return {"choice": "other", "postcode": postcode, "address": address}


def _chosen_address(field: Field, raw: Raw) -> str | None:
    """ "register" or "other"; where only another is asked for, that as soon as something is entered."""
    if not field.other_only:
        return _chosen(field, raw, ("register",) if field.register_only else ("register", "other"))
    parts = (*ADDRESS_PARTS, *TOWN_PARTS)
    return "other" if any(_one(raw, f"{field.id}__{part}").strip() for part in parts) else None


def _in_town(field: Field, raw: Raw, situation: Situation) -> dict[str, Any]:
    """An address by the list of towns: from its parts, or as it is kept already."""
    towns = towns_of(situation.facts)
    key, number, building = (_clean(_one(raw, f"{field.id}__{part}")) for part in TOWN_PARTS)
    found: InTown | None
    if key or number:
        town = next((one for one in towns if one.key == key), None)
        if town is None:
            raise Wrong("forms.town")
        block = read_block(number)
        if block is None:
            raise Wrong("forms.block")
        found = InTown(town, block, building.replace("\u3000", " "))
    else:
        found = taken_apart(_clean(_one(raw, f"{field.id}__address")), towns)
    if found is None:
        raise Wrong("forms.town")
    return {"choice": "other", "postcode": found.town.postcode, "address": _limited(field, found.line)}


_READERS: Final[Mapping[str, Callable[[Field, Raw, Situation], Any]]] = {
    "text": _text, "kana": _kana, "name": _name, "textarea": _textarea, "email": _email, "phone": _phone,
    "postcode": _postcode, "number": _number, "date": _date, "choice": _choice, "multi": _multi, "yesno": _yesno,
    "file": _file, "consent": _consent, "note": _note, "confirm": _confirm, "address": _address,
    "count": _number, "money": _number, "table": _table, "person": _person, "point": _point,
}  # fmt: skip
