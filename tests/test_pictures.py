"""The pictures of the README and the papers, made by a test run:

    JICHI_PICTURES=1 ./jichi test --all -- tests/test_pictures.py

Without the variable the same walk runs, and nothing is written.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from .browsing import COMING_OF_AGE, DESK, SHORT, Person, wait_for
from .conftest import House
from .test_journey_deciding import apply, propose
from .test_journey_paying import owed

pytestmark = pytest.mark.browser
Arrive = Callable[..., Person]
FOLDER = Path(__file__).parents[1] / "docs" / "pictures"
WANTED = os.environ.get("JICHI_PICTURES") == "1"
SAKURA, ZIHAN, AI = "sakura@midori.example", "zihan@midori.example", "ai@midori.example"
MOST_BYTES = 150_000
COLOURS = 128


def keep(name: str, png: bytes) -> None:
    """Write a picture with few colours; it stays below 150 kB."""
    from PIL import Image

    with Image.open(io.BytesIO(png)) as picture:
        few = picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    out = io.BytesIO()
    few.save(out, "PNG", optimize=True)
    assert len(out.getvalue()) <= MOST_BYTES, name
    if WANTED:
        FOLDER.mkdir(parents=True, exist_ok=True)
        (FOLDER / f"{name}.png").write_bytes(out.getvalue())


def take(person: Person, name: str, *, height: int = 0) -> None:
    """A picture of what the person sees; `height`: so much of the page, else the window."""
    size = person.page.viewport_size
    assert size
    if height:
        person.page.set_viewport_size({"width": size["width"], "height": height})
    keep(name, person.page.screenshot(animations="disabled"))
    person.page.set_viewport_size(size)


def test_pictures_of_the_residents_pages(arrive: Arrive) -> None:
    person = arrive(as_=SAKURA)
    for language in ("ja", "easy", "en"):
        person.language = language
        person.goto("/procedures/coming-of-age/")
        take(person, f"start-{language}")
    person.language = "ja"
    person.goto("/procedures/coming-of-age/who/")
    person.go_on()
    person.answer_all(COMING_OF_AGE, until="/q/support/")
    person.give({"support": ["wheelchair"]})
    take(person, "question-ja", height=1000)
    person.answer_all(COMING_OF_AGE)
    take(person, "check-ja", height=1200)
    number = person.declare_and_send()
    take(person, "done-ja")
    person.goto(f"/items/{number}/")
    take(person, "item-ja", height=1000)


def test_pictures_of_the_officials_pages_and_of_the_ticket(arrive: Arrive, tmp_path: Path) -> None:
    zihan = arrive(as_=ZIHAN)
    zihan.goto("/procedures/coming-of-age/who/")
    zihan.go_on()
    zihan.answer_all(SHORT)
    number = zihan.declare_and_send()
    official = arrive(width=DESK, as_="sato")
    official.goto("/staff/?scope=division")
    take(official, "work-list")
    official.goto(f"/staff/cases/{number}/")
    official.press("審査を始める")
    take(official, "case", height=1300)
    official.follow("承認する")
    official.press("決定の前に確かめる")
    official.press("承認する")
    official.goto("/staff/figures/")
    take(official, "figures", height=1200)

    def ticket() -> str | None:
        zihan.goto(f"/items/{number}/")
        link = zihan.page.locator('main a[href*="/documents/"]')
        return link.first.get_attribute("href") if link.count() else None

    address = wait_for(ticket, "no ticket")
    pdf = tmp_path / "ticket.pdf"
    pdf.write_bytes(zihan.page.request.get(zihan.house.origin + address).body())
    if shutil.which("pdftoppm"):
        subprocess.run(["pdftoppm", "-png", "-r", "80", "-singlefile", str(pdf), str(tmp_path / "ticket")], check=True)
        keep("ticket", (tmp_path / "ticket.png").read_bytes())


def test_pictures_of_a_payment_and_of_a_decision_on_its_route(arrive: Arrive, house: House) -> None:
    sakura = arrive(as_=SAKURA)
    sakura.goto(f"/pay/{owed(house)}/")
    take(sakura, "payment-ja")
    number = apply(arrive(as_=AI), "480000")
    propose(arrive(width=DESK, as_="okada"), number)
    watanabe = arrive(width=DESK, as_="watanabe")
    watanabe.goto(f"/staff/cases/{number}/")
    take(watanabe, "approval", height=1250)


def test_pictures_of_an_event_and_of_an_admission(arrive: Arrive) -> None:
    sakura = arrive(as_=SAKURA)
    sakura.goto("/events/")
    sakura.page.locator("main .card a").nth(1).click()
    take(sakura, "event-ja", height=1000)
    sato = arrive(width=DESK, as_="sato")
    sato.goto("/staff/nursery/")
    sato.page.locator("main table a").last.click()
    sato.page.locator('main a[href*="/runs/"]').first.click()
    take(sato, "admission", height=1250)
