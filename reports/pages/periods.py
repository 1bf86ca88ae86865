"""Periods in words, those that one chooses by name, and days as pictures name them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from reports.pictures import Label
from reports.selection import PERIODS, Selection
from reports.sums import Sums

# How long a period may be to be shown by days, and by weeks.
BY_DAYS, BY_WEEKS = 92, 732
TITLES = {
    "today": _("Сегодня"),
    "yesterday": _("Вчера"),
    "week": _("Неделя"),
    "month": _("Месяц"),
    "quarter": _("Квартал"),
}


@dataclass(frozen=True)
class Period:
    """One that is chosen by name; `key` chooses it by the keyboard."""

    title: str
    address: str
    key: str
    is_chosen: bool


def periods_of(selection: Selection, rest: str) -> list[Period]:
    """`rest` is the address without a period."""
    return [
        Period(str(TITLES[name]), f"?period={name}{rest}", str(number), selection.period == name)
        for number, name in enumerate(PERIODS, start=1)
    ]


def words_of(since: date, until: date) -> str:
    """«2–23 ноября 2026», «28 октября — 3 ноября 2026», «24 декабря 2025 — 3 января 2026»."""
    last = date_format(until, "j E Y")
    if since == until:
        return last
    if (since.year, since.month) == (until.year, until.month):
        return f"{since.day}–{last}"
    return f"{date_format(since, 'j E' if since.year == until.year else 'j E Y')} — {last}"


def day_label(day: date) -> Label:
    full = f"{date_format(day, 'l').capitalize()}, {date_format(day, 'j E')}"
    return Label(str(day.day), full, is_rest=day.weekday() >= 5)


@dataclass(frozen=True)
class Bundle:
    """Days that are shown as one: each, a week, a month."""

    label: Label
    days: Sequence[date]


def bundles_of(days: Sequence[date]) -> list[Bundle]:
    """So many as a picture has room for."""
    if len(days) <= BY_DAYS:
        return [Bundle(day_label(day), [day]) for day in days]
    if len(days) <= BY_WEEKS:
        return [_week(list(of)) for _monday, of in groupby(days, _monday_of)]
    return [_month(list(of)) for _month_of, of in groupby(days, lambda day: day.replace(day=1))]


def _monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _week(days: Sequence[date]) -> Bundle:
    return Bundle(Label(f"{days[0]:%d.%m}", words_of(days[0], days[-1])), days)


def _month(days: Sequence[date]) -> Bundle:
    return Bundle(Label(f"{days[0]:%m.%y}", words_of(days[0], days[-1])), days)


def summed(by_day: Mapping[date, Sums], days: Iterable[date]) -> Sums:
    whole = Sums()
    for day in days:
        whole.add(by_day[day])
    return whole
