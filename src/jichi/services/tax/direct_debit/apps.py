"""Django's entry for this room."""

from django.apps import AppConfig

from jichi.design import catalogue

from .errors import MESSAGES
from .office_errors import OFFICE_MESSAGES


class Config(AppConfig):
    name = "jichi.services.tax.direct_debit"
    label = "tax_direct_debit"
    verbose_name = "口座振替"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the catalogue this room's sentences."""
        catalogue.add(MESSAGES)
        catalogue.add_for_officials(OFFICE_MESSAGES)
