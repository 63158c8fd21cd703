"""Addresses of events for everybody, and of one's own entries."""

from django.urls import path

from .pages import applying, companion, feeds, finding, mine, survey

app_name = "front_events"
urlpatterns = [
    path("", finding.listing, name="list"),
    path("calendar/", finding.calendar, name="calendar"),
    path("day/<str:day>/", finding.one_day, name="day"),
    path("events.ics", feeds.calendar_file, name="ical"),
    path("open-data.csv", feeds.open_data, name="open_data"),
    path("mine/", mine.listing, name="mine"),
    path("mine/<str:number>/", mine.record, name="entry"),
    path("mine/<str:number>/done/", mine.done, name="done"),
    path("mine/<str:number>/companion/", companion.change, name="companion"),
    path("mine/<str:number>/survey/", survey.answer, name="survey"),
    path("mine/<str:number>/withdraw/", mine.withdraw, name="withdraw"),
    path("mine/<str:number>/ticket.svg", mine.ticket, name="ticket"),
    path("<slug:code>/", finding.event, name="event"),
    path("<slug:code>/event.ics", feeds.event_file, name="event_ical"),
    path("<slug:code>/picture/", feeds.picture, name="picture"),
    path("<slug:code>/apply/", applying.apply, name="apply"),
]
