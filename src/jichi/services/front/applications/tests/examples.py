"""Examples of this room's addresses for the test of access."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from jichi.engines.accounts import actions, guests, linking
from jichi.engines.audit.context import unit
from jichi.engines.cases.tests.examples import make_case
from jichi.engines.files import actions as files
from jichi.engines.forms import actions as forms
from jichi.engines.forms.tests.sending import begin, publish
from jichi.engines.forms.tests.ward import source
from jichi.engines.registry.tests.people import address_line, fill, resident_line

from .confirming import SECOND, mailed_link


def _slug(world: Any) -> Mapping[str, Any]:
    with unit(world.system):
        publish(source("coming-of-age"), division_id=world.division.id)
    return {"slug": "coming-of-age"}


def _draft(world: Any) -> Mapping[str, Any]:
    with unit(world.system):
        stored = files.store_bytes(
            actor=world.system, data=b"%PDF-1.4", filename="a.pdf", media_type="application/pdf", purpose="test"
        )
        draft_id = begin(
            source("coming-of-age"), division_id=world.division.id, account_id=world.resident.account_id,
            subject_no=world.resident.addressee_no, files={"support_document": stored.pk},
        )  # fmt: skip
    return {"draft_id": draft_id, "file_id": stored.pk}


def _only(*names: str) -> Callable[[Any], Mapping[str, Any]]:
    return lambda world: {name: value for name, value in _draft(world).items() if name in names}


def _request(world: Any) -> Mapping[str, Any]:
    """A request to be linked, of somebody whose link has just ended."""
    actions.end_link(actor=world.system, account_id=world.other_resident.account_id)
    made, _fresh = linking.open_link_request(
        actor=world.other_resident.actor, kana="ミドリ　ハナコ", birth_date=date(2000, 1, 2), postcode="0000001"
    )
    return {"request_id": made.id}


def _with_person(world: Any) -> Mapping[str, Any]:
    """A request, and somebody in the register whom it may be about."""
    fill([resident_line("100000018")], [address_line("100000018")])
    return {**_request(world), "addressee_no": "100000018"}


def _open_to_all(world: Any) -> Mapping[str, Any]:
    """A procedure that asks for no login."""
    with unit(world.system):
        publish(source("ward-opinion"), division_id=world.division.id)
    return {"slug": "ward-opinion"}


def _mailed(world: Any) -> Mapping[str, Any]:
    """A link that was mailed to somebody without a login, and what it opens."""
    with unit(world.system):
        begin(source("ward-opinion"), division_id=world.division.id, account_id=world.guest.account_id, subject_no="")
    path = guests.way_in(world.guest.account_id, "guest@example.jp", "/apply/")
    return {"token": path.split("/")[3]}


def _asked(world: Any) -> Mapping[str, Any]:
    """A draft whose content a second person was asked to confirm."""
    with unit(world.system):
        draft_id = begin(
            SECOND, division_id=world.division.id, account_id=world.resident.account_id,
            subject_no=world.resident.addressee_no,
        )  # fmt: skip
    forms.ask_confirmation(
        actor=world.resident.actor, draft_id=draft_id, content_hash="0" * 64, name="相手", email="aite@example.jp"
    )
    return {"token": mailed_link().split("/")[2]}


def url_examples() -> dict[str, Callable[[Any], Mapping[str, Any]]]:
    """URL name → the arguments of an address of an application or a request."""
    drafts = ("resume", "saved", "check", "done", "newer", "discard", "sign", "second", "mail_link")
    return {
        "front_applications:start": _slug,
        "front_applications:who": _slug,
        **{f"front_applications:{page}": _only("draft_id") for page in drafts},
        "front_applications:begin": _open_to_all,
        "front_applications:guest_link": _mailed,
        "front_applications:question": lambda world: {**_only("draft_id")(world), "page_id": "register"},
        "front_applications:draft_file": _only("draft_id", "file_id"),
        "front_applications:confirm": _asked,
        "front_applications:copy": lambda world: {"number": make_case(world)[1]},
        **{f"front_applications_staff:{page}": _request for page in ("link", "letter", "came_back", "refuse")},
        "front_applications_staff:person": _with_person,
    }  # fmt: skip


SHARED = frozenset({
    "front_applications:start", "front_applications:who", "front_applications:confirm", "front_applications:begin",
    "front_applications:guest_link",
    *(f"front_applications_staff:{page}" for page in ("link", "letter", "came_back", "refuse", "person")),
})  # fmt: skip
"""Procedures are everybody's; requests belong to no division."""
