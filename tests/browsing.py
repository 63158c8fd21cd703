"""People at a browser: one method for each thing they do, and a list of what went wrong on the way.

Tests with a browser touch the house from outside only: by its pages, its mail folder, its commands,
and by SQL past row security for looking at what is really there.
"""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyotp
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Locator, Page, Response

from jichi.engines.messages import mailbox
from jichi.sample.accounts import demo_accounts

from .conftest import House

PHONE = 390
DESK = 1280
Answer = str | Sequence[str] | Path
MAIL_WITHIN = 60.0

_REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (e) =>
    console.error("content policy: " + e.violatedDirective + " " + e.blockedURI + " " + e.sourceFile));
"""


def jpeg(width: int = 640, height: int = 400) -> bytes:
    """A photo, as a telephone would make it."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (width, height), (196, 214, 232)).save(out, "JPEG")
    return out.getvalue()


PHOTO = {"name": "shorui.jpg", "mimeType": "image/jpeg", "buffer": jpeg()}

COMING_OF_AGE: Mapping[str, Any] = {
    "register_ok": "yes",
    "with_companion": "yes",
    "companion_name": "山田　由美子",
    "companion_relation": "parent",
    "support": ["wheelchair", "spoken_interpreter"],
    "interpreter_language": "chinese",
    "support_text": "電動車いすを使います。",
    "support_document": PHOTO,
    "photo_ok": "no",
    "email": "sakura@midori.example",
    "phone": "0312345678",
}
SHORT: Mapping[str, Any] = {**COMING_OF_AGE, "with_companion": "no", "support": ["none"]}
"""The same procedure with the fewest pages."""


@dataclass
class Person:
    """Somebody with a browser window."""

    page: Page
    house: House
    language: str = "ja"
    problems: list[str] = field(default_factory=list)

    # -- moving about

    def at(self, path: str) -> str:
        """The whole address of a path of the portal, in this person's language."""
        prefixed = not path.startswith("/staff/") and self.language != "ja"
        return f"{self.house.origin}{'/' + self.language if prefixed else ''}{path}"

    def goto(self, path: str) -> Response | None:
        """Type an address."""
        return self.page.goto(self.at(path))

    @property
    def path(self) -> str:
        """Where the person is, without host, language and query."""
        self.page.wait_for_load_state()
        path = urlsplit(self.page.url).path
        return re.sub(r"^/(easy|en|zh-hans|ko)/", "/", path)

    @property
    def heading(self) -> str:
        """The words of the one `h1`, without readings and marks."""
        self.page.wait_for_load_state()
        return plain(self.page.locator("h1"))

    @property
    def text(self) -> str:
        """Everything the page says in its main part."""
        self.page.wait_for_load_state()
        return plain(self.page.locator("main"))

    def follow(self, name: str | re.Pattern[str]) -> None:
        """Follow a link of the main part by its words."""
        self.page.locator("main").get_by_role("link", name=name).first.click()
        self.page.wait_for_load_state()

    def press(self, name: str | re.Pattern[str]) -> None:
        """Press a button of the main part by its word."""
        self.page.locator("main").get_by_role("button", name=name).click()
        self.page.wait_for_load_state()

    def go_on(self) -> None:
        """Press the page's first button, whatever its language."""
        self.page.locator("main form .actions button").first.click()
        self.page.wait_for_load_state()

    # -- answering

    def give(self, answers: Mapping[str, Any]) -> None:
        """Fill in those of the answers that this page asks for."""
        self.page.wait_for_load_state()
        names = self.page.eval_on_selector_all(
            "main input:not([type=hidden]), main select, main textarea", "all => all.map(e => e.name)"
        )
        for name in dict.fromkeys(names):
            if name in answers:
                fill(self.page.locator(f'main [name="{name}"]'), answers[name])

    def answer_all(self, answers: Mapping[str, Any], *, until: str = "/check/") -> list[str]:
        """Answer page by page until the check page; the ids of the pages seen on the way."""
        seen: list[str] = []
        for _page in range(30):
            if until in self.path:
                return seen
            here = self.path
            seen.append(here.rstrip("/").rpartition("/")[2])
            self.give(answers)
            self.go_on()
            assert self.path != here, f"{here} does not accept the answers: {self.text[:600]}"
        raise AssertionError(f"no end after {seen}")

    def declare_and_send(self) -> str:
        """On the check page: agree to the declarations and send; the receipt number as shown."""
        for box in self.page.locator("main form input[type=checkbox]").all():
            box.check()
        self.go_on()
        return self.number()

    def number(self) -> str:
        """The first receipt number on the page."""
        found = re.search(r"(?<![0-9A-Z-])[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}(?![0-9A-Z-])", self.text)
        assert found, self.text[:600]
        return found[0]

    # -- signing in

    def sign_in(self, email: str) -> None:
        """On the sign-in page: address, code from the mail."""
        before = len(mailbox.mails(self.house.mailbox, to=email, limit=500))
        self.page.fill("main input[name=email]", email)
        self.page.locator("main form:has(input[name=email]) button").first.click()
        self.page.fill("main input[name=code]", code_from_mail(self.house, email, before))
        self.page.locator("main form button").first.click()

    def sign_in_as_official(self, login: str) -> None:
        """On the officials' sign-in page: password, then the authenticator's number."""
        demo = official(login)
        self.page.fill("main input[name=login]", demo.login)
        self.page.fill("main input[name=password]", demo.password)
        self.page.locator("main form button").first.click()
        for ahead in (0, 30, -30):  # each number counts once: the one before or after it is taken, too
            self.page.fill("main input[name=code]", pyotp.TOTP(demo.totp_secret).at(int(time.time()) + ahead))
            self.page.locator("main form button").first.click()
            self.page.wait_for_load_state()
            if "/sign-in/" not in self.page.url:
                return


