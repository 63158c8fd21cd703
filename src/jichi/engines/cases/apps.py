"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.engines.cases"
    label = "eng_cases"
    verbose_name = "案件"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Put this room's sentences into the catalogue; charges of cases lead to them, forms know the case before."""
        from jichi.design import catalogue
        from jichi.engines.forms.register import tell_before
        from jichi.engines.payments.queries import SubjectPages, link_subjects

        from .queries.afterwards import facts_before
        from .rules.states import SUBJECT
        from .sentences import MESSAGES
        from .texts import TO_THE_CASE

        catalogue.add(MESSAGES)
        tell_before(facts_before)
        link_subjects(
            SUBJECT, SubjectPages(resident="/items/{number}/", staff="/staff/cases/{number}/", label=TO_THE_CASE)
        )
