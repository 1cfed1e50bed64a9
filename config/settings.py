"""Settings: production first; the demo and the tests say what they relax, and nothing else may."""

import os
import sys
from ipaddress import ip_network
from pathlib import Path

import dj_database_url
import dj_email_url
import django.conf.locale
from celery.schedules import crontab
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from config import sign_in

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(os.environ.get("FAGBENK_VAR", BASE_DIR / "var"))
try:
    VAR_DIR.mkdir(parents=True, exist_ok=True)
except OSError as error:
    raise ImproperlyConfigured(f"FAGBENK_VAR must be a folder that can be written to: {error}") from error


def flag(name: str) -> bool:
    """Whether the environment says yes to `name`."""
    return os.environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def number(name: str, default: int, least: int = 1) -> int:
    """What the environment says of `name`, a whole number from `least` on."""
    said = os.environ.get(name, "") or str(default)
    if not (said.isascii() and said.isdigit()) or int(said) < least:
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} on, such as {default}; it is {said!r}.")
    return int(said)


TESTING = "pytest" in sys.modules
if TESTING:  # each of pytest-xdist's workers has a state folder of its own
    VAR_DIR = VAR_DIR / "test" / os.environ.get("PYTEST_XDIST_WORKER", "main")
    VAR_DIR.mkdir(parents=True, exist_ok=True)
# Demo mode: invented people, a known password, no second factor. Only on loopback (see config.checks).
DEMO = flag("FAGBENK_DEMO") and not TESTING
DEBUG = False
LOCAL = DEMO or TESTING

SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not SECRET_KEY:
    if not LOCAL:
        raise ImproperlyConfigured("SECRET_KEY must be set (at least 50 random characters).")
    SECRET_KEY = "only-for-a-demo-or-a-test-on-this-machine-never-elsewhere"  # noqa: S105 - no secret: see LOCAL

PORT = number("PORT", 8000)
SITE_URL = os.environ.get("FAGBENK_SITE_URL", f"http://localhost:{PORT}").rstrip("/")
# Fixed at installation: the home of xAPI actors and the base of activity IRIs (design.md). Changing it later loses
# the link between statements and people.
XAPI_BASE = os.environ.get("FAGBENK_XAPI_BASE", "https://fagbenk.example").rstrip("/")
ALLOWED_HOSTS = [host for host in os.environ.get("ALLOWED_HOSTS", "").split(",") if host]
if LOCAL:
    ALLOWED_HOSTS += ["localhost", "127.0.0.1", "[::1]", "testserver"]
CSRF_TRUSTED_ORIGINS = [SITE_URL]

INSTALLED_APPS = [
    "tracking",
    "tracking.lrs",
    "tracking.identities",
    "tracking.player",
    "tracking.completions",
    "tracking.certificates",
    "tracking.barometer",
    "tracking.reports",
    "tracking.followup",
    "courses",
    "learners",
    "cms",
    "config",
    "wagtail.contrib.forms",
    "wagtail.contrib.redirects",
    "wagtail.contrib.simple_translation",
    "wagtail.embeds",
    "wagtail.sites",
    "learners.people_app.PeopleAdminConfig",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.locales",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_celery_beat",
    "django_htmx",
    "csp",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.forms",
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"  # widgets take our templates where there are any

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "tracking.lrs.views.straight.straight_to_the_record_store",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "cms.admin_policy.admin_policy",
    "tracking.middleware.wall_screens_go_on",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "learners.shared_pc.ends_when_idle",
    "learners.middleware.ended_roles",
    "learners.middleware.nothing_kept",
    "django.contrib.messages.middleware.MessageMiddleware",
    "learners.storable.RefusesUnstorable",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "learners.second_factor.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "cms.routing.RoutesPages",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "csp.context_processors.nonce",
                "cms.context_processors.site",
                "learners.navigation.navigation",
            ],
        },
    },
]

