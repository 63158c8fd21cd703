"""From a cell of the file to a value of ours, as COPY writes it: one function per kind of item, answers remembered."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import date
from typing import Any, Final

from jichi.kernel.check_digits import has_addressee_check_digit
from jichi.kernel.text import compose, fold_for_search

from .dates import UNKNOWN, RegisterDate, UnreadableDate, as_birth, for_calculation, plain_date, read_date
from .mapping import MUST_BE_CODES, RegisterMapping

NULL: Final = "\\N"
REMEMBERED: Final = 10_000
"""Values kept per kind of item; then the memory begins anew, so that it stays flat."""
DAYS_REMEMBERED: Final = 50_000
"""Of dates: more than a century has days, so that a whole register's birthdays are each made once."""
LONGEST_NUMBER: Final = 15
_FLAGS: Final = {"": "f", "0": "f", "1": "t", "無": "f", "有": "t", "false": "f", "true": "t"}
_ESCAPES: Final = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_CONTROL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_POSTCODE: Final = re.compile(r"(\d{3})-?(\d{4})")


class CellError(ValueError):
    """A value that can't be taken: what is wrong, and what to do."""

    def __init__(self, what: str, do: str = "確かめてください。", item: str = "") -> None:
        super().__init__(what, do)
        self.what, self.do, self.item = what, do, item


class Remembered(dict[Any, Any]):
    """Answers of a conversion by its input. Inputs that were refused stand in `bad` for as long as the file is read."""

    def __init__(self, convert: Callable[[Any], Any], instead: Any, *, most: int = REMEMBERED) -> None:
        super().__init__()
        self.convert, self.instead, self.most = convert, instead, most
        self.bad: dict[Hashable, CellError] = {}

    def __missing__(self, key: Any) -> Any:
        if len(self) >= self.most:
            self.clear()
        try:
            value = self.convert(key)
        except CellError as error:
            self.bad[key] = error
            value = self.instead
        except UnreadableDate as error:
            self.bad[key] = CellError(str(error), "2026-04-01 か 令和8年4月1日 のように書いてください。")
            value = self.instead
        self[key] = value
        return value


def escaped(text: str) -> str:
    """A text as COPY writes it."""
    return text if text.isprintable() and "\\" not in text else text.translate(_ESCAPES)


def text(cell: str) -> str:
    """Text as the register has it: composed, no compatibility folding, IVS kept, blanks at the ends off."""
    if cell.isascii() and cell.isprintable() and "\\" not in cell:
        return cell.strip()
    plain = cell if unicodedata.is_normalized("NFC", cell) else compose(cell)
    return _CONTROL.sub("", plain).strip(" \t\r\n　").translate(_ESCAPES)


def are_texts(given: Sequence[str]) -> bool:
    """Whether `text` would leave every one of these as it is; one look at all of them, where remembering pays little.

    Says no rather than yes: signs that are rare in registers (外字, other blanks) are left to `text`.
    """
    joined = "\n".join(given)
    if not joined.isascii() and not unicodedata.is_normalized("NFC", joined):
        return False
    if "\\" in joined or joined.count("\n") != len(given) - 1:
        return False
    if not joined.replace("\n", "").replace("　", "").isprintable():
        return False
    framed = f"\n{joined}\n"
    return not any(edge in framed for edge in ("\n ", " \n", "\n　", "　\n"))


def needed(cell: str) -> str:
    """Text that must be there."""
    return text(cell) or _refuse("空です。", "値を入れて出力し直してください。")


def number(cell: str) -> str:
    """宛名番号 or 世帯番号: letters and digits, any check digit (old numbers keep theirs)."""
    plain = cell.strip()
    if not plain or not plain.isascii() or not plain.isalnum() or len(plain) > LONGEST_NUMBER:
        return _refuse("番号がないか、使えない文字があります。", "15けたまでの半角の数字にしてください。")
    return plain


