"""Addresses of pages for people."""

from django.urls import URLPattern, URLResolver, path

from . import views_barometer, views_leader, views_learning, views_player, views_reports

urlpatterns: list[URLPattern | URLResolver] = [
    path("barometer/", views_barometer.barometer_list, name="barometer"),
    path("barometer/<slug:campaign>/", views_barometer.barometer_campaign, name="barometer-campaign"),
    path("min-laering/", views_learning.my_learning, name="my-learning"),
    path("leder/", views_leader.leader, name="leader"),
    path("laer/<int:page_id>/begynn/", views_player.begin, name="begin"),
    path("laer/<int:page_id>/svar/<str:question_key>/", views_player.answer, name="answer"),
    path("laer/<int:page_id>/ferdig/", views_player.finish, name="finish"),
    path("laer/<int:page_id>/prove/", views_player.hand_in, name="hand-in"),
    path("laer/<int:page_id>/sted/", views_player.place, name="place"),
    path("laer/<int:page_id>/kvittering/", views_player.receipt, name="receipt"),
    path("rapporter/", views_reports.report_list, name="reports"),
    path("rapporter/<str:week>/", views_reports.report_page, name="report"),
]
