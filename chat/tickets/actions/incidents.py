"""A mass incident: declared, changed, told of, solved; which tickets come of it."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from chat import access
from chat.actions.locks import lock_incident, lock_ticket
from chat.events import BannerChanged
from chat.happened import happened
from chat.models import (
    Incident,
    IncidentDeed,
    IncidentEvent,
    IncidentTicket,
    Ticket,
    TicketDeed,
)
from chat.streams import after_commit
from chat.text import clean_line, clean_text
from chat.tickets import incident_errors as errors
from chat.tickets.actions.history import note_event, of_staff, touch, written
from chat.tickets.actions.telling import tell_first
from departments.models import Department, Site
from operators.models import Account

LONGEST_TITLE, LONGEST_BANNER = 200, 300  # characters


@dataclass(frozen=True)
class IncidentDraft:
    """As it was typed and chosen."""

    title: str
    department: int
    sites: Collection[int]
    banner: str = ""
    is_announced: bool = False


def declare_incident(
    account: Account, draft: IncidentDraft, *, client_id: uuid.UUID, at: datetime
) -> Incident:
    """Of sites that own departments serve, led by any department. The same client id again is the
    same incident. Raises a Refusal.
    """
    fields = _cleaned(draft)
    with transaction.atomic():
        incident, is_new = Incident.objects.get_or_create(
            client_id=client_id, defaults={**fields, "created_at": at}
        )
        if not is_new:
            return _same(account, incident)
        incident.sites.set(_sites(account, draft))
        _note(incident, account, IncidentDeed.DECLARED, at=at)
        _tell_windows(incident, account, at=at)
    return incident


def _same(account: Account, incident: Incident) -> Incident:
    if not access.incidents_visible_to(account).filter(pk=incident.pk).exists():
        raise errors.DeclaredElsewhere
    return incident


def change_incident(
    account: Account, key: int, draft: IncidentDraft, *, shown: int | None = None, at: datetime
) -> Incident:
    """`shown` is the revision that who changes it had before them. Raises a Refusal."""
    fields = _cleaned(draft)
    with transaction.atomic():
        incident = lock_incident(account, key)
        access.refuse(access.to_lead_incident(account, incident))
        if shown is not None and shown != incident.revision:
            raise errors.IncidentChangedMeanwhile(_last_author(incident))
        before, said = _state(incident), incident.banner if incident.is_announced else ""
        for name, value in fields.items():
            setattr(incident, name, value)
        incident.sites.set(_sites(account, draft, incident))
        changed = {
            field: value for field, value in _state(incident).items() if before[field] != value
        }
        for field, value in changed.items():
            told = {"field": field, "before": before[field], "after": value}
            _note(incident, account, IncidentDeed.CHANGED, **told, at=at)
        if changed:
            incident.revision += 1
            incident.save()
        if said or incident.is_announced:
            _tell_windows(incident, account, at=at, anyway=True)
    return incident


def note_on_incident(
    account: Account, key: int, text: str, *, client_id: uuid.UUID, at: datetime
) -> IncidentEvent:
    """For staff alone. Raises a Refusal."""
    text = written(text)
    with transaction.atomic():
        incident = lock_incident(account, key)
        access.refuse(access.to_note_on_incident(account, incident))
        told = {"text": text, "client_id": client_id}
        return _known(incident, client_id) or _note(
            incident, account, IncidentDeed.NOTE, **told, at=at
        )


def update_incident(
    account: Account, key: int, text: str, *, client_id: uuid.UUID, at: datetime
) -> IncidentEvent:
    """To the customers of all its open tickets: each has it as an answer to the ticket, and in the
    conversation that they have open. The same client id again is the same update. Raises a
    Refusal.
    """
    return _say(account, key, IncidentDeed.UPDATE, written(text), client_id=client_id, at=at)


def solve_incident(
    account: Account, key: int, text: str = "", *, client_id: uuid.UUID, at: datetime
) -> IncidentEvent:
    """With all its open tickets; `text`, where there is one, goes to their customers as an update
    does. No window says anything of it any more. Raises a Refusal.
    """
    return _say(account, key, IncidentDeed.SOLVED, clean_text(text), client_id=client_id, at=at)


def _say(
    account: Account,
    key: int,
    deed: IncidentDeed,
    text: str,
    *,
    client_id: uuid.UUID,
    at: datetime,
) -> IncidentEvent:
    with transaction.atomic():
        incident = lock_incident(account, key)
        if (known := _known(incident, client_id)) is not None:
            return known
        access.refuse(access.to_lead_incident(account, incident))
        if deed == IncidentDeed.SOLVED:
            incident.solved_at = at
            incident.revision += 1
            incident.save()
            _tell_windows(incident, account, at=at, anyway=incident.is_announced)
        told = {"text": text, "client_id": client_id, "is_told": False}
        event = _note(incident, account, deed, **told, at=at)
        after_commit(tell_first, incident.pk)
    return event


def put_under(account: Account, number: str, key: int, *, at: datetime) -> Ticket:
    """The ticket comes of that incident; under it already, nothing changes. Raises a Refusal."""
    with transaction.atomic():
        incident = lock_incident(account, key)
        ticket = lock_ticket(account, number)
        access.refuse(access.to_change_ticket(account, ticket))
        current = _incident_of(ticket)
        access.refuse(access.to_put_under(ticket, incident, current))
        if current is None:
            IncidentTicket.objects.create(ticket=ticket, incident=incident, since=at)
            _tell_ticket(ticket, account, before="", after=str(incident.pk), at=at)
    return ticket


def take_out(account: Account, number: str, *, at: datetime) -> Ticket:
    """It comes of no incident, also where that one is solved. Raises a Refusal."""
    with transaction.atomic():
        ticket = lock_ticket(account, number)
        access.refuse(access.to_change_ticket(account, ticket))
        if (current := _incident_of(ticket)) is None:
            raise errors.UnderNoIncident
        IncidentTicket.objects.filter(ticket=ticket).delete()
        _tell_ticket(ticket, account, before=str(current), after="", at=at)
    return ticket


def _incident_of(ticket: Ticket) -> int | None:
    under = IncidentTicket.objects.filter(ticket=ticket)
    return under.values_list("incident", flat=True).first()


def _tell_ticket(
    ticket: Ticket, account: Account, *, before: str, after: str, at: datetime
) -> None:
    author, told = of_staff(account), {"field": "incident", "before": before, "after": after}
    note_event(ticket, author, TicketDeed.CHANGED, at=at, **told)
    touch(ticket, author, at=at)


def _cleaned(draft: IncidentDraft) -> dict[str, Any]:
    """Fields of the incident. Raises a Refusal that names the field."""
    if len(draft.title) > LONGEST_TITLE:
        raise errors.IncidentTitleTooLong(LONGEST_TITLE, len(draft.title))
    title, banner = clean_line(draft.title, LONGEST_TITLE), clean_text(draft.banner)
    if not title:
        raise errors.IncidentTitleMissing
    if len(banner) > LONGEST_BANNER:
        raise errors.BannerTooLong(LONGEST_BANNER, len(banner))
    if draft.is_announced and not banner:
        raise errors.BannerMissing
    department = Department.objects.filter(pk=draft.department).first()
    if department is None:
        raise errors.NoSuchLeader
    told = {"banner": banner, "is_announced": draft.is_announced}
    return {"title": title, "department": department, **told}


def _sites(
    account: Account, draft: IncidentDraft, incident: Incident | None = None
) -> Collection[Site]:
    """Own ones, and those that it has already."""
    own = access.sites_served_by(account)
    there = own | Site.objects.filter(pk__in=incident.sites.values("pk")) if incident else own
    chosen = list(there.filter(pk__in=draft.sites))
    if not chosen or len(chosen) != len(set(draft.sites)):
        raise errors.SitesMissing
    return chosen


def _state(incident: Incident) -> dict[str, str]:
    """As its history keeps it."""
    return {
        "title": incident.title,
        "department": incident.department.name,
        "sites": ", ".join(sorted(incident.sites.values_list("name", flat=True))),
        "banner": incident.banner,
        "is_announced": "1" if incident.is_announced else "",
    }


def _known(incident: Incident, client_id: uuid.UUID) -> IncidentEvent | None:
    return incident.events.filter(client_id=client_id).first()


def _last_author(incident: Incident) -> str:
    names = incident.events.order_by("-pk").values_list("by_name", flat=True)
    return names.first() or ""


def _note(
    incident: Incident, account: Account, deed: IncidentDeed, *, at: datetime, **told: Any
) -> IncidentEvent:
    return IncidentEvent.objects.create(
        incident=incident, at=at, by=account, by_name=account.name, deed=deed, **told
    )


def _tell_windows(
    incident: Incident, account: Account, *, at: datetime, anyway: bool = False
) -> None:
    if anyway or incident.is_announced:
        happened(BannerChanged(by_id=account.pk, at=at))
