"""Addresses of nursery admission for families and everybody."""

from django.urls import path

from .pages import answering, applying, births, certifying, families, notices, offering, wishing

app_name = "nursery_family"
urlpatterns = [
    path("", families.mine, name="mine"),
    path("facilities/", families.facilities, name="facilities"),
    path("apply/", applying.apply, name="apply"),
    path("apply/<uuid:id>/", applying.entry, name="entry"),
    path("apply/<uuid:id>/children/", answering.children, name="children"),
    path("apply/<uuid:id>/children/<slug:key>/", answering.child, name="child"),
    path("apply/<uuid:id>/children/<slug:key>/wishes/", wishing.choose, name="choose"),
    path("apply/<uuid:id>/guardians/<slug:which>/", answering.guardian, name="guardian"),
    path("apply/<uuid:id>/family/", answering.family, name="family"),
    path("apply/<uuid:id>/siblings/", answering.siblings, name="siblings"),
    path("apply/<uuid:id>/papers/", certifying.papers, name="papers"),
    path("certificate/<str:token>/", certifying.certificate, name="certificate"),
    path("certificate/<str:token>/form/", certifying.blank_form, name="certificate_blank"),
    path("offer/<str:token>/", offering.offer, name="offer"),
    path("apply/<uuid:id>/check/", applying.check, name="check"),
    path("apply/<uuid:id>/withdraw/", applying.take_back, name="take_back"),
    path("<uuid:id>/", families.application, name="application"),
    path("<uuid:id>/proof/", families.proof, name="proof"),
    path("<uuid:id>/notice/", notices.own_notice, name="notice"),
    path("<uuid:id>/withdraw/", families.withdraw, name="withdraw"),
    path("children/<uuid:id>/birth/", births.birth, name="birth"),
    path("children/<uuid:id>/wishes/", wishing.change, name="wishes"),
]
