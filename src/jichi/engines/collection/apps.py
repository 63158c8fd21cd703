"""Django's entry for this room."""

from django.apps import AppConfig

from jichi.design import catalogue

from .errors import MESSAGES


class Config(AppConfig):
    name = "jichi.engines.collection"
    label = "eng_collection"
    verbose_name = "収納"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put this room's sentences into the catalogue."""
        catalogue.add_for_officials(MESSAGES)
