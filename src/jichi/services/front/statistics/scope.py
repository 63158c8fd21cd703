"""What a page is about, from its address: period, division, procedure; and what the official may see of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.http import QueryDict

from jichi.design.fields import FormField, Option
from jichi.engines.accounts import queries as accounts
from jichi.engines.audit.context import Actor
from jichi.engines.statistics.queries import ALL as EVERYTHING
from jichi.engines.statistics.queries import hide_below
from jichi.engines.statistics.rules import Period, period_from
from jichi.kernel import clock
from jichi.kernel.calendar import format_date

from . import queries
from .permissions import ALL
from .queries import Known

STEPS: Final = {"day": "日ごと", "week": "週ごと", "month": "月ごと"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """`known`: procedures the official may see, by slug. `chosen`: of those the ones the page is about."""

    period: Period
    known: dict[str, Known]
    divisions: dict[int, str]
    division: int | None
    procedure: str
    everything: bool
    below: int

    @property
    def chosen(self) -> list[str] | None:
        """Slugs; None: every procedure there ever was."""
        if self.procedure:
            return [self.procedure]
        if self.everything and self.division is None:
            return None
        return [slug for slug, one in self.known.items() if self.division in (None, one.division_id)]

    @property
    def subjects(self) -> list[str]:
        """What sums are asked for: the sum of all, or each chosen one."""
        return list(EVERYTHING) if self.chosen is None else self.chosen

    @property
    def query(self) -> str:
        """The same choice in an address."""
        more = {"procedure": self.procedure, "division": "" if self.division is None else str(self.division)}
        return urlencode({**self.period.query, **{name: value for name, value in more.items() if value}})

    def with_procedure(self, slug: str) -> str:
        """The same period for one procedure, in an address."""
        return urlencode({**self.period.query, "procedure": slug})

    def title_of(self, slug: str) -> str:
        """Title of a procedure; of one that is not published any more its slug."""
        return self.known[slug].title if slug in self.known else slug

    @property
    def told(self) -> str:
        """The period and the choice in words."""
        days = f"{format_date(self.period.first)}から{format_date(self.period.last)}まで({self.period.days}日間)"
        if self.procedure:
            return f"{self.title_of(self.procedure)}、{days}"
        if self.division is not None:
            return f"{self.divisions.get(self.division, '')}の手続、{days}"
        return f"{'すべての手続' if self.everything else '自分の課の手続'}、{days}"


def scope_of(actor: Actor, given: QueryDict) -> Scope:
    """What an address asks for, as far as this official may see it. Two statements."""
    everything = actor.may(ALL)
    found = queries.known_procedures()
    known = {slug: one for slug, one in found.items() if everything or one.division_id in actor.divisions}
    divisions = {one.id: one.names["ja"] for one in accounts.divisions()}
    serving = {one.division_id for one in known.values()}
    text = given.get("division", "")
    division = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None
    procedure = given.get("procedure", "")[:100]
    may_ask = procedure in known or (everything and procedure != EVERYTHING[0] and procedure.isprintable())
    return Scope(
        period=period_from({name: given.get(name, "")[:20] for name in ("from", "to", "by")}, clock.today()),
        known=known, divisions={key: name for key, name in divisions.items() if key in serving},
        division=division if division in serving else None, procedure=procedure if may_ask else "",
        everything=everything, below=hide_below(),
    )  # fmt: skip


def filter_fields(scope: Scope, *, dates_only: bool = False) -> list[FormField]:
    """The fields above every page."""
    period = scope.period
    fields = [
        _field("from", "いつから", value=period.first.isoformat(), size=12, hint="例: 2026-04-01"),
        _field("to", "いつまで", value=period.last.isoformat(), size=12, hint="例: 2026-04-30"),
    ]
    if dates_only:
        return fields
    fields.append(_field("by", "まとめ方", options=list(STEPS.items()), value=period.by))
    procedures = sorted((one.title, slug) for slug, one in scope.known.items())
    if scope.procedure and scope.procedure not in scope.known:
        procedures.append((scope.procedure, scope.procedure))
    options = [("", "すべて"), *((slug, title) for title, slug in procedures)]
    fields.append(_field("procedure", "手続", options=options, value=scope.procedure))
    if len(scope.divisions) > 1:
        named = [("", "すべて"), *((str(key), name) for key, name in scope.divisions.items())]
        value = "" if scope.division is None else str(scope.division)
        fields.append(_field("division", "課", options=named, value=value))
    return fields


def _field(
    name: str, label: str, *, value: str, options: list[tuple[str, str]] | None = None, size: int = 0, hint: str = ""
) -> FormField:
    return FormField(
        name=name, label=label, kind="select" if options else "text", required=False, show_mark=False, value=value,
        options=tuple(Option(key, word, noruby=True) for key, word in options or ()), size=size, hint=hint,
    )  # fmt: skip
