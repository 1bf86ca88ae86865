"""Sites: added, changed, put off, deleted, and their secrets; open windows follow at once.

Decided under the locks of all departments and sites: names are unique without regard to case, and
whether a site is left without a first level depends on its departments.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypedDict

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chat.actions.changes import Doer, Subject, demand_version, note_change
from chat.actions.errors import Refusal
from chat.actions.locks import lock_departments, lock_sites
from chat.actions.memberships import refuse_to_leave_alone, served_sites
from chat.events import RulesChanged
from chat.happened import happened
from chat.models import Conversation
from chat.text import folded
from chat.tickets.actions.recounting import recount_for_schedule
from departments.models import Department, Site, SiteAvatar, new_secret
from operators.models import Change


class SiteFields(TypedDict, total=False):
    """What a page of a site says of it, each checked by itself; departments by key."""

    name: str
    origins: list[str]
    time_zone: str
    reopen_window: timedelta
    privacy_text: str
    privacy_url: str
    asks_again: bool  # for consent to the notice as it is now
    previews_typing: bool
    asks_email: bool
    shows_operators: bool
    attaches_files: bool
    max_file_size: int | None
    file_kinds: list[str]
    departments: Collection[int]
    colour: str
    corner: str
    theme: str
    sound: bool
    online_text: str
    offline_text: str
    window_greeting: str
    away_title: str
    away_text: str
    thanks_text: str
    rating_scale: str
    rating_question: str
    rating_thanks: str
    rating_pause: timedelta
    rates_at_closing: bool
    shows_ratings: bool


FIELDS = (
    *("name", "origins", "time_zone", "privacy_text", "privacy_url", "privacy_version"),
    *("previews_typing", "asks_email", "shows_operators"),
    *("attaches_files", "max_file_size", "file_kinds"),
    *("colour", "corner", "theme", "sound", "avatar"),
    *("online_text", "offline_text", "window_greeting"),
    *("away_title", "away_text", "thanks_text"),
    *("rating_scale", "rating_question", "rating_thanks", "rates_at_closing", "shows_ratings"),
)


class NoSuchSite(Refusal):
    """Deleted meanwhile, or never there."""

    code = "not_found"
    words = _("Такого сайта больше нет.")


@dataclass(eq=False)
class SiteNameTaken(Refusal):
    """By another one, whatever the case."""

    name: str
    code = "invalid"
    field = "name"
    words = _("Сайт «%(name)s» уже есть.")


@dataclass(eq=False)
class SiteInUse(Refusal):
    """Something is open there."""

    count: int
    code = "conflict"
    words = _("На сайте есть открытые обращения (%(count)s): сначала закройте их.")


def add_site(doer: Doer, fields: SiteFields, *, at: datetime) -> Site:
    """Raises a Refusal."""
    with transaction.atomic():
        lock_departments()
        site = Site(created_at=at)
        _write(site, fields, lock_sites())
        _note(doer, site, Change.Deed.ADDED, None, at=at)
        happened(RulesChanged(by_id=doer.account.pk, at=at))
    return site


def change_site(
    doer: Doer,
    site_id: int,
    fields: SiteFields,
    *,
    shown: int,
    even_alone: bool = False,
    at: datetime,
) -> None:
    """`shown` is the version of the form; `even_alone` knows of LeavesAlone. Raises a Refusal."""
    with transaction.atomic():
        lock_departments()
        sites = lock_sites()
        site = _found(site_id, sites)
        demand_version(_subject(site), shown)
        before, served, time_zone = state_of(site), served_sites(), site.time_zone
        site.version += 1
        _write(site, fields, [one for one in sites if one != site])
        refuse_to_leave_alone(served, even_alone=even_alone)
        _note(doer, site, Change.Deed.CHANGED, before, at=at)
        if site.time_zone != time_zone:
            recount_for_schedule(doer, site, at=at)
        happened(RulesChanged(by_id=doer.account.pk, at=at))


def allow_origin(doer: Doer, site_id: int, origin: str, *, at: datetime) -> None:
    """One more beside those there are. Raises NoSuchSite."""
    with transaction.atomic():
        site = _found(site_id, lock_sites())
        if origin in site.origins:
            return
        before = state_of(site)
        site.origins = [*site.origins, origin]
        site.version += 1
        site.save()
        _note(doer, site, Change.Deed.CHANGED, before, at=at)


def change_avatar(doer: Doer, site_id: int, content: bytes, *, at: datetime) -> None:
    """A picture that chat.files.squares made, or none. Beside the form, whose version stays: who
    is typing in it has not seen another look. Raises NoSuchSite.
    """
    with transaction.atomic():
        site = _found(site_id, lock_sites())
        before = state_of(site)
        site.avatar = hashlib.sha256(content).hexdigest()[:32] if content else ""
        site.save(update_fields=["avatar"])
        SiteAvatar.objects.filter(site=site).delete()
        if content:
            SiteAvatar.objects.create(site=site, name=site.avatar, content=content)
        _note(doer, site, Change.Deed.CHANGED, before, at=at)
        happened(RulesChanged(by_id=doer.account.pk, at=at))


def deactivate_site(doer: Doer, site_id: int, *, at: datetime) -> None:
    """Its window disappears everywhere; what was written stays. Raises NoSuchSite."""
    _switch(doer, site_id, on=False, at=at)


def activate_site(doer: Doer, site_id: int, *, at: datetime) -> None:
    _switch(doer, site_id, on=True, at=at)


def _switch(doer: Doer, site_id: int, *, on: bool, at: datetime) -> None:
    with transaction.atomic():
        site = _found(site_id, lock_sites())
        if site.is_active == on:
            return
        site.is_active = on
        site.version += 1
        site.save()
        deed = Change.Deed.ACTIVATED if on else Change.Deed.DEACTIVATED
        note_change(doer, _subject(site), deed, at=at)
        happened(RulesChanged(by_id=doer.account.pk, at=at))


def delete_site(doer: Doer, site_id: int, *, at: datetime) -> None:
    """Raises NoSuchSite or SiteInUse."""
    with transaction.atomic():
        lock_departments()
        site = _found(site_id, lock_sites())
        if count := Conversation.objects.open().filter(visitor__site=site).count():
            raise SiteInUse(count)
        before = state_of(site)
        site.departments.clear()
        site.is_active = False
        site.deleted_at, site.deleted_by = at, doer.account
        site.secret, site.previous_secret = new_secret(), ""
        site.version += 1
        site.save()
        note_change(doer, _subject(site), Change.Deed.DELETED, before=before, at=at)
        happened(RulesChanged(by_id=doer.account.pk, at=at))


# Secrets


def show_secret(doer: Doer, site_id: int, *, at: datetime) -> str:
    """Who saw it is noted. Raises NoSuchSite."""
    with transaction.atomic():
        site = _found(site_id, lock_sites())
        note_change(doer, _subject(site), Change.Deed.SECRET_SHOWN, at=at)
    return site.secret


def rotate_secret(doer: Doer, site_id: int, *, keep: timedelta, shown: int, at: datetime) -> None:
    """A new one; the one of now is good for as long as `keep`. One from before that ends at once:
    two are good at most. Raises a Refusal.
    """
    with transaction.atomic():
        site = _found(site_id, lock_sites())
        demand_version(_subject(site), shown)
        site.previous_secret, site.secret = site.secret, new_secret()
        site.previous_secret_until = at + keep
        site.version += 1
        site.save()
        after = {"previous_secret_until": site.previous_secret_until.isoformat()}
        note_change(doer, _subject(site), Change.Deed.SECRET_ROTATED, after=after, at=at)


def end_previous_secret(doer: Doer, site_id: int, *, at: datetime) -> None:
    """Raises NoSuchSite."""
    with transaction.atomic():
        site = _found(site_id, lock_sites())
        if not site.previous_secret:
            return
        site.previous_secret, site.previous_secret_until = "", None
        site.version += 1
        site.save()
        note_change(doer, _subject(site), Change.Deed.SECRET_ENDED, at=at)


def state_of(site: Site) -> dict[str, Any]:
    """As the log of changes keeps it; no secrets."""
    return {
        **{name: getattr(site, name) for name in FIELDS},
        "reopen_window": int(site.reopen_window.total_seconds()),
        "rating_pause": int(site.rating_pause.total_seconds()),
        "departments": sorted(site.departments.values_list("name", flat=True)),
    }


def is_name_taken(name: str, but: int | None = None) -> bool:
    others = Site.objects.exclude(pk=but).values_list("name", flat=True)
    return folded(name) in map(folded, others)


def _found(site_id: int, sites: Collection[Site]) -> Site:
    for site in sites:
        if site.pk == site_id:
            return site
    raise NoSuchSite


def _write(site: Site, fields: SiteFields, others: Collection[Site]) -> None:
    own: dict[str, Any] = dict(fields)
    departments = own.pop("departments", None)
    if own.pop("asks_again", False):
        site.privacy_version += 1
    for name, value in own.items():
        setattr(site, name, value)
    for other in others:
        if folded(other.name) == folded(site.name):
            raise SiteNameTaken(other.name)
    site.save()
    if departments is not None:
        site.departments.set(Department.objects.filter(pk__in=departments))


def _subject(site: Site) -> Subject:
    return Subject(Change.Kind.SITE, site.pk, site.name, site.version)


def _note(
    doer: Doer, site: Site, deed: Change.Deed, before: dict[str, Any] | None, *, at: datetime
) -> None:
    note_change(doer, _subject(site), deed, before=before, after=state_of(site), at=at)
