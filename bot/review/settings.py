"""Django's settings for the review pages. What may be told from outside is in ``bot.review.config``."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import urlsplit

from bot.review.config import config, database, secret
from bot.settings import log_format

_config = config()
_public = urlsplit(_config.address)

SECRET_KEY = secret()
DEBUG = False
ALLOWED_HOSTS = list(dict.fromkeys([str(_public.hostname), "127.0.0.1", "localhost", "[::1]"]))
CSRF_TRUSTED_ORIGINS = [_config.address]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "bot.review.apps.ReviewApp",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "bot.review.middleware.PolicyHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "bot.review.middleware.TrustedHeader",
    "bot.review.middleware.SessionLimit",
    "axes.middleware.AxesMiddleware",
]
ROOT_URLCONF = "bot.review.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    }
]

DATABASES = {
    "default": database(_config.database),
    "tracker": database(_config.tracker, use="read"),
    #: Only for erasing, and connected to only then.
    "tracker_erase": database(_config.tracker, use="erase"),
}
DATABASE_ROUTERS = ["bot.review.tracker.OnlyDefault"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "queue"
LOGOUT_REDIRECT_URL = "login"
OTP_TOTP_ISSUER = "Hip chat review"

# Ten wrong passwords for one name from one address: that pair waits a quarter of an hour.
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "bot.review.accounts.locked_out"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

SESSION_COOKIE_NAME = "review_session"
SESSION_COOKIE_AGE = _config.idle_minutes * 60
SESSION_SAVE_EVERY_REQUEST = True
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = _config.https
CSRF_COOKIE_NAME = "review_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = _config.https
CSRF_FAILURE_VIEW = "bot.review.pages.csrf_failed"
SECURE_HSTS_SECONDS = 31_536_000 if _config.https else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _config.https else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"

USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = False
STATIC_URL = "/static/"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
DATA_UPLOAD_MAX_MEMORY_SIZE = 262_144

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"text": {}, "json": {"()": "bot.logs.JsonLines"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": log_format()}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "axes": {"level": "ERROR"},
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # A refused request is in the audit; its address line would only repeat it in the log.
        "django.request": {"level": "ERROR"},
    },
}
