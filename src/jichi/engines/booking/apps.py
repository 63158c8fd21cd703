"""Django's entry for this room."""

from django.apps import AppConfig

from jichi.design import catalogue

from .errors import MESSAGES


class Config(AppConfig):
    name = "jichi.engines.booking"
    label = "eng_booking"
    verbose_name = "予約と抽選"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the catalogue this room's sentences."""
        catalogue.add(MESSAGES)
