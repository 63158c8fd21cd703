"""Whole pages from the layouts and the gallery: landmarks, headings, labels, languages."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from django.template import engines
from django.test import Client, RequestFactory
from django.urls import resolve
from django.utils import translation

from jichi.design import gallery
from jichi.design.context import page
from jichi.design.readings import missing_readings
from jichi.design.views import LAYOUTS

from .alone import gallery_alone

PAGES = [(layout, name) for layout in LAYOUTS for name in gallery.PAGES]


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with gallery_alone():
        yield Client()


@pytest.mark.parametrize(("layout", "name"), PAGES)
def test_a_page_has_its_landmarks_one_heading_and_labels(client: Client, layout: str, name: str) -> None:
    html = client.get(f"/design/{layout}/{name}/").content.decode()
    assert len(re.findall(r"<h1\b", html)) == 1
    assert html.index('class="skip" href="#main"') < html.index("<header")
    for landmark in ("<header", '<main id="main"', "<footer", 'role="status"'):
        assert html.count(landmark) == 1
    for control in re.findall(r'<(?:input|select|textarea)\b(?![^>]*type="hidden")[^>]*>', html):
        id_ = re.search(r'id="([^"]+)"', control)
        assert "aria-label=" in control or (id_ and f'for="{id_[1]}"' in html), control
    ids = re.findall(r'\sid="([^"]+)"', html)
    assert len(ids) == len(set(ids))
    for target in re.findall(r'aria-(?:describedby|labelledby)="([^"]+)"', html):
        assert set(target.split()) <= set(ids)


@pytest.mark.parametrize("name", gallery.PAGES)
def test_headings_skip_no_level(client: Client, name: str) -> None:
    html = client.get(f"/design/resident/{name}/").content.decode()
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", html[html.index("<h1") :])]
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_title_begins_with_the_heading_and_ends_with_the_ward(client: Client) -> None:
    html = client.get("/design/resident/check/").content.decode()
    assert "<title>確認ページ(A3) - オンライン窓口 - みどり区</title>" in html
    assert "<h1>確認ページ(A3)</h1>" in html


def test_errors_stand_in_title_summary_and_status(client: Client) -> None:
    answer = client.get("/design/resident/fields-errors/")
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "<title>エラー: " in html
    assert html.index('id="error-summary"') < html.index("<h1")
    for target in re.findall(r'<a href="#(f-[^"]+)"', html):
        assert f'id="{target}"' in html


def test_the_page_offers_five_languages_each_in_its_own(client: Client) -> None:
    html = client.get("/design/resident/list/?q=1").content.decode()
    assert '<a href="/easy/design/resident/list/?q=1" lang="ja" hreflang="ja">やさしい日本語</a>' in html
    assert '<a href="/zh-hans/design/resident/list/?q=1" lang="zh-Hans" hreflang="zh-Hans">简体中文</a>' in html
    assert 'lang="ja" hreflang="ja" aria-current="true">日本語</a>' in html


def test_officials_are_not_offered_languages(client: Client) -> None:
    assert "hreflang" not in engines["django"].from_string('{% extends "design/layouts/staff.html" %}').render({})


def test_htmx_gets_only_the_results(client: Client) -> None:
    answer = client.get("/design/staff/list/", headers={"HX-Target": "list-results"})
    assert answer.content.decode().startswith('<div id="list-results"')
    assert "HX-Target" in answer.headers["Vary"]
    whole = client.get("/design/staff/list/").content.decode()
    assert answer.content.decode() in whole
    assert "htmx-2.min.js" in whole


def test_htmx_is_loaded_only_where_it_is_used(client: Client) -> None:
    assert "htmx" not in client.get("/design/resident/question/").content.decode()


def test_unknown_pages_of_the_gallery_are_not_found(client: Client) -> None:
    assert client.get("/design/resident/nothing/").status_code == 404
    assert client.get("/design/nobody/words/").status_code == 404


def test_views_declare_their_audience() -> None:
    from jichi.design import views

    assert views.index.jichi_access == views.page.jichi_access == {"audience": "public"}  # type: ignore[attr-defined]


def test_the_layout_in_plain_japanese_has_a_reading_on_every_kanji(client: Client) -> None:
    source = '{% extends "design/layouts/resident.html" %}'
    request = RequestFactory().get("/easy/design/")
    request.resolver_match = resolve("/design/")
    with translation.override("easy"):
        context = {**page(request), "title": "手続き", "back": "/", "errors": []}
        html = engines["django"].from_string(source).render(context, None)
    assert missing_readings(html) == []


def test_context_survives_a_request_that_matched_nothing() -> None:
    with translation.override("ja"):
        assert page(RequestFactory().get("/nothing/"))["language_links"] == []
