"""Django's entry for this room."""

from django.apps import AppConfig

from jichi.design import catalogue

from .errors import FOR_RESIDENTS, MESSAGES


class Config(AppConfig):
    name = "jichi.engines.collection"
    label = "eng_collection"
    verbose_name = "収納"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put this room's sentences into the catalogue, and its bills on the page 支払い."""
        from jichi.engines.payments.queries import show_more_bills

        from .resident import bills_for

        catalogue.add_for_officials(MESSAGES)
        catalogue.add(FOR_RESIDENTS)
        show_more_bills(bills_for)
