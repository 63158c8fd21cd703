"""The gallery in Chromium: axe, no sideways scroll, text at 200 %, skip link, menus, error links."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from socketserver import ThreadingMixIn
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core.wsgi import get_wsgi_application
from playwright.sync_api import Browser, Page, sync_playwright

from jichi.design import gallery

from .alone import gallery_alone

pytestmark = pytest.mark.browser
WIDTHS = (390, 1280)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nothing: a test prints no access log."""


@pytest.fixture(scope="module")
def origin() -> Iterator[str]:
    """Address of the gallery, served from this process."""
    with gallery_alone():
        server = make_server("127.0.0.1", 0, get_wsgi_application(), server_class=_Server, handler_class=_Quiet)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        program = os.environ.get("JICHI_CHROMIUM", "/usr/bin/chromium")
        found = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield found
        found.close()


@pytest.fixture(scope="module", params=WIDTHS)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": request.param, "height": 900}, locale="ja-JP")
    yield context.new_page()
    context.close()


@pytest.mark.parametrize("layout", ["resident", "staff"])
@pytest.mark.parametrize("name", gallery.PAGES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways(page: Page, origin: str, layout: str, name: str) -> None:
    wrong: list[str] = []
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.goto(f"{origin}/design/{layout}/{name}/")
    found = Axe().run(page).response["violations"]
    assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert wrong == []


@pytest.mark.parametrize("name", ["words", "fields-errors", "list", "record", "figures"])
def test_text_may_be_twice_as_large(browser: Browser, origin: str, name: str) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, bypass_csp=True)
    page = context.new_page()
    for layout in ("resident", "staff"):
        page.goto(f"{origin}/design/{layout}/{name}/")
        page.add_style_tag(content="html { font-size: 200% }")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), layout
    context.close()


@pytest.mark.parametrize("layout", ["resident", "staff"])
def test_open_menus_are_readable(browser: Browser, origin: str, layout: str) -> None:
    for width, menu in ((390, ".menu > summary"), (1280, ".site-nav .drop > summary, .languages > summary")):
        context = browser.new_context(viewport={"width": width, "height": 900})
        page = context.new_page()
        page.goto(f"{origin}/design/{layout}/start/")
        page.locator(menu).first.click()
        found = Axe().run(page).response["violations"]
        assert [(v["id"], v["nodes"][0]["html"][:200]) for v in found] == []
        context.close()


def test_the_skip_link_is_first_and_leads_to_the_content(page: Page, origin: str) -> None:
    page.goto(f"{origin}/design/resident/start/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_the_summary_has_the_focus_and_leads_into_the_field(page: Page, origin: str) -> None:
    page.goto(f"{origin}/design/resident/fields-errors/")
    assert page.evaluate("document.activeElement.id") == "error-summary"
    page.get_by_role("link", name="受け取り方を1つ選んでください。").click()
    assert page.evaluate("document.activeElement.id") == "f-way"


def test_an_open_list_closes_with_escape_and_gives_the_focus_back(page: Page, origin: str) -> None:
    page.goto(f"{origin}/design/resident/start/")
    summary = page.locator(".languages > summary")
    summary.focus()
    page.keyboard.press("Enter")
    assert page.get_by_role("link", name="한국어").is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Escape")
    assert not page.get_by_role("link", name="한국어").is_visible()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"


def test_an_area_opens_inside_the_open_menu(browser: Browser, origin: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(f"{origin}/design/staff/start/")
    page.locator(".menu > summary").click()
    page.locator(".menu .drop > summary").first.click()
    assert page.locator(".menu").get_by_role("link", name="課の仕事").is_visible()
    context.close()


def test_targets_are_large_enough_for_a_finger(browser: Browser, origin: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 900})
    page = context.new_page()
    page.goto(f"{origin}/design/resident/fields/")
    small = page.evaluate(
        """() => [...document.querySelectorAll("header a, header summary, main button, .input, .choice label")]
            .filter(e => e.getClientRects().length && e.getBoundingClientRect().height < 44)
            .map(e => e.outerHTML.slice(0, 120))"""
    )
    assert small == []
    context.close()


def test_everything_is_there_without_scripts(browser: Browser, origin: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 900}, java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{origin}/design/resident/figures/")
    assert page.locator(".as-table table").first.is_visible()
    page.locator(".menu > summary").click()
    assert page.locator(".menu nav").get_by_role("link", name="支払い").is_visible()
    context.close()
