"""Addresses of classes and help desks for officials, instructors and supporters."""

from django.urls import path

from .pages.staff import (
    arranging,
    desk_setup,
    desks,
    door,
    drawing,
    ending,
    entries,
    figures,
    reporting,
    sessions,
    telephone,
)

app_name = "welfare_digital_inclusion_staff"
urlpatterns = [
    path("", arranging.listing, name="list"),
    path("new/", arranging.new, name="new"),
    path("teaching/", sessions.teaching, name="teaching"),
    path("ticket/", sessions.ticket, name="ticket"),
    path("figures/", figures.figures, name="figures"),
    path("figures.csv", figures.figures_export, name="figures_export"),
    path("desks/", desks.listing, name="desks"),
    path("desks/new/", desk_setup.new, name="desk_new"),
    path("desks/topics/", desk_setup.topics, name="topics"),
    path("desks/load/", figures.load, name="load"),
    path("desks/<slug:code>/", desks.desk, name="desk"),
    path("desks/<slug:code>/telephone/", desks.telephone, name="desk_telephone"),
    path("desks/<slug:code>/hours/", desk_setup.hours, name="desk_hours"),
    path("desks/<slug:code>/change/", desk_setup.change, name="desk_change"),
    path("desks/<slug:code>/visits/<str:number>/", desks.visit, name="visit"),
    path("<slug:code>/", arranging.record, name="course"),
    path("<slug:code>/change/", arranging.change, name="change"),
    path("<slug:code>/cancel/", ending.cancel, name="cancel"),
    path("<slug:code>/entries/", entries.listing, name="entries"),
    path("<slug:code>/entries.csv", entries.export, name="export"),
    path("<slug:code>/entries/<str:number>/", entries.entry, name="entry"),
    path("<slug:code>/survey/", reporting.ask, name="ask"),
    path("<slug:code>/report/", reporting.outcome, name="outcome"),
    path("<slug:code>/report.csv", reporting.outcome_csv, name="outcome_csv"),
    path("<slug:code>/report.pdf", reporting.outcome_pdf, name="outcome_pdf"),
    path("<slug:code>/telephone/", telephone.telephone, name="telephone"),
    path("<slug:code>/draw/", drawing.draw, name="draw"),
    path("<slug:code>/sessions/<int:number>/", sessions.session, name="session"),
    path("<slug:code>/sessions/<int:number>/door/", door.door, name="door"),
    path("<slug:code>/sessions/<int:number>/door/state/", door.state, name="door_state"),
    path("<slug:code>/sessions/<int:number>/door/tickets/", door.tickets, name="door_list"),
    path("<slug:code>/sessions/<int:number>/door/worker.js", door.worker, name="door_worker"),
    path("<slug:code>/sessions/<int:number>/door/arrivals/", door.send, name="door_send"),
]
