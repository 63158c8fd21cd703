"""Every page of the house in Chromium, found by following its links as everybody who may open it.

JIS X 8341-3 AA and WCAG 2.2 AA are the floor: journeys.md §6 says what is looked at.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from django.urls import Resolver404, get_resolver
from django.utils import translation

from jichi.config.rooms import ROOMS
from jichi.kernel import clock
from jichi.sample.cast import cast_number
from jichi.services.front.applications.sample import PROCEDURES

from . import page_checks as checks
from .browsing import COMING_OF_AGE, DESK, PHOTO, SHORT, Person
from .conftest import House, environ_for
from .house import gates
from .house.tree import report
from .page_source import Sent, structure_findings

pytestmark = pytest.mark.browser
Arrive = Callable[..., Person]
SAKURA, AOI, ZIHAN = "sakura@midori.example", "aoi@midori.example", "zihan@midori.example"
AI, DAISUKE = "ai@midori.example", "daisuke@midori.example"
CLUB_PARENT = "gakudo@midori.example"

PARENT = cast_number("parent", clock.today())

FILES = frozenset({
    "eng_ledger:balances_export", "eng_cases_items:document", "eng_cases_items:attachment", "eng_cases_staff:document", "eng_cases_staff:file",
    "eng_cases_staff:thumbnail", "eng_registry:town_export", "eng_registry_map:towns", "eng_cases_staff:export", "front_applications:copy", "front_applications:draft_file",
    "portal_staff:figures_csv", "office_administration:people_export",
    "office_administration:looks_export", "office_administration:rights_export", "office_administration:certificate_pdf",
    "office_administration:plan_export", "eng_payments_staff:export", "front_inventory:export", "front_inventory:stand_export",
    "eng_slips:file", "eng_bankfiles:request_file", "eng_bankfiles:original", "eng_api:document", "eng_booking:record", "front_inventory:picture", "front_statistics:export", "front_statistics:picture", "front_designer:export", "front_designer:texts_list", "office_operations:state",
    "eng_collection:payer_export", "eng_collection:unpaid_export", "eng_collection:payout_file",
    "front_cashless:usage_export", "front_cashless:desks_export", "front_cashless:fees_export",
    "front_cashless:tablet_state", "front_cashless:tablet_worker",
    "front_events:ical", "front_events:event_ical", "front_events:open_data", "front_events:picture",
    "front_events_staff:door_state", "front_events_staff:door_list", "front_events_staff:door_worker",
    "front_retreats:paper", "front_retreats:calendar",
    "front_retreats_staff:export", "front_retreats_staff:tariff_export", "front_retreats_staff:figures_export",
    "front_events:ticket", "front_events_staff:outcome_csv", "front_events_staff:outcome_pdf",
    "front_events_staff:export", "front_events_staff:report", "front_events_staff:picture_file",
    "family_nursery:applications_export", "family_nursery:run_export", "family_nursery:seats_export", "family_nursery:load_form", "family_nursery:certificate_form_export", "nursery_family:certificate_blank", "family_nursery:table_export", "family_nursery:table_cases_export", "nursery_family:proof", "family_nursery:certificate_file", "family_nursery:notice_file", "nursery_family:notice", "family_nursery:asks_export",
    "family_after_school:sample", "family_after_school:letters",
    "tax_direct_debit_staff:export", "tax_direct_debit_staff:uptake_export",
    "welfare_digital_inclusion:ticket", "welfare_digital_inclusion:figures_file", "welfare_digital_inclusion_staff:export",
    "welfare_digital_inclusion_staff:outcome_csv", "welfare_digital_inclusion_staff:outcome_pdf",
    "welfare_digital_inclusion_staff:door_state", "welfare_digital_inclusion_staff:door_list",
    "welfare_digital_inclusion_staff:door_worker",
    "welfare_digital_inclusion_staff:figures_export",
})  # fmt: skip
"""Addresses that answer with a file."""
ELSEWHERE = frozenset({"health", "design:index", "design:page", "portal_resident:language", "front_designer:frame"})
"""No pages, or tested beside the design floor."""
MOST_PAGES = 250


@pytest.fixture(scope="module")
def seen() -> set[str]:
    """Names of the addresses that somebody opened."""
    return set()


@pytest.fixture(scope="module")
def looked() -> set[str]:
    """Pages as they stood, apart from words: one of the same address and build is measured once, its width each time."""
    return set()


@pytest.fixture(scope="module")
def places() -> set[str]:
    """Kinds of elements with what they stand in that were looked at in the browser."""
    return set()


@pytest.fixture(scope="module")
def stood() -> dict[str, set[str]]:
    """By login, the addresses that the person stood at in a window."""
    return {}


@pytest.fixture(scope="module")
def fits() -> set[str]:
    """Names of the addresses whose plain Japanese was seen to fit a phone."""
    return set()


@pytest.fixture(scope="module")
def met() -> dict[str, set[str]]:
    """By login, the addresses that the person stood at in another part."""
    return {}


@pytest.fixture(scope="module")
def lived_in(house: House, chromium: object, tmp_path_factory: pytest.TempPathFactory) -> House:
    """A house where things are going on: drafts, corrections, decisions, a newer form, a link to be made."""
    from . import browsing

    def come(login: str, **how: int) -> Person:
        person = browsing.arrive(chromium, house, **how)  # type: ignore[arg-type] # the fixture's browser
        person.goto("/sign-in/" if "@" in login else "/staff/sign-in/")
        (person.sign_in if "@" in login else person.sign_in_as_official)(login)
        house.signed_in[login] = person.page.context.storage_state()
        return person

    sato = come("sato", width=DESK)
    sakura = come(SAKURA)
    number = _apply(sakura, "coming-of-age", COMING_OF_AGE)
    sato.goto(f"/staff/cases/{number}/")
    sato.press("審査を始める")
    sato.goto(f"/staff/cases/{number}/correction/?points=support_document.0&points=name_kana.0")
    sato.press("送る前に確かめる")
    sato.press("依頼を送る")
    sakura.goto(f"/items/{number}/correction/")
    sakura.go_on()
    sakura.go_on()
    zihan = come(ZIHAN)
    number = _apply(zihan, "coming-of-age", SHORT)
    sato.goto(f"/staff/cases/{number}/")
    sato.press("審査を始める")
    sato.goto(f"/staff/cases/{number}/approve/")
    sato.press("決定の前に確かめる")
    sato.press("承認する")
    aoi = come(AOI)
    aoi.goto("/procedures/coming-of-age/who/")
    aoi.go_on()
    aoi.answer_all(COMING_OF_AGE, until="/q/photo/")
    ai = come(AI)
    _apply(ai, "vaccination-form-reissue", {"child_ok": "yes", "vaccines": ["varicella"], "reason": "moved_in",
        "previous_municipality": "長野県松本市", "moved_on_era": "", "moved_on_y": "2026", "moved_on_m": "11",
        "moved_on_d": "1", "handbook": PHOTO, "delivery": "register", "phone": "0312345678"})  # fmt: skip
    ai.goto("/procedures/vaccination-form-reissue/who/")
    ai.page.locator("main input[type=radio]").first.check()
    ai.go_on()
    ai.give({"child_ok": "yes"})
    ai.go_on()
    newer = tmp_path_factory.mktemp("newer") / "newer.yaml"
    text = (PROCEDURES / "vaccination-form-reissue.yaml").read_text(encoding="utf-8")
    newer.write_text(text.replace("version: 1\n", "version: 2\n").replace("なくした, easy", "紛失した, easy"), "utf-8")
    subprocess.run(
        [sys.executable, "-m", "jichi.config.cli", "procedure", "publish", str(newer)],
        check=True, env=environ_for(house.database.app_url, house.home), stdout=subprocess.DEVNULL,
    )  # fmt: skip
    for person in (sato, sakura, zihan, aoi, ai):
        assert person.problems == []
        person.page.context.close()
    return house


def _apply(person: Person, slug: str, answers: object) -> str:
    person.goto(f"/procedures/{slug}/who/")
    if not person.page.locator("main input[type=radio]:checked").count():
        person.page.locator("main input[type=radio]").first.check()
    person.go_on()
    person.answer_all(answers)  # type: ignore[arg-type] # a mapping
    return person.declare_and_send()


# -- walking ---------------------------------------------------------------------------------------


@cache  # every page has the links of the menu
def name_of(path: str) -> tuple[str, str]:
    """An address's name, and what tells apart pages of one address that are worth a look each."""
    with translation.override("ja"):
        try:
            found = get_resolver().resolve(path)
        except Resolver404:
            return "", ""
    return found.view_name, str(found.kwargs.get("page_id", "") or found.kwargs.get("slug", ""))


