"""This room of the sample ward: sixty days of visits, some of them to the end. Seeded, invented."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final

from jichi.engines.audit.context import system_actor
from jichi.engines.cases import actions as cases
from jichi.engines.forms import queries as forms
from jichi.engines.forms.queries import ProcedureInfo
from jichi.engines.statistics import actions
from jichi.engines.statistics import queries as counted
from jichi.engines.statistics.rules import Noted, Period
from jichi.kernel import clock
from jichi.kernel.sampling import SampleContext

SYSTEM: Final = system_actor("sample", purpose="sample")
DAYS: Final = 60
A_DAY: Final = 12
_LANGUAGES: Final = ("ja",) * 88 + ("easy",) * 3 + ("en",) * 4 + ("zh-hans",) * 3 + ("ko",) * 2
_DEVICES: Final = ("phone",) * 64 + ("desktop",) * 31 + ("tablet",) * 5
_PLACES: Final = ("portal_resident:home",) * 5 + ("front_applications:procedures",) * 4 + ("portal_resident:search",)


def fill(context: SampleContext) -> None:
    """Visits of sixty days that end in the applications that are there, and some that do not. What is there stays."""
    if counted.last_day() is not None:
        return
    cases.count_days(actor=SYSTEM)
    found = [one for one in forms.procedures() if one.published]
    if found:
        rng = context.rng_for("statistics")
        actions.write_events(actor=SYSTEM, events=list(_events(rng, found, context.today)))
        actions.add_up(actor=SYSTEM)
    actions.observe(actor=SYSTEM)


def _events(rng: Random, found: list[ProcedureInfo], today: date) -> Iterator[Noted]:
    """Visits day by day: who sent an application that day, and who left; fewer at weekends, more of the first ones."""
    number = 0
    weights = [1 / (place + 1) for place in range(len(found))]
    for back in range(DAYS):
        day = today - timedelta(days=back)
        share = 0.45 if day.weekday() > 4 else 1.0
        left = rng.choices(found, weights, k=round(A_DAY * share * rng.uniform(0.8, 1.2)))
        came = counted.by_subject(("received",), Period(first=day, last=day, by="day"))
        visits = [(one, False) for one in left]
        for one in found:
            sent = came.get(one.slug, {}).get(("received", "web"))
            visits += [(one, True)] * (sent.count if sent else 0)
        for one, sends in visits:
            number += 1
            yield from _visit(rng, one, day, str(number), sends=sends)


def _visit(rng: Random, one: ProcedureInfo, day: date, who: str, *, sends: bool) -> Iterator[Noted]:
    """One visitor: the start pages, then page after page until they leave, or to the end who sends."""
    at = datetime.combine(day, time(rng.randrange(7, 23), rng.randrange(60)), clock.TOKYO)
    at = min(at, clock.now()) if day == clock.today() else at
    language, device, plain = rng.choice(_LANGUAGES), rng.choice(_DEVICES), rng.random() < 0.01

    def event(kind: str, page: str = "", *, asked: bool = True, seconds: int | None = None) -> Noted:
        version = one.version_id if asked else 0
        return Noted(
            at=at, kind=kind, subject=one.slug, version=version, page=page, language=language, device=device,
            plain=plain if kind in {"saved", "error", "left"} else None, client=f"sample {who}",
            attempt=f"sample {who}" if asked and page != ":who" else "", seconds=seconds,
        )  # fmt: skip

    yield Noted(at=at, kind="view", page=rng.choice(_PLACES), language=language, device=device, client=f"sample {who}")
    yield event("view", ":start", asked=False)
    if not sends and rng.random() < 0.5:
        return
    yield event("started", ":who")
    for place, page in enumerate(one.definition.pages):
        files = any(field.kind == "file" for field in page.fields)
        yield event("view", page.id)
        if not sends and rng.random() < (0.4 if files else 0.12 + 0.03 * place):
            return
        if rng.random() < (0.22 if files else 0.07):
            yield event("error", page.id)
        yield event("saved", page.id, seconds=round(rng.lognormvariate(3.6 if files else 2.9, 0.7)))
    yield event("view", ":check")
    if sends:
        yield event("sent", ":check", seconds=round(rng.lognormvariate(3.3, 0.6)))
