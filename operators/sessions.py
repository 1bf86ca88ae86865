"""Sessions in the database, asked only for keys that we may have given out.

Anything else in the cookie (a NUL, which PostgreSQL refuses with an error) is no session.
"""

import re

from django.contrib.sessions.backends import db

_KEY = re.compile("[a-z0-9]{32}")


class SessionStore(db.SessionStore):
    def _validate_session_key(self, key: str | None) -> bool:
        return key is not None and _KEY.fullmatch(key) is not None