# --- Database -----------------------------------------------------------------------------------------------------
DATABASES = {
    "default": dj_database_url.config(default=f"sqlite:///{VAR_DIR / 'fagbenk.sqlite3'}", conn_max_age=0),
}
_database = DATABASES["default"]
if _database["ENGINE"].endswith("sqlite3"):
    # WAL and IMMEDIATE: readers never wait, writers queue instead of failing half-way.
    _database["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
    # A file, as in earnest: a database in memory has one connection for all threads, and hides what locks do.
    _database["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
elif not TESTING:
    # Each thread keeps its connection: a pool hands it from thread to thread at every request, which costs more than
    # the request's own queries. After so many prepared by the driver, a statement is planned no more.
    _database["CONN_MAX_AGE"] = 600
    _database["CONN_HEALTH_CHECKS"] = True  # after the database's restart, a page's first query finds a new connection
    _database["OPTIONS"] = {**_database.get("OPTIONS", {}), "prepare_threshold": 5}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Celery: a broker that needs no server unless CELERY_BROKER_URL names one ----------------------------------------
CELERY_BROKER_URL = os.environ.get("CELERY_BROKER_URL", "filesystem://")
if CELERY_BROKER_URL == "filesystem://":
    _queue = VAR_DIR / "broker"
    for _folder in ("messages", "control"):
        (_queue / _folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(_queue / "messages"),
        "data_folder_out": str(_queue / "messages"),
        "control_folder": str(_queue / "control"),
    }
# Installations that share a broker each name a queue of their own.
CELERY_TASK_DEFAULT_QUEUE = os.environ.get("CELERY_QUEUE", "celery")
CELERY_TIMEZONE = "Europe/Oslo"
CELERY_ENABLE_UTC = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE = {
    "weekly-reports": {
        "task": "tracking.tasks.make_weekly_reports",
        "schedule": crontab(minute=0, hour=6, day_of_week="mon"),
    },
    "missing-weekly-reports": {"task": "tracking.tasks.make_weekly_reports", "schedule": crontab(minute=15)},
    "digests": {"task": "tracking.tasks.make_digests", "schedule": 300.0},
    "send-outbox": {"task": "tracking.tasks.send_outbox", "schedule": 60.0},
    # Twice within the five seconds in which completions are to follow; rounds that a worker was away for are left out.
    "follow-statements": {
        "task": "tracking.tasks.follow_statements",
        "schedule": 2.0,
        "options": {"expire_seconds": 10},
    },
    "barometer": {"task": "tracking.tasks.refresh_barometer", "schedule": 300.0},
    "settle-gatherings": {"task": "courses.tasks.settle_gatherings", "schedule": 60.0},
    "carry-evaluations": {"task": "courses.tasks.carry_evaluations", "schedule": crontab(minute=30, hour=2)},
    "forget-disputes": {"task": "tracking.tasks.forget_disputes", "schedule": crontab(minute=40, hour=2)},
    "check-figures": {"task": "tracking.tasks.check_figures", "schedule": 120.0},
    "class-messages": {"task": "courses.tasks.send_messages", "schedule": 60.0},
    "settle-what-is-done": {"task": "tracking.player.tasks.settle_what_is_done", "schedule": 300.0},
    "close-idle-visits": {"task": "tracking.player.tasks.close_idle_visits", "schedule": 300.0},
    "publish-scheduled": {"task": "config.tasks.publish_scheduled", "schedule": crontab()},  # each minute
    "check-links": {"task": "config.tasks.check_links", "schedule": crontab(minute=10, hour=4)},
    "forward-statements": {"task": "tracking.lrs.tasks.forward_statements", "schedule": 10.0},
    "import-statements": {"task": "tracking.lrs.tasks.import_statements", "schedule": 30.0},
    "prune-statements": {"task": "tracking.tasks.prune_statements", "schedule": crontab(minute=20, hour=3)},
    "count-volume": {"task": "tracking.lrs.tasks.count_volume", "schedule": 300.0},
    "tidy-record-store": {"task": "tracking.lrs.tasks.tidy_record_store", "schedule": crontab(minute=40, hour=3)},
    "settle-roles": {"task": "learners.tasks.settle_roles", "schedule": crontab(minute=2)},
    "keep-limits": {"task": "learners.tasks.keep_limits", "schedule": crontab(minute=40, hour=3)},
    "heartbeat": {"task": "config.tasks.heartbeat", "schedule": 60.0},
}

# --- Cache: one for all processes, or wrong passwords would be counted by each for itself ---
CACHE_URL = os.environ.get("CACHE_URL", "")
CACHES: dict[str, dict[str, object]] = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(VAR_DIR / "cache"),
        "OPTIONS": {"MAX_ENTRIES": 5000},
    }
}
if CACHE_URL:
    CACHES["default"] = {
        "BACKEND": "config.cache.RedisOrFiles",
        "LOCATION": CACHE_URL,
        "OPTIONS": {"files": str(VAR_DIR / "cache"), "socket_connect_timeout": 1, "socket_timeout": 1},
    }