def plain(locator: Locator) -> str:
    """Text as read aloud once: no ruby readings, no 必須 marks, one line."""
    text: str = locator.evaluate(
        """e => { const c = e.cloneNode(true); c.querySelectorAll("rt, rp, .mark, script").forEach(x => x.remove());
             return c.innerText || c.textContent; }"""
    )
    return re.sub(r"[ \t\r\n]+", " ", text).strip()


def official(login: str) -> Any:
    """The demo official with this login."""
    return next(demo for demo in demo_accounts() if demo.login == login)


def fill(found: Locator, value: Any) -> None:
    """Give an answer to one question: text, choice, choices, file."""
    tag = found.first.evaluate("e => e.tagName === 'INPUT' ? e.type : e.tagName.toLowerCase()")
    if tag in {"radio", "checkbox"}:
        wanted = {value} if isinstance(value, str) else set(value)
        for box in found.all():
            if box.get_attribute("value") in wanted:
                box.check()
            elif tag == "checkbox":
                box.uncheck()
    elif tag == "select":
        found.select_option(value)
    elif tag == "file":
        found.set_input_files(value)
    else:
        found.fill(value)


def code_from_mail(house: House, email: str, before: int) -> str:
    """The six digits of the newest mail with a code to this address after the `before` that were there.

    News of what the person did a moment ago may come between.
    """

    def code() -> str:
        found = (re.search(r"\b(\d{6})\b", mail.body) for mail in new_mails(house, email, before))
        return next((one[1] for one in found if one), "")

    return str(wait_for(code, f"no code to {email}"))


def new_mails(house: House, email: str, before: int) -> tuple[mailbox.Mail, ...]:
    """What came to this address after the first `before`, newest first."""
    found = mailbox.mails(house.mailbox, to=email, limit=500)
    return found[: len(found) - before]


def wait_for(what: Callable[[], Any], otherwise: str, *, within: float = MAIL_WITHIN) -> Any:
    """Ask until the answer is true."""
    until = time.monotonic() + within
    while not (answer := what()):
        assert time.monotonic() < until, otherwise
        time.sleep(0.1)
    return answer


def watch(context: BrowserContext, problems: list[str]) -> None:
    """Note script errors, breaches of the content policy, broken resources and server errors of a context."""
    context.add_init_script(_REPORT_VIOLATIONS)

    def console(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and not message.text.startswith("Failed to load resource"):
            problems.append(f"{message.type}: {message.text}")

    def response(got: Response) -> None:
        if got.status >= 500 or (got.status >= 400 and not got.request.is_navigation_request()):
            problems.append(f"{got.status} {got.url}")

    context.on("console", console)
    context.on("weberror", lambda error: problems.append(f"script: {error.error}"))
    context.on("response", response)


def arrive(
    browser: Browser, house: House, *, width: int = PHONE, scripts: bool = True, language: str = "ja",
    state: Any = None, **more: Any,
) -> Person:  # fmt: skip
    """A person with a fresh browser, or with the cookies of `state`."""
    context = browser.new_context(
        viewport={"width": width, "height": 844 if width < 600 else 900}, locale="ja-JP", timezone_id="Asia/Tokyo",
        java_script_enabled=scripts, storage_state=state, **more,
    )  # fmt: skip
    context.set_default_timeout(30_000)
    problems: list[str] = []
    watch(context, problems)
    return Person(context.new_page(), house, language, problems)