HREFS = "all => all.map(a => a.href.baseVal === undefined ? a.href : new URL(a.href.baseVal, document.baseURI).href)"
"""Where links lead, those in drawings too."""


Come = Callable[[Person, str], tuple[str, list[str], Sent | None] | None]
"""How somebody gets to a path: where they stand then, where its links lead, its source; None where it is no page."""


def in_window(person: Person, path: str) -> tuple[str, list[str], Sent | None] | None:
    """With a browser's window."""
    answer = person.goto(path)
    assert answer
    if not checks.is_page(answer.headers.get("content-type", "")):
        return None
    return person.path, person.page.eval_on_selector_all("a[href]", HREFS), None


def as_sent(person: Person, path: str) -> tuple[str, list[str], Sent | None] | None:
    """Without a window, with the same cookies: a tenth of the work."""
    answer = person.page.request.get(person.at(path))
    assert answer.status < 500, f"{answer.status} {path}"
    if not checks.is_page(answer.headers.get("content-type", "")):
        return None
    sent = Sent(answer.url, answer.text())
    return re.sub(r"^/(easy|en|zh-hans|ko)/", "/", urlsplit(answer.url).path), sent.links, sent


def walk(
    person: Person, starts: tuple[str, ...], met: set[str] | None = None, *, come: Come = in_window
) -> Iterator[tuple[str, str, Sent | None]]:
    """Follow links from the starts: the name, path and source of each different page; in a window the person stands on it.

    Addresses that the same person stood at before (`met`) are left out.
    """
    waiting = list(starts)
    known: set[tuple[str, str]] = set()
    before = set() if met is None else met
    done: set[str] = set()
    while waiting:
        path = waiting.pop(0)
        name, which = name_of(urlsplit(path).path)
        key = (name, urlsplit(path).query.partition("=")[0] if "?" in path else which)
        if path in before or (key in known and ("?" in path or path not in starts)):
            continue
        if not name or name in FILES | ELSEWHERE or (path.startswith("/staff/") and person.language != "ja"):
            continue
        assert len(done) < MOST_PAGES, waiting
        done.add(path)
        before.add(path)
        known.add(key)
        found = come(person, path)
        if found is None:
            continue
        here, links, sent = found
        yield (name_of(here)[0] or name), path, sent
        waiting += [one for href in links if (one := inside(person, href))]