# --- Mail -----------------------------------------------------------------------------------------------------------
_email = dj_email_url.parse(os.environ.get("EMAIL_URL", ""))
if os.environ.get("EMAIL_URL"):
    if "EMAIL_BACKEND" not in _email:
        raise ImproperlyConfigured("EMAIL_URL must be like smtp://user:password@host:587/?tls=True.")
    EMAIL_BACKEND = _email["EMAIL_BACKEND"]
    EMAIL_HOST, EMAIL_PORT = _email["EMAIL_HOST"], _email["EMAIL_PORT"]
    EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = _email["EMAIL_HOST_USER"], _email["EMAIL_HOST_PASSWORD"]
    EMAIL_USE_TLS, EMAIL_USE_SSL = _email["EMAIL_USE_TLS"], _email["EMAIL_USE_SSL"]
    EMAIL_FILE_PATH = _email["EMAIL_FILE_PATH"]
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = str(VAR_DIR / "mail")
EMAIL_TIMEOUT = 20
# No hour takes more mails than this out of the outbox: a mistake stays small, and a mail server friendly.
MAILS_PER_HOUR = number("FAGBENK_MAILS_PER_HOUR", 6000)
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "Fagbenk <fagbenk@fagbenk.example>")

# --- Languages ------------------------------------------------------------------------------------------------------
# Northern Sami is ready for its translators; Django does not know it yet.
django.conf.locale.LANG_INFO["se"] = {
    "bidi": False,
    "code": "se",
    "name": "Northern Sami",
    "name_local": "davvisámegiella",
}
LANGUAGE_CODE = "nb"
LANGUAGES = [("nb", _("Bokmål")), ("nn", _("Nynorsk")), ("se", _("Northern Sami")), ("en", _("English"))]
WAGTAIL_CONTENT_LANGUAGES = LANGUAGES
WAGTAIL_I18N_ENABLED = True
WAGTAILSIMPLETRANSLATION_SYNC_PAGE_TREE = True
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["config.formats"]
TIME_ZONE = "Europe/Oslo"
USE_TZ = True

