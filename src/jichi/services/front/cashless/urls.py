"""Addresses of the counters, for officials."""

from django.urls import path

from .pages import days, desks, sales, settlements, setup, tablet, tablets, treasury, usage

app_name = "front_cashless"
urlpatterns = [
    path("", desks.listing, name="desks"),
    path("setup/", setup.setup, name="setup"),
    path("setup/desks.csv", setup.desks_export, name="desks_export"),
    path("setup/fees.csv", setup.fees_export, name="fees_export"),
    path("usage/", usage.usage, name="usage"),
    path("usage/export/", usage.export, name="usage_export"),
    path("settlements/", settlements.listing, name="settlements"),
    path("settlements/<uuid:id>/", settlements.one, name="settlement"),
    path("differences/", settlements.differences, name="differences"),
    path("differences/<uuid:id>/", settlements.difference, name="difference"),
    path("handovers/", treasury.handovers, name="handovers"),
    path("handovers/<uuid:id>/", treasury.handover, name="handover"),
    path("days/<uuid:id>/", days.day, name="day"),
    path("days/<uuid:id>/close/", days.close, name="close"),
    path("sales/<uuid:id>/", sales.sale, name="sale"),
    path("sales/<uuid:id>/back/", sales.back, name="back"),
    path("sales/<uuid:id>/receipt/", sales.receipt, name="receipt"),
    path("<uuid:id>/", desks.desk, name="desk"),
    path("<uuid:id>/open/", days.open_desk, name="open"),
    path("<uuid:id>/sell/", sales.sell, name="sell"),
    path("<uuid:id>/tablets/", tablets.listing, name="tablets"),
    path("<uuid:id>/tablet/", tablet.tablet, name="tablet"),
    path("<uuid:id>/tablet/state/", tablet.state, name="tablet_state"),
    path("<uuid:id>/tablet/worker.js", tablet.worker, name="tablet_worker"),
    path("<uuid:id>/tablet/pair/", tablet.pair, name="tablet_pair"),
    path("<uuid:id>/tablet/sales/", tablet.send, name="tablet_send"),
]
