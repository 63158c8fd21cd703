"""The sample ward's finished year: the ward's own figures, 31 sessions and 174 people."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from jichi.engines.accounts import actions as accounts
from jichi.engines.audit.context import system_actor, unit
from jichi.kernel import clock
from jichi.kernel.clock import TOKYO
from jichi.kernel.sampling import SampleContext

from .. import queries, sample
from ..models import Attendance, Session


@pytest.mark.django_db
def test_last_year_has_thirty_one_sessions_and_174_people() -> None:
    system = system_actor("test")
    division = accounts.create_division(actor=system, code=sample.DIVISION, names={"ja": "地域振興課"})
    numbers = tuple(f"{n:015}" for n in range(40))
    with clock.standing_at(datetime(2026, 11, 22, 12, tzinfo=TOKYO)):
        rng = SampleContext(seed=1, size=1000, today=date(2026, 11, 22)).rng_for("test")
        sample.fill_last_year(rng, division.pk, date(2026, 11, 22), numbers)
        with unit(system):
            over = Session.objects.filter(starts_at__lt=datetime(2026, 4, 1, tzinfo=TOKYO))
            assert (over.count(), Attendance.objects.filter(session__in=over).count()) == (31, 174)
            figures = queries.year_figures(2025)
    assert (figures.sessions, figures.people) == (31, 174)