def inside(person: Person, href: str) -> str:
    """Path of a link within the house, without its language; empty for one that leads out of it or to another language."""
    parts = urlsplit(href)
    plain = re.sub(r"^/(easy|en|zh-hans|ko)/", "/", parts.path)
    if f"{parts.scheme}://{parts.netloc}" != person.house.origin or (plain != parts.path and person.language == "ja"):
        return ""
    return plain + (f"?{parts.query}" if parts.query else "")


VISITORS: dict[str, tuple[str, tuple[str, ...]]] = {
    "anonymous": (
        "",
        (
            "/",
            "/menu/",
            "/verify/",
            "/verify/ABCD/",
            "/privacy/",
            "/nursery/facilities/",
            "/verify/nursery/",
            "/sign-in/",
            "/staff/sign-in/",
            "/demo/mailbox/",
            "/nowhere/",
        ),
    ),
    "with a correction": (SAKURA, ("/", "/my/", "/inbox/")),
    "with a draft": (AOI, ("/my/",)),
    "with a ticket": (ZIHAN, ("/my/",)),
    "parent, newer form": (AI, ("/my/", "/nursery/", "/debit/")),
    "parent of a club's child": (CLUB_PARENT, ("/clubs/",)),
    "not linked": (DAISUKE, ("/my/", "/my/link/", "/procedures/coming-of-age/who/")),
    "official": ("sato", ("/staff/", "/staff/menu/", "/staff/slips/?q=00000020260000")),
    "official who collects": (
        "sato",
        (
            "/staff/collection/",
            "/staff/debit/",
            f"/staff/collection/payers/{PARENT}/",
            f"/staff/collection/payers/{PARENT}/?purpose=collection",
        ),
    ),
    "treasurer": (
        "ota",
        (
            "/staff/ledger/",
            "/staff/desks/settlements/",
            "/staff/desks/differences/",
            "/staff/desks/handovers/",
        ),
    ),
    "official at a counter": ("sato", ("/staff/desks/", "/staff/desks/usage/")),
    "official of nurseries": ("sato", ("/staff/nursery/",)),
    "head of a nursery": ("ono", ("/staff/nursery/desk/",)),
    "official of after-school clubs": (
        "sato",
        ("/staff/after-school/?state=approved", f"/staff/after-school/runs/preview/{clock.today():%Y-%m}/"),
    ),
    "register clerk": ("mori", ("/staff/", "/staff/people/?q=ヤマダ")),
    "administrator": (
        "admin",
        (
            "/staff/",
            "/staff/admin/people/",
            "/staff/admin/plans/",
            "/staff/admin/rights/",
            "/staff/admin/looks/",
            "/staff/admin/retention/",
            "/staff/operations/",
            "/staff/operations/jobs/",
            "/staff/operations/jobs/failed/",
            "/staff/bankfiles/",
            "/staff/bankfiles/differences/",
            "/staff/bankfiles/requests/",
            "/staff/bankfiles/remittances/",
            "/staff/bankfiles/credits/",
            "/staff/payments/settled/",
            "/staff/desks/setup/",
            "/staff/debit/settings/",
        ),
    ),
    "office of digital procedures": (
        "hayashi",
        ("/staff/inventory/", "/staff/inventory/numbers/", "/staff/statistics/", "/staff/designer/"),
    ),
}


