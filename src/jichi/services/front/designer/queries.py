"""Reads of designs. Each says how many statements it takes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import system_actor, unit
from jichi.engines.cases import queries as cases
from jichi.engines.cases.rules import OPEN
from jichi.engines.forms import queries as forms
from jichi.engines.forms.rules import read_yaml
from jichi.engines.statistics import queries as statistics
from jichi.engines.statistics.rules import Period
from jichi.kernel import clock
from jichi.kernel.errors import NotFound

from . import rules
from .models import Design, DesignRevision, PageEdit
from .rules import Plain

COUNTER: Final = system_actor("designer.count", purpose="count")
DRAFT_CAP: Final = 1_000
DROP_DAYS: Final = 28
NOTHING: Final = statistics.Total()


@dataclass(frozen=True, slots=True, kw_only=True)
class DesignView:
    """A design as pages need it; `who` are names of officials by account."""

    id: UUID
    slug: str
    division_id: int
    title: str
    source: dict[str, Plain]
    examples: tuple[dict[str, Any], ...]
    failing: int
    revision: int
    state: str
    based_on: int | None
    updated_at: datetime
    updated_by: str
    asked_by_id: UUID | None
    asked_by: str
    publish_at: datetime | None
    answer: str
    published_version: int | None

    @property
    def may_change(self) -> bool:
        """Can it be changed now?"""
        return self.state in {"draft", "trial"}


def _view(row: Design, names: Mapping[UUID, str]) -> DesignView:
    def name(account: UUID | None) -> str:
        return names.get(account, "") if account else ""

    return DesignView(
        id=row.pk, slug=row.slug, division_id=row.division_id, title=row.title, source=row.source,
        examples=tuple(row.examples), failing=row.failing,
        revision=row.revision, state=row.state, based_on=row.based_on, updated_at=row.updated_at,
        updated_by=name(row.updated_by_id), asked_by_id=row.asked_by_id, asked_by=name(row.asked_by_id),
        publish_at=row.publish_at, answer=row.answer, published_version=row.published_version,
    )  # fmt: skip


def _names(rows: list[Design]) -> Mapping[UUID, str]:
    ids = {one for row in rows for one in (row.updated_by_id, row.asked_by_id) if one}
    return accounts.account_names(sorted(ids)) if ids else {}


def design(id: UUID) -> DesignView:
    """The design, if the actor may see it; NotFound otherwise. Two statements."""
    row = Design.objects.filter(pk=id).first()
    if row is None:
        raise NotFound
    return _view(row, _names([row]))


def open_designs() -> dict[str, DesignView]:
    """Open designs that the actor may see, by procedure; without their sources and examples. Two statements."""
    rows = list(Design.objects.exclude(state="ended").defer("source", "examples").order_by("-updated_at"))
    for row in rows:
        row.source, row.examples = {}, []
    names = _names(rows)
    return {row.slug: _view(row, names) for row in rows}


def open_designs_exist() -> bool:
    """Is there any design, open or over? For the platform. One statement."""
    with unit(COUNTER):
        return Design.objects.exists()


def looked_through(source: dict[str, Plain]) -> rules.Checked:
    """The design looked through as publishing does it, with routes, divisions and posts of today. A few statements."""
    return rules.found_in(source, forms.publishing_problems(rules.to_yaml(source)))


@dataclass(frozen=True, slots=True)
class Saved:
    """One save of a design."""

    revision: int
    what: str
    by: str
    at: datetime


def history(id: UUID, limit: int = 100) -> tuple[Saved, ...]:
    """The newest saves of a design. Two statements."""
    rows = list(
        DesignRevision.objects.filter(design_id=id)
        .order_by("-revision")
        .values_list("revision", "what", "by_id", "at")[:limit]
    )
    names = accounts.account_names(sorted({row[2] for row in rows} - {None}))
    return tuple(Saved(revision, what, names.get(by, ""), at) for revision, what, by, at in rows)


def others_editing(id: UUID, account_id: UUID | None) -> tuple[tuple[str, str], ...]:
    """(name, page) of others who have a page of the design open ("": the settings). Two statements."""
    rows = list(
        PageEdit.objects.filter(design_id=id, until__gt=clock.now())
        .exclude(who_id=account_id)
        .order_by("until")
        .values_list("who_id", "page")
    )
    names = accounts.account_names([row[0] for row in rows]) if rows else {}
    return tuple((names.get(who, ""), page) for who, page in rows)


def known(slug: str) -> forms.ProcedureInfo | None:
    """The procedure, running or stopped; None: never published. One statement."""
    try:
        return forms.procedure(slug)
    except NotFound:
        return None


def running(slug: str) -> forms.ProcedureInfo | None:
    """The procedure where it takes applications; None: never published, or stopped. One statement."""
    found = known(slug)
    return found if found is not None and found.published else None


def newest_version(slug: str) -> int:
    """Number of the newest published version, running or closed; 0: never published. One statement."""
    found = known(slug)
    return found.definition.version if found is not None else 0


def running_source(slug: str) -> dict[str, Any]:
    """The published definition as plain data. One statement, and one more the first time.

    Raises:
        NotFound: no such procedure.
    """
    found = forms.procedure(slug)
    return found.definition.model_dump(mode="json", by_alias=True, exclude_unset=True)


def published_examples(slug: str) -> list[dict[str, Any]]:
    """The examples in the file that was published last; [] where it has none, or was published from a design."""
    found = read_yaml(forms.published_source(slug)).data
    return rules.kept_of(found) if isinstance(found, dict) else []


def running_cases(slug: str) -> int:
    """Open cases of a procedure, of whatever division; they go on with their version. A few statements."""
    statuses = tuple(sorted(str(one) for one in OPEN))
    with unit(COUNTER):
        return cases.count_cases(actor=COUNTER, filters=cases.CaseFilters(procedure=slug, statuses=statuses))


def applications_this_month(slug: str) -> int:
    """Applications received since the first of the month, of whatever division. A few statements."""
    first = clock.today().replace(day=1)
    with unit(COUNTER):
        return cases.count_cases(actor=COUNTER, filters=cases.CaseFilters(procedure=slug, received_from=first))


def _lately() -> Period:
    today = clock.today()
    return Period(first=today - timedelta(days=DROP_DAYS - 1), last=today, by="day")


def drop_off() -> dict[str, int]:
    """Procedure → per cent of the applications begun in the last 28 days that were not sent. One statement."""
    found = statistics.by_subject(("started", "sent"), _lately())
    sums = {slug: (of.get(("started", ""), NOTHING).count, of.get(("sent", ""), NOTHING).count)
            for slug, of in found.items()}  # fmt: skip
    return {slug: max(0, 100 - sent * 100 // begun) for slug, (begun, sent) in sums.items() if begun}


def drop_off_by_page(slug: str) -> dict[str, int]:
    """Page → per cent of those who reached it in the last 28 days and did not go on. One statement.

    Of all versions: a page keeps its id.
    """
    sums: dict[str, tuple[int, int]] = {}
    for one in statistics.pages(slug, _lately()):
        reached, went_on = sums.get(one.page, (0, 0))
        sums[one.page] = reached + one.reached, went_on + one.went_on
    return {page: max(0, 100 - went_on * 100 // reached) for page, (reached, went_on) in sums.items() if reached}


def drafts_of(slug: str) -> int:
    """Drafts of a procedure that can still be gone on with, counted up to DRAFT_CAP. A few statements."""
    with unit(COUNTER):
        found = forms.draft_views(
            "p.slug = %s AND d.submitted_at IS NULL AND d.corrects_id IS NULL AND d.expires_at > %s LIMIT 1000",
            slug, clock.now(),
        )  # fmt: skip
    return len(found)
