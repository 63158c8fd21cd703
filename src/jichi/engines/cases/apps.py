"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.engines.cases"
    label = "eng_cases"
    verbose_name = "案件"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put this room's sentences into the catalogue."""
        from jichi.design import catalogue

        from .sentences import MESSAGES

        catalogue.add(MESSAGES)