def starts_of(visitor: str, house: House) -> tuple[str, ...]:
    """Where the visitor's walk begins."""
    starts = VISITORS[visitor][1]
    return (*starts, *rounds_of(house)) if visitor == "official of nurseries" else starts


@pytest.mark.parametrize("visitor", VISITORS)
def test_every_page_is_for_everybody(
    lived_in: House, arrive: Arrive, visitor: str, seen: set[str], places: set[str], met: dict[str, set[str]]
) -> None:
    """Every page as it is sent; in the browser each that holds something in a place no page before had it."""
    login = VISITORS[visitor][0]
    staff = bool(login) and "@" not in login
    person = arrive(as_=login, width=DESK if staff else 390)
    wrong: list[str] = []
    titles: dict[str, str] = {}
    for name, path, sent in walk(person, starts_of(visitor, lived_in), met.setdefault(login, set()), come=as_sent):
        assert sent
        seen.add(name)
        found = structure_findings(sent)
        if titles.setdefault(sent.title, name) != name:
            found.append(f"the title of {titles[sent.title]} too: {sent.title}")
        here = {f"{staff} {place}" for place in sent.places()}
        if here - places:
            places |= here
            person.goto(path)
            found += everything(person, staff)
        wrong += [f"{visitor} {path}: {text}" for text in found]
    assert not wrong, report(wrong)


def everything(person: Person, staff: bool) -> list[str]:
    """All findings of the page somebody stands on in the browser."""
    page = person.page
    found = checks.structure_findings(page) + checks.axe_findings(page) + checks.language_findings(page, "ja")
    found += checks.weight_findings(page) + checks.skip_link_findings(page) + checks.width_findings(page)
    return found + checks.target_findings(page, checks.POINTER if staff else checks.FINGER)


@pytest.mark.matrix
@pytest.mark.parametrize("visitor", VISITORS)
def test_every_page_of_every_address_in_the_browser(
    lived_in: House, arrive: Arrive, visitor: str, looked: set[str], stood: dict[str, set[str]]
) -> None:
    login = VISITORS[visitor][0]
    staff = bool(login) and "@" not in login
    person = arrive(as_=login, width=DESK if staff else 390)
    wrong: list[str] = []
    for name, path, _sent in walk(person, starts_of(visitor, lived_in), stood.setdefault(login, set())):
        build = f"{staff} {name} {checks.build(person.page)}"
        if build in looked:
            found = checks.structure_findings(person.page) + checks.sideways(person.page)
        else:
            looked.add(build)
            found = everything(person, staff)
        wrong += [f"{visitor} {path}: {text}" for text in found]
    assert not wrong, report(wrong)


