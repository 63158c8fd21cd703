"""Wiring in strings: it resolves, and it points downward or inside; nothing happens behind anybody's back."""

from __future__ import annotations

from functools import lru_cache

import pytest
from django.apps import apps
from django.conf import settings

from jichi.kernel.manifest import Manifest, load_manifests, permissions_of

from . import reviewed, wiring
from .tree import PACKAGE, example, may_use, modules, report, room_of, template_example, templates

CASES = "jichi.engines.cases"
MANIFESTS = load_manifests(tuple(settings.JICHI_ROOMS))


@lru_cache
def house() -> wiring.Wires:
    """The real names."""
    return wiring.Wires(
        labels={manifest.label: manifest.path for manifest in MANIFESTS},
        addresses=wiring.address_owners(),
        templates={template.name: template.room for template in templates()},
    )


def test_relations_point_downward() -> None:
    found = [finding for module in modules() for finding in wiring.relation_findings(module, house())]
    for model in apps.get_models():
        mine = room_of(model.__module__)
        for field in model._meta.get_fields():
            theirs = room_of(field.related_model.__module__) if field.concrete and field.related_model else None
            if mine and theirs and not may_use(mine, theirs):
                found.append(f"{model.__name__}.{field.name} points up to {theirs}")
    assert not found, report(found)


def test_migrations_wait_only_for_lower_rooms() -> None:
    migrations = [module for module in modules() if module.is_migration]
    assert migrations
    found = [finding for module in migrations for finding in wiring.dependency_findings(module, house())]
    assert not found, report(found)


def test_names_in_strings_resolve_downward() -> None:
    shipped = [module for module in modules() if not module.is_test]
    found = [finding for module in shipped for finding in wiring.string_findings(module, house())]
    assert not found, report(found)


def test_templates_name_what_exists_below() -> None:
    found = [finding for template in templates() for finding in wiring.template_findings(template, house())]
    assert not found, report(found)


def manifest_findings(manifest: Manifest, permissions: set[str], addresses: dict[str, str]) -> list[str]:
    """What a manifest names that is not there or not its own."""
    own = [*manifest.urls.values(), *manifest.doctor, manifest.sample]
    own += [entry.function for entry in (*manifest.handlers, *manifest.commands, *manifest.periodic)]
    found = [f"{name} is not inside {manifest.path}" for name in own if name and room_of(name) != manifest.path]
    found += [f"{name} names nothing" for name in own if name and not wiring.resolves(name)]
    for handler in manifest.handlers:
        announcer = room_of(handler.event)
        if not wiring.resolves(handler.event) or announcer is None or not may_use(manifest.path, announcer):
            found.append(f"event {handler.event} is not announced below {manifest.path}")
    for entry in manifest.menu:
        if entry.permission and entry.permission not in permissions:
            found.append(f"menu entry {entry.url_name} asks for the unknown permission {entry.permission}")
        if entry.url_name not in addresses:
            found.append(f"menu entry {entry.url_name} leads nowhere")
    if not manifest.title.get("ja") or not manifest.title.get("en"):
        found.append("a room has a title in Japanese and English")
    return [f"{manifest.label}: {finding}" for finding in found]


def test_manifests_name_their_own_and_what_exists() -> None:
    permissions = set(permissions_of(MANIFESTS))
    addresses = dict(house().addresses)
    found = [finding for manifest in MANIFESTS for finding in manifest_findings(manifest, permissions, addresses)]
    assert not found, report(found)


def test_each_room_is_the_manifest_it_says_it_is() -> None:
    for room, manifest in zip(settings.JICHI_ROOMS, MANIFESTS, strict=True):
        assert manifest.path == room
        assert apps.get_app_config(manifest.label).name == room
    assert len({manifest.label for manifest in MANIFESTS}) == len(MANIFESTS)


def unreviewed(findings: dict[str, list[str]], allowed: dict[str, str]) -> list[str]:
    """Findings by file that no review accepted, and accepted files without findings."""
    found = [finding for file, entries in findings.items() if file not in allowed for finding in entries]
    return found + [f"{file} is in reviewed.py but has nothing to review" for file in allowed if not findings.get(file)]


def test_no_framework_signals() -> None:
    findings = {
        module.path.relative_to(PACKAGE).as_posix(): wiring.signal_findings(module)
        for module in modules()
        if not module.is_test
    }
    found = unreviewed(findings, reviewed.SIGNALS)
    assert not found, report(found)


def test_unescaped_markup_was_reviewed() -> None:
    findings = {
        module.path.relative_to(PACKAGE).as_posix(): wiring.raw_markup_findings(module)
        for module in modules()
        if not module.is_test
    }
    findings |= {t.path.relative_to(PACKAGE).as_posix(): wiring.raw_template_findings(t) for t in templates()}
    found = unreviewed(findings, reviewed.UNESCAPED)
    assert not found, report(found)


# -- good and bad examples -----------------------------------------------------------------------

