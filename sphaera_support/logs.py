"""Lines of the log: bounded, and without what a person wrote where a request is concerned.

Anybody can have a request refused, as often as they like and with whatever in it. So that is one
line: the status, the method, which of our addresses, and why. Only our own errors show where.
"""

import logging
import re
from http.client import responses

LONGEST = 400  # characters of a line

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_QUERY = re.compile(r"\?[^\s'\"<>]+")
# What PostgreSQL tells below its errors: «Failing row contains (…)», what stood in a statement.
_OF_A_ROW = ("DETAIL:", "CONTEXT:", "LINE ")


class BoundedLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        status = getattr(record, "status_code", None)
        told = {"msg": _of_request(record, status) if status else record.getMessage(), "args": None}
        if status and status < 500:
            told |= {"exc_info": None, "exc_text": None}
        text = super().format(logging.makeLogRecord(record.__dict__ | told))
        return "\n".join(_bounded(line) for line in text.split("\n"))


def _of_request(record: logging.LogRecord, status: int) -> str:
    request = getattr(record, "request", None)
    method, found = getattr(request, "method", ""), getattr(request, "resolver_match", None)
    told = [method if method in _METHODS else "another method", f"/{found.route}" if found else ""]
    return f"{status} {_why(record, status)}: {' '.join(told).rstrip()}"


def _why(record: logging.LogRecord, status: int) -> str:
    if record.name == "django.security.csrf" and isinstance(record.args, tuple) and record.args:
        # «Origin checking failed - https://… does not match any trusted origins.»
        return str(record.args[0]).partition(" - ")[0].rstrip(".")
    if record.exc_info and record.exc_info[0]:
        return record.exc_info[0].__name__
    return responses.get(status, "")


def _bounded(line: str) -> str:
    """No control characters, no values of a query or a row, no more than LONGEST."""
    if line.startswith(_OF_A_ROW):
        return line[: line.index(":") + 1] + " …"
    line = "".join(char if char.isprintable() else " " for char in _QUERY.sub("?…", line))
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"
