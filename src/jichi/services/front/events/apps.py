"""Django's entry for this room."""

from django.apps import AppConfig

from jichi.design import catalogue

from .errors import FOR_OFFICIALS, MESSAGES


class Config(AppConfig):
    name = "jichi.services.front.events"
    label = "front_events"
    verbose_name = "催し"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Give the catalogue this room's sentences; charges of entries lead to them."""
        from jichi.engines.booking.rules.paying import SUBJECT
        from jichi.engines.payments.queries import SubjectPages, link_subjects

        from .actions.telling import TO_THE_ENTRY

        catalogue.add(MESSAGES)
        catalogue.add_for_officials(FOR_OFFICIALS)
        link_subjects(
            f"{SUBJECT}event-",
            SubjectPages(resident="/events/mine/{number}/", staff="/staff/events/entry/{number}/", label=TO_THE_ENTRY),
        )