def test_every_address_was_looked_at(lived_in: House, seen: set[str], request: pytest.FixtureRequest) -> None:
    if len([item for item in request.session.items if "test_every_page_is_for_everybody" in item.name]) < len(VISITORS):
        pytest.skip("only some of the visitors walked")
    with translation.override("ja"):
        every = {a.name for a in gates.addresses(get_resolver()) if a.access and "GET" in a.access.methods}
    assert ROOMS
    walked = {name for names in JOURNEYS.values() for name in names}
    missed = sorted(every - seen - FILES - ELSEWHERE - REDIRECTS - BY_STEPS - walked)
    assert not missed, report(missed)
    assert walked <= every
    read = {name: (Path(__file__).parent / name).read_text("utf-8") for name in JOURNEYS}
    blind = [
        name for name, text in read.items() if "axe_findings(" not in text and "page_checks import look" not in text
    ]
    assert not blind, report(blind)


REDIRECTS = frozenset({
    "front_applications:resume", "portal_resident:inbox_item", "eng_accounts:identity_callback",
    "eng_accounts:sign_back", "eng_cases_staff:bulk", "eng_payments:returned", "front_designer:edit",
    "family_after_school:decide", "tax_direct_debit:returned",
})  # fmt: skip
JOURNEYS = {
    "test_journey_draw.py": {"eng_booking:check"},
    "test_journey_events.py": {
        "front_events:calendar", "front_events:day", "front_events:event", "front_events:apply", "front_events:done",
        "front_events:entry", "front_events:mine", "front_events:withdraw", "front_events_staff:list",
        "front_events_staff:event", "front_events_staff:change", "front_events_staff:new", "front_events_staff:load",
        "front_events_staff:picture", "front_events_staff:preview", "front_events_staff:cancel",
        "front_events_staff:entries", "front_events_staff:attendance", "front_events_staff:ticket",
        "front_events_staff:draw", "front_events_staff:telephone", "front_events_staff:entry",
        "front_events_staff:entry_withdraw", "front_events_staff:door", "front_events:companion",
        "front_events:survey", "front_events_staff:ask", "front_events_staff:outcome",
        "front_events_staff:select",
    },
    "test_journey_classes.py": {
        "welfare_digital_inclusion:list", "welfare_digital_inclusion:course", "welfare_digital_inclusion:apply",
        "welfare_digital_inclusion:done", "welfare_digital_inclusion:entry", "welfare_digital_inclusion:mine",
        "welfare_digital_inclusion:names", "welfare_digital_inclusion:withdraw", "welfare_digital_inclusion_staff:list",
        "welfare_digital_inclusion_staff:new", "welfare_digital_inclusion_staff:course",
        "welfare_digital_inclusion_staff:change", "welfare_digital_inclusion_staff:cancel",
        "welfare_digital_inclusion_staff:entries", "welfare_digital_inclusion_staff:entry",
        "welfare_digital_inclusion_staff:telephone", "welfare_digital_inclusion_staff:draw",
        "welfare_digital_inclusion_staff:session", "welfare_digital_inclusion_staff:teaching",
        "welfare_digital_inclusion_staff:door",
        "welfare_digital_inclusion_staff:ticket", "welfare_digital_inclusion:survey",
        "welfare_digital_inclusion_staff:ask", "welfare_digital_inclusion_staff:outcome",
        "welfare_digital_inclusion:desks", "welfare_digital_inclusion:desk", "welfare_digital_inclusion:book",
        "welfare_digital_inclusion:visit", "welfare_digital_inclusion:figures", "welfare_digital_inclusion_staff:desks",
        "welfare_digital_inclusion_staff:desk", "welfare_digital_inclusion_staff:visit",
        "welfare_digital_inclusion_staff:desk_telephone", "welfare_digital_inclusion_staff:desk_hours",
        "welfare_digital_inclusion_staff:desk_change", "welfare_digital_inclusion_staff:desk_new",
        "welfare_digital_inclusion_staff:topics", "welfare_digital_inclusion_staff:load",
        "welfare_digital_inclusion_staff:figures",
    },
    "test_journey_retreats.py": {
        "front_retreats:list", "front_retreats:house", "front_retreats:book", "front_retreats:done",
        "front_retreats:stay", "front_retreats:people", "front_retreats:cancel", "front_retreats:mine",
        "front_retreats_staff:stays", "front_retreats_staff:stay", "front_retreats_staff:houses",
        "front_retreats_staff:new", "front_retreats_staff:house", "front_retreats_staff:change",
        "front_retreats_staff:rooms", "front_retreats_staff:closures", "front_retreats_staff:day",
        "front_retreats_staff:telephone", "front_retreats_staff:tariff_new", "front_retreats_staff:tariff",
        "front_retreats_staff:tariff_load", "front_retreats_staff:figures", "front_retreats_staff:members",
        "front_retreats_staff:lotteries", "front_retreats_staff:lottery", "front_retreats:lottery",
    },
    "test_journey_identity.py": {
        "eng_accounts:signed_out", "eng_accounts_logins:end", "eng_accounts_representation:end",
        "eng_accounts_representation_desk:one", "eng_accounts_representation_desk:paper",
    },
    "test_journey_procedures.py": {"eng_accounts:sign", "front_applications:sign"},
    "test_journey_paying.py": {
        "eng_payments:charge", "eng_payments_staff:charge", "eng_payments_staff:collect", "eng_payments_staff:refund",
        "eng_payments_staff:settle", "eng_payments_staff:void", "eng_payments_staff:settled_day",
        "front_cashless:tablets",
    },
    "test_journey_deciding.py": {"eng_routes:route", "eng_cases_staff:proposal", "eng_cases_staff:dispatch"},
    "test_channels.py": {"eng_messages_contact:phone_code", "eng_messages_staff:delivery"},
    "test_journey_second_procedure.py": {"eng_cases_staff:bulk_run"},
    "test_journey_unseen.py": {
        "eng_cases_staff:entry", "eng_cases_staff:returned", "front_applications:confirm", "front_applications:second",
    },
    "test_journey_guest.py": {
        "front_applications:ask_link", "front_applications:begin", "front_applications:guest_link",
        "front_applications:mail_link",
    },
}  # fmt: skip
"""Pages that only a longer way leads to: these journeys look at them with the same eyes."""
BY_STEPS = frozenset({
    "eng_accounts_staff:staff_invited",
    "eng_accounts:code", "eng_accounts_staff:staff_second_factor", "eng_accounts_staff:staff_enrol",
    "eng_accounts_admin:reset", "eng_api_admin:revoke", "eng_api_admin:webhook", "eng_api_admin:webhook_end", "eng_api_admin:webhook_secret",
    "front_applications:check", "front_applications:discard", "front_applications:done", "front_applications:saved", "eng_cases_items:correction_check",
    "eng_cases_items:correction_done", "eng_cases_staff:expire", "portal_public:verify_code",
    "eng_cases_staff:correction", "eng_cases_staff:approve", "eng_cases_staff:refuse", "eng_messages:mail",
    "front_applications_staff:link", "front_applications_staff:person", "front_applications_staff:refuse",
})  # fmt: skip
"""Pages no link leads to: the next test gets there by pressing."""


