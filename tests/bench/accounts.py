"""Operators for a crowd, signed in without a password, which would take longer than the bench.

For `manage.py shell`, within the installation that is measured.
"""

from importlib import import_module

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY

from departments.models import Department, Membership
from operators.models import Account

BACKEND = "django.contrib.auth.backends.ModelBackend"


def tell_sessions(name: str, count: int, level: int) -> None:
    """Print session keys of operators `<name>1` …; those that are missing are made."""
    store = import_module(settings.SESSION_ENGINE).SessionStore
    department = Department.objects.filter(level=level).earliest("pk")
    for number in range(1, count + 1):
        account, _is_new = Account.objects.get_or_create(
            login=f"{name}{number}", defaults={"name": f"Оператор {name} {number}"}
        )
        Membership.objects.get_or_create(account=account, department=department)
        session = store()
        session[SESSION_KEY] = str(account.pk)
        session[BACKEND_SESSION_KEY] = BACKEND
        session[HASH_SESSION_KEY] = account.get_session_auth_hash()
        session.create()
        print(session.session_key)
