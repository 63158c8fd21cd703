"""The administrators' pages: letting a program in, its key once, a second look before anything ends."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from cryptography.fernet import Fernet
from django.test import Client, override_settings

from conftest import shared_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.accounts.sealing import _box
from jichi.engines.accounts.tests.browser import browser
from jichi.engines.api.models import ApiClient, ApiKey, Subscription
from jichi.engines.audit.context import unit

from .calling import SYSTEM, Program, let_in

pytestmark = pytest.mark.django_db


def build() -> Client:
    """An administrator at the desk."""
    accounts.create_division(actor=SYSTEM, code="youth", names={"ja": "子ども若者課"})
    made = accounts.create_staff_account(
        actor=SYSTEM, login="admin", name="管理 太郎", password="many plain words 1", roles=("administrator",),
        division_codes=("youth",),
    )  # fmt: skip
    return browser(made.pk)


desk = shared_world(build)


@pytest.fixture
def sealed() -> Iterator[None]:
    _box.cache_clear()
    with override_settings(JICHI_FIELD_KEYS=[Fernet.generate_key().decode()]):
        yield
    _box.cache_clear()


def test_a_program_is_let_in_gets_its_key_once_and_loses_it(desk: Client) -> None:
    form = {
        "title": "台帳の連携", "contact": "試験の会社", "division": "youth", "permissions": ["eng_cases.case.view"],
        "ends_on_y": "2027", "ends_on_m": "1", "ends_on_d": "31",
    }  # fmt: skip
    assert desk.post("/staff/admin/api/new/", {**form, "title": "", "permissions": []}).status_code == 422
    assert ApiClient.objects.count() == 0
    made = desk.post("/staff/admin/api/new/", form, follow=True)
    assert "台帳の連携" in made.content.decode()
    path = made.redirect_chain[-1][0]
    shown = desk.post(f"{path}key/").content.decode()
    (written,) = re.findall(r"jichi_[0-9a-z]{8}_[\w-]{43}", shown)
    assert Program(written).get("/me").status_code == 200
    later = desk.get(path).content.decode()
    assert written[:14] in later
    assert written not in later
    key = ApiKey.objects.get()
    revoke = f"/staff/admin/api/keys/{key.pk}/revoke/"
    assert "取り消す" in desk.get(revoke).content.decode()
    assert ApiKey.objects.get().revoked_at is None
    assert desk.post(revoke).status_code == 302
    assert Program(written).get("/me").status_code == 401
    assert "/api/v1/me" in desk.get(f"{path}calls/").content.decode()
    assert desk.post(f"{path}stop/").status_code == 302
    assert desk.post(f"{path}key/").status_code == 409


def test_a_place_for_events_is_entered_changed_and_given_up(desk: Client, sealed: None) -> None:
    client_id = let_in("youth", ["eng_cases.case.view"])
    path = f"/staff/admin/api/{client_id}/webhooks/new/"
    inside = desk.post(path, {"url": "https://127.0.0.1/", "kinds": ["case.opened"]})
    assert inside.status_code == 422
    assert "内部のアドレス" in inside.content.decode()
    shown = desk.post(path, {"url": "https://93.184.216.34/", "kinds": ["case.opened"]}).content.decode()
    (first,) = re.findall(r"whsec_[\w+/=]+", shown)
    subscription = Subscription.objects.get()
    page = f"/staff/admin/api/webhooks/{subscription.pk}/"
    log = desk.get(page).content.decode()
    assert "申請が届いた" in log
    assert first not in log
    assert "できませんでした" in desk.post(page, {"act": "again", "key": "nonsense"}).content.decode()
    assert desk.post(page, {"act": "again", "key": ""}).status_code == 302
    (second,) = re.findall(r"whsec_[\w+/=]+", desk.post(f"{page}secret/", {"act": "rotate"}).content.decode())
    assert second != first
    assert desk.get(f"{page}end/").status_code == 200
    assert desk.post(f"{page}end/").status_code == 302
    with unit(SYSTEM):
        assert Subscription.objects.get().state == "off"


def test_the_document_is_there_for_people_and_programs(desk: Client) -> None:
    page = Client().get("/api/docs/").content.decode()
    assert "/api/v1/cases/{number}" in page
    document = Client().get("/api/v1/openapi.json")
    assert document.json()["openapi"].startswith("3.1")
    assert document.headers["Cache-Control"] == "public, max-age=300"
