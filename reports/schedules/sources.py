"""What comes by e-mail, from whom, by which filter."""

from urllib.parse import parse_qsl, urlencode

from django.http import QueryDict

from operators.models import Account
from reports.pages.filters import OF_PERIOD

# The page of each, where its filter is chosen.
PAGES = {"conversations": "report_conversations", "operators": "report_operators"}
LEFT_OUT = {*OF_PERIOD, "after"}


def may_have(account: Account) -> bool:
    is_there = account.is_active and account.deleted_at is None
    return is_there and account.can_read_reports and account.can_export


def without_period(asked: str) -> str:
    """Of the address of a page, the filter: the period is the letter's own."""
    return urlencode([(name, value) for name, value in parse_qsl(asked) if name not in LEFT_OUT])


def asked_of(asked: str, since: str, until: str) -> QueryDict:
    """The filter with the letter's period."""
    query = QueryDict(asked, mutable=True)
    query["from"], query["to"] = since, until
    return query
