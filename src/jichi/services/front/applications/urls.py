"""Addresses of finding, answering and sending an application, and of linking a login with the register."""

from django.urls import path

from .views import answering, choosing, finding, guests, keeping, linking, proving, sending

app_name = "front_applications"
urlpatterns = [
    path("procedures/", finding.procedures, name="procedures"),
    path("procedures/<slug:slug>/", finding.start, name="start"),
    path("procedures/<slug:slug>/who/", choosing.who, name="who"),
    path("procedures/<slug:slug>/begin/", guests.begin, name="begin"),
    path("apply/link/", guests.ask, name="ask_link"),
    path("apply/link/<str:token>/", guests.link, name="guest_link"),
    path("apply/<uuid:draft_id>/link/", guests.mail_link, name="mail_link"),
    path("apply/<uuid:draft_id>/", keeping.resume, name="resume"),
    path("apply/<uuid:draft_id>/q/<slug:page_id>/", answering.question, name="question"),
    path("apply/<uuid:draft_id>/file/<uuid:file_id>/", keeping.draft_file, name="draft_file"),
    path("apply/<uuid:draft_id>/saved/", keeping.saved, name="saved"),
    path("apply/<uuid:draft_id>/check/", sending.check, name="check"),
    path("apply/<uuid:draft_id>/sign/", proving.sign, name="sign"),
    path("apply/<uuid:draft_id>/second/", proving.second, name="second"),
    path("confirm/<str:token>/", proving.confirm, name="confirm"),
    path("apply/<uuid:draft_id>/done/", sending.done, name="done"),
    path("apply/<uuid:draft_id>/newer/", keeping.newer, name="newer"),
    path("apply/<uuid:draft_id>/discard/", keeping.discard, name="discard"),
    path("items/<str:number>/copy.pdf", sending.copy, name="copy"),
    path("my/link/", linking.link, name="link"),
]
