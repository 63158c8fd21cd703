"""Addresses of retreats for everybody, and of one's own stays."""

from django.urls import path

from .pages import booking, drawing, finding, mine, papers

app_name = "front_retreats"
urlpatterns = [
    path("", finding.listing, name="list"),
    path("mine/", mine.listing, name="mine"),
    path("mine/<str:number>/", mine.record, name="stay"),
    path("mine/<str:number>/done/", mine.done, name="done"),
    path("mine/<str:number>/stay.pdf", papers.paper, name="paper"),
    path("mine/<str:number>/stay.ics", papers.calendar, name="calendar"),
    path("mine/<str:number>/people/", mine.people, name="people"),
    path("mine/<str:number>/cancel/", mine.cancel, name="cancel"),
    path("<slug:code>/", finding.house, name="house"),
    path("<slug:code>/lottery/<str:month>/", drawing.lottery, name="lottery"),
    path("<slug:code>/<slug:room>/<str:day>/", booking.book, name="book"),
]
