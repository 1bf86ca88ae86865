"""The schedule of a site is replaced as a whole: its zone, its week, the dates that differ."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext

from chat.actions.changes import Doer, Subject, demand_version, note_change
from chat.actions.locks import lock_site
from chat.actions.sites import NoSuchSite
from chat.events import RulesChanged
from chat.happened import happened
from chat.tickets.actions.recounting import recount_for_schedule
from departments.hours import Day, Schedule, Week, read_spans
from departments.models import ExceptionalDay, Hours, Site
from departments.timetable import joined, shown_day
from operators.models import Change

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


@dataclass(frozen=True)
class DatedHours:
    """Of one date; without spans it is closed. The note is for colleagues. Off, the week holds."""

    spans: Day = ()
    note: str = ""
    is_on: bool = True
    is_from_calendar: bool = False


@dataclass(frozen=True, kw_only=True)
class ScheduleDraft:
    """What a schedule is to be, checked by itself; spans may overlap, and are stored joined."""

    time_zone: str
    week: Week
    dates: Mapping[date, DatedHours] = field(default_factory=dict)

    @property
    def schedule(self) -> Schedule:
        exceptions = {on: hours.spans for on, hours in self.dates.items() if hours.is_on}
        return Schedule(ZoneInfo(self.time_zone), self.week, exceptions)


def change_schedule(
    doer: Doer, site_id: int, draft: ScheduleDraft, *, shown: int, at: datetime
) -> None:
    """`shown` is the version of the site that the form had. Raises a Refusal."""
    with transaction.atomic():
        site = lock_site(site_id)
        if site is None:
            raise NoSuchSite
        demand_version(_subject(site), shown)
        before = state_of(draft_of(site))
        site.time_zone = draft.time_zone
        site.version += 1
        site.save(update_fields=["time_zone", "version"])
        _write(site, draft)
        after = state_of(draft_of(site))
        deed = Change.Deed.CHANGED
        note_change(doer, _subject(site), deed, before=before, after=after, at=at)
        recount_for_schedule(doer, site, at=at)
        happened(RulesChanged(by_id=doer.account.pk, at=at))


def _write(site: Site, draft: ScheduleDraft) -> None:
    site.hours.all().delete()
    Hours.objects.bulk_create(
        Hours(site=site, weekday=weekday, opens=span.opens, closes=span.closes)
        for weekday, day in enumerate(draft.week)
        for span in joined(day)
    )
    site.exceptional_days.all().delete()
    ExceptionalDay.objects.bulk_create(
        ExceptionalDay(
            site=site,
            on=on,
            spans=_stored(hours.spans),
            note=hours.note,
            is_on=hours.is_on,
            is_from_calendar=hours.is_from_calendar,
        )
        for on, hours in draft.dates.items()
    )


def _stored(day: Day) -> list[list[int]]:
    return [[span.opens, span.closes] for span in joined(day)]


def draft_of(site: Site) -> ScheduleDraft:
    """As it is stored; spans that somebody wrote by hand and that make no sense are left out."""
    week: list[Any] = [[] for _day in WEEKDAYS]
    for hours in site.hours.all():
        week[hours.weekday].append([hours.opens, hours.closes])
    return ScheduleDraft(
        time_zone=site.time_zone,
        week=tuple(map(_readable, week)),
        dates={
            day.on: DatedHours(_readable(day.spans), day.note, day.is_on, day.is_from_calendar)
            for day in site.exceptional_days.all()
        },
    )


def _readable(spans: object) -> Day:
    try:
        return read_spans(spans)
    except ValueError:
        return ()


def state_of(draft: ScheduleDraft) -> dict[str, Any]:
    """As the log of changes keeps it, to be read by people."""
    days = dict(zip(WEEKDAYS, map(told, draft.week), strict=True))
    dates = [[f"{on:%d.%m.%Y}", _told_of(one), one.note] for on, one in draft.dates.items()]
    return {"time_zone": draft.time_zone, **days, "dates": dates}


def _told_of(hours: DatedHours) -> str:
    return told(hours.spans) if hours.is_on else gettext("не действует")


def told(day: Day) -> str:
    return shown_day(day) or gettext("закрыто")


def _subject(site: Site) -> Subject:
    return Subject(Change.Kind.SCHEDULE, site.pk, site.name, site.version)
