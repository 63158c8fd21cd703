"""Addresses of retreats for officials and desks."""

from django.urls import path

from .pages.staff import calling, closing, desk, drawing, figures, houses, members, tariffs

app_name = "front_retreats_staff"
urlpatterns = [
    path("", desk.listing, name="stays"),
    path("stays.csv", desk.export, name="export"),
    path("stays/<str:number>/", desk.record, name="stay"),
    path("figures/", figures.figures, name="figures"),
    path("figures.csv", figures.export, name="figures_export"),
    path("members/", members.members, name="members"),
    path("houses/", houses.listing, name="houses"),
    path("houses/new/", houses.new, name="new"),
    path("houses/<slug:code>/", houses.record, name="house"),
    path("houses/<slug:code>/change/", houses.change, name="change"),
    path("houses/<slug:code>/rooms/", houses.rooms, name="rooms"),
    path("houses/<slug:code>/closures/", closing.closures, name="closures"),
    path("houses/<slug:code>/day/", desk.day, name="day"),
    path("houses/<slug:code>/telephone/", calling.telephone, name="telephone"),
    path("houses/<slug:code>/lotteries/", drawing.lotteries, name="lotteries"),
    path("houses/<slug:code>/lotteries/<str:month>/", drawing.draw, name="lottery"),
    path("houses/<slug:code>/tariffs/new/", tariffs.new, name="tariff_new"),
    path("houses/<slug:code>/tariffs/<str:day>/", tariffs.record, name="tariff"),
    path("houses/<slug:code>/tariffs/<str:day>/tariff.csv", tariffs.export, name="tariff_export"),
    path("houses/<slug:code>/tariffs/<str:day>/file/", tariffs.load, name="tariff_load"),
]
