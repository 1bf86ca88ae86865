"""A schedule is replaced as a whole, noted, and told to every process."""

from datetime import date
from functools import partial

import pytest
from django.db import connection
from django.utils import timezone

from chat.actions.changes import ChangedMeanwhile, Doer
from chat.actions.schedules import (
    DatedHours,
    NoSuchSite,
    ScheduleDraft,
    change_schedule,
    draft_of,
)
from departments.models import ExceptionalDay, Site
from departments.timetable import read_day
from operators.models import Change
from tests.crowd import at_once


def draft(*days: str, time_zone="Europe/Moscow", dates=None) -> ScheduleDraft:
    """Of the days named, Monday first; the rest of the week is closed."""
    week = tuple(read_day(day) for day in (*days, *[""] * (7 - len(days))))
    return ScheduleDraft(time_zone=time_zone, week=week, dates=dates or {})


def saves(elena, site, asked, **given):
    site.refresh_from_db()
    shown = given.pop("shown", site.version)
    change_schedule(Doer(elena), site.pk, asked, shown=shown, at=timezone.now())
    return Site.objects.get(pk=site.pk)


NIGHTS = draft(
    *("9-13, 14-18", "22-2"),
    time_zone="Asia/Omsk",
    dates={
        date(2026, 12, 31): DatedHours(read_day("9-15"), "Короткий день"),
        date(2027, 1, 1): DatedHours(),
    },
)


def test_what_is_saved_is_the_schedule(elena, site):
    saved = saves(elena, site, NIGHTS)
    assert saved.version == 2
    assert saved.schedule == NIGHTS.schedule
    assert draft_of(saved) == NIGHTS
    assert ExceptionalDay.objects.get(on="2026-12-31").note == "Короткий день"


def test_what_overlaps_is_stored_joined(elena, site):
    dates = {date(2027, 1, 2): DatedHours(read_day("12-18, 9-13"))}
    saved = saves(elena, site, draft("12-18, 9-13, 18-19", dates=dates))
    assert (
        saved.schedule
        == draft("9-19", dates={date(2027, 1, 2): DatedHours(read_day("9-18"))}).schedule
    )


def test_another_site_keeps_its_own(elena, site, other_site):
    before = draft_of(other_site)
    saves(elena, site, draft())
    assert draft_of(other_site) == before


def test_the_change_is_noted_to_be_read(elena, site):
    saves(elena, site, draft("9-13, 14-18"))
    (change,) = Change.objects.all()
    assert (change.kind, change.subject, change.deed) == ("schedule", site.pk, "changed")
    assert change.before["monday"] == "00:00–24:00"
    assert change.after["monday"] == "09:00–13:00, 14:00–18:00"
    assert change.after["tuesday"] == "закрыто"
    assert "time_zone" not in change.after
    saves(elena, site, NIGHTS)
    change = Change.objects.latest("pk")
    assert change.after["time_zone"] == "Asia/Omsk"
    assert change.after["dates"] == [
        ["31.12.2026", "09:00–15:00", "Короткий день"],
        ["01.01.2027", "закрыто", ""],
    ]


def test_the_second_of_two_is_told_of_the_first(elena, site):
    saves(elena, site, draft("9-18"))
    with pytest.raises(ChangedMeanwhile) as refused:
        saves(elena, site, NIGHTS, shown=1)
    assert [change.kind for change in refused.value.changes] == ["schedule"]
    assert refused.value.version == 2
    assert draft_of(Site.objects.get(pk=site.pk)).time_zone == "Europe/Moscow"


def test_of_two_who_save_at_once_one_is_told(transactional_db, elena, site):
    drafts = draft("9-18"), NIGHTS
    told = at_once([partial(saves, elena, site, asked, shown=1) for asked in drafts])
    assert [type(one) for one in told if isinstance(one, Exception)] == [ChangedMeanwhile]
    saved = Site.objects.get(pk=site.pk)
    assert saved.version == 2
    assert draft_of(saved) in drafts


def test_a_site_that_is_gone_has_no_schedule(elena, site):
    with pytest.raises(NoSuchSite):
        change_schedule(Doer(elena), 10**6, NIGHTS, shown=1, at=timezone.now())


def test_what_was_spoilt_by_hand_is_shown_as_closed_and_mended_by_saving(elena, site):
    ExceptionalDay.objects.create(site=site, on="2027-01-01", note="Сбой")
    with connection.cursor() as cursor:
        cursor.execute("""UPDATE departments_exceptionalday SET spans = '"весь день"'""")
    shown = draft_of(Site.objects.get(pk=site.pk))
    assert shown.dates == {date(2027, 1, 1): DatedHours((), "Сбой")}
    assert saves(elena, site, shown).schedule == shown.schedule
