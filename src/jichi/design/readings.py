"""Readings (ふりがな) over kanji for やさしい日本語: dictionary, numbers with counters, `{漢字|かんじ}`.

The dictionary is `readings.txt` of this room and of every other room that has one. Longest match wins;
a single kanji's own line is the last resort. A wrong reading is worse than a missing one: tests list the
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
_COUNTERS: Final = {
    "年間": "ねんかん", "年度": "ねんど", "年": "ねん", "時間": "じかん", "時": "じ", "週間": "しゅうかん", "週": "しゅう",
    "秒": "びょう", "歳": "さい", "才": "さい", "円": "えん", "万円": "まんえん", "万": "まん", "千円": "せんえん",
    "件": "けん", "回目": "かいめ", "回": "かい", "名": "めい", "枚": "まい", "通": "つう", "問目": "もんめ", "問": "もん",
    "番目": "ばんめ", "番地": "ばんち", "番": "ばん", "号": "ごう", "個": "こ", "台": "だい", "冊": "さつ", "校": "こう",
    "組": "くみ", "点": "てん", "度": "ど", "文字": "もじ", "桁": "けた", "割": "わり", "丁目": "ちょうめ", "級": "きゅう",
    "条": "じょう", "世帯": "せたい", "倍": "ばい", "席": "せき", "着": "ちゃく", "社": "しゃ", "種類": "しゅるい",
    "人分": "にんぶん", "月分": "がつぶん", "人目": "にんめ", "区": "く", "行目": "ぎょうめ", "行": "ぎょう", "列": "れつ",
    "営業日": "えいぎょうび", "開庁日": "かいちょうび", "泊": "はく", "室": "しつ", "箱": "はこ", "票": "ひょう",
}  # fmt: skip
"""Counter after a number → its reading where the number does not change it."""

_DAYS: Final = {
    1: "ついたち", 2: "ふつか", 3: "みっか", 4: "よっか", 5: "いつか", 6: "むいか", 7: "なのか", 8: "ようか",
    9: "ここのか", 10: "とおか", 14: "じゅうよっか", 20: "はつか", 24: "にじゅうよっか",
}  # fmt: skip
_WEEKDAYS: Final = {"月": "げつ", "火": "か", "水": "すい", "木": "もく", "金": "きん", "土": "ど", "日": "にち"}
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
_AFTER_KA: Final = {"月": "げつ", "国": "こく", "所": "しょ", "年": "ねん"}


def _parse(text: str) -> dict[str, str]:
    lines = (line.split() for line in text.splitlines() if line.strip() and not line.startswith("#"))
    return {word: reading for word, reading, *_ in lines}


@lru_cache(maxsize=1)
def dictionary() -> dict[str, str]:
    """All words with their readings, from every room's `readings.txt` (this room's first)."""
    found: dict[str, str] = {}
    for room in ("jichi.design", *getattr(settings, "JICHI_ROOMS", ())):
        file = resources.files(room) / "readings.txt"
        if file.is_file():
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
    if counter == "階":
        return text + _ruby("階", "がい" if number % 10 == 3 else "かい"), 0
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


def _annotate(text: str, missing: list[str] | None) -> str:
    out, at = [], 0
    while found := _TOKEN.search(text, at):
        start, end = found.span()
        out.append(text[at:start])
        kind = found.lastgroup if found.lastgroup != "day" else "month"
        if found["note"]:
            out.append(ruby_of(found[2], found[3]))
        elif kind == "month":
            out.append(_month(found))
        elif kind == "counter":
            html, used = _counted(found["number"], found["counter"], text[end : end + 1])
            out.append(html)
            end += used
        elif kind == "weekday":
            out.append(_ruby(found["weekday"], _WEEKDAYS[found["weekday"]]))
        elif word := _word_at(text, start):
            out.append(ruby_of(word, dictionary()[word]))
            end = start + len(word)
        else:
            out.append(found[0])
            if missing is not None:
                missing.append(text[start : start + 6].split("<", maxsplit=1)[0].strip())
        at = end
    out.append(text[at:])
    return "".join(out)


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
        elif name and not tag["close"] and name not in _VOID and not tag[0].endswith("/>"):
            if name in _SKIPPED or "data-noruby" in tag["rest"]:
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
    """Where kanji stay bare on a page: six characters of context each, without repeats. Works before and after ruby."""
    missing: list[str] = []
    _walk(html, missing)
    return list(dict.fromkeys(missing))
