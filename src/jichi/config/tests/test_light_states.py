"""Migrations that render only what they need make the same tables as Django's own way."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Any

import pytest
from django.db import migrations, models
from django.db.migrations.state import ProjectState

from conftest import MIGRATE, ROOT, TestDatabase, drop_database
from jichi.config.light_states import light_states
from jichi.config.postgres import Cluster, find_programs


def _house() -> ProjectState:
    state = ProjectState()
    for name in ("Division", "Desk"):
        fields: list[tuple[str, models.Field[Any, Any]]] = [("id", models.IntegerField(primary_key=True))]
        migrations.CreateModel(name, fields).state_forwards("town", state)
    assert len(state.apps.get_models()) == 2
    return state


def _with_a_case(state: ProjectState) -> None:
    fields = [
        ("id", models.IntegerField(primary_key=True)),
        ("division", models.ForeignKey("town.Division", models.CASCADE, related_name="+")),
    ]
    migrations.CreateModel("Case", fields).state_forwards("town", state)


def _pointing_at(state: ProjectState, name: str) -> list[str]:
    found = state.apps.get_model("town", name)._meta.get_fields(include_hidden=True)
    return sorted(one.related_model.__name__ for one in found if one.auto_created and one.is_relation)


def test_a_new_model_leaves_the_others_as_they_are() -> None:
    state = _house()
    desk = state.apps.get_model("town", "Desk")
    division = state.apps.get_model("town", "Division")
    with light_states():
        _with_a_case(state)
    assert state.apps.get_model("town", "Desk") is desk
    assert state.apps.get_model("town", "Division") is division
    assert state.apps.get_model("town", "Case")._meta.get_field("division").related_model is division


def test_an_index_or_a_constraint_is_known_and_renders_nothing() -> None:
    state = _house()
    desk = state.apps.get_model("town", "Desk")
    rule = models.CheckConstraint(condition=models.Q(id__gt=0), name="positive")
    with light_states():
        migrations.AddConstraint("Desk", rule).state_forwards("town", state)
        migrations.AddIndex("Desk", models.Index(fields=["id"], name="by_id")).state_forwards("town", state)
    assert state.apps.get_model("town", "Desk") is desk
    assert state.models["town", "desk"].options["constraints"] == [rule]
    assert [index.name for index in state.models["town", "desk"].options["indexes"]] == ["by_id"]


def test_a_new_field_renders_its_model_alone_and_a_program_finds_all_afresh() -> None:
    state = _house()
    with light_states():
        _with_a_case(state)
        case, division = state.apps.get_model("town", "Case"), state.apps.get_model("town", "Division")
        migrations.AddField("Division", "floor", models.IntegerField(default=1)).state_forwards("town", state)
        assert state.apps.get_model("town", "Case") is case
        fresh = state.apps.get_model("town", "Division")
        assert fresh is not division
        assert fresh._meta.get_field("floor").column == "floor"
        state.clear_delayed_apps_cache()  # as RunPython does first
        points_at = state.apps.get_model("town", "Case")._meta.get_field("division").related_model
    assert points_at is state.apps.get_model("town", "Division")
    assert points_at._meta.get_field("floor").column == "floor"


def test_a_changed_key_finds_the_tables_that_came_lightly_before_and_after() -> None:
    state = _house()
    with light_states():
        _with_a_case(state)
        before = state.clone()
        change = migrations.AlterField("Division", "id", models.UUIDField(primary_key=True))
        change.state_forwards("town", state)
        # The schema editor walks both lists side by side: one that is short would leave a column behind.
        assert _pointing_at(before, "Division") == ["Case"]
        assert _pointing_at(state, "Division") == ["Case"]


def test_afterwards_django_is_as_it_was() -> None:
    mine = {name: getattr(ProjectState, name) for name in ("add_model", "clone", "alter_field", "_append_option")}
    with light_states():
        assert ProjectState.add_model is not mine["add_model"]
    assert {name: getattr(ProjectState, name) for name in mine} == mine


@pytest.mark.matrix
@pytest.mark.timeout(900)  # thousands of models rendered
def test_the_whole_house_is_the_same_to_the_byte(cluster: Cluster) -> None:
    """Every migration both ways: what PostgreSQL says of the two databases."""
    said = []
    heavy = [sys.executable, str(ROOT / "manage.py"), "migrate", "--no-input", "--skip-checks", "-v", "0"]
    for number, command in enumerate((heavy, [sys.executable, "-c", MIGRATE])):
        made = TestDatabase(cluster, f"both_ways_{number}_{os.getpid()}")
        cluster.create_database(made.name)
        environ = {
            **os.environ,
            "JICHI_DATABASE_URL": made.owner_url,
            "DJANGO_SETTINGS_MODULE": "jichi.config.settings",
        }
        try:
            subprocess.run(command, check=True, env=environ)
            dump = [str(find_programs().folder / "pg_dump"), "--schema-only", made.super_url]
            told = subprocess.run(dump, check=True, capture_output=True, text=True).stdout
            said.append(re.sub(r"^\\(un)?restrict \w+$", "", told, flags=re.MULTILINE))  # a new key in every dump
        finally:
            drop_database(made)
    assert len(said[0]) > 100_000
    assert said[0] == said[1]
