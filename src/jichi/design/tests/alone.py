"""The gallery without the rooms above it: settings for tests of this room."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.test import override_settings


@contextmanager
def gallery_alone() -> Iterator[None]:
    """Only this room's addresses, middleware and template context; static files are served too."""
    template: dict[str, Any] = dict(settings.TEMPLATES[0])
    options: dict[str, Any] = dict(template["OPTIONS"])
    options["context_processors"] = [p for p in options["context_processors"] if not p.startswith("jichi.engines")]
    template["OPTIONS"] = options
    middleware = [
        "whitenoise.middleware.WhiteNoiseMiddleware",
        "csp.middleware.CSPMiddleware",
        "django.middleware.locale.LocaleMiddleware",
        "jichi.design.middleware.RubyMiddleware",
    ]
    with override_settings(
        ROOT_URLCONF="jichi.design.tests.urls",
        MIDDLEWARE=middleware,
        TEMPLATES=[template],
        WHITENOISE_AUTOREFRESH=True,
        ALLOWED_HOSTS=["*"],
    ):
        yield
