"""The definition of a procedure (様式): everything a page, an official or a result needs to know of it.

Pure data with its own consistency; reading files is `load`, deeper checks are `lint`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Annotated, Final, Literal

from pydantic import Field as Item
from pydantic import StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from .conditions import Condition
from .facts import FACTS
from .fields import Field
from .terms import (
    USUAL_FEE,
    ApplicantKind,
    Delivery,
    Fee,
    FeeItem,
    FeeSchedule,
    FollowUp,
    Level,
    Price,
    Route,
    SecondPerson,
    Signature,
)
from .texts import Name, Part, Slug, Text, Words
from .window import Moment

FORMAT = "jichi/procedure/1"


class LegalBasis(Part):
    """A law, ordinance or guideline the procedure rests on, with the article."""

    title: Text
    article: Text | None = None


class EligibilityRule(Part):
    """Who may apply: `when` must hold of the register's facts; otherwise `reason` says why not."""

    id: Name
    when: Condition
    reason: Text


class Eligibility(Part):
    """In words for everybody, and as rules for those whom the register knows."""

    text: Text
    rules: Annotated[tuple[EligibilityRule, ...], Item(max_length=30)] = ()


class AgeLimit(Part):
    """Completed years by law (reached at the end of the day before the birthday)."""

    at_least: Annotated[int, Item(ge=0, le=130)] | None = None
    under: Annotated[int, Item(ge=1, le=130)] | None = None


class Subject(Part):
    """Whom the application is about: oneself, a child or any member of one's own household, or an organisation."""

    kind: Literal["self", "household_child", "household_member", "organisation"] = "self"
    age: AgeLimit = AgeLimit()
    relationships: Annotated[tuple[str, ...], Item(max_length=20)] = ()
    """For children: 続柄 that count; empty means every younger member of the household."""
    organisations: Annotated[tuple[str, ...], Item(max_length=20)] = ()
    """Kinds of organisation that may apply; empty means all."""


USUAL_APPLICANTS: Final[Mapping[str, tuple[ApplicantKind, ...]]] = {
    "self": ("self",),
    "household_child": ("parent",),
    "household_member": ("self", "household"),
    "organisation": ("officer",),
}
"""Who applies where the file does not say."""


class OtherWay(Part):
    """Another way to do the same: there always is one."""

    kind: Literal["counter", "post", "phone", "email"]
    text: Text


class Page(Part):
    """One page. Without a title its first question is its heading."""

    id: Name
    title: Text | None = None
    intro: Text | None = None
    show_if: Condition | None = None
    fields: Annotated[tuple[Field, ...], Item(min_length=1, max_length=60)]

    @property
    def heading(self) -> dict[str, str]:
        """What stands as the page's title."""
        return self.title or self.fields[0].name


class CrossCheck(Part):
    """An error when `when` holds; shown at `field`, on that field's page."""

    id: Name
    when: Condition
    field: Name
    message: Text


class Declaration(Part):
    """A sentence to be agreed to before sending."""

    id: Name
    text: Text


class Compare(Part):
    """An answer beside a register fact; kana and width differences do not count."""

    field: Name
    fact: str


class OfficialCheck(Part):
    """A check that runs for officials: either `compare` or `rule`; comes to ok, or to a look with a reason."""

    id: Name
    title: Text
    compare: Compare | None = None
    rule: Condition | None = None
    ok: Text
    look: Text

    @model_validator(mode="after")
    def _one(self) -> OfficialCheck:
        if (self.compare is None) == (self.rule is None):
            raise PydanticCustomError("one_check", "compare か rule のどちらか1つを書きます。", {})
        return self


class ReasonTemplate(Part):
    """A reason for a decision with the rule it follows from. {name} places are filled by the official."""

    id: Name
    text: Text
    rule: Text


class Outcome(Part):
    """One possible decision."""

    label: Text
    text: Text
    reasons: Annotated[tuple[ReasonTemplate, ...], Item(max_length=30)] = ()
    reason_required: bool = False


class ReviewNotice(Part):
    """教示: how to object. `confirmed` says that the division's lawyers have checked the wording."""

    text: Text
    confirmed: bool = False


