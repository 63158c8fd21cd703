"""The language is remembered for the next visit, and only when the visitor chose it."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client

pytestmark = pytest.mark.django_db

WITHIN = {"Sec-Fetch-Site": "same-origin"}
ARRIVING = {"Sec-Fetch-Site": "none"}


def test_moving_on_in_english_is_remembered_and_home_opens_in_english_next_time(client: Client) -> None:
    client.get("/en/procedures/", headers=WITHIN)
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "en"
    assert client.get("/", headers=ARRIVING).headers["Location"] == "/en/"


def test_going_back_to_japanese_by_the_link_works(client: Client) -> None:
    client.get("/en/procedures/", headers=WITHIN)
    assert client.get("/", headers=WITHIN).status_code == 200
    assert client.cookies[settings.LANGUAGE_COOKIE_NAME].value == "ja"
    assert client.get("/", headers=ARRIVING).status_code == 200


def test_a_link_from_elsewhere_changes_nothing(client: Client) -> None:
    client.get("/ko/procedures/", headers={"Sec-Fetch-Site": "cross-site"})
    assert settings.LANGUAGE_COOKIE_NAME not in client.cookies
