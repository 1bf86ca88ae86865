"""The product's own settings with five changes that make tests fast and keep them apart."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

# Nothing a test does may reach the var/ of the developer's own installation.
if "TEST_DATA_DIR" not in os.environ:
    os.environ["TEST_DATA_DIR"] = tempfile.mkdtemp(prefix="sphaera-tests-")
    atexit.register(shutil.rmtree, os.environ["TEST_DATA_DIR"], ignore_errors=True)
worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ["DATA_DIR"] = str(Path(os.environ["TEST_DATA_DIR"]) / worker)
os.environ["PORT"] = "8000"
os.environ.pop("PUBLIC_URL", None)
for name in ("TRUSTED_PROXIES", "EMAIL_URL", "EMAIL_FROM", "WEBHOOK_NETWORKS"):
    os.environ.pop(name, None)

# Publish and subscribe in Redis knows no database numbers: parallel workers need servers apart.
redis_urls = os.environ.get("TEST_REDIS_URLS", "").split()
if redis_urls:
    os.environ["REDIS_URL"] = redis_urls[int(worker.removeprefix("gw")) if worker != "main" else -1]

from sphaera_support.settings import *  # noqa: E402, F403
from sphaera_support.settings import DATA_DIR, DATABASES, EMBEDDED, STATIC_ROOT, STORAGES  # noqa: E402

# Argon2 takes a quarter of a second on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Throttling of sign-ins has its own tests, which switch it on.
AXES_ENABLED = False
# Pages name the source files; the servers of the browser tests serve the real, hashed ones.
STORAGES = STORAGES | {
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
}
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# Else each new client of a test looks at every file there, once a test has collected them.
WHITENOISE_AUTOREFRESH = True
# Threads of consumers share the database with the test: a file can be shared, memory cannot.
if EMBEDDED:
    DATABASES["default"]["TEST"] = {"NAME": DATA_DIR / "test.sqlite3"}
