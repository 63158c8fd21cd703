"""What a definition file can still get wrong although every part is well formed. Pure.

Errors stop publishing: a question nobody can reach, a condition on what is asked later, a window
that closes before it opens. Warnings do not: missing translations, long sentences, a notice that no
lawyer has confirmed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from typing import Any, Final

from jichi.kernel.localized import LANGUAGES

from .conditions import Condition, Ref
from .definition import FormDefinition
from .examples import example_problems
from .facts import FACTS
from .fields import NUMBERS, Field
from .findings import Found, error, warning
from .item_names import ITEM_NAMES
from .lint_answers import answers_problems
from .lint_terms import Routes, terms_problems
from .posting import posted_names
from .reach import never_shown
from .source import Path, Problem, Source, path_text
from .terms import RouteChoice
from .window import instant, split_moment

MAX_SENTENCE: Final = {"ja": 60, "easy": 30}


def lint(definition: FormDefinition, source: Source | None = None, routes: Routes | None = None) -> tuple[Problem, ...]:
    """Everything found, errors first, each with its line where the source is given.

    Args:
        routes: the routes that exist, and what each has to know; None: not looked at.
    """
    found = [*_references(definition), *_order(definition), *_names(definition), *_window(definition)]
    if not found:
        found += [*_unreachable(definition), *answers_problems(definition)]
    found += [
        *terms_problems(definition, routes),
        *_people(definition),
        *_nouns(definition),
        *_texts(definition),
        *_notices(definition),
    ]
    if source is not None and not any(level == "error" for level, *_rest in found):
        found += example_problems(definition, source)  # a definition that is wrong has its own reasons first
    located = [
        Problem(code, source.line(path) if source else 0, path_text(path), message, fix, level)
        for level, code, path, message, fix in found
    ]
    return tuple(sorted(located, key=lambda problem: (problem.level, problem.line, problem.path)))


def errors_of(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    """Those that stop publishing."""
    return tuple(problem for problem in problems if problem.level == "error")


def _conditions(definition: FormDefinition) -> Iterator[tuple[Path, Condition]]:
    """Every condition of the definition with its path."""
    for p, page in enumerate(definition.pages):
        if page.show_if:
            yield ("pages", p, "show_if"), page.show_if
        for f, field in enumerate(page.fields):
            if field.show_if:
                yield ("pages", p, "fields", f, "show_if"), field.show_if
    for n, item in enumerate(schedule.items if (schedule := definition.fee_schedule) else ()):
        if item.when:
            yield ("fee", "items", n, "when"), item.when
    for n, exemption in enumerate(schedule.exemptions if schedule else ()):
        yield ("fee", "exemptions", n, "when"), exemption.when
    for n, rule in enumerate(definition.eligibility.rules):
        yield ("eligibility", "rules", n, "when"), rule.when
    for n, check in enumerate(definition.cross_checks):
        yield ("cross_checks", n, "when"), check.when
    for n, official in enumerate(definition.official_checks):
        if official.rule:
            yield ("official_checks", n, "rule"), official.rule


def _named_fields(definition: FormDefinition) -> Iterator[tuple[Path, str]]:
    """Every place outside of conditions that names a field."""
    for p, page in enumerate(definition.pages):
        for f, field in enumerate(page.fields):
            for limit in ("min", "max"):
                value = getattr(field, limit)
                if isinstance(value, Ref) and value.field:
                    yield ("pages", p, "fields", f, limit), value.field
    for n, check in enumerate(definition.cross_checks):
        yield ("cross_checks", n, "field"), check.field
    for n, official in enumerate(definition.official_checks):
        if official.compare:
            yield ("official_checks", n, "compare", "field"), official.compare.field
    for n, sentence in enumerate(definition.corrections):
        yield ("corrections", n, "field"), sentence.field
    for n, item in enumerate(definition.result.shows):
        if item.field:
            yield ("result", "shows", n, "field"), item.field
    yield from _named_by_terms(definition)


def _named_by_terms(definition: FormDefinition) -> Iterator[tuple[Path, str]]:
    """Fields that fee, delivery and route name."""
    schedule, delivery, route = definition.fee_schedule, definition.delivery, definition.route
    for n, item in enumerate(schedule.items if schedule else ()):
        if item.count:
            yield ("fee", "items", n, "count"), item.count
    for part in ("field", "address"):
        if delivery and (name := getattr(delivery, part)):
            yield ("delivery", part), name
    if isinstance(route, RouteChoice):
        yield ("route", "amount", "field"), route.amount.field


def _references(definition: FormDefinition) -> Iterator[Found]:
    places = [(path, name) for path, c in _conditions(definition) for name in sorted(c.fields())]
    for path, name in [*places, *_named_fields(definition)]:
        field = definition.fields.get(name)
        if field is None or not field.is_question:
            yield _unknown(path, name)
        elif path[0] == "eligibility":
            fix = "fact(台帳の項目)だけを使う"
            yield error("field_in_eligibility", path, "申請できる人の規則では、答えを使えません。", fix)
    for path, condition in _conditions(definition):
        yield from _values(definition, path, condition)


def _unknown(path: Path, name: str) -> Found:
    """A question that is not there, or not there any more, and who counts on it."""
    if path[0] == "pages":
        return error("unknown_field", path, f"「{name}」という質問はありません。", "質問の id を確かめる")
    user = ITEM_NAMES.get(str(path[0]), str(path[0]))
    message = f"{user}が使っている質問「{name}」がありません。"
    return error("unknown_field", path, message, f"質問を戻すか、{user}のほうを直す")


def _values(definition: FormDefinition, path: Path, condition: Condition) -> Iterator[Found]:
    """Compared values that the field or fact can never have."""
    for part in condition.parts():
        literals = [v for v in _literals(part) if not isinstance(v, Ref)]
        field = definition.fields.get(part.field or "")
        known = _choices(field) if field else None
        yield from _columns(definition, path, part)
        for value in literals:
            if known is not None and value not in known:
                fix = f"次のどれかにする: {', '.join(known)}"
                yield error("unknown_option", path, f"「{part.field}」に「{value}」という答えはありません。", fix)
            wants_day = (part.fact in FACTS and FACTS[part.fact].type == "date") if part.fact else (
                field is not None and field.kind == "date"
            )  # fmt: skip
            if wants_day and not _is_day(value):
                yield error("not_a_date", path, f"「{value}」は日付ではありません。", "2006-04-02 の形で書く")


def _columns(definition: FormDefinition, path: Path, part: Condition) -> Iterator[Found]:
    """Sums of columns that are there and hold numbers; a table itself can't be compared."""
    for name, column in ((part.field, part.column), *((ref.field, ref.column) for ref in part.references())):
        field = definition.fields.get(name or "")
        if field is None:
            continue
        numbers = [one.id for one in field.columns or () if one.kind in NUMBERS]
        if column is not None and column not in numbers:
            fix = f"次のどれかにする: {', '.join(numbers)}" if numbers else "数の列のある表にする"
            yield error("unknown_column", path, f"「{name}」に「{column}」という数の列はありません。", fix)
        elif field.kind in {"person", "point", "file"} and part.answered is None:
            fix = "answered だけを使う"
            yield error("not_compared", path, f"「{name}」の答えは、比べられません。", fix)
        elif column is None and field.kind == "table" and part.answered is None:
            yield error(
                "table_compared", path, f"表「{name}」は、そのままでは比べられません。", "「column:」を書き加える"
            )


