"""Visitors as their site vouches for them, their visits and the pages they open."""

import uuid
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.db import IntegrityError, transaction
from django.db.models import Exists, QuerySet

from chat.actions.locks import lock_visits
from chat.events import PagesOpened, SignedAnew, VisitorArrived, VisitorSignedOut, VisitorsLeft
from chat.happened import happened
from chat.identity import Identity, VoidToken
from chat.models import Conversation, DataRequest, PageView, Visit, Visitor, subject_key
from chat.sockets.frames import Page
from chat.sockets.revocation import doubts, revoked_visitors
from chat.text import clean_line
from departments.models import Site
from operators.prepared import Prepared, insert, update


def _of_subject(site: int, subject: str) -> QuerySet[Visitor]:
    found: Any = Visitor.objects.filter(site=site, subject=subject)
    return cast(QuerySet[Visitor], found.annotate(is_doubtful=doubts(subject)))


def _going_on(visitor: int, public_id: uuid.UUID, after: datetime) -> QuerySet[Visit]:
    found: Any = Visit.objects.filter(visitor=visitor, public_id=public_id, seen_at__gt=after)
    # Most people who are on a site have none: to find that out is a third of the work.
    talked = Exists(Conversation.objects.filter(visitor=visitor))
    return cast(QuerySet[Visit], found.annotate(has_talked=talked))


_by_subject = Prepared(_of_subject)
_continued = Prepared(_going_on)
_erased = Prepared(
    lambda site, key, since: (
        DataRequest.objects.erased()
        .filter(site=site, subject_key=key, decided_at__gte=since)
        .values_list("pk", flat=True)[:1]
    )
)
_latest = Prepared(
    lambda visitor: (
        Conversation.objects.filter(visitor=visitor)
        .order_by("-started_at", "-pk")
        .values_list("pk", flat=True)[:1]
    )
)
_whole = Prepared(
    lambda key: Conversation.objects.select_related(
        "visitor__site", "operator", "department"
    ).filter(pk=key)
)


@dataclass(frozen=True)
class Device:
    """What the connection itself tells: network address and the browser's name."""

    address: str | None
    user_agent: str
    screen: str = ""
    time_zone: str = ""
    language: str = ""


def recognise_visitor(site: Site, identity: Identity) -> Visitor:
    """The site's visitor with this subject, their data as signed just now. Raises VoidToken."""
    signed = {
        "name": identity.name,
        "email": identity.email,
        "contract": identity.contract,
        "plan": identity.plan,
        "claims": identity.claims,
    }
    visitor = _by_subject.first(site=site.pk, subject=identity.subject)
    if visitor is None:
        _refuse_erased(site, identity)
        visitor = _keep_new(site, identity, signed)
    if visitor.signed_out_at is not None and identity.issued_at <= visitor.signed_out_at:
        raise VoidToken("signed out")
    if visitor.is_doubtful and visitor.pk in revoked_visitors([visitor.pk]):
        raise VoidToken("put off")
    if any(getattr(visitor, field) != value for field, value in signed.items()):
        _sign_anew(visitor, signed | {"signed_at": identity.issued_at})
    visitor.site = site
    return visitor


def _refuse_erased(site: Site, identity: Identity) -> None:
    """By a token from before they were erased, an open window would bring them back. Raises
    VoidToken.
    """
    key = subject_key(site, identity.subject)
    if _erased.first(site=site.pk, key=key, since=identity.issued_at) is not None:
        raise VoidToken("erased")


def _keep_new(site: Site, identity: Identity, signed: Mapping[str, Any]) -> Visitor:
    """Or who is known by another window of theirs, which came at the same moment."""
    new = Visitor(site=site, subject=identity.subject, signed_at=identity.issued_at, **signed)
    try:
        with transaction.atomic():
            insert(new)
    except IntegrityError:
        visitor = _by_subject.first(site=site.pk, subject=identity.subject)
        if visitor is None:
            raise
        return visitor
    return new


def _sign_anew(visitor: Visitor, signed: Mapping[str, Any]) -> None:
    for field, value in signed.items():
        setattr(visitor, field, value)
    with transaction.atomic():
        visitor.save(update_fields=list(signed))
        happened(SignedAnew(visitor=visitor, at=signed["signed_at"]))


