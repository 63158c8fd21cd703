"""Addresses of classes, help desks and figures for everybody, and of one's own entries and bookings."""

from django.urls import path

from .pages import applying, desks, figures, finding, mine, survey

app_name = "welfare_digital_inclusion"
urlpatterns = [
    path("", finding.listing, name="list"),
    path("mine/", mine.listing, name="mine"),
    path("mine/<str:number>/", mine.record, name="entry"),
    path("mine/<str:number>/done/", mine.done, name="done"),
    path("mine/<str:number>/names/", mine.names, name="names"),
    path("mine/<str:number>/survey/", survey.answer, name="survey"),
    path("mine/<str:number>/withdraw/", mine.withdraw, name="withdraw"),
    path("mine/<str:number>/ticket.svg", mine.ticket, name="ticket"),
    path("desks/", desks.listing, name="desks"),
    path("desks/<slug:code>/", desks.desk, name="desk"),
    path("desks/<slug:code>/book/", desks.book, name="book"),
    path("visits/<str:number>/", desks.visit, name="visit"),
    path("figures/", figures.figures, name="figures"),
    path("figures/<int:year>.csv", figures.figures_file, name="figures_file"),
    path("<slug:code>/", finding.course, name="course"),
    path("<slug:code>/apply/", applying.apply, name="apply"),
]