def _literals(part: Condition) -> list[Any]:
    single = [part.equals, part.not_equals, part.contains, part.at_least, part.at_most]
    several = [*(part.in_ or ()), *(part.not_in or ()), *(part.between or ())]
    return [value for value in (*single, *several) if value is not None]


def _is_day(value: object) -> bool:
    try:
        date.fromisoformat(str(value))
    except ValueError:
        return False
    return len(str(value)) == 10


def _choices(field: Field) -> list[str] | None:
    fixed = {"yesno": ["yes", "no"], "consent": ["yes"], "confirm": ["yes", "no"], "address": ["register", "other"]}
    if field.options is not None:
        return [option.value for option in field.options]
    return fixed.get(field.kind)


def _order(definition: FormDefinition) -> Iterator[Found]:
    """Conditions may look back only; two that look at each other are a loop."""
    place = {name: number for number, name in enumerate(definition.fields)}
    needs: dict[str, set[str]] = {}
    for page in definition.pages:
        for field in page.fields:
            needs[field.id] = set(field.show_if.fields() if field.show_if else ()) | set(
                page.show_if.fields() if page.show_if else ()
            )
    for path, condition in _conditions(definition):
        if path[0] != "pages" or not isinstance(path[1], int):
            continue
        page = definition.pages[path[1]]
        first = page.fields[path[3]] if len(path) > 3 and isinstance(path[3], int) else page.fields[0]
        for name in sorted(condition.fields() & place.keys()):
            if place[name] < place[first.id]:
                continue
            if first.id in _reached_from(name, needs):
                message = f"「{first.id}」と「{name}」の条件が互いに相手を待っています。"
                yield error("loop", path, message, "どちらか一方の条件を消す")
            else:
                fix = "先にきく質問の答えだけを条件にする(ページの順を変えてもよい)"
                yield error("later_field", path, f"「{name}」は、この条件より後できく質問です。", fix)


