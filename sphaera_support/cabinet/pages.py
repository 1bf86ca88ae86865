"""What every page of the cabinet shows: who is signed in, and the window in its corner."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from chat import identity
from chat.models import Visitor
from chat.tickets.customer import tickets_page
from departments.models import Site
from operators.models import Account

MOST_LATEST = 5


def own_site() -> Site | None:
    """The site whose cabinet this is."""
    return Site.objects.own().first()


def identity_token(site: Site, account: Account, *, at: datetime) -> str:
    customer = account.customer
    claims = {
        "email": customer.email,
        "contract": customer.contract,
        "plan": customer.plan,
        "Организация": customer.organisation,
    }
    signed = {claim: value for claim, value in claims.items() if value}
    return identity.sign(site, account.login, customer.full_name, at=at, **signed)


def cabinet_context(account: Account) -> dict[str, object]:
    site = own_site()
    if site is None:
        return {"customer": account.customer, "site_key": ""}
    return {
        "customer": account.customer,
        "site_key": site.key,
        "token": identity_token(site, account, at=timezone.now()),
        "loader_url": reverse("widget_loader"),
        "token_url": reverse("cabinet_token"),
    }


def visitor_of(account: Account) -> Visitor | None:
    """The customer as our own site's support knows them; None who never wrote."""
    known = Visitor.objects.select_related("site")
    return known.filter(site=own_site(), subject=account.login).first()


def latest_tickets(account: Account) -> dict[str, Any]:
    """Of «Мои заявки», for the first page; whether there are more."""
    visitor = visitor_of(account)
    rows = tickets_page(visitor, at=timezone.now())[0] if visitor else []
    return {"tickets": rows[:MOST_LATEST], "has_more": len(rows) > MOST_LATEST}
