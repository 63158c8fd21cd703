"""Django's entry for this room."""

from django.apps import AppConfig

from jichi.design import catalogue

from .errors import MESSAGES


class Config(AppConfig):
    name = "jichi.engines.ledger"
    label = "eng_ledger"
    verbose_name = "帳簿"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put this room's sentences into the catalogue."""
        catalogue.add_for_officials(MESSAGES)
