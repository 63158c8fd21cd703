"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.services.front.designer"
    label = "front_designer"
    verbose_name = "手続の設計"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Add this room's sentences to the catalogue."""
        from jichi.design import catalogue

        from .errors import MESSAGES

        catalogue.add_for_officials(MESSAGES)
