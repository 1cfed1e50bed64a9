"""Addresses for machines: no language prefix."""

from django.urls import URLPattern, URLResolver, include, path

from . import views_barometer, views_reports

urlpatterns: list[URLPattern | URLResolver] = [
    path("xapi/", include("tracking.lrs.urls")),
    path("barometer/<slug:campaign>.json", views_barometer.barometer_json, name="barometer-json"),
    path("barometer/<slug:campaign>.svg", views_barometer.barometer_svg, name="barometer-svg"),
    path("rapporter/<str:week>.pdf", views_reports.report_file, {"kind": "pdf"}, name="report-pdf"),
    path("rapporter/<str:week>.xlsx", views_reports.report_file, {"kind": "xlsx"}, name="report-xlsx"),
    path("rapporter/<str:week>.json", views_reports.report_file, {"kind": "json"}, name="report-json"),
]
