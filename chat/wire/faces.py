"""The two sides of a conversation, and times for both."""

from datetime import datetime

VISITOR, STAFF = "visitor", "staff"


def wire_time(at: datetime) -> str:
    """ISO 8601 with an offset."""
    return at.isoformat(timespec="milliseconds")