def chain(mapping: RegisterMapping) -> Callable[[Sequence[str]], str]:
    """続柄 of (the words written, code of the first to the fourth generation)."""
    table = mapping.codes.get("relationship", {})

    def convert(key: Sequence[str]) -> str:
        written, *codes = key
        given = [code.strip() for code in codes]
        while given and given[-1] in {"", "00", "0"}:
            given.pop()
        if written or not given:
            return needed(written)
        unknown = [code for code in given if code not in table]
        if unknown:
            return _refuse(f"続柄コード「{unknown[0]}」はコード表にありません。", "対応表(codes)に加えてください。")
        return escaped("の".join(table[code] for code in given))

    return convert


def has_check_digit(mapping: RegisterMapping) -> Callable[[str], bool]:
    """Whether a number ends in its check digit by the mapping's rule for remainder 1."""
    return lambda number: has_addressee_check_digit(number, remainder_one=mapping.check_digit or "zero")


def are_numbers(given: Sequence[str]) -> bool:
    """Whether `number` would leave every one of these as it is."""
    joined = "".join(given)
    return joined.isascii() and joined.isalnum() and all(given) and len(max(given, key=len)) <= LONGEST_NUMBER


def count(cell: str) -> str:
    """A number from 0; nothing counts as 0."""
    plain = cell.strip() or "0"
    if not (plain.isascii() and plain.isdigit() and len(plain) < 5):
        return _refuse(f"「{cell}」は数ではありません。")
    return str(int(plain))


def history(cell: str) -> str:
    """履歴番号: from 1."""
    value = count(cell)
    return value if value != "0" else _refuse("履歴番号がありません。", "1からの番号にしてください。")


def flag(cell: str) -> str:
    """1 and 0, 有 and 無; nothing is no."""
    found = _FLAGS.get(cell.strip().lower())
    return found if found is not None else _refuse(f"「{cell}」は0か1ではありません。")


def postcode(cell: str) -> str:
    """Seven digits, with or without the hyphen; nothing is nothing."""
    plain = unicodedata.normalize("NFKC", cell).strip().replace("−", "-")
    if not plain:
        return ""
    found = _POSTCODE.fullmatch(plain)
    return found[1] + found[2] if found else _refuse("郵便番号が7けたではありません。")


def coded(item: str, mapping: RegisterMapping) -> Callable[[str], str]:
    """The meaning of a code by the mapping's table; without a table the value itself."""
    table = mapping.codes.get(item)
    strict = item in MUST_BE_CODES

    def convert(cell: str) -> str:
        plain = cell.strip()
        if table is None:
            return text(cell)
        if plain in table:
            return escaped(table[plain])
        if strict:
            return _refuse(f"「{plain}」はコード表にありません。", "対応表(codes)に加えるか、値を確かめてください。")
        return text(cell)

    return convert


def is_plain(cell: str) -> bool:
    """Whether a cell is a day of the calendar as files have most of them: 1985-01-02. For speed alone."""
    if len(cell) != 10 or not "1800" <= cell[:4] <= "2200":
        return False
    try:
        return date.fromisoformat(cell).isoformat() == cell
    except ValueError:
        return False


def day(mapping: RegisterMapping) -> Callable[[str], str]:
    """A plain date; one that is not known to the day is no date here (its text stands with the movement)."""

    def convert(cell: str) -> str:
        if is_plain(cell):
            return cell
        found = read_date(cell, digits=mapping.era_digits or None)
        on = None if found.is_unknown else for_calculation(found)[0]
        return NULL if on is None else on.isoformat()

    return convert


def _uncertain(key: Sequence[str], mapping: RegisterMapping) -> tuple[RegisterDate, bool]:
    cell, era, unknown, phrase, kind = key
    if not phrase and _FLAGS.get(unknown) == "f" and is_plain(cell):
        return plain_date(cell, era=mapping.codes.get("era", {}).get(era, era)), kind == "foreign"
    found = read_date(
        cell, era=mapping.codes.get("era", {}).get(era, era), unknown=flag(unknown) == "t", phrase=phrase.strip(),
        digits=mapping.era_digits or None,
    )  # fmt: skip
    return found, kind == "foreign"


