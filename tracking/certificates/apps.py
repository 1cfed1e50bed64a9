from django.apps import AppConfig


class CertificatesConfig(AppConfig):
    name = "tracking.certificates"
    label = "certificates"
