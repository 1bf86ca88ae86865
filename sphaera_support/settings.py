"""Settings. One axis decides how the product runs: DATABASE_URL and REDIS_URL.

Both unset: embedded, one process with SQLite and everything in memory. Both set: any number of
processes on PostgreSQL and Redis. No other module asks which of the two it is.
"""

from datetime import timedelta
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from sphaera_support import environment as env

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = env.folder("DATA_DIR", "var")

HOST = env.text("HOST", "127.0.0.1")
PORT = env.number("PORT", 8000, most=65535)
POSTGRESQL, REDIS_URL = env.services("DATABASE_URL", "REDIS_URL")
EMBEDDED = not POSTGRESQL

SECRET_KEY = env.key("SECRET_KEY", DATA_DIR / "secret_key")
DEBUG = env.flag("DEBUG")

# The exact origins at which people reach this installation: scheme, host and port.
PUBLIC_ORIGINS = env.origins("PUBLIC_URL") or [
    f"http://{host}:{PORT}" for host in ("127.0.0.1", "localhost")
]
IS_HTTPS = all(origin.startswith("https://") for origin in PUBLIC_ORIGINS)
ALLOWED_HOSTS = sorted({env.host_of(origin) for origin in PUBLIC_ORIGINS})
CSRF_TRUSTED_ORIGINS = PUBLIC_ORIGINS
# Networks of our own reverse proxies: only from them a forwarded client address is believed.
TRUSTED_PROXIES = env.networks("TRUSTED_PROXIES")

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "sphaera_support.apps.CollectedFilesConfig",
    "axes",
    "csp",
    "django_htmx",
    "operators",
    "departments",
    "chat",
    "reports",
    "sphaera_support.cabinet",
    "sphaera_support.apps.SphaeraSupportConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "operators.middleware.keep_pages_apart",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "chat.zone.middleware.leave_zone",
    "chat.zone.middleware.note_session",
    "operators.middleware.miss_what_is_gone",
]

ROOT_URLCONF = "sphaera_support.urls"
ASGI_APPLICATION = "sphaera_support.asgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

# Database. SQLite: writers wait for each other instead of failing. PostgreSQL: nothing may hold
# a lock for longer than the beat of delivery looks back (chat.sockets.hub.LOOK_BACK).
if EMBEDDED:
    DATABASES = {
        "default": {
            "ENGINE": "sphaera_support.sqlite",
            "NAME": DATA_DIR / "db.sqlite3",
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                # What is deleted or written over would else be in the file for a while. The log is
                # put into it by chat.actions.straight, whose messages would wait for anybody else.
                "init_command": (
                    "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;"
                    " PRAGMA wal_autocheckpoint=4000;"
                ),
            },
        }
    }
    DATABASE_THREADS = env.number("DATABASE_THREADS", 1, most=100)
