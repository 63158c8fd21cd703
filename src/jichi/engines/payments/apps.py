"""Django's entry for this room."""

from django.apps import AppConfig


class Config(AppConfig):
    name = "jichi.engines.payments"
    label = "eng_payments"
    verbose_name = "納付"
    default_auto_field = "django.db.models.BigAutoField"
