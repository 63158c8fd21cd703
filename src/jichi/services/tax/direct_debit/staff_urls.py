"""Officials' addresses of account transfers."""

from django.urls import path

from .pages import office, office_work, settings

app_name = "tax_direct_debit_staff"
urlpatterns = [
    path("", office.listing, name="list"),
    path("export/", office.export, name="export"),
    path("paper/", office.paper, name="paper"),
    path("payers/", office.payers, name="payers"),
    path("work/", office_work.work, name="work"),
    path("work/<uuid:entry_id>/", office_work.entry, name="entry"),
    path("cycles/", office_work.cycles, name="cycles"),
    path("uptake/", office_work.uptake, name="uptake"),
    path("uptake/export/", office_work.uptake_export, name="uptake_export"),
    path("settings/", settings.settings, name="settings"),
    path("settings/banks/", settings.new_bank, name="bank_new"),
    path("settings/banks/<str:code>/", settings.bank, name="bank"),
    path("settings/dues/<str:kind>/", settings.offer, name="offer"),
    path("<uuid:mandate_id>/", office.one, name="one"),
]
