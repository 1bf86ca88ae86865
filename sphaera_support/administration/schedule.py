"""The schedule of a site: its week, the dates that differ, and what a visitor sees of it."""

from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from chat.actions import schedules as actions
from chat.actions.schedules import ScheduleDraft, draft_of
from departments.hours import Schedule
from departments.models import Site
from departments.timetable import NoTime, is_joined, read_time
from operators.access import administrator_page
from sphaera_support.administration.arranging import Arranged, arranged_in
from sphaera_support.administration.frame import (
    AdministrationForm,
    checked,
    doer_of,
    posted,
    said_in,
    saved,
    shown_in,
)
from sphaera_support.administration.hours_fields import (
    FIRST_YEAR,
    LAST_YEAR,
    UNFINISHED,
    DateRow,
    DatesField,
    DayField,
    readable,
    typed_dates,
    typed_day,
)
from sphaera_support.administration.opening import WEEKDAYS, Seen, opening_of, seen
from sphaera_support.administration.sites import site_page
from sphaera_support.administration.week import Drawing, WeekDay
from sphaera_support.administration.zones import ZoneField


class ScheduleForm(AdministrationForm):
    """As it is saved, as it was sent, or with its rows arranged otherwise and nothing saved."""

    time_zone = ZoneField(label=_("Часовой пояс"))

    def __init__(
        self, data: QueryDict | None, *, site: Site, arranged: Arranged | None = None
    ) -> None:
        self.saved, self.arranged = draft_of(site), arranged
        typed = arranged.data if arranged else {}
        zone = {"time_zone": typed.get("time_zone", site.time_zone)}
        version = shown_in(typed, otherwise=site.version)
        super().__init__(data, version=version, initial=zone)

    def fields_of_now(self) -> dict[str, forms.Field]:
        days: dict[str, forms.Field] = {f"day_{n}": DayField(n) for n in range(7)}
        return days | {"dates": DatesField(label=_("Исключения"))}

    @property
    def holds_unsaved(self) -> bool:
        return self.arranged is not None or super().holds_unsaved

    @property
    def draft(self) -> ScheduleDraft:
        data = self.cleaned_data
        week = tuple(data[f"day_{number}"] for number in range(7))
        return ScheduleDraft(time_zone=data["time_zone"], week=week, dates=data["dates"])

    @property
    def overlaps(self) -> bool:
        days = [*self.draft.week, *(one.spans for one in self.draft.dates.values())]
        return not all(map(is_joined, days))

    def focus_in(self, name: str) -> str:
        return self.arranged.focus if self.arranged and self.arranged.name == name else ""

    def typed(self, name: str) -> Any:
        """What the rows of a field hold, if anybody has typed in this form."""
        data = self.data if self.is_bound else self.arranged.data if self.arranged else None
        widget = self.fields[name].widget
        return None if data is None else widget.value_from_datadict(data, {}, name)

    def days(self) -> list[WeekDay]:
        typed = [
            self.typed(f"day_{number}") or typed_day(self.saved.week[number]) for number in range(7)
        ]
        drawing = Drawing([readable(one) for one in typed])
        return [self._day(number, typed[number], drawing) for number in range(7)]

    def _day(self, number: int, typed: Any, drawing: Drawing) -> WeekDay:
        name = f"day_{number}"
        field: Any = self.fields[name]
        return WeekDay(
            weekday=number,
            name=name,
            is_on=typed.is_on,
            intervals=list(field.intervals(typed)),
            strips=drawing.strips[number],
            notes=drawing.notes(number),
            wrong=next(iter(field.wrong.values()), None),
            focus=self.focus_in(name),
        )

    def date_rows(self) -> list[DateRow]:
        field: Any = self.fields["dates"]
        typed = self.typed("dates")
        return list(field.rows(typed_dates(self.saved.dates) if typed is None else typed))

    def is_past(self, row: DateRow) -> bool:
        """Saved before, and over in every zone."""
        yesterday = timezone.localdate() - timedelta(days=1)
        return row.day is not None and row.day in self.saved.dates and row.day < yesterday


