"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.services.front.applications"
    label = "front_applications"
    verbose_name = "電子申請"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add this room's sentences to the catalogue."""
        from jichi.design import catalogue

        from .sentences import MESSAGES

        catalogue.add(MESSAGES)
