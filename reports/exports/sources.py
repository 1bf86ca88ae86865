"""What can be taken out, by the name that stands in the address: each is the query of a page."""

from collections.abc import Callable, Mapping

from operators.models import Account
from reports.exports.columns import NotExportable, Sheet
from reports.exports.conversations import conversations_sheet
from reports.exports.history import history_sheet
from reports.exports.operators import operators_sheet

SOURCES: dict[str, Callable[[Account, Mapping[str, str]], Sheet]] = {
    "history": history_sheet,
    "conversations": conversations_sheet,
    "operators": operators_sheet,
}


def sheet_of(source: str, account: Account, asked: Mapping[str, str]) -> Sheet:
    """As the account may see it now. Raises NotExportable."""
    if not account.is_active or not account.can_export:
        raise NotExportable("")
    return SOURCES[source](account, asked)
