"""Everything an official sees of one case, read at once: a constant number of SQL statements."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final
from uuid import UUID

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from jichi.design.parts import Fact
from jichi.design.render_map import render_shown
from jichi.engines.accounts import queries as accounts
from jichi.engines.audit import actions as audit
from jichi.engines.audit.context import Actor, system_actor, unit
from jichi.engines.files import queries as files
from jichi.engines.files.queries import FileInfo
from jichi.engines.forms import queries as forms
from jichi.engines.forms.rules import Field, delivery_address, fact_text, facts_of, row, summary
from jichi.engines.forms.rules.facts import FactValue, organisation_facts
from jichi.engines.messages import queries as messages
from jichi.engines.registry import permissions as registry_permissions
from jichi.engines.registry import queries as registry
from jichi.engines.registry.rules import HIDDEN, ResidentRecord
from jichi.kernel import clock
from jichi.kernel.calendar import format_date
from jichi.kernel.errors import Forbidden, NotFound
from jichi.kernel.text import fold_for_search

from .. import queries
from ..presentation import DISPATCH_WORDS
from ..protection import masked_answer, tells_where
from ..queries import PURPOSE, CaseRecord, CaseRow

TAKES_PART: Final = "eng_routes.take_part"
"""Permission of engine routes: deciding is part of one's work."""


@dataclass(frozen=True, slots=True)
class Person:
    """Subject or applicant: the record as this official sees it now; None with the reason why not."""

    role: str
    record: ResidentRecord | None
    missing: str = ""
    may_reveal: bool = False
    facts: tuple[str, ...] = ("subject", "applicant")
    """Under which names the form's facts speak of this person."""
    body: registry.OrganisationView | None = None
    """Instead of a record, where it is an organisation."""

    @property
    def is_protected(self) -> bool:
        """支援措置の対象."""
        return bool(self.record and self.record.is_protected)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sight:
    """A case with all that stands beside it."""

    record: CaseRecord
    sent: forms.SubmissionView
    people: tuple[Person, ...]
    facts: Mapping[str, FactValue]
    files: Mapping[UUID, FileInfo]
    related: tuple[CaseRow, ...]
    mails: tuple[messages.DeliveryState, ...]
    names: Mapping[UUID, str]
    hides_places: bool

    @property
    def case_url(self) -> str:
        """The page of the case."""
        return reverse("eng_cases_staff:case", args=[self.record.written_number])


def look(actor: Actor, number: str, *, reveal: bool = False) -> Sight:
    """The case for its page; the looks at case and people are logged.

    Args:
        reveal: show protected addresses, as far as the official may see them; logged apart.

    Raises:
        NotFound, Forbidden: as `queries.look_at_case`.
    """
    record = queries.look_at_case(actor=actor, number=number)
    sent = forms.submission(record.submission_id)
    people = _people(actor, record, sent.definition.subject.kind == "organisation", reveal=reveal)
    facts: dict[str, FactValue] = {}
    today = clock.today()
    by_number = {person.record.addressee_no: person.record for person in people if person.record}
    for who, person_no in (("applicant", record.applicant_no), ("subject", record.subject_no)):
        if person_no in by_number:
            facts |= facts_of(by_number[person_no], "subject" if who == "subject" else "applicant", today)
    for body in (person.body for person in people if person.body):
        known = organisation_facts(body, "")
        facts |= {name: value for name, value in known.items() if value is not None}
    # Whose record may not be opened may be protected: places then stay hidden too.
    hides = any(p.record.address_hidden if p.record else p.missing == "forbidden" for p in people)
    ids = {e.detail.get(k) for e in record.events for k in ("from", "by", "for")} | {record.assignee_id}
    return Sight(
        record=record, sent=sent, people=people, facts=facts, hides_places=hides,
        files=files.get_files(sorted(forms.files_of(sent))),
        related=queries.cases_about(actor=actor, subject_no=record.subject_no, without=record.id),
        mails=messages.deliveries_about(record.number),
        names=accounts.account_names([UUID(str(one)) for one in ids if one]),
    )  # fmt: skip


