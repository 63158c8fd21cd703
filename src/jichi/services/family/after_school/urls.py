"""Addresses of the officials' pages of after-school clubs."""

from django.urls import path

from .pages import children, intake, plans, reminders, runs, tables

app_name = "family_after_school"
urlpatterns = [
    path("", children.children, name="children"),
    path("children/<uuid:enrolment_id>/", children.child, name="child"),
    path("children/<uuid:enrolment_id>/leave/", children.leave, name="leave"),
    path("children/<uuid:enrolment_id>/term/", children.term, name="term"),
    path("decide/", children.decide, name="decide"),
    path("intake/", intake.intake, name="intake"),
    path("intake/form.csv", intake.sample, name="sample"),
    path("tables/", tables.tables, name="tables"),
    path("tables/edit/", tables.edit, name="edit"),
    path("tables/<uuid:table_id>/", tables.table, name="table"),
    path("runs/", runs.runs, name="runs"),
    path("runs/preview/<str:month>/", runs.preview, name="preview"),
    path("runs/<uuid:run_id>/", runs.run, name="run"),
    path("plans/", plans.plans, name="plans"),
    path("plans/<uuid:plan_id>/", plans.plan, name="plan"),
    path("plans/new/<str:payer_no>/", plans.agree, name="agree"),
    path("reminders/", reminders.reminders, name="reminders"),
    path("reminders/<str:day>.pdf", reminders.letters, name="letters"),
]