# --- Who --------------------------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "learners.Learner"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "learners.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
# Signing in elsewhere (docs/sign-in.md): what allauth would take from the browser or from e-mail addresses is shut.
OIDC_PROVIDERS = sign_in.read(os.environ.get("FAGBENK_OIDC", ""))
SOCIALACCOUNT_PROVIDERS = sign_in.as_allauth(OIDC_PROVIDERS)
SOCIALACCOUNT_ADAPTER = "learners.adapters.ElsewhereAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = SOCIALACCOUNT_EMAIL_AUTHENTICATION = SOCIALACCOUNT_STORE_TOKENS = False
SOCIALACCOUNT_LOGIN_ON_GET = False
# The second factor: for whoever holds a role (learners.policy.needs_second_factor). Waived in the demo, which answers
# to this machine alone, and in tests that are about something else; config.checks refuses the waiver elsewhere.
SECOND_FACTOR_WAIVED = LOCAL
MFA_ADAPTER = "learners.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses come from the people data; whoever was entered there need no mail first
MFA_TOTP_ISSUER = "Fagbenk"
MFA_TOTP_TOLERANCE = 1
MFA_FORMS = {"authenticate": "learners.sign_in.CodeForm", "reauthenticate": "learners.sign_in.CodeAgainForm"}
MFA_RECOVERY_CODE_COUNT = 10
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = LOCAL  # localhost
MFA_WEBAUTHN_USER_VERIFICATION = "preferred"
ACCOUNT_EMAIL_NOTIFICATIONS = True  # a factor that was added or taken away is told by mail
# A prison is one address to us: on a Monday morning all of it signs in. Wrong passwords are counted by person as well.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "60/m/ip,5/5m/key", "reset_password": "60/m/ip,5/h/key"}
# How many reverse proxies of ours add to X-Forwarded-For: without it everybody would count as one.
ALLAUTH_TRUSTED_PROXY_COUNT = number("FAGBENK_PROXIES", 0 if LOCAL else 1, least=0)
WAGTAILADMIN_LOGIN_URL = "wagtailadmin_login"  # config.urls puts learners.views.admin_door there
# A shared PC: the session ends with the browser, and after so many minutes without a page (learners.shared_pc).
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SHARED_PC_MINUTES = number("SHARED_PC_MINUTES", 20)
SESSION_MINUTES = max(number("SESSION_MINUTES", 60), SHARED_PC_MINUTES)  # on a PC of one's own
SESSION_COOKIE_AGE = SESSION_MINUTES * 60
ACCOUNT_FORMS = {"login": "learners.sign_in.SignInForm"}
SESSION_SAVE_EVERY_REQUEST = False
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"

# --- The record store (docs/record-store.md) -----------------------------------------------------------------------
XAPI_PER_MINUTE = number("FAGBENK_XAPI_PER_MINUTE", 60_000)  # requests of a key that has no limit of its own
XAPI_PATIENCE = number("FAGBENK_XAPI_PATIENCE", 20)  # seconds without a byte after which a body is given up

# How long detailed statements are kept; those that a completion rests on stay as long as it does.
STATEMENT_MONTHS = number("FAGBENK_STATEMENT_MONTHS", 24)
# Private networks, such as 10.20.0.0/16, that statements may be sent to and fetched from; others are refused.
try:
    EGRESS_NETWORKS = [ip_network(one) for one in os.environ.get("FAGBENK_EGRESS_NETWORKS", "").split(",") if one]
except ValueError as error:
    raise ImproperlyConfigured(f"FAGBENK_EGRESS_NETWORKS must be networks such as 10.20.0.0/16: {error}") from error

# --- Privacy (docs/data_protection.md) -------------------------------------------------------------------------------
# Who left the service is erased so many years later; 0: nobody is, by itself.
LEAVERS_YEARS = number("FAGBENK_LEAVERS_YEARS", 5, least=0)
# The opaque ids of those who were erased: keep it where a restore does not overwrite it.
ERASED_FILE = os.environ.get("FAGBENK_ERASED", str(VAR_DIR / "erased.jsonl"))

# --- Files ------------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static", VAR_DIR / "npm"]
(VAR_DIR / "npm").mkdir(exist_ok=True)
MEDIA_URL = "/media/"
MEDIA_ROOT = VAR_DIR / "media"
PRIVATE_ROOT = VAR_DIR / "private"  # what only our views give out: no proxy may serve it
# Files handed in: how large one may be; what looks for viruses in it, a command or python:a.function (courses.work).
WORK_FILE_MB = number("FAGBENK_WORK_FILE_MB", 10)
VIRUS_SCAN = os.environ.get("FAGBENK_VIRUS_SCAN", "").strip()
# Where the installation's backups land: /readyz sees how old the newest is. Empty: off.
BACKUPS = os.environ.get("FAGBENK_BACKUPS", "")
# What a scraper shows to read /metrics; empty: only from this machine.
METRICS_KEY = os.environ.get("FAGBENK_METRICS_KEY", "")
if METRICS_KEY and len(METRICS_KEY) < 22:
    raise ImproperlyConfigured("FAGBENK_METRICS_KEY must have at least 22 random characters, or be left out.")