def begin_visit(
    visitor: Visitor, visit_id: uuid.UUID | None, page: Page, device: Device, *, at: datetime
) -> Visit:
    """Continue the visit that the client remembers, or begin one."""
    visit = None
    if visit_id is not None:
        visit = _continued.first(visitor=visitor.pk, public_id=visit_id, after=at - Visit.GAP)
    is_new = visit is None
    was_there = visit is not None and visit.present_until > at
    left_at = visit.gone_at if visit is not None and at - visit.gone_at > Visit.AWAY else None
    if visit is None:
        visit = Visit(started_at=at, referrer=clean_line(page.referrer, 2000))
    visit.visitor = visitor
    changed = _note(
        visit,
        address=device.address,
        user_agent=clean_line(device.user_agent, 512),
        screen=clean_line(device.screen, 20),
        time_zone=clean_line(device.time_zone, 64),
        language=clean_line(device.language, 35),
        **_shown(page),
    )
    is_news = not was_there or not changed.isdisjoint(_shown(page))
    # Who merely comes back, as all do after a restart, is one statement.
    with transaction.atomic() if is_news else nullcontext():
        _keep(visit, None if is_new else changed, at=at, until=at + Visit.VALID, left_at=left_at)
        if is_news:
            happened(VisitorArrived(visitor=visitor, visit=visit, at=at))
    return visit


def open_pages(pages: Mapping[int, Page], *, at: datetime) -> None:
    """{key of a visit: what its window shows now}; many cost the database what one does."""
    with transaction.atomic():
        visits, views = lock_visits(pages), []
        for visit in visits:
            changed = _note(visit, **_shown(pages[visit.pk]))
            visit.seen_at = at
            if visit.page_url and "page_url" in changed:
                views.append(_view(visit, at))
            elif "page_title" in changed:
                _retitle(visit)
        Visit.objects.bulk_update(visits, ["page_url", "page_title", "seen_at"])
        PageView.objects.bulk_create(views)
        happened(PagesOpened(visits=visits, at=at))


def _shown(page: Page) -> dict[str, str]:
    return {"page_url": clean_line(page.url, 2000), "page_title": clean_line(page.title, 300)}


def _note(visit: Visit, **fields: object) -> set[str]:
    """Set the fields; returns the names of those that were different."""
    changed = {name for name, value in fields.items() if getattr(visit, name) != value}
    for name in changed:
        setattr(visit, name, fields[name])
    return changed


def _keep(
    visit: Visit,
    changed: set[str] | None,
    *,
    at: datetime,
    until: datetime,
    left_at: datetime | None = None,
) -> None:
    """Save the visit, all of it where it is new (`changed` is None), and a page that is another.

    Who was away since `left_at` looks at the page anew.
    """
    visit.seen_at, visit.present_until = at, until
    if changed is None:
        insert(visit)
    else:
        update(visit, {"seen_at", "present_until", *changed})
    if left_at is not None:
        visit.pages.filter(pk__in=_latest_of(visit)).update(left_at=left_at)
    is_another = changed is None or "page_url" in changed or left_at is not None
    if visit.page_url and is_another:
        insert(_view(visit, at))
    elif changed and "page_title" in changed:
        _retitle(visit)


def _view(visit: Visit, at: datetime) -> PageView:
    return PageView(visit=visit, url=visit.page_url, title=visit.page_title, opened_at=at)


def _retitle(visit: Visit) -> None:
    """A title that comes after its address is still the title of that page."""
    visit.pages.filter(pk__in=_latest_of(visit)).update(title=visit.page_title)


def _latest_of(visit: Visit) -> QuerySet[PageView, int]:
    return visit.pages.order_by("-opened_at", "-pk").values_list("pk", flat=True)[:1]


def keep_visits(visit_ids: list[int], *, at: datetime) -> None:
    """The sockets of these visits are still open: one statement for a whole process."""
    Visit.objects.filter(pk__in=visit_ids).update(present_until=at + Visit.VALID)


def fade_visits(visit_ids: list[int], *, at: datetime) -> None:
    """The last sockets of these visits are gone; a page load within the grace changes nothing."""
    Visit.objects.filter(pk__in=visit_ids).update(present_until=at + Visit.GRACE)


def tell_departed(visit_ids: list[int], *, at: datetime) -> None:
    """Take the visits' rows out of the lists unless the person is back."""
    gone = Visit.objects.filter(pk__in=visit_ids, present_until__lte=at)
    happened(VisitorsLeft(visits=list(gone.select_related("visitor")), at=at))


def end_chat_session(site: Site, subject: str, *, at: datetime) -> None:
    """The customer signed out of the site: their sockets close, their tokens are void."""
    with transaction.atomic():
        visitor = Visitor.objects.filter(site=site, subject=subject).first()
        if visitor is None:
            return
        visitor.signed_out_at = at
        visitor.save(update_fields=["signed_out_at"])
        Visit.objects.filter(visitor=visitor).present(at).update(present_until=at)
        happened(VisitorSignedOut(visitor=visitor, at=at))


def latest_conversation(visitor_id: int) -> Conversation | None:
    key = _latest.first(visitor=visitor_id)
    return None if key is None else _whole.first(key=key)
