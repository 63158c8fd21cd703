"""The way through a form: which pages and questions are seen, what is right, what comes next. Pure.

Answers of questions that are hidden do not count: they are pruned before a condition looks at them,
in the order of the pages, so that what is seen never depends on what is not.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jichi.kernel.errors import FieldError

from .conditions import Answers, Situation, holds
from .definition import FormDefinition, Page
from .facts import Facts
from .fields import Field
from .posting import Raw, raw_of
from .values import Wrong, read_answer, required_error, shown_facts


@dataclass(frozen=True, slots=True)
class VisiblePage:
    """A page that is seen, with the fields on it that are seen."""

    page: Page
    fields: tuple[Field, ...]

    @property
    def id(self) -> str:
        """The page's id."""
        return self.page.id


@dataclass(frozen=True, slots=True)
class PageResult:
    """One page as entered. `answers` holds what is right (None: left empty), `errors` what is not.

    `dropped`: fields of this page that are hidden now, whose answers no longer count.
    """

    answers: dict[str, Any]
    errors: dict[str, FieldError]
    dropped: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Nothing wrong."""
        return not self.errors


def _walk(
    definition: FormDefinition, answers: Answers, facts: Facts, today: date
) -> tuple[list[VisiblePage], dict[str, Any]]:
    """Visible pages and the answers that count, in one pass from the first page to the last."""
    counted: dict[str, Any] = {}
    pages: list[VisiblePage] = []
    for page in definition.pages:
        situation = Situation(counted, facts, today)
        if page.show_if is not None and holds(page.show_if, situation) is not True:
            continue
        fields = []
        for field in page.fields:
            if field.show_if is not None and holds(field.show_if, situation) is not True:
                continue
            fields.append(field)
            if field.is_question and field.id in answers:
                counted[field.id] = answers[field.id]
        if fields:
            pages.append(VisiblePage(page, tuple(fields)))
    return pages, counted


def visible_pages(definition: FormDefinition, answers: Answers, facts: Facts, today: date) -> tuple[VisiblePage, ...]:
    """The pages this person sees with these answers, in order."""
    return tuple(_walk(definition, answers, facts, today)[0])


def prune(definition: FormDefinition, answers: Answers, facts: Facts, today: date) -> dict[str, Any]:
    """The answers that count: those of questions that are seen; unknown ids are left out."""
    return _walk(definition, answers, facts, today)[1]


def is_answered(field: Field, answers: Answers) -> bool:
    """Seen and settled: an optional question left empty counts once its page was saved."""
    if not field.is_question:
        return True
    if field.id not in answers:
        return False
    return not field.required or answers[field.id] not in (None, "", [], {})


def first_unanswered(definition: FormDefinition, answers: Answers, facts: Facts, today: date) -> str | None:
    """Id of the first page on which something is left to answer; None when all is answered."""
    pages, counted = _walk(definition, answers, facts, today)
    for page in pages:
        if not all(is_answered(field, counted) for field in page.fields):
            return page.id
    return None


def next_page(definition: FormDefinition, page_id: str, answers: Answers, facts: Facts, today: date) -> str | None:
    """Id of the page after this one; None: the check page comes next."""
    return settle(definition, page_id, answers, facts, today)[1]


def settle(
    definition: FormDefinition, page_id: str, answers: Answers, facts: Facts, today: date
) -> tuple[dict[str, Any], str | None]:
    """What `prune` and `next_page` say of these answers, in one pass over the form."""
    pages, counted = _walk(definition, answers, facts, today)
    order = [page.id for page in definition.pages]
    here = order.index(page_id)
    later = frozenset(order[here + 1 :])
    return counted, next((page.id for page in pages if page.id in later), None)


def previous_page(definition: FormDefinition, page_id: str, answers: Answers, facts: Facts, today: date) -> str | None:
    """Id of the page before this one; None on the first."""
    order = [page.id for page in definition.pages]
    seen = visible_pages(definition, answers, facts, today)
    before = [page.id for page in seen if order.index(page.id) < order.index(page_id)]
    return before[-1] if before else None


@dataclass(frozen=True, slots=True)
class Progress:
    """「7問中3問目」; `answered` pages of `total`."""

    number: int
    total: int
    answered: int


def progress(definition: FormDefinition, page_id: str, answers: Answers, facts: Facts, today: date) -> Progress:
    """Where the page stands among those that are seen now."""
    pages, counted = _walk(definition, answers, facts, today)
    ids = [page.id for page in pages]
    answered = sum(all(is_answered(field, counted) for field in page.fields) for page in pages)
    return Progress(ids.index(page_id) + 1 if page_id in ids else 0, len(ids), answered)


def validate_page(
    definition: FormDefinition,
    page_id: str,
    raw: Raw,
    facts: Facts,
    today: date,
    *,
    answers: Answers | None = None,
    only: Collection[str] | None = None,
    leaving: bool = False,
) -> PageResult:
    """Read one page as posted.

    Args:
        definition: the form.
        page_id: the page.
        raw: posted values (`values.posted_names` says which).
        facts: what the register knows.
        today: for limits and conditions.
        answers: all answers so far; conditions look at them, and files are among them.
        only: fields that may change (corrections); the others keep their answers.
        leaving: the person saves and leaves: what is missing is no error yet.

    Returns:
        the page's answers and errors; a field is in exactly one of answers, errors, dropped, or,
        when leaving it empty, in none.
    """
    before = prune(definition, answers or {}, facts, today)
    page = definition.page(page_id)
    given = {key: value for key, value in before.items() if definition.page_of_field[key] != page_id}
    own = {field.id: before[field.id] for field in page.fields if field.id in before}
    return _read_page(definition, page, raw, Situation(given, facts, today), own, only=only, leaving=leaving)


def _read_page(
    definition: FormDefinition,
    page: Page,
    raw: Raw,
    around: Situation,
    own: Answers,
    *,
    only: Collection[str] | None = None,
    leaving: bool = False,
) -> PageResult:
    """The page's fields one after the other; each sees `around` (other pages) and what was right before it."""
    found: dict[str, Any] = {}
    errors: dict[str, FieldError] = {}
    dropped: list[str] = []
    seen = dict(around.answers)
    situation = Situation(seen, around.facts, around.today)
    for field in page.fields:
        if not field.is_question:
            continue
        if field.show_if is not None and holds(field.show_if, situation) is not True:
            dropped.append(field.id)
            continue
        if only is not None and field.id not in only:
            if field.id in own:
                found[field.id] = seen[field.id] = own[field.id]
            continue
        if field.kind == "file" and field.id in own:
            seen[field.id] = own[field.id]
        try:
            answer = read_answer(field, raw, situation)
        except Wrong as wrong:
            errors[field.id] = wrong.error
            seen.pop(field.id, None)
            continue
        if answer is not None or not field.required:
            found[field.id] = seen[field.id] = answer
        elif not leaving:
            errors[field.id] = required_error(field)
    _cross_checks(definition, page, situation, errors)
    for name in errors:
        found.pop(name, None)
    return PageResult(found, errors, tuple(dropped))