STORAGES = {
    "default": {"BACKEND": "cms.storage.MediaFiles"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage",
    },
}
# Tests make a client each: none goes through all static files first, they are looked for when they are asked for.
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = TESTING

# --- Wagtail ----------------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Fagbenk"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_ALLOW_UNICODE_SLUGS = False  # addresses that can be read out on the telephone
WAGTAIL_FRONTEND_LOGIN_URL = "/konto/login/"
# Passwords and addresses are kept where the second factor is: under /konto/, and in the people data.
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = WAGTAIL_PASSWORD_RESET_ENABLED = WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_DATE_FORMAT, WAGTAIL_DATETIME_FORMAT = "%d.%m.%Y", "%d.%m.%Y %H:%M"  # as one types them; no other stands
WAGTAIL_FINISH_WORKFLOW_ACTION = "courses.admin.approved.finish"  # an approval does not go past the choice
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]  # one clock for everybody: scheduled publishing is by Oslo's
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAILDOCS_DOCUMENT_FORM_BASE = "cms.document_form.DocumentForm"
WAGTAILDOCS_EXTENSIONS = [
    "pdf", "docx", "doc", "odt", "rtf", "txt", "xlsx", "xls", "ods", "csv", "pptx", "ppt", "odp", "epub", "zip", "ics",
    "mp4", "webm", "mp3", "m4a", "ogg", "vtt", "jpg", "jpeg", "png",
]  # fmt: skip
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "avif", "svg"]
WAGTAILADMIN_PERMITTED_LANGUAGES = [("nb", "Bokmål"), ("nn", "Nynorsk"), ("en", "English")]
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILEMBEDS_FINDERS: list[dict[str, str]] = []

# --- Ports: what lower layers ask of higher ones (design.md, "Who may import whom") -----------------------------------
COURSES_LEARNING = "tracking.player.port.PlayerPort"
CMS_REACH = "tracking.lrs.egress.reach"

# --- Security ---------------------------------------------------------------------------------------------------------
X_FRAME_OPTIONS = "DENY"
# Whose pages may hold the barometer's embeds in a frame: origins such as https://intranett.example, or *.
EMBED_ANCESTORS = os.environ.get("FAGBENK_EMBED_ANCESTORS", "").split() or [SELF]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
if not LOCAL:
    SECURE_SSL_REDIRECT = not flag("FAGBENK_NO_TLS_REDIRECT")
    SECURE_REDIRECT_EXEMPT = [r"^metrics$"]  # the machine itself asks without TLS
    SECURE_HSTS_SECONDS = 31536000
    SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]  # the domain's other hosts are its owner's to bind
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-sessionid", "__Host-csrftoken"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        # A form may lead to an issuer: signing in there, and out.
        "form-action": [SELF, *(origin for provider in OIDC_PROVIDERS for origin in provider["origins"])],
        "frame-ancestors": [NONE],
    },
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 8 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000  # a lesson of 200 blocks is some 5,000 fields in the editor

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "config.logs.JsonFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {"fagbenk": {"level": "INFO"}, "celery": {"level": "WARNING"}},
}

if TESTING:
    CELERY_TASK_ALWAYS_EAGER = True  # the fixture `worker` turns it off
    CELERY_TASK_DEFAULT_QUEUE = f"test-{VAR_DIR.name}"
    CELERY_TASK_EAGER_PROPAGATES = True
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    MEDIA_ROOT = VAR_DIR / "test-media"
    PRIVATE_ROOT = VAR_DIR / "test-private"