def _people(actor: Actor, record: CaseRecord, of_body: bool, *, reveal: bool) -> tuple[Person, ...]:
    if of_body:
        body = registry.organisation(record.subject_no) or _body_to_decide_on(actor, record)
        found = Person("団体", None, "" if body else "unknown_body", facts=("organisation",), body=body)
        applicant = _person(actor, "申請した人", record.applicant_no, reveal=reveal)
        return found, replace(applicant, facts=("applicant",))
    if record.subject_no == record.applicant_no:
        return (_person(actor, "申請した人", record.subject_no, reveal=reveal),)
    subject = _person(actor, "対象の人", record.subject_no, reveal=reveal)
    applicant = _person(actor, "申請した人", record.applicant_no, reveal=reveal)
    return replace(subject, facts=("subject",)), replace(applicant, facts=("applicant",))


def _body_to_decide_on(actor: Actor, record: CaseRecord) -> registry.OrganisationView | None:
    """The organisation of a case that is being decided, for who takes part in decisions and sees no organisations else.

    Its name, kind, address and state, not its officers; the look is logged.
    """
    if record.stage != "on_route" or not actor.may(TAKES_PART):
        return None
    with unit(system_actor("cases.decide", purpose=PURPOSE)):
        body = registry.organisation(record.subject_no)
    if body is None:
        return None
    audit.record_look(
        actor=actor.for_purpose(PURPOSE), table="eng_registry_organization", object_id=record.subject_no,
        subject=record.subject_no,
    )  # fmt: skip
    return replace(body, officers=())


def _person(actor: Actor, role: str, number: str, *, reveal: bool) -> Person:
    if not number:
        return Person(role, None, "unlinked")
    try:
        person = registry.look_at_resident(actor=actor, addressee_no=number, purpose=PURPOSE)
    except NotFound:
        return Person(role, None, "unknown")
    except Forbidden:
        return Person(role, None, "forbidden")
    if not person.is_protected:
        return Person(role, person)
    may_reveal = actor.may(registry_permissions.PROTECTED)
    if reveal and may_reveal:
        audit.record(
            actor=actor.for_purpose(PURPOSE), action="reveal_address", table="eng_registry_address", object_id=number,
            subject=number,
        )  # fmt: skip
        return Person(role, person)
    return Person(role, person.masked(), may_reveal=may_reveal)


@dataclass(frozen=True, slots=True)
class AnswerLine:
    """One answer beside what the register says; `register` is set where the two differ."""

    field: str
    label: str
    lines: tuple[str, ...]
    answered: bool
    register: str = ""
    facts: tuple[str, ...] = ()
    file_ids: tuple[str, ...] = ()
    point: tuple[str, str] | None = None
    """Latitude and longitude, where the answer is a point on the map."""


def answer_lines_of(sight: Sight) -> list[tuple[str, list[AnswerLine]]]:
    """(title of the page, its answers), with differences from the register."""
    sent, today = sight.sent, clock.today()
    shown = {
        one.field for s in summary(sent.definition, sent.answers, sight.facts, today, "ja") for one in s.rows
    } | set(sent.answers)
    linked = _linked_facts(sight)
    pages: list[tuple[str, list[AnswerLine]]] = []
    for page in sent.definition.pages:
        lines = [
            _line(sight, field, linked.get(field.id, ""))
            for field in page.fields
            if field.is_question and field.id in shown
        ]
        if not lines:
            continue
        # A page of one question has no heading of its own: its answer joins the lines before.
        title = page.title["ja"] if page.title and len(lines) > 1 else ""
        if not title and pages and not pages[-1][0]:
            pages[-1][1].extend(lines)
        else:
            pages.append((title, lines))
    return pages


def _linked_facts(sight: Sight) -> dict[str, str]:
    """Question → the fact of the register it says again."""
    definition = sight.sent.definition
    found = {name: field.prefill for name, field in definition.fields.items() if field.prefill}
    found |= {name: "subject.address" for name, field in definition.fields.items() if field.kind == "address"}
    found |= {check.compare.field: check.compare.fact for check in definition.official_checks if check.compare}
    return found


