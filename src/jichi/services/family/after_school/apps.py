"""Django's entry for this room."""

from django.apps import AppConfig

from jichi.design import catalogue

from .errors import MESSAGES


class Config(AppConfig):
    name = "jichi.services.family.after_school"
    label = "family_after_school"
    verbose_name = "学童クラブ"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the catalogue this room's sentences."""
        catalogue.add_for_officials(MESSAGES)
