"""Procedures for programs: listed to the end, and the shape of their answers."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import shared_world
from jichi.engines.accounts import actions as accounts
from jichi.engines.api.tests.calling import SYSTEM, Program, refused, told
from jichi.engines.forms import actions
from jichi.engines.forms.api import schema_of
from jichi.engines.forms.rules import load_definition

from .ward import source

pytestmark = pytest.mark.django_db


def build() -> None:
    """A division with one procedure."""
    accounts.create_division(actor=SYSTEM, code="youth", names={"ja": "子ども若者課"})
    actions.publish_definition(actor=SYSTEM, source=source("coming-of-age"))


world = shared_world(build)


def test_procedures_are_listed_and_shown_with_their_definition(world: None) -> None:
    program = Program.of("youth", ["eng_cases.case.view"])
    page = told(program.get("/procedures"))
    assert ([row["slug"] for row in page["items"]], page["next"]) == (["coming-of-age"], None)
    found = told(program.get("/procedures/coming-of-age"))
    assert load_definition(source("coming-of-age")).title["ja"] == found["definition"]["title"]["ja"]
    refused(program.get("/procedures/nothing"), 404, "forms.no_procedure")


def test_the_shape_of_answers_names_every_question_once() -> None:
    definition = load_definition(source("coming-of-age"))
    made: dict[str, Any] = schema_of(definition)
    asked = {name for name, field in definition.fields.items() if field.is_question and field.kind != "file"}
    assert set(made["properties"]) == asked
    assert made["additionalProperties"] is False
    kinds = {name: shape["x-kind"] for name, shape in made["properties"].items()}
    assert kinds == {name: definition.fields[name].kind for name in asked}
    for name, shape in made["properties"].items():
        options = [option.value for option in definition.fields[name].options or ()]
        if shape["x-kind"] == "choice":
            assert shape["enum"] == options