def look(person: Person, what: str, wrong: list[str], *, least: int = checks.FINGER) -> None:
    """All findings of the page the person stands on."""
    page = person.page
    found = checks.structure_findings(page) + checks.axe_findings(page) + checks.width_findings(page)
    found += checks.target_findings(page, least)
    wrong += [f"{what} ({person.path}): {text}" for text in found]


def test_pages_that_only_pressing_leads_to(lived_in: House, arrive: Arrive) -> None:
    wrong: list[str] = []
    person = arrive()
    person.goto("/sign-in/")
    person.page.locator("main form button").first.click()
    look(person, "sign-in without address", wrong)
    person.page.fill("main input[name=email]", DAISUKE)
    person.page.locator("main form button").first.click()
    look(person, "code", wrong)
    person.page.fill("main input[name=code]", "000")
    person.page.locator("main form button").first.click()
    look(person, "wrong code", wrong)

    aoi = arrive(as_=AOI)
    aoi.goto("/procedures/coming-of-age/")
    aoi.page.locator('main a[href*="/apply/"]').first.click()
    aoi.go_on()
    look(aoi, "question with an error", wrong)
    aoi.give(COMING_OF_AGE)
    aoi.page.locator("main button[name=leave]").click()
    look(aoi, "saved", wrong)
    aoi.goto("/procedures/coming-of-age/")
    aoi.page.locator('main a[href*="/apply/"]').first.click()
    aoi.answer_all(COMING_OF_AGE)
    look(aoi, "check", wrong)
    aoi.page.locator('main a[href$="/discard/"]').click()
    look(aoi, "discard", wrong)
    aoi.page.go_back()
    aoi.go_on()
    look(aoi, "check without declaration", wrong)
    aoi.declare_and_send()
    look(aoi, "done", wrong)

    sakura = arrive(as_=SAKURA)
    sakura.goto("/my/")
    sakura.page.locator('main a[href^="/items/"]').first.click()
    sakura.page.locator('main a[href$="/correction/"]').first.click()
    sakura.go_on()
    for _page in range(4):
        if "/correction/" in sakura.path:
            break
        look(sakura, "question of a correction", wrong)
        sakura.give({"name_kana": "ヤマダ　サクラ"})
        sakura.go_on()
    look(sakura, "correction, before and after", wrong)
    sakura.go_on()
    look(sakura, "correction received", wrong)

    sato = arrive(width=DESK, as_="sato")
    sato.goto("/staff/cases/?q=アオイ")
    sato.page.locator("main tbody a").first.click()
    case = sato.path
    sato.press("審査を始める")
    for step, presses in (
        ("correction", ()),
        ("approve", ("決定の前に確かめる",)),
        ("refuse", ("決定の前に確かめる",)),
    ):
        sato.goto(f"{case}{step}/")
        look(sato, step, wrong, least=checks.POINTER)
        for button in presses:
            sato.press(button)
            look(sato, f"{step}, {button}", wrong, least=checks.POINTER)
    sato.goto(f"{case}correction/?points=name_kana.0")
    look(sato, "correction, sentences", wrong, least=checks.POINTER)
    sato.press("送る前に確かめる")
    look(sato, "correction, preview", wrong, least=checks.POINTER)
    admin = arrive(width=DESK, as_="admin")
    admin.goto("/staff/accounts/")
    admin.follow("佐藤 真紀")
    admin.follow("認証アプリの登録を取り消す")
    look(admin, "reset of an authenticator", wrong, least=checks.POINTER)
    admin.goto("/staff/admin/api/")
    admin.follow("台帳システム連携")
    admin.page.locator('main a[href$="/revoke/"]').first.click()
    look(admin, "a program's key is taken back", wrong, least=checks.POINTER)
    newcomer = arrive(width=DESK)
    newcomer.goto("/staff/sign-in/")
    newcomer.page.locator("main form button").first.click()
    look(newcomer, "officials' sign-in, wrong", wrong, least=checks.POINTER)
    assert not wrong, report(wrong)


