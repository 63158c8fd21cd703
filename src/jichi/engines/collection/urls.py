"""Addresses of the officials' pages of collection."""

from django.urls import path

from .pages import accounts, acts, bills, lists, payouts, surplus

app_name = "eng_collection"
urlpatterns = [
    path("", accounts.find, name="find"),
    path("payers/<str:payer_no>/", accounts.payer, name="payer"),
    path("payers/<str:payer_no>/export/", accounts.payer_export, name="payer_export"),
    path("bills/<str:key>/", bills.bill, name="bill"),
    path("bills/<str:key>/change/", acts.change, name="change"),
    path("bills/<str:key>/relief/", acts.relief, name="relief"),
    path("bills/<str:key>/event/", acts.event, name="event"),
    path("bills/<str:key>/collect/", acts.collect, name="collect"),
    path("unpaid/", lists.unpaid, name="unpaid"),
    path("unpaid/export/", lists.unpaid_export, name="unpaid_export"),
    path("left/", lists.left, name="left"),
    path("left/<int:number>/", surplus.surplus, name="surplus"),
    path("left/<int:number>/apply/", surplus.apply, name="apply"),
    path("left/<int:number>/refund/", surplus.refund, name="refund"),
    path("left/<int:number>/reverse/", surplus.reverse_one, name="reverse"),
    path("refunds/", lists.refunds, name="refunds"),
    path("refunds/transfers/", payouts.listing, name="payouts"),
    path("refunds/transfers/<uuid:payout_id>/", payouts.one, name="payout"),
    path("refunds/transfers/<uuid:payout_id>/file/", payouts.file, name="payout_file"),
    path("refunds/<uuid:refund_id>/account/", payouts.account, name="refund_account"),
    path("refunds/<uuid:refund_id>/paid/", surplus.refund_paid, name="refund_paid"),
    path("lapsing/", lists.lapsing, name="lapsing"),
]
