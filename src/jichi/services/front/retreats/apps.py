"""Django's entry for this room."""

from django.apps import AppConfig

from jichi.design import catalogue

from .errors import FOR_OFFICIALS, MESSAGES


class Config(AppConfig):
    name = "jichi.services.front.retreats"
    label = "front_retreats"
    verbose_name = "保養施設"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the catalogue this room's sentences; charges of stays lead to them."""
        from jichi.engines.payments.queries import SubjectPages, link_subjects

        from .actions.paying import SUBJECT
        from .actions.telling import TO_THE_STAY

        catalogue.add(MESSAGES)
        catalogue.add_for_officials(FOR_OFFICIALS)
        link_subjects(
            SUBJECT,
            SubjectPages(
                resident="/retreats/mine/{number}/", staff="/staff/retreats/stays/{number}/", label=TO_THE_STAY
            ),
        )