# -- languages -------------------------------------------------------------------------------------

RESIDENTS = {name: found for name, found in VISITORS.items() if not found[0] or "@" in found[0]}


def rounds_of(house: House) -> tuple[str, ...]:
    """Pages of each round of nursery admission: what is linked from a round hangs on how far it is."""
    with psycopg.connect(house.database.super_url) as there:
        rounds = [row[0] for row in there.execute("SELECT id FROM family_nursery_round")]
        runs = [row[0] for row in there.execute("SELECT id FROM family_nursery_run WHERE published_at IS NOT NULL")]
    parts = [f"/staff/nursery/{one}/{part}" for one in rounds for part in ("", "asks/", "entries/")]
    return (*parts, *(f"/staff/nursery/runs/{one}/" for one in runs))


@pytest.mark.parametrize("visitor", RESIDENTS)
def test_every_kanji_of_plain_japanese_has_its_reading(
    lived_in: House, arrive: Arrive, visitor: str, fits: set[str]
) -> None:
    login, starts = RESIDENTS[visitor]
    person = arrive(as_=login, language="easy")
    wrong = []
    for name, path, sent in walk(person, starts, come=as_sent):
        assert sent
        found = checks.ruby_findings(sent.source)
        if '<html lang="ja"' not in sent.source:
            found.append("the page does not say that it is Japanese")
        if name not in fits:
            fits.add(name)
            person.goto(path)
            found += checks.sideways(person.page)
        wrong += [f"{visitor} /easy{path}: {text}" for text in found]
    assert not wrong, report(wrong)


@pytest.mark.parametrize("language", ["en", "zh-hans", "ko"])
def test_pages_of_other_languages_fit_a_phone(lived_in: House, arrive: Arrive, language: str) -> None:
    person = arrive(as_=AOI, language=language)
    wrong = []
    for _name, path, _sent in walk(person, ("/", "/my/")):
        found = checks.language_findings(person.page, language) + checks.structure_findings(person.page)
        found += checks.sideways(person.page)
        wrong += [f"/{language}{path}: {text}" for text in found]
    assert not wrong, report(wrong)


