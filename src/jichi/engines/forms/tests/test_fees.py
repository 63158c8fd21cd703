"""What an application costs, how it is handed over, who decides: for given answers and a given day."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jichi.engines.forms.rules import (
    FormDefinition,
    delivery_address,
    delivery_way,
    due_after,
    fee_lines,
    fee_total,
    load_definition,
    price_list,
    reaches,
    route_facts,
    route_id,
)
from jichi.engines.forms.tests.test_definition import MINIMAL, problems_of

DAY = date(2026, 11, 21)
PAGES = """\
  - id: one
    fields:
      - {id: copies, kind: count, label: 通数, unit: 通, max: 10}
      - id: receive
        kind: choice
        label: 受け取り方
        options: [{value: post, label: 郵送}, {value: counter, label: 窓口}]
      - {id: send_to, kind: address, label: 送り先, show_if: {field: receive, equals: post}}
      - {id: welfare, kind: yesno, label: 生活保護}
      - {id: asked, kind: money, label: 申請額, required: false}
"""
FEE = """\
fee:
  pay_days: 10
  items:
    - code: copy
      title: 住民票の写し
      count: copies
      prices:
        - {from: "2020-04-01", until: "2026-11-21", yen: 300}
        - {from: "2026-11-22", yen: 350}
    - code: postage
      title: 郵送料
      delivery: [post]
      prices: [{from: "2024-10-01", yen: 110}]
  exemptions:
    - {id: welfare, when: {field: welfare, equals: "yes"}, reason: 条例第5条, items: [copy]}
delivery: {ways: [post, counter], field: receive, address: send_to}
route:
  amount: {field: asked}
  steps: [{up_to: 500000, id: chief}, {id: director}]
follow_ups:
  - {id: report, procedure: example-report, title: 実績報告, days: 30}
  - {id: survey, procedure: example-survey, title: 調査, after: sent, on: "2027-03-31"}
