"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.engines.forms"
    label = "eng_forms"
    verbose_name = "様式"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add this room's sentences to the catalogue."""
        from jichi.design import catalogue

        from .wording import MESSAGES

        catalogue.add(MESSAGES)