class SimulationForm(AdministrationForm):
    on = forms.DateField(
        label=_("Дата"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    at = forms.CharField(label=_("Время"), widget=forms.TextInput(attrs={"type": "time"}))
    zone = ZoneField(label=_("Часовой пояс посетителя"))

    def clean_on(self) -> date:
        day: date = self.cleaned_data["on"]
        if not FIRST_YEAR <= day.year <= LAST_YEAR:
            words = gettext("Год — от %(first)s до %(last)s.")
            raise ValidationError(words % {"first": FIRST_YEAR, "last": LAST_YEAR})
        return day

    def clean_at(self) -> timedelta:
        try:
            return timedelta(minutes=read_time(self.cleaned_data["at"]))
        except NoTime:
            raise ValidationError(gettext("Укажите время от 0:00 до 24:00.")) from None

    def clean(self) -> None:
        if self.errors:
            return
        zone = ZoneInfo(self.cleaned_data["zone"])
        wall = datetime.combine(self.cleaned_data["on"], time()) + self.cleaned_data["at"]
        self.moment = wall.replace(tzinfo=zone)
        if self.moment.astimezone(UTC).astimezone(zone).replace(tzinfo=None) != wall:
            words = gettext("Часы в этот день перевели вперёд: такого времени не было.")
            self.add_error("at", words)

    def seen(self, site: Site, schedule: Schedule) -> Seen | None:
        if not self.is_sent:
            return None
        notes = {day.on: day.note for day in site.exceptional_days.all() if day.is_on}
        return seen(schedule, notes, self.moment, ZoneInfo(self.cleaned_data["zone"]))


@require_http_methods(["GET", "HEAD", "POST"])
@administrator_page("sites")
def site_schedule(request: HttpRequest, pk: int) -> HttpResponse:
    site = get_object_or_404(Site.objects.prefetch_related("hours", "exceptional_days"), pk=pk)
    if "on" in request.GET and request.headers.get("HX-Request"):
        return _simulated(request, site)
    arranged = arranged_in(request.POST)
    form = ScheduleForm(None if arranged else posted(request), site=site, arranged=arranged)
    # A button among the rows of a day sends what its row says when it is left, too.
    if not arranged and (words := _checked(request, form)) is not None:
        return words
    change = partial(actions.change_schedule, doer_of(request), pk, at=timezone.now())
    if form.is_sent and said_in(form, lambda: change(form.draft, shown=form.shown)):
        return saved("site_schedule", pk, how="joined" if form.overlaps else "saved")
    return site_page(request, "schedule.html", site, form, **_context(request, site, form))


def _context(request: HttpRequest, site: Site, form: ScheduleForm) -> dict[str, Any]:
    rows = form.date_rows()
    past = [row for row in rows if form.is_past(row)]
    return {
        "back": request.path,
        "days": form.days(),
        "date_rows": [row for row in rows if not form.is_past(row)],
        "past_rows": past,
        "past_are_wrong": any(row.wrong for row in past),
        "dates_focus": form.focus_in("dates"),
        "weekdays": list(enumerate(WEEKDAYS)),
        "holiday_years": [timezone.localdate().year, timezone.localdate().year + 1],
        "scale": [f"{hour:02}" for hour in range(0, 25, 3)],
        **_simulation(request, site),
    }


def _simulation(request: HttpRequest, site: Site) -> dict[str, Any]:
    """The site now, and at the moment that is asked about; by what is saved."""
    schedule = _schedule_of(site)
    if schedule is None:
        return {}
    opening = opening_of(schedule, timezone.now())
    first = {"on": opening.at.date(), "at": f"{opening.at:%H:%M}", "zone": site.time_zone}
    asked = request.GET if "on" in request.GET else None
    form = SimulationForm(asked, initial=first, auto_id="try_%s")
    return {
        "opening": opening,
        "today": opening.at.weekday(),
        "now_minute": opening.at.hour * 60 + opening.at.minute,
        "simulation": form,
        "seen": form.seen(site, schedule),
    }


def _schedule_of(site: Site) -> Schedule | None:
    """None, and the site is closed: somebody wrote by hand what makes no sense."""
    try:
        return site.schedule
    except Exception:
        return None


def _simulated(request: HttpRequest, site: Site) -> HttpResponse:
    context = _simulation(request, site)
    form = context.get("simulation")
    status = 422 if form is not None and form.errors else 200
    return render(request, "administration/_simulation.html", context, status=status)


def _checked(request: HttpRequest, form: ScheduleForm) -> HttpResponse | None:
    """Of the row that was just left what is wrong with it; of a day how it looks now, too."""
    name, _colon, key = request.POST.get("check", "").partition(":")
    if name not in form.fields or name == "time_zone":
        return checked(request, form)
    form.full_clean()
    field: Any = form.fields[name]
    is_date = name == "dates"
    row = key if is_date else next(iter(field.wrong), "")
    wrong = field.wrong.get(row)
    if wrong is not None and wrong.code == UNFINISHED:
        wrong = None
    context = {
        "wrong": wrong,
        "input": f"id_{name}_{wrong.part}_{row}" if wrong else "",
        "days": () if is_date else form.days(),
    }
    return render(request, "administration/_row_check.html", context)
