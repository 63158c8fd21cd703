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
    "年間": "ねんかん", "年度": "ねんど", "年": "ねん", "時間": "じかん", "時": "じ", "週間": "しゅうかん", "週": "しゅう", "秒": "びょう", "歳": "さい",
    "才": "さい", "円": "えん", "万円": "まんえん", "万": "まん", "千円": "せんえん", "件": "けん", "回目": "かいめ", "回": "かい", "名": "めい",
    "枚": "まい", "通": "つう", "問目": "もんめ", "問": "もん", "番目": "ばんめ", "番地": "ばんち", "番": "ばん", "号": "ごう", "個": "こ",
    "台": "だい", "冊": "さつ", "校": "こう", "組": "くみ", "点": "てん", "度": "ど", "文字": "もじ", "桁": "けた", "割": "わり",
    "丁目": "ちょうめ", "級": "きゅう", "条": "じょう", "世帯": "せたい", "倍": "ばい", "席": "せき", "着": "ちゃく", "社": "しゃ", "種類": "しゅるい",
    "人分": "にんぶん", "月分": "がつぶん", "人目": "にんめ", "区": "く", "行目": "ぎょうめ", "行": "ぎょう", "列": "れつ", "営業日": "えいぎょうび", "開庁日": "かいちょうび",
    "泊": "はく", "室": "しつ", "箱": "はこ", "票": "ひょう",
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
_IS_KANJI: Final = re.compile(f"[{_KANJI}]").match
_SUFFIXES: Final = {
    "中": "ちゅう", "後": "ご", "前": "まえ", "者": "しゃ", "用": "よう", "的": "てき", "化": "か", "語": "ご", "所": "しょ",
    "書": "しょ", "証": "しょう", "課": "か", "係": "がかり", "室": "しつ", "会": "かい", "費": "ひ", "料": "りょう", "金": "きん",
    "日": "び", "員": "いん", "券": "けん", "数": "すう", "名": "めい", "先": "さき", "側": "がわ", "別": "べつ", "内": "ない",
    "外": "がい", "様": "さま", "方": "かた", "人": "にん", "性": "せい", "力": "りょく", "場": "じょう", "館": "かん", "園": "えん",
    "校": "こう", "院": "いん", "局": "きょく", "部": "ぶ", "長": "ちょう", "区": "く", "市": "し", "町": "まち", "県": "けん",
    "都": "と", "国": "こく", "年": "ねん", "権": "けん", "法": "ほう", "式": "しき", "票": "ひょう", "税": "ぜい", "等": "とう",
    "順": "じゅん", "済": "ずみ", "分": "ぶん", "面": "めん", "点": "てん", "時": "じ", "率": "りつ", "額": "がく", "制": "せい",
    "型": "がた", "物": "ぶつ", "品": "ひん", "地": "ち", "欄": "らん", "紙": "し", "類": "るい", "版": "ばん", "集": "しゅう",
    "線": "せん", "機": "き", "器": "き", "箱": "ばこ", "間": "かん", "上": "じょう", "下": "か", "席": "せき", "便": "びん",
    "車": "しゃ", "店": "てん", "達": "たち", "家": "か", "代": "だい", "業": "ぎょう", "学": "がく", "手": "しゅ", "歴": "れき",
    "表": "ひょう", "状": "じょう", "届": "とどけ", "付": "き", "号": "ごう", "番": "ばん", "目": "め",
}  # fmt: skip
"""Kanji directly after a word of the dictionary → its reading there (申請者)."""

_PREFIXES: Final = {
    "新": "しん", "旧": "きゅう", "再": "さい", "各": "かく", "全": "ぜん", "未": "み", "無": "む", "非": "ひ", "不": "ふ",
    "前": "ぜん", "元": "もと", "本": "ほん", "同": "どう", "他": "た", "両": "りょう", "総": "そう", "約": "やく", "毎": "まい",
    "第": "だい", "仮": "かり", "副": "ふく", "主": "しゅ", "最": "さい", "小": "しょう", "大": "だい", "要": "よう", "現": "げん",
    "当": "とう", "満": "まん", "次": "じ", "翌": "よく", "今": "こん", "来": "らい", "区": "く", "市": "し", "国": "こく",
    "都": "と", "県": "けん", "町": "ちょう",
}  # fmt: skip
"""Kanji directly before a word of the dictionary → its reading there (再申請)."""

_AFTER_COUNTER: Final = {
    "前": "まえ", "後": "ご", "間": "かん", "目": "め", "分": "ぶん", "毎": "ごと", "生": "せい", "代": "だい", "頃": "ごろ",
    "度": "ど", "中": "ちゅう", "内": "ない", "制": "せい", "側": "がわ", "様": "さま", "用": "よう",
}  # fmt: skip
"""Kanji directly after a number with its counter → its reading there (3日前)."""

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