class Decision(Part):
    """How it ends: accept or refuse, with reasons and the notice of remedies."""

    accept: Outcome
    refuse: Outcome
    review_notice: ReviewNotice
    correction_days: Annotated[int, Item(ge=1, le=180)] = 14
    """Days the applicant has to correct."""


class ShownItem(Part):
    """A line of the result document: a fact or an answer, or a fixed text."""

    label: Text
    fact: str | None = None
    field: Name | None = None
    text: Text | None = None

    @model_validator(mode="after")
    def _one(self) -> ShownItem:
        if sum(value is not None for value in (self.fact, self.field, self.text)) != 1:
            raise PydanticCustomError("one_source", "fact、field、text のどれか1つを書きます。", {})
        return self


class Result(Part):
    """What the person receives. `paper`: made and handed over outside, no PDF; `none`: only the message."""

    kind: Literal["ticket", "notice", "paper", "none"] = "none"
    template: Slug = "notice"
    title: Text | None = None
    lead: Text | None = None
    shows: Annotated[tuple[ShownItem, ...], Item(max_length=30)] = ()
    notes: Annotated[tuple[Text, ...], Item(max_length=20)] = ()
    valid_until: Moment | None = None
    verifiable: bool = True
    """Carries a QR code that the public page checks."""
    seal: Literal["none", "omitted"] = "none"
    """`omitted`: the document says 「（公印省略）」."""


class CorrectionSentence(Part):
    """A ready sentence by which officials ask for a correction, and what a good answer looks like."""

    field: Name
    text: Text
    example: Text | None = None