def _line(sight: Sight, field: Field, fact: str) -> AnswerLine:
    answer: Any = sight.sent.answers.get(field.id)
    if sight.hides_places and tells_where(field):
        masked = row(field, masked_answer(field, answer), "ja")
        lines = masked.lines if masked.answered else ((HIDDEN,) if answer else masked.lines)
        return AnswerLine(field.id, masked.label, lines, bool(answer))
    words = row(field, answer, "ja")
    differs = _difference(sight, field, answer, fact)
    is_point = field.kind == "point" and isinstance(answer, Mapping) and answer.get("lat") and answer.get("lng")
    return AnswerLine(
        field.id, words.label, words.lines, words.answered, "、".join(text for _, text in differs),
        tuple(name for name, _ in differs), tuple(file_id for file_id, _ in words.files),
        (answer["lat"], answer["lng"]) if is_point else None,
    )  # fmt: skip


def _difference(sight: Sight, field: Field, answer: Any, fact: str) -> list[tuple[str, str]]:
    """(fact, what the register says) where it says something else than the answer."""
    if answer in (None, "", [], {}):
        return []
    if field.kind == "confirm" and isinstance(answer, Mapping):
        pairs = [(name, value) for name, value in answer.get("shown", {}).items()]
    elif field.kind == "address" and isinstance(answer, Mapping):
        pairs = [(fact, answer.get("address"))]
    elif fact:
        pairs = [(fact, answer)]
    else:
        return []
    found = []
    for name, value in pairs:
        if name not in sight.facts or value in (None, ""):
            continue
        said, known = fact_text(name, value, "ja"), fact_text(name, sight.facts[name], "ja")
        if fold_for_search(said) != fold_for_search(known):
            found.append((name, known or "記録なし"))
    return found


def register_rows(person: Person, different: frozenset[str] = frozenset()) -> list[Fact]:
    """A person's record as lines; what the application says otherwise is marked ≠.

    Args:
        different: names of facts; those about somebody else are left aside.
    """
    mine = {name.partition(".")[2] for name in different if name.partition(".")[0] in person.facts}
    known = person.record
    if known is None:
        return _body_rows(person.body, mine) if person.body else []
    age = known.age_on(clock.today())
    born = format_date(known.birth_date, "ja", "long") if known.birth_date else known.birth_text
    since = format_date(known.became_resident_on) if known.became_resident_on else ""
    rows = [
        ("name", "氏名", known.display_name), ("kana", "フリガナ", known.display_kana), ("alias", "通称", known.alias),
        ("roman_name", "ローマ字氏名", known.roman_name),
        ("birth_date", "生年月日", f"{born}({age}歳)" if age is not None else born),
        ("sex", "性別", sex_word(known.sex)),
        ("relationship", "続柄", known.relationship), ("postcode", "郵便番号", postcode_text(known.postcode)),
        ("address", "住所", known.address), ("nationality", "国籍", known.nationality if known.is_foreign else ""),
        ("state", "住民登録", _STATES[known.state]),
        ("became_resident_on", "住民となった日", since),
    ]  # fmt: skip
    always = {"name", "birth_date", "address", "state"}
    return [
        Fact(label=label, value=_marked(value) if key in mine else value, name=True)
        for key, label, value in rows
        if value or key in always
    ]


def _body_rows(body: registry.OrganisationView, mine: Collection[str]) -> list[Fact]:
    rows = [
        ("name", "名称", body.name), ("kana", "フリガナ", body.kana), ("kind", "種類", body.kind_title),
        ("postcode", "郵便番号", postcode_text(body.postcode)), ("address", "所在地", body.address),
        ("state", "届出", "活動中" if body.is_active else "解散などで終わっている"),
    ]  # fmt: skip
    return [
        Fact(label=label, value=_marked(value) if key in mine else value, name=True)
        for key, label, value in rows
        if value
    ]


