"""The whole way with Tab, Space and Enter alone; the focus is always seen, and nothing holds it."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from .browsing import COMING_OF_AGE, DESK, Person

pytestmark = pytest.mark.browser
Arrive = Callable[..., Person]
AOI = "aoi@midori.example"
MOST_TABS = 80

_FOCUS = """
() => { const e = document.activeElement; const style = getComputedStyle(e); const box = e.getBoundingClientRect();
  const target = e.type === "radio" || e.type === "checkbox" ? e.nextElementSibling || e : e;
  const around = [style, getComputedStyle(target)].some(s => s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2
    || s.boxShadow !== "none");
  return { tag: e.tagName, name: e.name || "", value: e.value || "", type: e.type || "", href: e.getAttribute("href") || "",
    words: (e.getAttribute("aria-label") || e.innerText || "").replace(/\\s+/g, " ").trim(), seen: around,
    inside: box.bottom > 0 && box.top < window.innerHeight }; }
"""


class Keys:
    """Somebody without a mouse."""

    def __init__(self, person: Person) -> None:
        self.person = person
        self.page = person.page

    def focus(self) -> dict[str, object]:
        """Where the focus is, and whether it can be seen."""
        found: dict[str, object] = self.page.evaluate(_FOCUS)
        return found

    def tab_to(self, fits: Callable[[dict[str, object]], bool], what: str) -> None:
        """Press Tab until there; each stop on the way shows the focus inside the window."""
        for _press in range(MOST_TABS):
            self.page.keyboard.press("Tab")
            here = self.focus()
            if here["tag"] == "BODY":
                continue
            assert here["seen"], f"the focus is not seen on {here}"
            assert here["inside"], f"the focus is outside of the window on {here}"
            if fits(here):
                return
        raise AssertionError(f"no way to {what} with Tab on {self.person.path}")

    def enter(self, fits: Callable[[dict[str, object]], bool], what: str) -> None:
        """Go there and press Enter."""
        self.tab_to(fits, what)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def link(self, href_end: str) -> None:
        """Follow a link by its address."""
        self.enter(lambda f: str(f["href"]).split("#")[0].endswith(href_end), f"the link to …{href_end}")

    def button(self, words: str) -> None:
        """Press a button by its word."""
        self.enter(lambda f: f["tag"] == "BUTTON" and f["words"] == words, f"the button {words}")

    def choose(self, name: str, value: str) -> None:
        """A radio button: Tab to its group, arrows to the option."""
        self.tab_to(lambda f: f["name"] == name, f"the question {name}")
        for _press in range(20):
            here = self.focus()
            if here["value"] == value:
                self.page.keyboard.press("Space")
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"no option {value} of {name}")

    def tick(self, name: str, value: str = "1") -> None:
        """A check box."""
        self.tab_to(lambda f: f["name"] == name and f["value"] == value, f"the box {name} {value}")
        self.page.keyboard.press("Space")

    def type(self, name: str, text: str) -> None:
        """A text field."""
        self.tab_to(lambda f: f["name"] == name, f"the field {name}")
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)


def test_the_whole_way_by_keyboard(arrive: Arrive) -> None:
    person = arrive(as_=AOI, width=DESK)
    keys = Keys(person)
    person.goto("/")
    keys.tab_to(lambda f: f["name"] == "q", "the search box")
    keys.page.keyboard.type("成人式")
    with person.page.expect_navigation():
        keys.page.keyboard.press("Enter")
    keys.link("/procedures/coming-of-age/")
    keys.link("/who/")
    keys.button("次へ進む")
    keys.choose("register_ok", "yes")
    keys.button("次へ進む")
    keys.button("次へ進む")  # the reading is filled in already
    keys.choose("with_companion", "no")
    keys.button("次へ進む")

    # An answer forgotten: the summary has the focus, and its link leads into the field.
    keys.button("次へ進む")
    assert keys.page.evaluate("document.activeElement.id") == "error-summary"
    keys.tab_to(lambda f: str(f["href"]).startswith("#"), "the link of the summary")
    keys.page.keyboard.press("Enter")
    assert keys.focus()["name"] == "support"
    keys.page.keyboard.press("Shift+Tab")
    keys.tick("support", "none")
    keys.button("次へ進む")
    keys.choose("photo_ok", "no")
    keys.button("次へ進む")
    keys.type("email", str(COMING_OF_AGE["email"]))
    keys.button("次へ進む")
    assert person.heading == "申請内容の確認"
    keys.tick("declare-own_application")
    keys.button("申請する")
    assert person.heading == "申請を受け付けました"


def test_menus_open_and_close_and_give_the_focus_back(arrive: Arrive) -> None:
    person = arrive()
    person.goto("/")
    keys = Keys(person)
    keys.tab_to(lambda f: f["tag"] == "SUMMARY" and f["words"] == "メニュー", "the menu")
    keys.page.keyboard.press("Enter")
    assert person.page.locator("details.menu[open]").count() == 1
    keys.page.keyboard.press("Tab")
    assert keys.focus()["tag"] == "A"
    keys.page.keyboard.press("Escape")
    assert person.page.locator("details.menu[open]").count() == 0
    assert keys.focus()["tag"] == "SUMMARY"


@pytest.mark.parametrize("as_", ["", "sato"])
def test_nothing_holds_the_focus_and_its_order_is_that_of_reading(arrive: Arrive, as_: str) -> None:
    person = arrive(as_=as_, width=DESK)
    for path in ("/staff/", "/staff/cases/") if as_ else ("/", "/procedures/coming-of-age/"):
        person.goto(path)
        places = []
        for _press in range(200):
            person.page.keyboard.press("Tab")
            here = person.page.evaluate(
                """() => { const e = document.activeElement; if (e === document.body) { return -1; }
                    return [...document.querySelectorAll("*")].indexOf(e); }"""
            )
            if here == -1 or (places and here == places[0]):
                break
            places.append(here)
        else:
            raise AssertionError(f"no end of the page {path} with Tab")
        assert places == sorted(places), path
        assert len(places) == len(set(places)), path
