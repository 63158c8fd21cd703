"""Published records: anybody may list and download them, and what is downloaded is what was drawn."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.test import Client

from conftest import shared_world
from jichi.engines.booking import queries
from jichi.engines.booking.rules import draw as rules

from . import hall as place
from .examples import published
from .hall import Hall

hall = shared_world(place.build)
pytestmark = pytest.mark.django_db


def test_anybody_finds_and_downloads_the_record(hall: Hall, client: Client) -> None:
    draw = published(hall.division)
    (listed,) = queries.published_draws()
    page = client.get("/verify/draw/").content.decode()
    assert listed.draw_id in page
    assert listed.record_sha256 in page
    answer = client.get(f"/verify/draw/records/{draw}.json")
    assert hashlib.sha256(answer.content).hexdigest() == listed.record_sha256
    assert rules.verify_record(json.loads(answer.content)).passed
    assert (
        f'data-record="/verify/draw/records/{draw}.json"' in client.get(f"/verify/draw/?draw={draw}").content.decode()
    )


@pytest.mark.parametrize("wanted", ["", "999", "x", "'"])
def test_a_record_nobody_knows_is_not_chosen(hall: Hall, client: Client, wanted: str) -> None:
    published(hall.division)
    answer = client.get("/verify/draw/", {"draw": wanted})
    assert answer.status_code == 200
    assert b"data-record" not in answer.content
    assert client.get("/verify/draw/records/999.json").status_code == 404