class FormDefinition(Part):
    """One version of one procedure."""

    format: Literal["jichi/procedure/1"]
    id: Slug
    version: Annotated[int, Item(ge=1, le=100_000)]
    title: Text
    summary: Text
    keywords: Words = Item(default_factory=dict)
    synonyms: Words = Item(default_factory=dict)
    life_events: Annotated[tuple[Name, ...], Item(max_length=20)] = ()
    division: Slug
    legal_basis: Annotated[tuple[LegalBasis, ...], Item(min_length=1, max_length=20)]
    audience: Literal["resident"] = "resident"
    eligibility: Eligibility
    subject: Subject = Subject()
    applicants: Annotated[tuple[ApplicantKind, ...], Item(max_length=8)] = ()
    """Who may apply; nothing written: what is usual for the subject."""
    follows: Slug | None = None
    """Procedure whose accepted application comes before this one."""
    opens_on: Moment | None = None
    """First day, or day and time, on which it can be sent."""
    closes_on: Moment | None = None
    """Last day, to its end ("2027-03-31", the same as "2027-03-31 24:00"), or day and time."""
    closing_on_closed_day: Literal["keep", "next_open_day"] = "keep"
    fee: Fee = 0
    """Yen, or dated items."""
    expected_minutes: Annotated[int, Item(ge=1, le=600)]
    processing_days: Annotated[int, Item(ge=0, le=365)]
    """Open days until the result (標準処理期間)."""
    needs: Annotated[tuple[Text, ...], Item(max_length=20)] = ()
    other_ways: Annotated[tuple[OtherWay, ...], Item(min_length=1, max_length=10)]
    contact: Text
    identification: Level = "email"
    signature: Signature | None = None
    second_person: SecondPerson | None = None
    delivery: Delivery | None = None
    uniqueness: Literal["subject_per_fiscal_year", "none"] = "none"
    retention_years: Annotated[int, Item(ge=1, le=100)]
    pages: Annotated[tuple[Page, ...], Item(min_length=1, max_length=60)]
    cross_checks: Annotated[tuple[CrossCheck, ...], Item(max_length=100)] = ()
    declarations: Annotated[tuple[Declaration, ...], Item(max_length=20)] = ()
    official_checks: Annotated[tuple[OfficialCheck, ...], Item(max_length=60)] = ()
    corrections: Annotated[tuple[CorrectionSentence, ...], Item(max_length=60)] = ()
    decision: Decision
    route: Route | None = None
    """Id of the route that decides, or routes by an amount; without it one official decides."""
    result: Result = Result()
    follow_ups: Annotated[tuple[FollowUp, ...], Item(max_length=10)] = ()
    messages: dict[Name, Annotated[str, StringConstraints(max_length=80)]] = Item(default_factory=dict)
    """Event (received, correction, accepted, refused, …) → template key, where not the usual one."""

    @property
    def applicant_kinds(self) -> tuple[ApplicantKind, ...]:
        """Who may apply, as written or as usual for the subject."""
        return self.applicants or USUAL_APPLICANTS[self.subject.kind]

    @cached_property
    def fee_schedule(self) -> FeeSchedule | None:
        """The fee as items; None where it costs nothing."""
        if isinstance(self.fee, FeeSchedule):
            return self.fee
        if self.fee == 0:
            return None
        price = Price.model_validate({"from": "1900-01-01", "yen": self.fee})
        return FeeSchedule(items=(FeeItem(code="fee", title=USUAL_FEE, prices=(price,)),))

    @cached_property
    def fields(self) -> dict[str, Field]:
        """All fields by id, in order."""
        return {field.id: field for page in self.pages for field in page.fields}

    @cached_property
    def page_of_field(self) -> dict[str, str]:
        """Field id → page id."""
        return {field.id: page.id for page in self.pages for field in page.fields}

    @cached_property
    def facts_used(self) -> frozenset[str]:
        """Register facts that questions, conditions and limits look at (not those of officials' checks)."""
        found: set[str] = set()
        for page in self.pages:
            found |= page.show_if.facts() if page.show_if else set()
            for field in page.fields:
                found |= field.facts()
        for check in self.cross_checks:
            found |= check.when.facts()
        for condition in self.fee_conditions:
            found |= condition.facts()
        return frozenset(found)

    @cached_property
    def fee_conditions(self) -> tuple[Condition, ...]:
        """Conditions of fee items and exemptions."""
        schedule = self.fee_schedule
        if schedule is None:
            return ()
        items = [item.when for item in schedule.items if item.when is not None]
        return (*items, *(exemption.when for exemption in schedule.exemptions))

    def page(self, page_id: str) -> Page:
        """The page with this id; KeyError when there is none."""
        for page in self.pages:
            if page.id == page_id:
                return page
        raise KeyError(page_id)

    @model_validator(mode="after")
    def _ids_once(self) -> FormDefinition:
        for kind, ids in self._id_lists():
            twice = sorted({one for one in ids if ids.count(one) > 1})
            if twice:
                raise PydanticCustomError(
                    "id_twice", "{kind}の id「{id}」が2回あります。", {"kind": kind, "id": twice[0]}
                )
        for fact in sorted(self._named_facts()):
            if fact not in FACTS:
                raise PydanticCustomError("unknown_fact", "「{fact}」という台帳の項目はありません。", {"fact": fact})
        return self

    def _id_lists(self) -> Iterator[tuple[str, list[str]]]:
        yield "ページ", [page.id for page in self.pages]
        yield "質問", [field.id for page in self.pages for field in page.fields]
        yield "資格の規則", [rule.id for rule in self.eligibility.rules]
        yield "確認(cross_checks)", [check.id for check in self.cross_checks]
        yield "宣言", [declaration.id for declaration in self.declarations]
        yield "点検(official_checks)", [check.id for check in self.official_checks]
        if self.fee_schedule is not None:
            yield "手数料の項目", [item.code for item in self.fee_schedule.items]
            yield "免除", [exemption.id for exemption in self.fee_schedule.exemptions]
        yield "後の手続(follow_ups)", [follow_up.id for follow_up in self.follow_ups]
        yield "理由", [r.id for outcome in (self.decision.accept, self.decision.refuse) for r in outcome.reasons]

    def _named_facts(self) -> set[str]:
        found: set[str] = set(self.facts_used)
        for rule in self.eligibility.rules:
            found |= rule.when.facts()
        for check in self.official_checks:
            found |= {check.compare.fact} if check.compare else set()
            found |= check.rule.facts() if check.rule else set()
        return found | {item.fact for item in self.result.shows if item.fact}
