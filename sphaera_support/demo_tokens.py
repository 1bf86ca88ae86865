"""Of the demo: a token that another system could have; nobody has ever read it."""

from datetime import datetime

from chat.actions.changes import Doer
from chat.api.actions.tokens import TokenDraft, issue_token
from chat.models import ApiToken, Scope
from departments.models import Site
from operators.models import Account


def issue_example(doer: Account, *, at: datetime) -> None:
    """Where there is none yet."""
    if ApiToken.objects.exists():
        return
    scopes = (Scope.CONVERSATIONS, Scope.TICKETS, Scope.TICKETS_WRITE)
    sites = list(Site.objects.values_list("pk", flat=True))
    issue_token(Doer(doer), TokenDraft("Учебная CRM", scopes, sites, pace=60), at=at)