@pytest.mark.matrix
@pytest.mark.parametrize("visitor", RESIDENTS)
@pytest.mark.parametrize("language", ["easy", "en", "zh-hans", "ko"])
def test_every_page_in_every_language_and_width(lived_in: House, arrive: Arrive, language: str, visitor: str) -> None:
    login, starts = RESIDENTS[visitor]
    person = arrive(as_=login, language=language)
    wrong: list[str] = []
    for name, path, _sent in walk(person, starts):
        if name.startswith(("eng_messages", "")) and "demo" in path:
            continue
        found = checks.structure_findings(person.page) + checks.axe_findings(person.page)
        found += checks.width_findings(person.page) + checks.target_findings(person.page)
        found += checks.language_findings(person.page, language)
        wrong += [f"{visitor} /{language}{path}: {text}" for text in found]
    assert not wrong, report(wrong)


def test_the_eyes_see_and_forget_nothing_that_is_wrong(arrive: Arrive) -> None:
    page = arrive().page
    body = '<main id="eyes"><h1>見出し</h1><p style="color:#999">うすい字</p><input name="x"></main>'
    bad = f'<!doctype html><html lang="ja"><head><title>x</title></head><body>{body}</body></html>'
    for _look in range(2):
        page.set_content(bad)
        found = {finding.split(":")[0] for finding in checks.axe_findings(page)}
        assert {"axe color-contrast", "axe label"} <= found
    good = bad.replace("#999", "#111").replace("<input", '<input aria-label="x"')
    page.set_content(good)
    assert checks.axe_findings(page) == []
    page.set_content(good.replace("#111", "#bbb"))
    assert [finding.split(":")[0] for finding in checks.axe_findings(page)] == ["axe color-contrast"]


GOOD = """<!doctype html><html lang="ja"><head><title>一覧 - みどり区</title></head><body>
<a class="skip" href="#main">本文へ</a><header class="site"></header><main id="main"><h1>一覧</h1><h2>部分</h2>
<form><label for="a">名前</label><input id="a" name="a"></form><a href="/x/">行き先</a>
<table><caption>表</caption><tr><th scope="col">見出し</th></tr></table></main><footer></footer></body></html>"""


@pytest.mark.parametrize(
    ("good", "bad", "finding"),
    [
        ("<h2>", "<h3>", "h3 after h1"),
        ("<h1>一覧</h1>", "<h1>一覧</h1><h1>二つ</h1>", "2 h1"),
        ("<h2>部分</h2>", '<h2 hidden>部分</h2><h3 class="notice">部分</h3>', ""),
        ('<label for="a">', '<label for="b">', "a has no label"),
        ('name="a"', 'name="a" placeholder="例"', "a has placeholder"),
        ('<a href="/x/">行き先</a>', '<a href="/x/">行き先</a><a href="/y/">行き先</a>', "leads to 2 places"),
        (">行き先<", ">こちら<", "says only こちら"),
        (">行き先<", "><", "a link without words"),
        ('class="skip" ', "", "the skip link is not the first"),
        ("<caption>表</caption>", "", "a table without caption"),
        (' scope="col"', "", "a table heading without scope"),
        ("<h2>", '<h2 id="a">', "the id a twice"),
        (" - みどり区", "", "does not end with the ward"),
        ("<title>", "<title>エラー: ", "errors and title disagree"),
        ("<footer></footer>", "", "not one footer"),
    ],
)
def test_what_is_wrong_with_a_page_is_seen_in_its_source(good: str, bad: str, finding: str) -> None:
    assert structure_findings(Sent("http://localhost/", GOOD)) == []
    assert good in GOOD
    found = structure_findings(Sent("http://localhost/", GOOD.replace(good, bad, 1)))
    assert bool(found) == bool(finding)
    assert any(finding in one for one in found) == bool(found)


def test_a_page_is_opened_where_something_stands_that_stood_nowhere_before() -> None:
    page = Sent("http://localhost/", GOOD)
    assert Sent("http://localhost/", GOOD.replace("名前", "住所")).places() == page.places()
    for new in ('<p class="warning">注意</p>', '<ul role="list"></ul>', '<button aria-expanded="false">開く</button>'):
        assert Sent("http://localhost/", GOOD.replace("<h2>", new + "<h2>")).places() - page.places()


def test_the_pictures_folder_is_small() -> None:
    """README's pictures are made by a test run, and stay light."""
    heavy = [
        path.name
        for path in (Path(__file__).parents[1] / "docs" / "pictures").glob("*.png")
        if path.stat().st_size > 150_000
    ]
    assert heavy == []