def _reached_from(name: str, needs: dict[str, set[str]]) -> set[str]:
    """All that the visibility of a field depends on, and itself."""
    seen: set[str] = set()
    waiting = [name]
    while waiting:
        one = waiting.pop()
        if one not in seen:
            seen.add(one)
            waiting.extend(needs.get(one, ()))
    return seen


def _unreachable(definition: FormDefinition) -> Iterator[Found]:
    for name in never_shown(definition):
        p = [page.id for page in definition.pages].index(definition.page_of_field[name])
        f = [field.id for field in definition.pages[p].fields].index(name)
        message = f"質問「{name}」は、どう答えても表示されません。"
        path: Path = ("pages", p, "fields", f)
        if definition.fields[name].required and definition.fields[name].is_question:
            yield error("never_shown", path, "必須の" + message, "条件を直すか、質問を消す")
        else:
            yield warning("never_shown", path, message, "条件を直すか、質問を消す")


def _names(definition: FormDefinition) -> Iterator[Found]:
    taken: dict[str, str] = {}
    for p, page in enumerate(definition.pages):
        for f, field in enumerate(page.fields):
            for name in posted_names(field):
                if taken.setdefault(name, field.id) != field.id:
                    message = f"id「{field.id}」は「{taken[name]}」の部品の名前と重なります。"
                    yield error("name_taken", ("pages", p, "fields", f, "id"), message, "別の id にする")
            low, high = field.min, field.max
            if type(low) is type(high) and isinstance(low, (int, str)) and low > high:  # type: ignore[operator] # same type
                yield error(
                    "empty_range", ("pages", p, "fields", f), "min が max より大きくなっています。", "入れ替える"
                )
            for limit, value in (("min", low), ("max", high)):
                yield from _limit(field, ("pages", p, "fields", f, limit), value)


def _nouns(definition: FormDefinition) -> Iterator[Found]:
    """A question as label makes no sentence with 「を入力してください」."""
    for p, page in enumerate(definition.pages):
        for f, field in enumerate(page.fields):
            asks = field.label is not None and field.label["ja"].rstrip("。?？").endswith(("か", "ですか", "ますか"))
            if asks and field.is_question and field.noun is None:
                message = f"質問「{field.id}」の見出しが問いの形です。誤りの文に使う名前(noun)がありません。"
                yield warning("no_noun", ("pages", p, "fields", f), message, "「noun:」を書き加える")


def _limit(field: Field, path: Path, value: object) -> Iterator[Found]:
    if value is None or isinstance(value, Ref):
        return
    if field.kind == "date" and not _is_day(value):
        yield error("not_a_date", path, f"「{value}」は日付ではありません。", "2026-04-01 か {today: 0} の形で書く")
    if field.kind in NUMBERS and not isinstance(value, int):
        yield error("not_a_number", path, f"「{value}」は整数ではありません。", "引用符のない整数にする")