"""


def definition(more: str = FEE, pages: str = PAGES) -> FormDefinition:
    return load_definition(MINIMAL.replace("pages:\n", more + "pages:\n") + pages)


def lines(answers: dict[str, Any], day: date = DAY) -> list[tuple[str, int, int]]:
    return [(line.code, line.unit_yen, line.count) for line in fee_lines(definition(), answers, {}, day)]


@pytest.mark.parametrize(("answers", "day", "expected"), [
    ({"copies": 2, "receive": "post"}, DAY, [("copy", 300, 2), ("postage", 110, 1)]),
    ({"copies": 2, "receive": "counter"}, DAY, [("copy", 300, 2)]),
    ({"copies": 1, "receive": "post"}, DAY + timedelta(days=1), [("copy", 350, 1), ("postage", 110, 1)]),
    ({"copies": 3, "receive": "post", "welfare": "yes"}, DAY, [("copy", 0, 3), ("postage", 110, 1)]),
    ({"receive": "post"}, DAY, [("postage", 110, 1)]),
    ({"copies": 1}, date(2019, 1, 1), []),
    ({}, DAY, []),
])  # fmt: skip
def test_lines_follow_the_answers_and_the_day(
    answers: dict[str, Any], day: date, expected: list[tuple[str, int, int]]
) -> None:
    assert lines(answers, day) == expected


def test_an_exemption_says_its_reason_and_what_it_would_have_cost() -> None:
    (line,) = fee_lines(definition(), {"copies": 3, "receive": "counter", "welfare": "yes"}, {}, DAY)
    assert (line.yen, line.full_yen, line.exemption) == (0, 300, {"ja": "条例第5条"})


def test_a_plain_number_is_one_line_and_nothing_is_none() -> None:
    (line,) = fee_lines(definition("fee: 400\n"), {}, {}, DAY)
    assert (line.code, line.unit_yen, line.count, line.title["en"]) == ("fee", 400, 1, "Fee")
    assert fee_lines(definition("fee: 0\n"), {}, {}, DAY) == ()
    assert [(line.code, line.unit_yen) for line in price_list(definition(), DAY)] == [("copy", 300), ("postage", 110)]


@given(
    copies=st.integers(1, 10), receive=st.sampled_from(["post", "counter"]), welfare=st.sampled_from(["yes", "no"]),
    day=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)  # fmt: skip
def test_the_total_is_what_its_lines_say(copies: int, receive: str, welfare: str, day: date) -> None:
    answers = {"copies": copies, "receive": receive, "welfare": welfare}
    found = fee_lines(definition(), answers, {}, day)
    assert fee_total(found) == sum(line.unit_yen * line.count for line in found) >= 0
    assert all(line.unit_yen == (0 if line.exemption else line.full_yen) for line in found)
    assert ("postage" in {line.code for line in found}) == (receive == "post" and day >= date(2024, 10, 1))


def test_the_way_of_delivery_is_the_answer_or_the_only_one() -> None:
    made = definition()
    assert [delivery_way(made, {"receive": way}) for way in ("post", "counter", "pdf")] == ["post", "counter", ""]
    assert delivery_way(definition("delivery: {ways: [pdf]}\n"), {}) == "pdf"
    assert delivery_way(definition(""), {"receive": "post"}) == ""
    other = {"receive": "post", "send_to": {"choice": "other", "postcode": "1050011", "address": "別の家"}}
    assert delivery_address(made, other) == ("1050011", "別の家")
    assert delivery_address(made, {**other, "send_to": {"choice": "register", "address": "家"}}) is None
    assert delivery_address(made, {**other, "receive": "counter"}) is None


@pytest.mark.parametrize(("asked", "route"), [
    (0, "chief"), (500_000, "chief"), (500_001, "director"), (None, "chief"), (10**9, "director"),
])  # fmt: skip
def test_the_amount_chooses_the_route(asked: int | None, route: str) -> None:
    assert route_id(definition(), {"asked": asked}) == route
    assert route_facts(definition(), {"asked": asked})["amount"] == (asked or 0)
    assert route_id(definition("route: always\n"), {}) == "always"
    assert route_id(definition(""), {}) is None


def test_what_is_due_later_is_counted_from_its_day() -> None:
    made = definition()
    assert [(d.id, d.due_on) for d in due_after(made, sent_on=DAY, decided_on=None)] == [("survey", date(2027, 3, 31))]
    decided = due_after(made, sent_on=DAY, decided_on=date(2026, 12, 1))
    assert [(d.id, d.due_on) for d in decided] == [("report", date(2026, 12, 31)), ("survey", date(2027, 3, 31))]


@pytest.mark.parametrize(("level", "wanted", "enough"), [
    ("card", "account", True), ("account", "card", False), ("", "email", False), ("", "none", True),
    ("email", "email", True), ("nonsense", "email", False),
])  # fmt: skip
def test_levels_of_identification_stand_in_order(level: str, wanted: Any, enough: bool) -> None:
    assert reaches(level, wanted) is enough


# -- mistakes in the file -----------------------------------------------------------------------

GOOD = MINIMAL.replace("pages:\n", FEE + "pages:\n") + PAGES


@pytest.mark.parametrize(("before", "after", "code"), [
    ('from: "2026-11-22"', 'from: "2026-11-24"', "price_gap"),
    ('from: "2026-11-22"', 'from: "2026-11-21"', "price_overlap"),
    (', until: "2026-11-21"', "", "price_overlap"),
    ('"2024-10-01", yen', '"2024-10-01", until: "2024-09-30", yen', "empty_range"),
    ("when: {field: welfare, equals: \"yes\"}",
     "when: {all: [{field: welfare, equals: \"yes\"}, {field: welfare, equals: \"no\"}]}", "exemption_never"),
    ("items: [copy]", "items: [copies]", "unknown_fee_item"),
    ("count: copies", "count: welfare", "fee_count"),
    ("count: copies", "count: copy", "unknown_field"),
    ("delivery: [post]", "delivery: [pdf]", "fee_delivery"),
    ("ways: [post, counter]", "ways: [post, counter, pdf]", "delivery_ways"),
    ("field: receive, address", "address", "delivery_field"),
    ("address: send_to", "address: copies", "delivery_address"),
    ("amount: {field: asked}", "amount: {field: receive}", "route_amount"),
    ("{up_to: 500000, id: chief}", "{id: chief}", "route_limits"),
    ("procedure: example-report", "procedure: example", "follows_itself"),
    ("title: 実績報告, days: 30", "title: 実績報告", "one_due"),
    ("yen: 110", "yen: -1", "greater_than_equal"),
    ('from: "2024-10-01"', 'from: "2024-13-01"', "day"),
])  # fmt: skip
def test_a_mistake_in_the_terms_is_found(before: str, after: str, code: str) -> None:
    assert before in GOOD
    found = [one[0] for one in problems_of(GOOD.replace(before, after))]
    assert found == [code]


def test_a_sound_file_has_no_mistake_and_a_route_must_exist() -> None:
    from jichi.engines.forms.rules import errors_of, lint

    assert problems_of(GOOD) == []
    assert [p.code for p in errors_of(lint(definition(), None, {"chief"}))] == ["definition.unknown_route"]
    assert errors_of(lint(definition(), None, {"chief", "director"})) == ()


@pytest.mark.parametrize(("subject", "applicants", "code"), [
    ("household_child", "[parent, guardian]", "identification"),
    ("household_child", "[officer]", "applicant_kind"),
    ("organisation", "[self]", "applicant_kind"),
    ("household_member", "[self, household]", ""),
])  # fmt: skip
def test_applicants_fit_the_subject(subject: str, applicants: str, code: str) -> None:
    text = MINIMAL.replace("pages:\n", f"subject: {{kind: {subject}}}\napplicants: {applicants}\npages:\n")
    found = [one[0] for one in problems_of(text + PAGES)]
    assert found == ([code] if code else [])
