"""Django's PostgreSQL, but for how moments are read, which takes it half the time of a row."""

from datetime import UTC, datetime
from typing import Any

from django.db.backends.postgresql import base
from psycopg.abc import Buffer
from psycopg.adapt import AdaptersMap, Loader


class MomentLoader(Loader):
    timezone = UTC  # of the connection; asked by Django

    def load(self, data: Buffer) -> datetime:
        return datetime.fromisoformat(str(data, "ascii"))


class DatabaseWrapper(base.DatabaseWrapper):
    def get_connection_params(self) -> dict[str, Any]:
        params = super().get_connection_params()
        adapters = AdaptersMap(params["context"].adapters)
        adapters.register_loader("timestamptz", MomentLoader)
        return params | {"context": adapters}
