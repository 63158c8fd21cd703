"""Addresses of events for officials."""

from django.urls import path

from .pages.staff import (
    arranging,
    attending,
    door,
    drawing,
    ending,
    entries,
    one_entry,
    reporting,
    selecting,
    telephone,
)

app_name = "front_events_staff"
urlpatterns = [
    path("", arranging.listing, name="list"),
    path("new/", arranging.new, name="new"),
    path("file/", ending.load, name="load"),
    path("report/", entries.report, name="report"),
    path("ticket/", attending.ticket, name="ticket"),
    path("entry/<str:number>/", one_entry.record, name="entry"),
    path("entry/<str:number>/withdraw/", one_entry.withdraw, name="entry_withdraw"),
    path("<slug:code>/", arranging.record, name="event"),
    path("<slug:code>/change/", arranging.change, name="change"),
    path("<slug:code>/picture/", arranging.picture, name="picture"),
    path("<slug:code>/picture/file/", arranging.picture_file, name="picture_file"),
    path("<slug:code>/preview/", arranging.preview, name="preview"),
    path("<slug:code>/cancel/", ending.cancel, name="cancel"),
    path("<slug:code>/entries/", entries.listing, name="entries"),
    path("<slug:code>/entries.csv", entries.export, name="export"),
    path("<slug:code>/attendance/", attending.attendance, name="attendance"),
    path("<slug:code>/door/", door.door, name="door"),
    path("<slug:code>/door/state/", door.state, name="door_state"),
    path("<slug:code>/door/tickets/", door.tickets, name="door_list"),
    path("<slug:code>/door/worker.js", door.worker, name="door_worker"),
    path("<slug:code>/door/arrivals/", door.send, name="door_send"),
    path("<slug:code>/draw/", drawing.draw, name="draw"),
    path("<slug:code>/survey/", reporting.ask, name="ask"),
    path("<slug:code>/report/", reporting.outcome, name="outcome"),
    path("<slug:code>/report.csv", reporting.outcome_csv, name="outcome_csv"),
    path("<slug:code>/report.pdf", reporting.outcome_pdf, name="outcome_pdf"),
    path("<slug:code>/selection/", selecting.select, name="select"),
    path("<slug:code>/telephone/", telephone.telephone, name="telephone"),
]
