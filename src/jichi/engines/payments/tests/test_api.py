"""Charges for programs: found, and paid over the counter once."""

from __future__ import annotations

from uuid import UUID

import pytest

from conftest import shared_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.api.tests.calling import SYSTEM, Program, refused, told
from jichi.engines.payments import actions
from jichi.engines.payments.rules import ChargeLine

pytestmark = pytest.mark.django_db
EVERYTHING = ("eng_payments.view", "eng_payments.collect")


def build() -> UUID:
    """A charge of the youth division."""
    division = accounts.create_division(actor=SYSTEM, code="youth", names={"ja": "子ども若者課"})
    accounts.create_division(actor=SYSTEM, code="health", names={"ja": "保健予防課"})
    return actions.open_charge(
        actor=SYSTEM, subject="test:1", account_id=None, payer_no="100000018", division_id=division.pk,
        title={"ja": "手数料", "en": "Fee"}, lines=[ChargeLine("fee", {"ja": "手数料", "en": "Fee"}, 300, 2)],
        due_on=None, about="", dedupe_key="one",
    )  # fmt: skip


charge_id = shared_world(build)


def test_a_charge_is_collected_once_over_the_counter(charge_id: UUID) -> None:
    program, path = Program.of("youth", EVERYTHING), f"/charges/{charge_id}"
    assert [row["id"] for row in told(program.get("/charges", state="due"))["items"]] == [str(charge_id)]
    found = told(program.get(path))
    assert (found["state"], found["lines"][0]["amount_yen"]) == ("due", 600)
    refused(program.post(f"{path}/counter-payment", {"method": "shells", "slip": "1"}), 422, "api.invalid")
    paid = program.post(f"{path}/counter-payment", {"method": "cash", "slip": "R-1"}, key="counter-1")
    assert (told(paid)["state"], told(paid)["paid_yen"]) == ("paid", 600)
    assert (
        program.post(f"{path}/counter-payment", {"method": "cash", "slip": "R-1"}, key="counter-1").content
        == paid.content
    )
    refused(program.post(f"{path}/counter-payment", {"method": "cash", "slip": "R-2"}), 409, "payment.not_due")


def test_another_division_s_charge_is_not_there(charge_id: UUID) -> None:
    stranger, path = Program.of("health", EVERYTHING), f"/charges/{charge_id}"
    refused(stranger.get(path), 404, "api.not_found")
    refused(stranger.post(f"{path}/counter-payment", {"method": "cash", "slip": "R-1"}), 404, "api.not_found")
    assert told(stranger.get("/charges"))["items"] == []
    assert told(Program.of("youth", EVERYTHING).get(path))["state"] == "due"
