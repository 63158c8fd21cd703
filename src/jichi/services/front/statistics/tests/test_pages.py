"""Figures for the DX office and for a division: what each may see, as page, file and picture; few statements."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from conftest import shared_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.audit.context import system_actor, unit
from jichi.engines.forms import actions as forms
from jichi.engines.forms import queries as form_queries
from jichi.engines.forms.tests.ward import source
from jichi.engines.statistics import actions, queries
from jichi.engines.statistics.actions import Count, Duration
from jichi.engines.statistics.rules import Noted, Period
from jichi.kernel import clock
from jichi.kernel.sampling import SampleContext

from .. import sample
from ..queries import procedures_online
from ..views import SHEETS

SYSTEM = system_actor("test")
TODAY = clock.today()
pytestmark = pytest.mark.django_db


class Hall:
    """Two divisions with a procedure each, officials of both, the DX office, and two days of figures."""

    def __init__(self) -> None:
        for code, name in (("community", "地域振興課"), ("youth", "子ども課"), ("information", "情報政策課")):
            accounts.create_division(actor=SYSTEM, code=code, names={"ja": name})
        forms.publish_definition(actor=SYSTEM, source=source("ward-opinion"))
        forms.publish_definition(actor=SYSTEM, source=source("coming-of-age"))
        self.clerk = self._official("sato", "youth", "caseworker")
        self.dx = self._official("hayashi", "information", "dx_office")
        with unit(SYSTEM):
            self.version = form_queries.procedure("ward-opinion").version_id
        self._count()

    @staticmethod
    def _official(login: str, division: str, role: str) -> Any:
        return accounts.create_staff_account(
            actor=SYSTEM, login=login, name=login, password="many plain words 1", roles=(role,),
            division_codes=(division,), starts_on=date(2020, 4, 1),
        ).pk  # fmt: skip

    def _count(self) -> None:
        events = []
        for number in range(20):
            same: dict[str, Any] = {
                "subject": "ward-opinion", "version": self.version, "attempt": str(number), "client": str(number),
                "language": "ko" if number < 3 else "ja", "device": "phone" if number < 12 else "desktop",
            }  # fmt: skip
            events += [Noted(at=clock.now(), kind=kind, page=page, **same) for kind, page in (
                ("view", ":start"), ("started", ":begin"), ("view", "opinion"), ("view", "opinion"),
            )]  # fmt: skip
            if number < 15:
                events.append(Noted(at=clock.now(), kind="saved", page="opinion", seconds=60, plain=False, **same))
        actions.write_events(actor=SYSTEM, events=events)
        actions.add_up(actor=SYSTEM)
        for back, web in ((0, 30), (40, 10)):
            actions.put_day(
                actor=SYSTEM, day=TODAY - timedelta(days=back),
                counts=[
                    Count(subject="ward-opinion", measure="received", key="web", count=web),
                    Count(subject="ward-opinion", measure="received", key="paper", count=10),
                    Count(subject="coming-of-age", measure="received", key="web", count=7),
                    Count(subject="coming-of-age", measure="corrected", count=6),
                    Count(subject="coming-of-age", measure="correction", key="name\n名前を書いてください。", count=6),
                    Count(subject="coming-of-age", measure="correction", key="name\n", count=2),
                ],
                durations=[
                    Duration(subject="ward-opinion", step="decide", count=10, late=3, minutes=28800, times={"48": 10}),
                    Duration(subject="ward-opinion", step="approval:manager", count=4, minutes=240, times={"25": 4}),
                ],
            )  # fmt: skip


_hall = shared_world(Hall)


@pytest.fixture
def hall(db: None, _hall: Hall) -> Hall:
    return _hall


def page(client: Client, sheet: str, query: str = "") -> str:
    answer = client.get(f"{reverse('front_statistics:sheet', args=[sheet])}{query}")
    assert answer.status_code == 200
    return str(answer.content.decode())


def table(client: Client, sheet: str, grid: str, query: str = "") -> list[str]:
    answer = client.get(f"{reverse('front_statistics:export', args=[sheet, grid])}{query}")
    assert answer["Content-Disposition"].startswith("attachment")
    text = answer.content.decode("utf-8")
    assert text.startswith("\ufeff")
    return text.removeprefix("\ufeff").splitlines()


def test_the_dx_office_sees_all_procedures(hall: Hall) -> None:
    client = browser(hall.dx)
    whole = page(client, "overview")
    assert "のべ20人が見て、20件が書き始められ、47件の申請がありました。うちオンラインは78.7%です。" in whole
    assert "受け付けた申請(前の期間は27)" in whole
    rows = table(client, "overview", "by-procedure")
    assert rows[1].startswith("区へのご意見") or "ward-opinion" in rows[1] or rows[1].split(",")[1] == "20"
    assert rows[1].split(",")[1:] == ["20", "20", "0", "0.0", "40", "75.0", "2.000", "30.0", "0.0"]
    assert "最も多く離れた" in page(client, "pages", "?procedure=ward-opinion")
    opinion = table(client, "pages", "version-1", "?procedure=ward-opinion")[2]
    assert opinion.split(",")[1:] == ["20", "15", "5", "25.0", "0", "0.0", "0", "62", "66"]
    steps = {row.split(",")[0]: row.split(",")[1] for row in table(client, "deciding", "steps")[1:]}
    assert steps == {"課長の承認": "4", "受付から決定まで": "10"}
    assert "標準処理期間を過ぎたのは10件中3件(30.0%)です。" in page(client, "deciding")


def test_small_numbers_of_people_are_hidden(hall: Hall) -> None:
    client = browser(hall.dx)
    rows = {row.split(",")[0]: row.split(",")[1] for row in table(client, "ways", "language")[1:]}
    assert rows == {"日本語": "X", "やさしい日本語": "0", "English": "0", "简体中文": "0", "한국어": "X"}
    reasons = table(client, "corrections", "reasons")[1:]
    assert [row.split(",")[1::2] for row in reasons] == [["名前を書いてください。", "X"], ["(担当者が書いた文)", "X"]]
    assert "X(秘匿)" in page(client, "ways")


def test_a_division_sees_its_own_procedures_only(hall: Hall) -> None:
    client = browser(hall.clerk)
    for query in ("", "?procedure=ward-opinion", "?procedure=*", "?division=1"):
        whole = page(client, "overview", query)
        assert "のべ0人が見て、0件が書き始められ、7件の申請がありました。" in whole
        assert len(table(client, "overview", "by-procedure", query)) == 2
    assert "手続のほかのページ" not in page(client, "ways")
    assert "ward-opinion" not in page(client, "corrections")


def test_who_has_no_business_with_figures_finds_none(hall: Hall) -> None:
    stranger = browser(Hall._official("mori", "youth", "register_clerk"))
    for name, arguments in (("overview", []), ("sheet", ["ways"]), ("export", ["overview", "by-time"])):
        address = reverse(f"front_statistics:{name}", args=arguments)
        assert stranger.get(address).status_code == 404
        assert Client().get(address).status_code == 302


@pytest.mark.parametrize("sheet", SHEETS)
def test_a_page_takes_as_many_statements_whatever_there_is(hall: Hall, sheet: str) -> None:
    client = browser(hall.dx)
    page(client, sheet)
    counts = set()
    for query in ("", "?from=2024-12-01&by=month", "?from=x&to=%00&by=%27&procedure=%2A&division=9999999999999"):
        with CaptureQueriesContext(
            connection,
        ) as seen:
            answer = client.get(f"{reverse('front_statistics:sheet', args=[sheet])}{query}")
        assert answer.status_code in {200, 400}
        if answer.status_code == 200:
            counts.add(len(seen))
    assert len(counts) == 1
    assert max(counts) <= 20


def test_pictures_are_drawn_and_what_is_not_there_is_not_found(hall: Hall) -> None:
    client = browser(hall.dx)
    drawn = client.get(reverse("front_statistics:picture", args=["overview", "visits", "svg"]))
    assert drawn.content.startswith(b"<svg")
    png = client.get(reverse("front_statistics:picture", args=["deciding", "steps", "png"]))
    assert png.content.startswith(b"\x89PNG")
    for name, arguments in (
        ("picture", ["overview", "visits", "gif"]), ("picture", ["overview", "no", "svg"]),
        ("export", ["overview", "no"]), ("export", ["no", "by-time"]), ("sheet", ["no"]),
    ):  # fmt: skip
        assert client.get(reverse(f"front_statistics:{name}", args=arguments)).status_code == 404


def test_without_figures_each_page_says_so(db: None) -> None:
    with connection.cursor() as cursor:
        for table_ in ("tally", "pagetally", "steptally"):
            cursor.execute(f"DELETE FROM eng_statistics_{table_}")
    accounts.create_division(actor=SYSTEM, code="quiet", names={"ja": "静かな課"})
    client = browser(Hall._official("aoki", "quiet", "dx_office"))
    for sheet in SHEETS:
        page(client, sheet)
    assert "まだありません" in page(client, "pages")
    assert "まだいません" in page(client, "ways")


def test_residents_read_what_is_counted_in_five_languages(db: None) -> None:
    client = Client()
    titles = {
        client.get(f"{prefix}/privacy/").content.decode().split("<title>")[1][:12]
        for prefix in ("", "/easy", "/en", "/zh-hans", "/ko")
    }
    assert len(titles) >= 4


def test_the_sample_ward_has_sixty_days_of_visits_that_end_in_its_applications(hall: Hall) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM eng_statistics_tally")
    for back, web, paper in ((0, 4, 2), (30, 3, 0), (90, 5, 0)):
        came = [
            Count(subject="ward-opinion", measure="received", key=key, count=count)
            for key, count in (("web", web), ("paper", paper)) if count
        ]  # fmt: skip
        actions.put_day(actor=SYSTEM, day=TODAY - timedelta(days=back), counts=came, durations=[])
    context = SampleContext(seed=1, size=100, today=TODAY)
    sample.fill(context)
    period = Period(first=TODAY - timedelta(days=59), last=TODAY, by="day")
    with unit(SYSTEM):
        first = queries.totals(queries.ALL, ("views", "sent"), period)
        assert first["views", ""].people > 400
        assert first["sent", ""].count == 4 + 3, "as many as came online within the sixty days"
        assert {
            row.period
            for row in queries.observations(["front_statistics.procedures_online"], TODAY.replace(day=1), TODAY)
        }
        assert procedures_online(TODAY.replace(day=1)) == 2
        sample.fill(context)
        assert queries.totals(queries.ALL, ("views", "sent"), period) == first
