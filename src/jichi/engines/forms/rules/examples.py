"""例: answers of an invented person with the outcome expected, kept beside a definition and run at every save. Pure."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256
from typing import Any, Final

from jichi.kernel.errors import FieldError

from .definition import FormDefinition
from .example_files import MOST, kept_of
from .facts import Facts
from .fees import fee_lines, fee_total
from .findings import Found
from .findings import error as found_error
from .flow import prune, validate_page, visible_pages
from .handing import route_id
from .people import eligibility
from .posting import raw_of
from .source import Plain, Source
from .trying import PEOPLE, facts_for

__all__ = [
    "MOST", "NO_ROUTE", "Example", "Expected", "Outcome", "Ran", "answers_of", "as_expected", "differences",
    "digest_of", "example_of", "example_problems", "outcome_of", "possible_stops", "recorded", "route_words",
    "run_examples",
]  # fmt: skip
NO_ROUTE: Final = "-"
"""The expected route where one official decides."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What the form says to a person with these answers, on a day.

    `stops`: why it can't be sent: "rule:<id>" (who may apply), "check:<id>" (answers that don't fit together),
    "field:<id>" (an answer that is missing or wrong), in the order met; () where it can. `says`: the sentence of each.
    `shown`: ids of the questions asked. `fee`: yen. `route`: id of the route, "-" where one official decides.
    """

    stops: tuple[str, ...]
    says: Mapping[str, str]
    shown: tuple[str, ...]
    fee: int
    route: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What should come out. None: this is not looked at. `stop` "": the application can be sent."""

    stop: str | None = ""
    shown: tuple[str, ...] | None = None
    fee: int | None = None
    route: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """例. `who`: a key of `PEOPLE`; `day`: what counts as today, so that ages and prices stay; `raw`: posted name →
    values as on a page; `files`: what was chosen, by name and size."""

    id: str
    name: str
    who: str
    day: date
    raw: Mapping[str, Sequence[str]]
    files: Mapping[str, Any]
    expected: Expected

    def kept(self) -> dict[str, Plain]:
        """As plain data, for the database."""
        wanted = self.expected
        return {
            "id": self.id, "name": self.name, "who": self.who, "day": self.day.isoformat(),
            "raw": {name: list(values) for name, values in self.raw.items()}, "files": dict(self.files),
            "expected": {
                "stop": wanted.stop, "shown": list(wanted.shown) if wanted.shown is not None else None,
                "fee": wanted.fee, "route": wanted.route,
            },
        }  # fmt: skip


def example_of(kept: Mapping[str, Any]) -> Example:
    """The example as it was kept."""
    wanted = kept["expected"]
    shown = wanted["shown"]
    return Example(
        id=kept["id"], name=kept["name"], who=kept["who"] if kept["who"] in PEOPLE else "unknown",
        day=date.fromisoformat(kept["day"]), raw=kept["raw"], files=kept["files"],
        expected=Expected(
            stop=wanted["stop"], shown=tuple(shown) if shown is not None else None, fee=wanted["fee"],
            route=wanted["route"],
        ),
    )  # fmt: skip


def outcome_of(definition: FormDefinition, example: Example) -> Outcome:
    """Run the form with the example's answers, page by page as a person meets it, up to the first page that stops."""
    facts = facts_for(example.who, example.day)
    allowed = eligibility(definition, facts, example.day)
    stops = {} if allowed.may_apply else {f"rule:{one.rule}": one.text["ja"] for one in allowed.reasons}
    answers, wrong = _answered(definition, example, facts)
    for field, error in wrong.items():
        key = _stop_key(definition, field, error)
        stops[key] = _sentence(definition, field, error)
    seen = visible_pages(definition, answers, facts, example.day)
    return Outcome(
        stops=tuple(stops), says=stops,
        shown=tuple(one.id for page in seen for one in page.fields if one.is_question),
        fee=fee_total(fee_lines(definition, answers, facts, example.day)),
        route=route_id(definition, answers) or NO_ROUTE,
    )  # fmt: skip


def _answered(
    definition: FormDefinition, example: Example, facts: Facts
) -> tuple[dict[str, Any], Mapping[str, FieldError]]:
    """The answers that count, and the errors of the first page that has some."""
    answers: dict[str, Any] = {}
    for page in definition.pages:
        if page.id not in {one.id for one in visible_pages(definition, answers, facts, example.day)}:
            continue
        own = {one.id: example.files[one.id] for one in page.fields if one.kind == "file" and one.id in example.files}
        read = validate_page(definition, page.id, example.raw, facts, example.day, answers={**answers, **own})
        answers |= read.answers
        if read.errors:
            return answers, read.errors
    return prune(definition, answers, facts, example.day), {}


def _stop_key(definition: FormDefinition, field: str, error: FieldError) -> str:
    said = error.params.get("message") if error.code == "forms.message" else None
    for check in definition.cross_checks:
        if check.field == field and said == check.message:
            return f"check:{check.id}"
    return f"field:{field}"


def _sentence(definition: FormDefinition, field: str, error: FieldError) -> str:
    said = error.params.get("message")
    if isinstance(said, Mapping):
        return str(said.get("ja", ""))
    return f"「{definition.fields[field].name['ja']}」の答えがないか、正しくありません"


