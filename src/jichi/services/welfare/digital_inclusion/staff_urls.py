"""Addresses of classes for officials and instructors."""

from django.urls import path

from .pages.staff import arranging, drawing, ending, entries, sessions, telephone

app_name = "welfare_digital_inclusion_staff"
urlpatterns = [
    path("", arranging.listing, name="list"),
    path("new/", arranging.new, name="new"),
    path("teaching/", sessions.teaching, name="teaching"),
    path("ticket/", sessions.ticket, name="ticket"),
    path("<slug:code>/", arranging.record, name="course"),
    path("<slug:code>/change/", arranging.change, name="change"),
    path("<slug:code>/cancel/", ending.cancel, name="cancel"),
    path("<slug:code>/entries/", entries.listing, name="entries"),
    path("<slug:code>/entries.csv", entries.export, name="export"),
    path("<slug:code>/entries/<str:number>/", entries.entry, name="entry"),
    path("<slug:code>/telephone/", telephone.telephone, name="telephone"),
    path("<slug:code>/draw/", drawing.draw, name="draw"),
    path("<slug:code>/sessions/<int:number>/", sessions.session, name="session"),
]