WIRES = wiring.Wires(
    labels={
        "eng_accounts": "jichi.engines.accounts",
        "eng_cases": CASES,
        "front_applications": "jichi.services.front.applications",
        "portal_staff": "jichi.portals.staff",
    },
    addresses={
        "front_applications:start": "jichi.services.front.applications",
        "eng_accounts:sign_in": "jichi.engines.accounts",
    },
    templates={
        "design/base.html": "jichi.design",
        "portal_staff/home.html": "jichi.portals.staff",
        "eng_cases/_timeline.html": CASES,
    },
)


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ('models.ForeignKey("eng_accounts.Account", on_delete=models.PROTECT)', 0),
        ("models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT)", 0),
        ('models.ForeignKey("Case", models.CASCADE)', 0),
        ('models.ForeignKey("front_applications.Procedure", models.PROTECT)', 1),
        ('models.ManyToManyField(to="front_applications.Procedure")', 1),
        ('apps.get_model("eng_cases", "Case")', 0),
        ('apps.get_model("eng_accounts.Account")', 1),
        ('apps.get_model("front_applications", "Procedure")', 1),
    ],
)
def test_relation_examples(line: str, count: int) -> None:
    assert len(wiring.relation_findings(example(f"{CASES}.models", line), WIRES)) == count


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ('dependencies = [("eng_accounts", "0001_initial"), ("contenttypes", "0002_remove")]', 0),
        ("dependencies = [migrations.swappable_dependency(settings.AUTH_USER_MODEL)]", 0),
        ('dependencies = [("front_applications", "0001_initial")]', 1),
        ('dependencies: list = [("portal_staff", "0001_initial")]', 1),
        ('run_before = [("eng_accounts", "0002_more")]', 1),
    ],
)
def test_dependency_examples(line: str, count: int) -> None:
    module = example(f"{CASES}.migrations.0001_initial", f"class Migration:\n    {line}")
    assert len(wiring.dependency_findings(module, WIRES)) == count


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ('resolve("jichi.kernel.clock.now")', 0),
        ('resolve("jichi.kernel.clock")', 0),
        ('resolve("jichi.kernel.clock.never")', 1),
        ('resolve("jichi.kernel.nowhere.never")', 1),
        ('resolve("jichi.portals.staff.manifest")', 1),
        ('name = "not.ours"', 0),
        ('logging.getLogger("jichi.requests")', 0),
        ('reverse("eng_accounts:sign_in")', 0),
        ('reverse("eng_accounts:nowhere")', 1),
        ('redirect("front_applications:start")', 1),
        ('redirect("/staff/")', 0),
        ('render(request, "eng_cases/_timeline.html")', 0),
        ('render(request, "eng_cases/missing.html")', 1),
        ('render(request, "portal_staff/home.html")', 1),
        ('MenuEntry(audience="staff", url_name="front_applications:start")', 1),
    ],
)
def test_string_examples(line: str, count: int) -> None:
    assert len(wiring.string_findings(example(f"{CASES}.views", line), WIRES)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ('{% extends "design/base.html" %}{% include "eng_cases/_timeline.html" with a=b %}', 0),
        ("{% extends layout %}{% include part %}{% url name %}", 0),
        ('{% extends "design/missing.html" %}', 1),
        ('{% include "portal_staff/home.html" %}', 1),
        ('<a href="{% url "eng_accounts:sign_in" %}">', 0),
        ("<a href=\"{% url 'front_applications:start' code=1 as address %}\">", 1),
        ('{%\n  url "eng_accounts:gone"\n%}', 1),
    ],
)
def test_template_wiring_examples(text: str, count: int) -> None:
    assert len(wiring.template_findings(template_example(text, room=CASES), WIRES)) == count


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("import signal", 0),
        ("from jichi.engines.audit.announce import announce", 0),
        ("from django.dispatch import receiver", 1),
        ("from django.db.models.signals import post_save, pre_save", 2),
        ("from django.db.models import signals", 1),
        ("import django.core.signals", 1),
        ("def f():\n    from django.contrib.auth.signals import user_logged_in", 1),
    ],
)
def test_signal_examples(line: str, count: int) -> None:
    assert len(wiring.signal_findings(example(f"{CASES}.actions", line))) == count


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("from django.utils.html import format_html, escape", 0),
        ("from django.utils.safestring import SafeString\ndef f() -> SafeString: ...", 0),
        ("from django.utils.safestring import mark_safe\nx = mark_safe(y)", 1),
        ("x = SafeString(y)", 1),
        ("from jichi.design.html import esc, safe", 1),
        ("import django.utils.safestring as s\ns.mark_safe(x)", 1),
        ("class A:\n    def __html__(self):\n        return self.text", 1),
        ("@register.filter(is_safe=True)\ndef f(v):\n    return v", 1),
        ("@register.filter(is_safe=False)\ndef f(v):\n    return v", 0),
    ],
)
def test_raw_markup_examples(line: str, count: int) -> None:
    assert len(wiring.raw_markup_findings(example(f"{CASES}.views", line))) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("{{ name }} {{ name|safe_filename }}", 0),
        ("{{ name|safe }}", 1),
        ("{{ names|safeseq|join:', ' }}", 1),
        ("{% autoescape off %}{{ name }}{% endautoescape %}", 1),
    ],
)
def test_raw_template_examples(text: str, count: int) -> None:
    assert len(wiring.raw_template_findings(template_example(text))) == count


def test_manifest_examples() -> None:
    titles = {"ja": "案件", "en": "Cases"}
    good = Manifest(label="eng_cases", path=CASES, title=titles, doctor=(f"{CASES}.apps.Config",))
    assert manifest_findings(good, set(), {}) == []
    other = Manifest(label="eng_cases", path=CASES, title={"ja": "案件"}, sample="jichi.kernel.clock.now")
    assert len(manifest_findings(other, set(), {})) == 2
    gone = Manifest(label="eng_cases", path=CASES, title=titles, urls={"i18n:": f"{CASES}.gone"})
    assert manifest_findings(gone, set(), {}) == [f"eng_cases: {CASES}.gone names nothing"]


def test_a_review_that_has_nothing_to_review_is_removed() -> None:
    assert unreviewed({"a.py": ["a.py:1: mark_safe"]}, {"a.py": "why"}) == []
    assert unreviewed({"a.py": ["a.py:1: mark_safe"]}, {}) == ["a.py:1: mark_safe"]
    assert unreviewed({"a.py": []}, {"a.py": "why"}) == ["a.py is in reviewed.py but has nothing to review"]
