"""Migrations of a whole house in a third of the time, with the same tables to the byte.

After each operation Django renders anew every model related to the changed one: dozens, hundreds of times. A new model
or field touches no other model; an index or constraint is in the operation, not in the model. For these the others stay
as they are; whatever else changes a model afterwards, and programs in migrations, find all of them rendered afresh."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ModelState, ProjectState
from django.db.models import Field

OTHERS = ("remove_model", "rename_model", "alter_model_options", "remove_field", "alter_field", "rename_field",
    "alter_model_managers", "remove_model_options")  # fmt: skip
"""What may look at the relations of other models: rendered afresh if a light operation went before."""
LIGHT = ("add_model", "add_field", "_append_option", "clone")
_heavy: dict[str, Callable[..., Any]] = {name: getattr(ProjectState, name) for name in (*LIGHT, *OTHERS)}


def _add_model(self: ProjectState, model_state: ModelState) -> None:
    key = model_state.app_label, model_state.name_lower
    rendered = self.__dict__.pop("apps", None)
    _heavy["add_model"](self, model_state)
    if rendered is not None:
        assert key not in {(one.app_label, one.name_lower) for one in rendered.real_models}  # noqa: S101 - ours have migrations
        rendered.render_multiple([model_state])
        self.__dict__["apps"] = rendered
        self.__dict__["light"] = True


def _add_field(
    self: ProjectState, app_label: str, model_name: str, name: str, field: Field[Any, Any], preserve_default: bool
) -> None:
    rendered = self.__dict__.pop("apps", None)
    _heavy["add_field"](self, app_label, model_name, name, field, preserve_default)
    if rendered is not None:
        with rendered.bulk_update():
            rendered.unregister_model(app_label, model_name)
        rendered.render_multiple([self.models[app_label, model_name]])
        self.__dict__["apps"] = rendered
        self.__dict__["light"] = True
        self.is_delayed = True  # Django's own word for it: a program that follows finds all rendered afresh


def _append_option(self: ProjectState, app_label: str, model_name: str, option_name: str, obj: object) -> None:
    rendered = self.__dict__.pop("apps", None)
    _heavy["_append_option"](self, app_label, model_name, option_name, obj)
    if rendered is not None:
        self.__dict__["apps"] = rendered
        self.__dict__["light"] = True


def _clone(self: ProjectState) -> ProjectState:
    """The state before an operation: remembered, for the operation compares the two."""
    copy: ProjectState = _heavy["clone"](self)
    if self.__dict__.get("light"):
        self.__dict__["before"] = copy
    return copy


def _afresh(name: str) -> Callable[..., Any]:
    def changed(self: ProjectState, *given: Any, **named: Any) -> Any:
        if self.__dict__.pop("light", False):
            self.__dict__.pop("apps", None)
            before = self.__dict__.pop("before", None)
            if before is not None:
                before.__dict__.pop("apps", None)
        return _heavy[name](self, *given, **named)

    return changed


@contextmanager
def light_states() -> Iterator[None]:
    """Until the block ends, migrations render only what they need."""
    light = {name: _afresh(name) for name in OTHERS}
    light |= {"add_model": _add_model, "add_field": _add_field, "_append_option": _append_option, "clone": _clone}
    try:
        for name in _heavy:
            setattr(ProjectState, name, light[name])
        yield
    finally:
        for name, method in _heavy.items():
            setattr(ProjectState, name, method)
