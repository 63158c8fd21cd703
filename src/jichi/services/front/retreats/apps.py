"""Django's entry for this room."""

from django.apps import AppConfig

from jichi.design import catalogue

from .errors import FOR_OFFICIALS, MESSAGES


class Config(AppConfig):
    name = "jichi.services.front.retreats"
    label = "front_retreats"
    verbose_name = "保養施設"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the catalogue this room's sentences."""
        catalogue.add(MESSAGES)
        catalogue.add_for_officials(FOR_OFFICIALS)
