"""«Почему не в сети»: what visitors of a site saw at a past minute, and why; its day as a band."""

from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property, partial
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from departments.models import Site
from departments.timetable import NoTime, read_time
from operators.access import administrator_page
from reports.availability import (
    first_noted,
    joined,
    kept_since,
    midnight,
    stretches_in,
    weeks_of,
    within,
)
from reports.pages.operator_moments import minute_address
from reports.selection import DAY
from sphaera_support.administration.availability_people import people_at
from sphaera_support.administration.availability_pictures import day_picture, weeks_picture
from sphaera_support.administration.availability_words import answers_of, changes_of
from sphaera_support.administration.frame import AdministrationForm, page
from sphaera_support.administration.opening import MINUTE, clock_of, day_words

WEEKS = 8
SECOND = timedelta(seconds=1)
NOON = "12:00"


class MinuteForm(AdministrationForm):
    """Of the address: what is not said is the first site, its today, and now."""

    on = forms.DateField(
        label=_("Дата"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    at = forms.CharField(label=_("Время"), widget=forms.TextInput(attrs={"type": "time"}))

    def __init__(self, asked: QueryDict, sites: list[Site], *, now: datetime) -> None:
        self.sites, self.now = {str(one.pk): one for one in sites}, now
        self.fold = int(asked.get("fold") == "1")
        said = {"site": next(iter(self.sites))} | asked.dict()
        local = now.astimezone(_zone_of(self.sites.get(str(said["site"]))))
        today = f"{local:%Y-%m-%d}"
        is_today = said.setdefault("on", today) == today
        said.setdefault("at", f"{local:%H:%M}" if is_today else NOON)
        super().__init__(said, auto_id="why_%s")
        self.order_fields(["site", "on", "at"])

    def fields_of_now(self) -> dict[str, forms.Field]:
        choices = [(key, one.name) for key, one in self.sites.items()]
        unknown = gettext("Такого сайта нет: выберите из списка.")
        errors = {"invalid_choice": unknown}
        return {
            "site": forms.ChoiceField(label=gettext("Сайт"), choices=choices, error_messages=errors)
        }

    def clean_at(self) -> timedelta:
        try:
            return timedelta(minutes=read_time(self.cleaned_data["at"]))
        except NoTime:
            raise ValidationError(gettext("Укажите время от 0:00 до 24:00.")) from None

    def clean(self) -> None:
        if self.errors:
            return
        self.chosen = self.sites[self.cleaned_data["site"]]
        self.zone = _zone_of(self.chosen)
        if refusal := self._refused(self.cleaned_data["on"]):
            self.add_error("on", refusal)
            return
        wall = datetime.combine(self.cleaned_data["on"], time()) + self.cleaned_data["at"]
        self.moment = wall.replace(tzinfo=self.zone, fold=self.fold)
        if self.moment.astimezone(UTC).astimezone(self.zone).replace(tzinfo=None) != wall:
            words = gettext("Часы в этот день перевели вперёд: такого времени не было.")
            self.add_error("at", words)
        elif self.moment.astimezone(UTC) > self.now:
            self.add_error("at", gettext("Эта минута ещё не наступила."))

    def _refused(self, day: date) -> str:
        """Before any instant is computed: near the ends of the calendar none can be."""
        if day > self.now.astimezone(self.zone).date():
            return gettext("Этот день ещё не наступил.")
        if not self.is_kept(day):
            words = gettext("Записи старше срока хранения удалены, самый ранний день — %s.")
            return words % day_words(self.first_day)
        return ""

    @cached_property
    def first_day(self) -> date:
        return kept_since(self.now).astimezone(self.zone).date()

    def is_kept(self, day: date) -> bool:
        return day >= self.first_day

    @property
    def status(self) -> int:
        return 404 if "site" in self.errors else super().status

    @property
    def is_twice(self) -> bool:
        """The clock was set back: it showed this time two times."""
        moment: datetime = self.moment
        return moment.replace(fold=0).utcoffset() != moment.replace(fold=1).utcoffset()


def _day_and_clock(local: datetime) -> str:
    """A template would show the server's."""
    return f"{day_words(local.date())}, {clock_of(local)}"


def _zone_of(site: Site | None) -> ZoneInfo:
    return ZoneInfo(site.time_zone if site else timezone.get_default_timezone_name())


@require_safe
@administrator_page("settings")
def availability(request: HttpRequest) -> HttpResponse:
    sites = list(Site.objects.order_by("-is_active", "name", "pk"))
    if not sites:
        return page(request, "availability.html", {})
    form = MinuteForm(request.GET, sites, now=timezone.now())
    shown = _shown(form) if form.is_valid() else {}
    return page(request, "availability.html", {"form": form, **shown}, status=form.status)


def _shown(form: MinuteForm) -> dict[str, Any]:
    site, zone, moment = form.chosen, form.zone, form.moment
    instant = moment.astimezone(UTC)  # what is added to it is added to the time, not to the clock
    now = max(form.now, instant + SECOND)
    day, today = moment.date(), now.astimezone(zone).date()
    since, until = midnight(day, zone), midnight(day + DAY, zone)
    found = stretches_in(site, since, until, at=now)
    stretches, minute = joined(found), within(found, instant, instant + MINUTE)
    first = first_noted(site)
    last = today if today - day < (WEEKS - 1) * 7 * DAY else day
    return {
        "site": site,
        "day": day,
        "moment": moment,
        "asked_words": _day_and_clock(moment),
        "first_words": _day_and_clock(first.astimezone(zone)) if first and instant < first else "",
        "answers": answers_of(minute, zone),
        "departments": people_at(minute[-1], zone),
        "changes": changes_of(stretches, instant, zone, partial(minute_address, site)),
        "other_pass": form.is_twice and minute_address(site, moment.replace(fold=1 - form.fold)),
        "day_before": form.is_kept(day - DAY) and minute_address(site, moment - DAY),
        "day_after": day < today and minute_address(site, min(moment + DAY, now.astimezone(zone))),
        "band": day_picture(stretches, since, until, moment),
        "weeks": weeks_picture(weeks_of(site, last, WEEKS, at=now)),
    }
