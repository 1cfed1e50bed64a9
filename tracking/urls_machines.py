"""Addresses for machines: no language prefix."""

from django.urls import URLPattern, URLResolver, include, path

from . import (
    views_attendance,
    views_barometer_files,
    views_certificates,
    views_following,
    views_leader,
    views_prior,
    views_reports,
    views_series,
    views_work,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("samlinger/<slug:slug>/deltakere.pdf", views_attendance.participants_pdf, name="participants-pdf"),
    path("min-laering/bevis/<uuid:statement>.pdf", views_certificates.certificate_pdf, name="certificate-pdf"),
    path("arbeid/<uuid:key>/", views_work.work_file, name="work-file"),
    path("tidligere/<int:pk>/dokument/", views_prior.prior_document, name="prior-document"),
    path("min-laering/bevis.pdf", views_certificates.all_pdf, name="certificates-pdf"),
    path("min-laering/bevis.json", views_certificates.all_json, name="certificates-json"),
    path("xapi/", include("tracking.lrs.urls")),
    path("barometer/serier/<slug:slug>.json", views_series.series_file, {"kind": "json"}, name="series-json"),
    path("barometer/serier/<slug:slug>.csv", views_series.series_file, {"kind": "csv"}, name="series-csv"),
    path("barometer/<slug:campaign>.json", views_barometer_files.barometer_json, name="barometer-json"),
    path("barometer/<slug:campaign>.csv", views_barometer_files.barometer_csv, name="barometer-csv"),
    path("barometer/<slug:campaign>.svg", views_barometer_files.barometer_svg, name="barometer-svg"),
    path("barometer/<slug:campaign>.png", views_barometer_files.barometer_png, name="barometer-png"),
    path("barometer/<slug:campaign>/embed/", views_barometer_files.barometer_embed, name="barometer-embed"),
    path("leder/laget.csv", views_leader.leader_file, {"kind": "csv"}, name="leader-csv"),
    path("leder/laget.xlsx", views_leader.leader_file, {"kind": "xlsx"}, name="leader-xlsx"),
    path("leder/tid/<uuid:uid>.ics", views_following.time_file, name="leader-time-file"),
    path("rapporter/periode/<str:period>.xlsx", views_reports.report_period_file, name="report-period-xlsx"),
    path("rapporter/<str:week>.pdf", views_reports.report_file, {"kind": "pdf"}, name="report-pdf"),
    path("rapporter/<str:week>.xlsx", views_reports.report_file, {"kind": "xlsx"}, name="report-xlsx"),
    path("rapporter/<str:week>.json", views_reports.report_file, {"kind": "json"}, name="report-json"),
]
