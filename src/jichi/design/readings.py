"""Readings (ふりがな) over kanji for やさしい日本語: dictionary, numbers with counters, `{漢字|かんじ}`.

The dictionary is `readings.txt` of this room and of every other room that has one. Longest match wins; a
single kanji's own line counts only where it stands alone. Lines "0年", "0~前", "~者", "再~" give the reading after
a number, after a counter, after a word, before a word. A wrong reading is worse than a missing one: tests list the
missing ones (`missing_readings`) so that they are written down.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib import resources
from typing import Final

from django.conf import settings

_KANJI: Final = "々〆\u3400-\u9fff\uf900-\ufaff"
_NOTATION: Final = re.compile(r"\{([^{}|<>]{1,40})\|([ぁ-ゖァ-ヺー・ ]{1,80})\}")
_DAYS: Final = {
    1: "ついたち", 2: "ふつか", 3: "みっか", 4: "よっか", 5: "いつか", 6: "むいか", 7: "なのか", 8: "ようか",
    9: "ここのか", 10: "とおか", 14: "じゅうよっか", 20: "はつか", 24: "にじゅうよっか",
}  # fmt: skip
_WEEKDAYS: Final = {"月": "げつ", "火": "か", "水": "すい", "木": "もく", "金": "きん", "土": "ど", "日": "にち"}
_AFFIX: Final = re.compile(r"0~|0|~")


def _parse(text: str) -> dict[str, str]:
    lines = (line.split() for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return {word: reading for word, reading, *_ in lines}


_OWN: Final = _parse((resources.files("jichi.design") / "readings.txt").read_text(encoding="utf-8"))


def _marked(start: str, end: str = "") -> dict[str, str]:
    """The lines of one kind ("0年", "0~前", "~者", "再~") without their mark."""
    found = {}
    for word, reading in _OWN.items():
        mark = _AFFIX.match(word)
        if (mark[0] if mark else "") == start and word.endswith("~") == bool(end):
            found[word.removeprefix(start).removesuffix(end)] = reading
    return found


_COUNTERS: Final = _marked("0")
_AFTER_COUNTER: Final = _marked("0~")
_SUFFIXES: Final = _marked("~")
_PREFIXES: Final = _marked("", "~")
_NUMBER: Final = r"[0-90-9][0-90-9,,]*"
_TOKEN: Final = re.compile(
    rf"(?P<note>{_NOTATION.pattern})"
    rf"|(?P<month>{_NUMBER})月(?:(?P<day>{_NUMBER})日)?(?!間|末|曜)"
    rf"|(?P<number>{_NUMBER})(?P<counter>[かヶカケ](?=[月国所年])|日間|日|人(?!口|数)|分(?!か|け|の)|階|本|"
    + "|".join(sorted(map(re.escape, _COUNTERS), key=len, reverse=True))
    + r")"
    r"|(?<=[((・])(?P<weekday>[月火水木金土日])(?=[))・])"
    rf"|(?P<kanji>[{_KANJI}])"
)
_IS_KANJI: Final = re.compile(f"[{_KANJI}]").match
_AFTER_KA: Final = {"月": "げつ", "国": "こく", "所": "しょ", "年": "ねん"}


@lru_cache(maxsize=1)
def dictionary() -> dict[str, str]:
    """All words with their readings, from every room's `readings.txt` (this room's first)."""
    found = {word: reading for word, reading in _OWN.items() if "~" not in word and not word.startswith("0")}
    for room in getattr(settings, "JICHI_ROOMS", ()):
        file = resources.files(room) / "readings.txt"
        if room != "jichi.design" and file.is_file():
            for word, reading in _parse(file.read_text(encoding="utf-8")).items():
                found.setdefault(word, reading)
    return found


@lru_cache(maxsize=1)
def _longest() -> dict[str, int]:
    """First character → length of the longest word that begins with it."""
    found: dict[str, int] = {}
    for word in dictionary():
        found[word[0]] = max(found.get(word[0], 0), len(word))
    return found


def _ruby(base: str, reading: str) -> str:
    return f"<ruby>{base}<rp>(</rp><rt>{reading}</rt><rp>)</rp></ruby>"


def _hiragana(text: str) -> str:
    return "".join(chr(ord(c) - 0x60) if "ァ" <= c <= "ヶ" else c for c in text)


@lru_cache(maxsize=4096)
def ruby_of(word: str, reading: str) -> str:
    """The word with its reading over the kanji only: 手続き/てつづき → <ruby>手続</ruby>き.

    Where reading and kana of the word do not fit together, the reading stands over the whole word.
    """
    runs = re.findall(rf"[{_KANJI}0-90-9]+|[^{_KANJI}0-90-9]+", word)
    pattern = "".join("(.+?)" if re.match(rf"[{_KANJI}0-90-9]", run) else re.escape(_hiragana(run)) for run in runs)
    fits = re.fullmatch(pattern, _hiragana(reading))
    if fits is None:
        return _ruby(word, reading)
    readings = iter(fits.groups())
    return "".join(_ruby(run, next(readings)) if re.match(rf"[{_KANJI}0-90-9]", run) else run for run in runs)


def _day(number: int, text: str, *, of_month: bool) -> str:
    if number == 1 and not of_month:
        return text + _ruby("日", "にち")
    if number in _DAYS:
        return _ruby(f"{text}日", _DAYS[number])
    return text + _ruby("日", "にち")


def _minutes(number: int) -> str:
    return "ふん" if number % 10 in (2, 5, 7, 9) else "ぷん"


def _counted(text: str, counter: str, following: str) -> tuple[str, int]:
    """Number and counter with their reading, and how many characters of what follows were used too."""
    number = int(unicodedata.normalize("NFKC", text).replace(",", "") or 0)
    if counter in "かヶカケ":
        return f"{text}{counter}{_ruby(following, _AFTER_KA[following])}", 1
    if counter == "日":
        return _day(number, text, of_month=False), 0
    if counter == "日間":
        return _day(number, text, of_month=False) + _ruby("間", "かん"), 0
    if counter == "人":
        special = {1: "ひとり", 2: "ふたり"}.get(number)
        return (_ruby(f"{text}人", special) if special else text + _ruby("人", "にん")), 0
    if counter == "分":
        return text + _ruby("分", _minutes(number)), 0
    if counter in "階泊":
        usual, changed = ("かい", {3: "がい"}) if counter == "階" else ("はく", dict.fromkeys((0, 1, 3, 6, 8), "ぱく"))
        return text + _ruby(counter, changed.get(number % 10, usual)), 0
    if counter == "本":
        return text + _ruby("本", {1: "ぽん", 3: "ぼん", 6: "ぽん", 8: "ぽん", 0: "ぽん"}.get(number % 10, "ほん")), 0
    return text + _ruby(counter, _COUNTERS[counter]), 0


def _month(found: re.Match[str]) -> str:
    html = found["month"] + _ruby("月", "がつ")
    if found["day"]:
        html += _day(int(unicodedata.normalize("NFKC", found["day"]).replace(",", "")), found["day"], of_month=True)
    return html


def _word_at(text: str, at: int) -> str:
    words = dictionary()
    for length in range(_longest().get(text[at], 0), 0, -1):
        if text[at : at + length] in words:
            return text[at : at + length]
    return ""


def _reading_at(text: str, at: int, before: str) -> tuple[str, str]:
    """The word that begins at `at` and its reading; ("", "") where a reading would be a guess.

    `before` says what stands directly before: "word" (a dictionary word ending in kanji), "counter" (a number with
    its counter) or "". A kanji's own line is trusted only where it stands alone: beside another kanji it is read
    as a prefix (再申請) or suffix (申請者), or not at all.
    """
    word = _word_at(text, at)
    if len(word) != 1:
        return word, dictionary().get(word, "")
    beside = _IS_KANJI(text[at + 1 : at + 2]) is not None
    if before == "counter" and word in _AFTER_COUNTER:
        return word, _AFTER_COUNTER[word]
    if before and word in _SUFFIXES:
        return word, _SUFFIXES[word]
    if before:
        # 「もう一度送る」: what follows a word and has okurigana is a verb of its own.
        has_okurigana = "ぁ" <= text[at + 1 : at + 2] <= "ゖ"
        return (word, dictionary()[word]) if has_okurigana else ("", "")
    if not beside:
        return word, dictionary()[word]
    if word in _PREFIXES and len(_word_at(text, at + 1)) > 1:
        return word, _PREFIXES[word]
    return "", ""


def _bare_run(text: str, at: int) -> int:
    """End of the kanji from `at` on that get no reading: up to a longer dictionary word or the end of the run."""
    end = at + 1
    while end < len(text) and _IS_KANJI(text[end]) and len(_word_at(text, end)) < 2:
        end += 1
    return end


def _annotate(text: str, missing: list[str] | None) -> str:
    out, at, before = [], 0, ""
    while found := _TOKEN.search(text, at):
        start, end = found.span()
        out.append(text[at:start])
        before = before if start == at else ""
        html, end, before = _token(text, found, before)
        if not html:
            html = text[start:end]
            if missing is not None:
                missing.append(html)
        out.append(html)
        at = end
    out.append(text[at:])
    return "".join(out)


def _token(text: str, found: re.Match[str], before: str) -> tuple[str, int, str]:
    """HTML for one token ("" = no reading known), where it ends, and what it is for the token after it."""
    start, end = found.span()
    if found["note"]:
        return ruby_of(found[2], found[3]), end, "word"
    if found["month"]:
        return _month(found), end, "counter"
    if found["counter"]:
        html, used = _counted(found["number"], found["counter"], text[end : end + 1])
        return html, end + used, "counter"
    if found["weekday"]:
        return _ruby(found["weekday"], _WEEKDAYS[found["weekday"]]), end, ""
    word, reading = _reading_at(text, start, before)
    if word:
        ends_in_kanji = _IS_KANJI(word[-1]) is not None
        return ruby_of(word, reading), start + len(word), "word" if ends_in_kanji else ""
    return "", _bare_run(text, start), "word"


@lru_cache(maxsize=8192)
def annotate(text: str) -> str:
    """Text (already escaped HTML, no tags) with ruby. Kanji without a known reading stay bare."""
    return _annotate(text, None)


def strip_notation(text: str) -> str:
    """`{漢字|かんじ}` → 漢字, for mail, SMS, PDFs and attributes."""
    return _NOTATION.sub(r"\1", text)


_TAG: Final = re.compile(
    r"<!--.*?-->|<!(?:[^>]*)>|<(?P<close>/?)(?P<name>[a-zA-Z][a-zA-Z0-9-]*)(?P<rest>(?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>",
    re.DOTALL,
)
_SKIPPED: Final = frozenset({"script", "style", "title", "option", "textarea", "ruby", "rt", "rp", "svg"})
_VOID: Final = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
_VALUE: Final = re.compile(r"\bvalue=\"[^\"]*\"")


def _clean_tag(tag: str) -> str:
    """Notation out of attributes; a `value` is what somebody typed and stays."""
    if "|" not in tag or "{" not in tag:
        return tag
    out, at = [], 0
    for kept in _VALUE.finditer(tag):
        out += [strip_notation(tag[at : kept.start()]), kept[0]]
        at = kept.end()
    return "".join([*out, strip_notation(tag[at:])])


def _begins_skipping(tag: re.Match[str], name: str) -> bool:
    if not name or tag["close"] or name in _VOID or tag[0].endswith("/>"):
        return False
    return name in _SKIPPED or "data-noruby" in tag["rest"]


def _walk(html: str, missing: list[str] | None) -> str:
    """Annotate the text between tags, leaving out what must not carry ruby (see the module's docstring)."""
    out: list[str] = []
    at, depth, waiting_for = 0, 0, ""
    for tag in _TAG.finditer(html):
        text = html[at : tag.start()]
        if waiting_for:
            out.append(strip_notation(text) if waiting_for in ("title", "option") else text)
        elif text:
            out.append(annotate(text) if missing is None else _annotate(text, missing))
        out.append(_clean_tag(tag[0]))
        at = tag.end()
        name = (tag["name"] or "").lower()
        if waiting_for:
            if name == waiting_for:
                depth += -1 if tag["close"] else 1
                waiting_for = waiting_for if depth else ""
        elif _begins_skipping(tag, name):
            waiting_for, depth = name, 1
    rest = html[at:]
    if rest and not waiting_for:
        rest = annotate(rest) if missing is None else _annotate(rest, missing)
    return "".join([*out, rest])


def add_ruby(html: str) -> str:
    """A whole page or fragment with ruby on the kanji of its text.

    Left alone: script, style, title, option, textarea, svg, existing ruby, and everything inside an element with
    `data-noruby` (names from the register, what a person wrote).
    """
    return _walk(html, None)


def missing_readings(html: str) -> list[str]:
    """The kanji that stay bare on a page, without repeats. Works before and after ruby was put on."""
    missing: list[str] = []
    _walk(html, missing)
    return list(dict.fromkeys(missing))
