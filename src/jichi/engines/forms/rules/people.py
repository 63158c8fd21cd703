"""Who may apply and for whom: rules of a definition over the register's facts. Pure."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal, TypeAlias
from uuid import UUID

from jichi.engines.registry.rules import ResidentRecord, generation_of
from jichi.kernel.calendar import fiscal_year
from jichi.kernel.localized import LocalizedText
from jichi.kernel.text import to_katakana

from .conditions import Answers, Situation, holds
from .definition import FormDefinition, OfficialCheck
from .facts import Facts, facts_of
from .flow import prune
from .terms import ApplicantKind
from .texts import localized

Verdict: TypeAlias = Literal["eligible", "not_eligible", "unknown"]

UNKNOWN_REASON = localized(
    "住民登録の記録だけでは確かめられません。申請はできます。担当課が確認します。",
    "区の記録だけでは、わかりません。申請はできます。区の人が調べます。",
    "Our records alone cannot confirm this. You can still apply; the office will check.",
    "仅凭居民登记无法确认。您仍可申请,由主管部门核实。",
    "주민등록 기록만으로는 확인할 수 없습니다. 신청은 할 수 있으며 담당 부서가 확인합니다.",
)
TOO_OLD = localized(
    "対象の年齢({under}歳未満)を過ぎています。", "{under}歳より下の子どもの手続きです。",
    "This is for children under {under}.", "对象为未满{under}岁的儿童。", "{under}세 미만의 어린이가 대상입니다.",
)  # fmt: skip
TOO_YOUNG = localized(
    "対象の年齢({at_least}歳以上)になっていません。", "{at_least}歳から上の人の手続きです。",
    "This is for people aged {at_least} or over.", "对象为{at_least}岁以上的人。", "{at_least}세 이상이 대상입니다.",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """Why not, or what could not be confirmed: the rule's id and the sentence in five languages."""

    rule: str
    text: LocalizedText


@dataclass(frozen=True, slots=True)
class EligibilityResult:
    """`unknown` may apply: an official looks. `reasons` belong to rules that failed or are unknown."""

    verdict: Verdict
    reasons: tuple[Reason, ...] = ()

    @property
    def may_apply(self) -> bool:
        """Nothing in the register speaks against it."""
        return self.verdict != "not_eligible"


def eligibility(definition: FormDefinition, facts: Facts, today: date) -> EligibilityResult:
    """Whether the register's facts meet the definition's rules, and plainly why not."""
    situation = Situation({}, facts, today)
    outcomes = [(rule, holds(rule.when, situation)) for rule in definition.eligibility.rules]
    failed = [Reason(rule.id, rule.reason) for rule, outcome in outcomes if outcome is False]
    unknown = [Reason(rule.id, UNKNOWN_REASON) for rule, outcome in outcomes if outcome is None]
    age = _age_reason(definition, facts)
    if age is not None:
        (unknown if age.text is UNKNOWN_REASON else failed).append(age)
    if failed:
        return EligibilityResult("not_eligible", tuple(failed))
    return EligibilityResult("unknown", tuple(unknown)) if unknown else EligibilityResult("eligible")


def _age_reason(definition: FormDefinition, facts: Facts) -> Reason | None:
    limit, age = definition.subject.age, facts.get("subject.age")
    if limit.at_least is None and limit.under is None:
        return None
    if not isinstance(age, int):
        return Reason("age", UNKNOWN_REASON)
    if limit.under is not None and age >= limit.under:
        return Reason("age", {k: v.replace("{under}", str(limit.under)) for k, v in TOO_OLD.items()})
    if limit.at_least is not None and age < limit.at_least:
        return Reason("age", {k: v.replace("{at_least}", str(limit.at_least)) for k, v in TOO_YOUNG.items()})
    return None


@dataclass(frozen=True, slots=True)
class Candidate:
    """Whom the applicant may apply for, as what, and whether the rules allow it.

    `record` is None where the register is not open to the applicant (who gave a mandate) and for organisations.
    """

    record: ResidentRecord | None
    result: EligibilityResult
    kind: ApplicantKind = "self"
    number: str = ""
    """宛名番号 or 団体番号."""
    name: str = ""
    representation: UUID | None = None
    post: str = ""
    """Office that the applicant holds in the organisation."""


