"""Addresses of administration, for officials."""

from django.urls import path

from .pages import looks, organisation, plans, retention, rights

app_name = "office_administration"
urlpatterns = [
    path("", organisation.divisions, name="divisions"),
    path("divisions/<slug:code>/", organisation.division, name="division"),
    path("posts/", organisation.posts, name="posts"),
    path("people/", organisation.people_loads, name="people_loads"),
    path("people/export/", organisation.people_export, name="people_export"),
    path("people/invitations/", organisation.invitations, name="invitations"),
    path("people/<uuid:id>/", organisation.people_load, name="people_load"),
    path("plans/", plans.plans, name="plans"),
    path("plans/<uuid:id>/", plans.plan, name="plan"),
    path("plans/<uuid:id>/export/", plans.plan_export, name="plan_export"),
    path("looks/", looks.looks, name="looks"),
    path("looks/export/", looks.looks_export, name="looks_export"),
    path("rights/", rights.rights, name="rights"),
    path("rights/export/", rights.rights_export, name="rights_export"),
    path("retention/", retention.retention, name="retention"),
    path("retention/holds/", retention.holds, name="holds"),
    path("retention/<uuid:id>/", retention.certificate, name="certificate"),
    path("retention/<uuid:id>/pdf/", retention.certificate_pdf, name="certificate_pdf"),
]
