"""Sessions in the database, asked only for keys that we may have given out.

Anything else in the cookie (a NUL, which PostgreSQL refuses with an error) is no session.
"""

import re
from typing import Any

from django.contrib.sessions.backends import db
from django.utils import timezone

from operators.prepared import Prepared

_KEY = re.compile("[a-z0-9]{32}")


class SessionStore(db.SessionStore):
    def _validate_session_key(self, key: str | None) -> bool:
        return key is not None and _KEY.fullmatch(key) is not None

    def _get_session_from_db(self) -> Any:
        """As Django does it, for every page and every socket of staff."""
        found = _alive.first(key=self.session_key, at=timezone.now())
        if found is None:
            self._session_key = None
        return found


_alive = Prepared(
    lambda key, at: SessionStore.get_model_class().objects.filter(
        session_key=key, expire_date__gt=at
    )
)
