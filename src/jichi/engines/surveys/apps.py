"""Django's entry for this room."""

from django.apps import AppConfig

from jichi.design import catalogue

from .errors import FOR_OFFICIALS, MESSAGES


class Config(AppConfig):
    name = "jichi.engines.surveys"
    label = "eng_surveys"
    verbose_name = "アンケート"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the catalogue this room's sentences."""
        catalogue.add(MESSAGES)
        catalogue.add_for_officials(FOR_OFFICIALS)