def _cross_checks(definition: FormDefinition, page: Page, situation: Situation, errors: dict[str, FieldError]) -> None:
    """Checks that point at a field of this page, once the fields they look at are right."""
    own = {field.id for field in page.fields}
    for check in definition.cross_checks:
        if check.field not in own or check.field in errors or errors.keys() & check.when.fields():
            continue
        if check.field in situation.answers and holds(check.when, situation) is True:
            errors[check.field] = FieldError("forms.message", {"message": check.message})


def validate_all(
    definition: FormDefinition, answers: Answers, facts: Facts, today: date
) -> tuple[dict[str, Any], dict[str, FieldError]]:
    """Read every stored answer anew, against the facts of now: what would be sent, and what is wrong with it.

    A `confirm` whose facts have changed since is wrong: the person has not seen what would be sent.
    """
    sealed: dict[str, Any] = {}
    errors: dict[str, FieldError] = {}
    for page in definition.pages:
        situation = Situation(sealed, facts, today)
        if page.show_if is not None and holds(page.show_if, situation) is not True:
            continue
        raw: dict[str, list[str]] = {}
        for field in page.fields:
            raw.update(raw_of(field, answers.get(field.id)) if _readable(field, answers.get(field.id)) else {})
        files = {field.id: answers[field.id] for field in page.fields if field.kind == "file" and field.id in answers}
        result = _read_page(definition, page, raw, situation, {name: value for name, value in files.items() if value})
        errors.update(result.errors)
        sealed.update(result.answers)
        errors.update(_changed_facts(page, answers, sealed, facts))
    return {key: value for key, value in sealed.items() if key not in errors}, errors


def _readable(field: Field, answer: Any) -> bool:
    """Does the stored answer have the shape of its kind? Drafts of another version may hold anything."""
    if answer is None:
        return False
    if field.kind in {"confirm", "address", "point"}:
        return isinstance(answer, Mapping)
    if field.kind in {"multi", "file", "table", "person"}:
        return isinstance(answer, list)
    if field.kind == "date":
        return isinstance(answer, str) and len(answer.split("-")) == 3 and answer.replace("-", "").isdecimal()
    return isinstance(answer, (str, int)) and not isinstance(answer, bool)


def _changed_facts(page: Page, answers: Answers, sealed: Answers, facts: Facts) -> dict[str, FieldError]:
    """What was confirmed, but reads differently in the register now."""
    found = {}
    for field in page.fields:
        stored = answers.get(field.id)
        if field.kind == "person" and field.id in sealed and stored != sealed[field.id]:
            found[field.id] = FieldError("forms.register_changed")
        if field.id not in sealed or not isinstance(stored, Mapping):
            continue
        confirmed = field.kind == "confirm" and stored.get("shown") != shown_facts(field, facts)
        registered = field.kind == "address" and stored.get("choice") == "register"
        if confirmed or (registered and stored != sealed[field.id]):
            found[field.id] = FieldError("forms.register_changed")
    return found


@dataclass(frozen=True, slots=True)
class Change:
    """A question that differs between two versions: "added", "removed" or "changed"."""

    field: str
    kind: str
    page: str


def changed_since(old: FormDefinition, new: FormDefinition, answers: Answers) -> tuple[Change, ...]:
    """What a person with these answers has to look at again in the new version (変わったところ)."""
    changes = []
    for name, field in new.fields.items():
        before = old.fields.get(name)
        if not field.is_question or before == field:
            continue
        changes.append(Change(name, "changed" if before is not None and before.is_question else "added",
                              new.page_of_field[name]))  # fmt: skip
    removed = [n for n, f in old.fields.items() if f.is_question and n not in new.fields and n in answers]
    return (*changes, *(Change(name, "removed", "") for name in removed))


def carry_over(old: FormDefinition, new: FormDefinition, answers: Answers, facts: Facts, today: date) -> dict[str, Any]:
    """The answers that the new version takes as they are: of questions that did not change, and still right."""
    unchanged = {name for name, field in new.fields.items() if old.fields.get(name) == field}
    same = {name: value for name, value in answers.items() if name in unchanged}
    kept, errors = validate_all(new, same, facts, today)
    return {name: value for name, value in kept.items() if name in same and name not in errors}