def place_facts(sight: Sight) -> list[Fact]:
    """施行の方法 as decided and where a paper goes: the place that the application names, or the registered address.

    What hides a protected person's place hides it here, too.
    """
    record, rows = sight.record, []
    if record.decision is not None:
        way = DISPATCH_WORDS[record.decision.dispatch]
        why = f"({record.decision.dispatch_because})" if record.decision.dispatch_because else ""
        rows.append(Fact(label="施行の方法", value=f"{way}{why}", name=True))
    if record.decision is not None and record.decision.dispatch == "counter":
        return rows
    named = delivery_address(sight.sent.definition, sight.sent.answers)
    if sight.hides_places:
        rows.append(Fact(label="送り先", value=HIDDEN, name=True))
    elif named is not None:
        place = f"{postcode_text(named[0])} {named[1]}".strip()
        rows.append(Fact(label="送り先(申請した人が選んだ住所)", value=place, name=True))
    else:
        rows += [Fact(label="送り先(登録の住所)", value=place, name=True) for place in _registered(sight)]
    return rows


def _registered(sight: Sight) -> list[str]:
    """The applicant's address in the register, or the organisation's."""
    known = [p for p in sight.people if p.record is not None and "applicant" in p.facts]
    bodies = [p.body for p in sight.people if p.body is not None]
    if bodies:
        return [f"{postcode_text(bodies[0].postcode)} {bodies[0].address} {bodies[0].name}".strip()]
    return [f"{postcode_text(p.record.postcode)} {p.record.address}".strip() for p in known[:1] if p.record]


def sex_word(code: str) -> str:
    """性別 as the register's code list has it (1 男, 2 女); other codes as they are."""
    return {"1": "男", "2": "女"}.get(code, code)


def postcode_text(postcode: str) -> str:
    """0000001 → 000-0001."""
    return f"{postcode[:3]}-{postcode[3:]}" if len(postcode) == 7 else postcode


_STATES = {
    "resident": "区に住民登録がある",
    "moved_out": "転出",
    "deceased": "死亡",
    "removed": "消除",
    "outside": "住登外",
}


def _marked(value: str) -> SafeString:
    return format_html('<span class="tag t-todo">≠ 申請と違う</span> {}', value)


def answer_facts(sight: Sight, lines: list[AnswerLine]) -> list[Fact]:
    """The answers as description-list rows: files as links with pictures, differences marked."""
    return [Fact(label=line.label, value=_answer_html(sight, line), name=True) for line in lines]


def _answer_html(sight: Sight, line: AnswerLine) -> object:
    if not line.answered:
        return ""
    if line.file_ids:
        return format_html_join("", "{}", ((_file_html(sight, file_id),) for file_id in line.file_ids))
    text = format_html_join("", "{}<br>", ((one,) for one in line.lines[:-1])) + format_html("{}", line.lines[-1])
    if line.point:
        return text + render_shown(reverse("eng_registry_map:towns"), *line.point, line.label)
    if line.register:
        return format_html('{} <span class="tag t-todo">≠ 住民記録: {}</span>', text, line.register)
    return text


def _file_html(sight: Sight, file_id: str) -> SafeString:
    info = sight.files.get(UUID(file_id))
    if info is None:
        return format_html("<p>{}</p>", "ファイルは保存期間が過ぎたため、ありません")
    number = sight.record.written_number
    url = reverse("eng_cases_staff:file", args=[number, info.id])
    size = f"{max(1, info.size // 1024):,}KB"
    if info.state != "ready":
        words = (
            "検査中です。しばらくしてから開けます" if info.state == "waiting" else "安全を確認できないため、開けません"
        )
        return format_html("<p>{} ({}) <strong>{}</strong></p>", info.filename, size, words)
    if not info.media_type.startswith("image/"):
        return format_html('<p><a href="{}">{}</a> ({})</p>', url, info.filename, size)
    picture = reverse("eng_cases_staff:thumbnail", args=[number, info.id])
    return format_html(
        '<p><a href="{}"><img src="{}" alt="" width="96" loading="lazy"><br>{}</a> ({})</p>',
        url,
        picture,
        info.filename,
        size,
    )
