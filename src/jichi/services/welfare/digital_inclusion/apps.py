"""Django's entry for this room."""

from django.apps import AppConfig

from jichi.design import catalogue

from .errors import FOR_OFFICIALS, MESSAGES


class Config(AppConfig):
    name = "jichi.services.welfare.digital_inclusion"
    label = "welfare_digital_inclusion"
    verbose_name = "スマホ教室・よろず相談"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the catalogue this room's sentences."""
        catalogue.add(MESSAGES)
        catalogue.add_for_officials(FOR_OFFICIALS)
