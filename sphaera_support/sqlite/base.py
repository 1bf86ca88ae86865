"""Django's SQLite, whose one writer the threads of a process wait for here.

By itself SQLite looks again whether it may write after 1, 2, 5 and at last each 100 ms: who is
unlucky a few times waits a third of a second for what others do in a hundredth.
"""

import threading
from typing import Any

from django.db.backends.sqlite3 import base


class DatabaseWrapper(base.DatabaseWrapper):
    turn = threading.Lock()  # of all threads
    _has_turn = False

    def _start_transaction_under_autocommit(self) -> None:
        # In vain after that time: SQLite says so, as where another process writes.
        patience: Any = self.settings_dict["OPTIONS"].get("timeout", -1)
        self._has_turn = self.turn.acquire(timeout=patience)
        try:
            super()._start_transaction_under_autocommit()  # type: ignore[misc]
        except BaseException:
            self._end_turn()
            raise

    def _commit(self) -> None:
        super()._commit()  # type: ignore[misc]
        self._end_turn()

    def _rollback(self) -> None:
        try:
            super()._rollback()  # type: ignore[misc]
        finally:
            self._end_turn()

    def _close(self) -> None:
        try:
            super()._close()  # type: ignore[misc]
        finally:
            self._end_turn()

    def _end_turn(self) -> None:
        if self._has_turn:
            self._has_turn = False
            self.turn.release()
