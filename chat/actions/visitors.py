"""Visitors as their site vouches for them, their visits and the pages they open."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from chat import broadcasts
from chat.frames import Page
from chat.identity import BadToken, Identity
from chat.models import Conversation, PageView, Visit, Visitor
from chat.streams import after_commit
from chat.text import clean_line
from departments.models import Site


@dataclass(frozen=True)
class Device:
    """What the connection itself tells: network address and the browser's name."""

    address: str | None
    user_agent: str
    screen: str = ""
    time_zone: str = ""
    language: str = ""


def recognise_visitor(site: Site, identity: Identity) -> Visitor:
    """The site's visitor with this subject, their data as signed just now. Raises BadToken."""
    signed = {
        "name": identity.name,
        "email": identity.email,
        "contract": identity.contract,
        "plan": identity.plan,
        "claims": identity.claims,
    }
    visitor, is_new = Visitor.objects.get_or_create(
        site=site, subject=identity.subject, defaults=signed
    )
    if visitor.signed_out_at is not None and identity.issued_at <= visitor.signed_out_at:
        raise BadToken("signed out")
    if not is_new and any(getattr(visitor, field) != value for field, value in signed.items()):
        for field, value in signed.items():
            setattr(visitor, field, value)
        visitor.save(update_fields=list(signed))
    visitor.site = site
    return visitor


def begin_visit(
    visitor: Visitor, visit_id: uuid.UUID | None, page: Page, device: Device, *, at: datetime
) -> Visit:
    """Continue the visit that the client remembers, or begin one."""
    visit = None
    if visit_id is not None:
        recent = visitor.visits.filter(public_id=visit_id, seen_at__gt=at - Visit.GAP)
        visit = recent.first()
    is_new = visit is None
    was_there = visit is not None and visit.present_until > at
    was_on = (visit.page_url, visit.page_title) if visit is not None else ("", "")
    if visit is None:
        visit = Visit(visitor=visitor, started_at=at, referrer=clean_line(page.referrer, 2000))
    visit.seen_at = at
    visit.present_until = at + Visit.VALID
    visit.address = device.address
    visit.user_agent = clean_line(device.user_agent, 512)
    visit.screen = clean_line(device.screen, 20)
    visit.time_zone = clean_line(device.time_zone, 64)
    visit.language = clean_line(device.language, 35)
    with transaction.atomic():
        _open_page(visit, page, is_new, at=at)
        if not was_there or was_on != (visit.page_url, visit.page_title):
            after_commit(broadcasts.visitor_arrived, visitor, visit)
    return visit


def open_page(visit_id: int, page: Page, *, at: datetime) -> None:
    with transaction.atomic():
        visit = Visit.objects.select_for_update(of=("self",)).select_related("visitor__site")
        found = visit.filter(pk=visit_id).first()
        if found is None:
            return
        found.seen_at = at
        _open_page(found, page, False, at=at)
        after_commit(broadcasts.visitor_arrived, found.visitor, found)


def _open_page(visit: Visit, page: Page, is_new: bool, *, at: datetime) -> None:
    url, title = clean_line(page.url, 2000), clean_line(page.title, 300)
    is_other = is_new or url != visit.page_url
    visit.page_url, visit.page_title = url, title
    visit.save()
    if is_other and url:
        PageView.objects.create(visit=visit, url=url, title=title, opened_at=at)


def keep_visits(visit_ids: list[int], *, at: datetime) -> None:
    """The sockets of these visits are still open: one statement for a whole process."""
    Visit.objects.filter(pk__in=visit_ids).update(present_until=at + Visit.VALID)


def fade_visit(visit_id: int, *, at: datetime) -> None:
    """The last socket of a visit is gone; a page load within the grace changes nothing."""
    Visit.objects.filter(pk=visit_id).update(present_until=at + Visit.GRACE)


def tell_departed(visit_id: int, *, at: datetime) -> None:
    """Take the visit's row out of the lists unless the person is back."""
    visit = Visit.objects.select_related("visitor__site").filter(pk=visit_id).first()
    if visit is not None and visit.present_until <= at:
        broadcasts.visitor_left(visit.visitor, visit)


def end_chat_session(site: Site, subject: str, *, at: datetime) -> None:
    """The customer signed out of the site: their sockets close, their tokens are void."""
    with transaction.atomic():
        visitor = Visitor.objects.filter(site=site, subject=subject).first()
        if visitor is None:
            return
        visitor.signed_out_at = at
        visitor.save(update_fields=["signed_out_at"])
        Visit.objects.filter(visitor=visitor).present(at).update(present_until=at)
        after_commit(broadcasts.visitor_signed_out, visitor)


def latest_conversation(visitor_id: int) -> Conversation | None:
    return (
        Conversation.objects.filter(visitor=visitor_id)
        .select_related("visitor", "operator", "department")
        .order_by("-started_at", "-pk")
        .first()
    )
