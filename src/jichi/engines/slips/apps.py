"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.engines.slips"
    label = "eng_slips"
    verbose_name = "納付書"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put this room's sentences into the catalogue."""
        from jichi.design import catalogue

        from .errors import MESSAGES

        catalogue.add_for_officials(MESSAGES)
