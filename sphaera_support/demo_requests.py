"""Of the demo: what customers ask about their own data, one of each kind."""

from datetime import datetime, timedelta

from chat.actions.data_requests import Asked, ask_about_data
from chat.models import DataRequest, Visitor
from departments.models import Site


def ask_about_people(site: Site, *, at: datetime) -> None:
    """`client1` has another surname now; somebody who wrote earlier wants to be forgotten."""
    theirs = Visitor.objects.filter(site=site).select_related("site")
    client = theirs.filter(subject="client1").first()
    if client is not None:
        asked = Asked("Сменила фамилию.", "Белова Марина Сергеевна", client.email)
        ask_about_data(client, DataRequest.Kind.CORRECTION, asked, at=at - timedelta(days=1))
    other = theirs.exclude(subject__startswith="client").order_by("pk").first()
    if other is not None:
        asked = Asked("Больше не пользуемся, удалите переписку.")
        ask_about_data(other, DataRequest.Kind.ERASURE, asked, at=at - timedelta(days=2))
