"""Django's entry for this room."""

from django.apps import AppConfig

from jichi.design import catalogue

from .errors import FOR_FAMILIES, MESSAGES


class Config(AppConfig):
    name = "jichi.services.family.nursery"
    label = "family_nursery"
    verbose_name = "保育所等の利用調整"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the catalogue this room's sentences."""
        catalogue.add_for_officials(MESSAGES)
        catalogue.add(FOR_FAMILIES)