def birth(mapping: RegisterMapping) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """birth_text, birth_unknown, birth_unknown_text, birth_date, birth_date_rule."""

    def convert(key: Sequence[str]) -> tuple[str, ...]:
        found, western = _uncertain(key, mapping)
        if found.is_empty:
            _refuse("生年月日がありません。", "分からないときは、不詳フラグと不詳表記を入れてください。")
        on, rule = as_birth(found)
        return (
            escaped(found.text(western=western) or "不詳"), "t" if found.is_unknown else "f", escaped(found.phrase),
            NULL if on is None else on.isoformat(), rule,
        )  # fmt: skip

    return convert


def uncertain_day(mapping: RegisterMapping) -> Callable[[Sequence[str]], tuple[str, ...]]:
    """The date for calculation, the text, whether it is unknown, the rule."""
    phrases = {**UNKNOWN, **mapping.unknown_dates}

    def convert(key: Sequence[str]) -> tuple[str, ...]:
        found, western = _uncertain(key, mapping)
        on, rule = for_calculation(found, phrases)
        return (
            NULL if on is None else on.isoformat(), escaped(found.text(western=western)),
            "t" if found.is_unknown else "f", rule,
        )  # fmt: skip

    return convert


def entitlements(names: Sequence[str], mapping: RegisterMapping) -> Callable[[Sequence[str]], str]:
    """Qualifications as JSON: {"health_insurance": {"from": …, "to": null}}; `names` in pairs of from and to."""
    read = day(mapping)

    def convert(key: Sequence[str]) -> str:
        days = [None if (value := read(cell)) == NULL else value for cell in key]
        found = {
            name: {"from": days[2 * n], "to": days[2 * n + 1]}
            for n, name in enumerate(names)
            if days[2 * n] or days[2 * n + 1]
        }
        return json.dumps(found)

    return convert


def districts(kinds: Sequence[str]) -> Callable[[Sequence[str]], str]:
    """Local areas as an array: {"school:01","election:03"}."""

    def convert(key: Sequence[str]) -> str:
        codes = [cell.strip() for cell in key]
        if any(set(code) & set('"\\{},') for code in codes):
            _refuse("地区のコードに使えない文字があります。")
        return "{" + ",".join(f'"{kind}:{code}"' for kind, code in zip(kinds, codes, strict=True) if code) + "}"

    return convert


_folded: Final = Remembered(fold_for_search, "")


def fold(name: str) -> str:
    """A name's key for searching, made of its parts' keys, which are remembered."""
    return "".join([_folded[part] for part in name.split("　")])


fold_escaped: Final = Remembered(lambda name: escaped(fold(name)), "").__getitem__


def search_words(rows: Iterable[Sequence[str]]) -> list[str]:
    """All names each person is found by: (kind, name, roman, kanji, alias, alias kana, former family name, given)."""
    words = []
    for kind, name, roman, kanji, alias, alias_kana, former, given in rows:
        if not alias and not former and kind != "foreign":
            words.append(fold_escaped(name))
            continue
        names = [fold(roman or name), fold(kanji) if kanji else ""] if kind == "foreign" else [fold(name)]
        if alias:
            names += [fold(alias), fold(alias_kana)]
        if former:
            names.append(fold(former) + fold(given))
        words.append(escaped(" ".join([word for word in names if word])))
    return words


def _refuse(what: str, do: str = "確かめてください。") -> str:
    raise CellError(what, do)


def instead_of(outputs: int) -> str | tuple[str, ...]:
    """What stands in the place of a refused value, while the rest of the file is looked through."""
    return "" if outputs == 1 else ("",) * outputs