def candidates(
    definition: FormDefinition, applicant: ResidentRecord, household: Sequence[ResidentRecord], today: date
) -> tuple[Candidate, ...]:
    """The persons of one's own household to choose from: oneself, children, or any member; nobody else.

    A child is a member of the same household a generation or more below the applicant (続柄 of both);
    縁故者 and 同居人 are nobody's child by the register. Those too old are left out.
    """
    found = []
    for person, kind in _people(definition, applicant, household):
        facts = {**facts_of(applicant, "applicant", today), **facts_of(person, "subject", today)}
        result = eligibility(definition, facts, today)
        too_old = not result.may_apply and any(reason.rule == "age" for reason in result.reasons)
        if definition.subject.kind != "household_child" or not too_old:
            found.append(Candidate(person, result, kind, person.addressee_no, person.display_name))
    return tuple(found)


def _people(
    definition: FormDefinition, applicant: ResidentRecord, household: Sequence[ResidentRecord]
) -> list[tuple[ResidentRecord, ApplicantKind]]:
    kinds, subject = definition.applicant_kinds, definition.subject.kind
    found: list[tuple[ResidentRecord, ApplicantKind]] = []
    if subject in {"self", "household_member"} and "self" in kinds:
        found.append((applicant, "self"))
    if subject == "household_child" and "parent" in kinds:
        found += [(member, "parent") for member in household if _is_child(definition, applicant, member)]
    if subject == "household_member" and "household" in kinds:
        found += [(member, "household") for member in household if _is_member(applicant, member)]
    return found


def _is_member(applicant: ResidentRecord, member: ResidentRecord) -> bool:
    same = member.household_no == applicant.household_no and member.state == "resident"
    return same and member.addressee_no != applicant.addressee_no


def _is_child(definition: FormDefinition, applicant: ResidentRecord, member: ResidentRecord) -> bool:
    if member.household_no != applicant.household_no or member.addressee_no == applicant.addressee_no:
        return False
    if member.state != "resident":
        return False
    if definition.subject.relationships and member.relationship not in definition.subject.relationships:
        return False
    below, own = _generation(member), _generation(applicant)
    return below is not None and own is not None and below > own


def _generation(person: ResidentRecord) -> int | None:
    try:
        return generation_of(person.relationship)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class CheckResult:
    """A check for officials that ran: "ok", or "look" with the reason why somebody should."""

    id: str
    title: LocalizedText
    outcome: Literal["ok", "look"]
    reason: LocalizedText


def run_checks(definition: FormDefinition, answers: Answers, facts: Facts, today: date) -> tuple[CheckResult, ...]:
    """All checks of the definition, in order. What can't be decided is a look."""
    counted = prune(definition, answers, facts, today)
    results = []
    for check in definition.official_checks:
        passed = _passes(check, counted, facts, today)
        outcome: Literal["ok", "look"] = "ok" if passed else "look"
        results.append(CheckResult(check.id, check.title, outcome, check.ok if passed else check.look))
    return tuple(results)


def _passes(check: OfficialCheck, answers: Answers, facts: Facts, today: date) -> bool:
    if check.rule is not None:
        return holds(check.rule, Situation(answers, facts, today)) is True
    if check.compare is None:
        return False
    answer, fact = answers.get(check.compare.field), facts.get(check.compare.fact)
    if isinstance(fact, date):
        return answer == fact.isoformat()
    if not isinstance(answer, str) or not isinstance(fact, str):
        return answer is not None and answer == fact
    return _folded(answer) == _folded(fact)


def _folded(text: str) -> str:
    """Width, kind of kana and spaces do not count; voicing marks do: ハ is not バ."""
    return "".join(to_katakana(unicodedata.normalize("NFKC", text)).split())


def uniqueness_key(definition: FormDefinition, subject_no: str, day: date) -> str | None:
    """What may exist once among open and accepted applications of the procedure; None: no such limit."""
    if definition.uniqueness == "none":
        return None
    return f"{subject_no}:{fiscal_year(day)}"
