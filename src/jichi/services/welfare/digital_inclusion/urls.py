"""Addresses of classes for everybody, and of one's own entries."""

from django.urls import path

from .pages import applying, finding, mine

app_name = "welfare_digital_inclusion"
urlpatterns = [
    path("", finding.listing, name="list"),
    path("mine/", mine.listing, name="mine"),
    path("mine/<str:number>/", mine.record, name="entry"),
    path("mine/<str:number>/done/", mine.done, name="done"),
    path("mine/<str:number>/names/", mine.names, name="names"),
    path("mine/<str:number>/withdraw/", mine.withdraw, name="withdraw"),
    path("mine/<str:number>/ticket.svg", mine.ticket, name="ticket"),
    path("<slug:code>/", finding.course, name="course"),
    path("<slug:code>/apply/", applying.apply, name="apply"),
]