def _window(definition: FormDefinition) -> Iterator[Found]:
    opens, closes, valid = definition.opens_on, definition.closes_on, definition.result.valid_until
    if opens and closes:
        (first, start), (last, end) = split_moment(opens), split_moment(closes)
        if instant(last, 24 * 60 if end is None else end) <= instant(first, start or 0):
            yield error("closes_before_open", ("closes_on",), "受付の終わりが始まりより前です。", "日付を確かめる")
    if closes and valid and split_moment(valid)[0] < split_moment(closes)[0]:
        message = "結果の文書の期限が、受付の終わりより前です。"
        yield warning("valid_before_close", ("result", "valid_until"), message, "日付を確かめる")


def _people(definition: FormDefinition) -> Iterator[Found]:
    needs_person = definition.facts_used or definition.eligibility.rules or definition.subject.kind != "self"
    if needs_person and definition.identification == "none":
        message = "台帳の項目を使う手続には、本人の確認が要ります。"
        yield error("identification", ("identification",), message, "email、account、card のどれかにする")
    age = definition.subject.age
    if age.at_least is not None and age.under is not None and age.at_least >= age.under:
        yield error(
            "empty_range", ("subject", "age"), "当てはまる年齢がありません。", "at_least を under より小さくする"
        )
    if definition.result.kind not in {"none", "paper"} and definition.result.title is None:
        yield error("result_title", ("result",), "結果の文書に題名がありません。", "「title:」を書き加える")


def _notices(definition: FormDefinition) -> Iterator[Found]:
    if not definition.decision.review_notice.confirmed:
        message = "教示(審査請求など)の文が、まだ確かめられていません。"
        fix = "法規担当が確かめたら confirmed: true にする"
        yield warning("notice_unconfirmed", ("decision", "review_notice"), message, fix)


_STAFF_ONLY: Final = frozenset({"official_checks", "keywords", "synonyms"})


def texts_of(definition: FormDefinition) -> Iterator[tuple[Path, dict[str, str]]]:
    """Every text that residents read, with its path."""
    data = definition.model_dump(by_alias=True, exclude_unset=True)
    yield from _walk_texts({key: value for key, value in data.items() if key not in _STAFF_ONLY}, ())


def _walk_texts(value: Any, path: Path) -> Iterator[tuple[Path, dict[str, str]]]:
    if isinstance(value, dict):
        if "ja" in value:
            yield path, value
        else:
            for key, inner in value.items():
                yield from _walk_texts(inner, (*path, key))
    elif isinstance(value, (list, tuple)):
        for number, inner in enumerate(value):
            yield from _walk_texts(inner, (*path, number))


def missing_translations(definition: FormDefinition) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """(path, languages that are missing) for every text residents read."""
    found = []
    for path, text in texts_of(definition):
        missing = tuple(language for language in LANGUAGES if language not in text)
        if missing:
            found.append((path_text(path), missing))
    return tuple(found)


_PLACE: Final = re.compile(r"\{([a-z_]+)\}")
_READING: Final = re.compile(r"\{([^{}|]+)\|[^{}|]+\}")


def _texts(definition: FormDefinition) -> Iterator[Found]:
    for path, text in texts_of(definition):
        missing = [language for language in LANGUAGES if language not in text]
        if missing:
            yield warning("untranslated", path, f"訳がありません({', '.join(missing)})。", "訳を書き加える")
        places = set(_PLACE.findall(text["ja"]))
        for language, words in text.items():
            if set(_PLACE.findall(words)) != places:
                message = f"{language} の {{ }} が日本語と違います。"
                yield error("placeholder", path, message, f"同じ名前にする: {', '.join(sorted(places)) or 'なし'}")
            limit = MAX_SENTENCE.get(language, 0)
            for sentence in re.split(r"[。\n]", _READING.sub(r"\1", words)):
                if limit and len(sentence) > limit:
                    message = f"{language} の文が長すぎます({len(sentence)}文字: {sentence[:20]}…)。"
                    yield warning("long_sentence", path, message, f"{limit}文字までに分ける")
