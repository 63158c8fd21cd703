"""Django's entry for this room."""

from django.apps import AppConfig

from jichi.design import catalogue

from .errors import FOR_OFFICIALS


class Config(AppConfig):
    name = "jichi.engines.programmes"
    label = "eng_programmes"
    verbose_name = "募集の共通のしくみ"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the catalogue this room's sentences."""
        catalogue.add_for_officials(FOR_OFFICIALS)