def answers_of(definition: FormDefinition, example: Example) -> dict[str, Any]:
    """The answers of an example that are right, up to the first page that stops."""
    return _answered(definition, example, facts_for(example.who, example.day))[0]


def digest_of(kept: Mapping[str, Any]) -> str:
    """A short name of just this state of an example: what a page showed."""
    return sha256(json.dumps(dict(kept), ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:16]


def possible_stops(definition: FormDefinition) -> tuple[tuple[str, str], ...]:
    """What may be expected to stop somebody: key and words, rules first."""
    rules = [(f"rule:{one.id}", one.reason["ja"]) for one in definition.eligibility.rules]
    limit = definition.subject.age
    if limit.at_least is not None or limit.under is not None:
        rules.append(("rule:age", "年齢の条件に合わない"))
    checks = [(f"check:{one.id}", one.message["ja"]) for one in definition.cross_checks]
    fields = [
        (f"field:{name}", f"「{one.name['ja']}」の答えがないか、正しくない")
        for name, one in definition.fields.items()
        if one.is_question
    ]
    return (*rules, *checks, *fields)


def as_expected(outcome: Outcome) -> Expected:
    """Everything that came out, as what is expected from now on."""
    return Expected(
        stop=outcome.stops[0] if outcome.stops else "", shown=outcome.shown, fee=outcome.fee, route=outcome.route
    )


def differences(definition: FormDefinition, expected: Expected, outcome: Outcome) -> tuple[str, ...]:
    """In sentences, what came out other than expected; () where the example holds."""
    found = []
    stops = dict(possible_stops(definition))
    if expected.stop == "" and outcome.stops:
        found.append(f"申請できるはずが、止まります: {outcome.says[outcome.stops[0]]}")
    elif expected.stop and expected.stop not in outcome.stops:
        now = outcome.says[outcome.stops[0]] if outcome.stops else "申請できます"
        found.append(f"止まるはずです({stops.get(expected.stop, 'いまはない理由')})。いまは: {now}")
    if expected.shown is not None:
        found += [f"「{_asked(definition, one)}」が出るはずです" for one in expected.shown if one not in outcome.shown]
        found += [
            f"「{_asked(definition, one)}」は出ないはずです" for one in outcome.shown if one not in expected.shown
        ]
    if expected.fee is not None and expected.fee != outcome.fee:
        found.append(f"手数料は{expected.fee:,}円のはずが、{outcome.fee:,}円です")
    if expected.route is not None and expected.route != outcome.route:
        found.append(f"決裁経路は{route_words(expected.route)}のはずが、{route_words(outcome.route)}です")
    return tuple(found)


def route_words(route: str) -> str:
    """「経路「subsidy」」."""
    return "担当者だけ" if route == NO_ROUTE else f"「{route}」"


def _asked(definition: FormDefinition, field: str) -> str:
    found = definition.fields.get(field)
    return found.name["ja"] if found is not None else field


@dataclass(frozen=True, slots=True)
class Ran:
    """An example with what came out of it; `wrong` are sentences, () where it holds."""

    example: Example
    outcome: Outcome | None
    wrong: tuple[str, ...]


def run_examples(definition: FormDefinition | None, kept: Sequence[Mapping[str, Any]]) -> tuple[Ran, ...]:
    """All examples run. While the design can't be read, none holds."""
    found = []
    for one in kept:
        example = example_of(one)
        if definition is None:
            found.append(Ran(example, None, ("設計に誤りがあり、動かせません",)))
            continue
        outcome = outcome_of(definition, example)
        found.append(Ran(example, outcome, differences(definition, example.expected, outcome)))
    return tuple(found)


def example_problems(definition: FormDefinition, source: Source) -> Iterator[Found]:
    """The examples of the file that come out other than expected: they stop publication."""
    kept = kept_of(source.data) if isinstance(source.data, dict) else []
    for number, ran in enumerate(run_examples(definition, kept)):
        for why in ran.wrong:
            message = f"例「{ran.example.name}」のとおりになりません: {why}。"
            fix = "質問や条件を直すか、いまの結果が正しければ、例の期待を直す"
            yield found_error("example_fails", ("examples", number), message, fix)


def recorded(
    definition: FormDefinition, *, id: str, who: str, day: date, answers: Mapping[str, Any],
    raw: Mapping[str, Sequence[str]],
) -> Example:  # fmt: skip
    """An example from a test run: its answers so far, and what was typed on the page it stands on."""
    posted = {name: [one.replace("\x00", "") for one in values] for name, values in raw.items()}
    typed = {name: list(values) for field in definition.fields.values()
             for name, values in raw_of(field, answers.get(field.id)).items()}  # fmt: skip
    files = {name: answers[name] for name, one in definition.fields.items() if one.kind == "file" and name in answers}
    made = Example(
        id=id, name="", who=who, day=day, raw={**typed, **posted}, files=files, expected=Expected()
    )  # fmt: skip
    return replace(made, expected=as_expected(outcome_of(definition, made)))