else:
    DATABASES = {"default": POSTGRESQL}
    DATABASE_THREADS = env.number("DATABASE_THREADS", 8, most=100)
    DATABASES["default"]["ENGINE"] = "sphaera_support.postgresql"
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
    DATABASES["default"]["OPTIONS"] = POSTGRESQL.get("OPTIONS", {}) | {
        # For what asks for it; Django's own statements are never prepared.
        "prepare_threshold": 5,
        "pool": {"min_size": 2, "max_size": 2 * DATABASE_THREADS, "timeout": 5},
        "options": "-c statement_timeout=15s -c lock_timeout=10s"
        " -c idle_in_transaction_session_timeout=15s",
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

if REDIS_URL:
    CHANNEL_LAYERS = {
        "default": {
            "BACKEND": "chat.sockets.layers.RedisLayer",
            "CONFIG": {
                # redis-py 8 gives up on a silent read after 5 s unless told otherwise.
                "hosts": [{"address": REDIS_URL, "socket_timeout": None}],
                # Of this form of its messages: what does not know it must not hear them.
                "prefix": "near-far",
            },
        }
    }
    CACHES = {
        "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    }
else:
    CHANNEL_LAYERS = {"default": {"BACKEND": "chat.sockets.layers.MemoryLayer"}}
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_ALWAYS_EAGER = not REDIS_URL
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULE = {
    "remove-orphan-files": {"task": "chat.tasks.remove_orphan_files", "schedule": 600},
    "scan-pending-files": {"task": "chat.tasks.scan_pending_files", "schedule": 30},
    "draw-missing-previews": {"task": "chat.tasks.draw_missing_previews", "schedule": 60},
    "remove-stray-files": {"task": "chat.tasks.remove_stray_files", "schedule": 3600},
    "index-history": {"task": "chat.tasks.index_history", "schedule": 5},
    "tell-of-incidents": {"task": "chat.tasks.tell_of_incidents", "schedule": 5},
    "write-exports": {"task": "reports.tasks.write_exports", "schedule": 3},
    "forget-old-exports": {"task": "reports.tasks.forget_old_exports", "schedule": 600},
    "post-scheduled-reports": {
        "task": "reports.tasks.post_scheduled_reports",
        "schedule": 60,
    },
    "count-conversations": {"task": "reports.tasks.count_conversations", "schedule": 5},
    "count-what-was-missed": {
        "task": "reports.tasks.count_what_was_missed",
        "schedule": timedelta(days=1),
    },
    "forget-whose-requests": {
        "task": "chat.tasks.forget_whose_requests",
        "schedule": timedelta(days=1),
    },
    "make-archives": {"task": "chat.tasks.make_archives", "schedule": 2},
    "seal-log-of-changes": {"task": "chat.tasks.seal_log_of_changes", "schedule": 5},
    "deliver-webhooks": {
        "task": "chat.tasks.deliver_webhooks",
        "schedule": 2,
        "options": {"expires": 10},
    },
    "push-notices": {
        "task": "chat.tasks.push_notices",
        "schedule": 2,
        "options": {"expires": 10},
    },
    "forget-webhook-deliveries": {
        "task": "chat.tasks.forget_webhook_deliveries",
        "schedule": 3600,
    },
    "send-letters": {
        "task": "chat.tasks.send_letters",
        "schedule": 3,
        "options": {"expires": 10},
    },
    "forget-old-letters": {"task": "chat.tasks.forget_old_letters", "schedule": 3600},
    "purge-history": {"task": "chat.tasks.purge_history", "schedule": 5},
    "forget-ended-sign-ins": {
        "task": "chat.tasks.forget_ended_sign_ins",
        "schedule": timedelta(days=1),
    },
    "clear-sessions": {"task": "operators.tasks.clear_sessions", "schedule": timedelta(days=1)},
}

AUTH_USER_MODEL = "operators.Account"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "zone"

# Sign-in throttling: ten failures for one login from one address, a quarter of an hour.
# The name under which forms hand the login to authenticate(), whatever the model calls it.
AXES_USERNAME_FORM_FIELD = "username"
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_ENABLE_ADMIN = False
AXES_CLIENT_IP_CALLABLE = "operators.addresses.client_address"

SESSION_ENGINE = "operators.sessions"
# Staff and the customers of the cabinet have a session and a cookie each. With the prefix a browser
# takes them from this very host alone, over HTTPS.
_HOST_ONLY = "__Host-" if IS_HTTPS else ""
SESSION_COOKIE_NAME = f"{_HOST_ONLY}sessionid"
CUSTOMER_COOKIE_NAME = f"{_HOST_ONLY}customerid"
CSRF_COOKIE_NAME = f"{_HOST_ONLY}csrftoken"
CSRF_FAILURE_VIEW = "sphaera_support.views.refuse_forgery"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = IS_HTTPS
SECURE_SSL_REDIRECT = False  # the proxy's business: the process itself listens on loopback
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if IS_HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = IS_HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
# security.W008: SECURE_SSL_REDIRECT, see above. axes.W002: the forms tell who is locked out, where
# its middleware would put a page of its own in their place.
SILENCED_SYSTEM_CHECKS = ["security.W008", "axes.W002"]

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "img-src": [SELF, "data:"],
        "media-src": [SELF],
        "connect-src": [SELF],
        "worker-src": [SELF],
        "frame-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Русский")), ("en", _("Английский"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "Europe/Moscow"

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = DATA_DIR / "static"
MEDIA_ROOT = DATA_DIR / "media"
# Files by which addresses are places (manage.py geoip_update), the services they may be asked from.
GEO_DIR = DATA_DIR / "geo"
MAXMIND_ACCOUNT_ID = env.text("MAXMIND_ACCOUNT_ID")
MAXMIND_LICENSE_KEY = env.text("MAXMIND_LICENSE_KEY")
STORAGES = {
    "default": {"BACKEND": "sphaera_support.storage.FileStorage"},
    "staticfiles": {"BACKEND": "sphaera_support.storage.StaticStorage"},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = False
# Files are handed out by the proxy in front, which knows MEDIA_ROOT as this internal location.
FILES_BY_PROXY = env.text("FILES_BY_PROXY")
FILE_UPLOAD_PERMISSIONS = 0o640 if FILES_BY_PROXY else 0o600
# What is on its way: on the disk where it will stay, and never in memory (as /tmp may be).
FILE_UPLOAD_TEMP_DIR = env.folder("DATA_DIR", "var", "media", "incoming")
FILE_UPLOAD_HANDLERS = ["chat.files.uploads.DiskHandler"]
# Where clamd looks into files, host:port or the path of its socket. Empty: nobody does.
CLAMD = env.peer("CLAMD")
DATA_UPLOAD_MAX_MEMORY_SIZE = 256 * 1024
# A department's form has three fields for each of the staff.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 6000
VISITOR_FILE_SIZE = 20 * 1024 * 1024
STAFF_FILE_SIZE = 100 * 1024 * 1024

# E-mail leaves only where a server is named for it.
MAIL = env.mail("EMAIL_URL", "EMAIL_FROM")
SENDS_MAIL = bool(MAIL)
vars().update(MAIL)

# Networks inside to which webhooks may lead all the same (chat.webhooks.addresses).
WEBHOOK_NETWORKS = env.networks("WEBHOOK_NETWORKS")
# Likewise services of browsers: a browser names its own, so none.
PUSH_NETWORKS: list[IPv4Network | IPv6Network] = []

SOCKETS_PER_ADDRESS = env.number("SOCKETS_PER_ADDRESS", 1000, most=1_000_000)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "sphaera_support.logs.BoundedLines",
            "format": "%(asctime)s %(levelname)s %(name)s: %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.level("LOG_LEVEL", "WARNING")},
    "loggers": {
        "sphaera_support": {"level": "INFO"},
        # Its warnings repeat whole addresses, which are secrets of webhooks.
        "urllib3": {"level": "CRITICAL"},
        "django": {"handlers": [], "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
    },
}
