"""«Журнал изменений» of the settings: who changed what, when, from where; searched, exported."""

import csv
import io
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple, cast
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, QueryDict, StreamingHttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from chat.streams import in_database
from chat.text import clean_line, folded, number
from operators.access import administrator_page
from operators.models import Account, Change, ChangeQuerySet
from sphaera_support.administration.frame import page
from sphaera_support.administration.noted import name_of, states_of, told
from sphaera_support.administration.sheets import guarded

A_PAGE = 50
_TOGETHER = 500  # rows of the export that are read at once


class Difference(NamedTuple):
    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Wanted:
    """What of the log: by words, who, of which kind, which deed, between two days."""

    words: str = ""
    who: int = 0
    kind: str = ""
    deed: str = ""
    since: date | None = None
    until: date | None = None

    @classmethod
    def of(cls, asked: QueryDict) -> "Wanted":
        """What in it makes no sense is left out."""
        return cls(
            clean_line(asked.get("q", ""), 150),
            number(asked.get("who", "")),
            _known(asked.get("kind", ""), Change.Kind.values),
            _known(asked.get("deed", ""), Change.Deed.values),
            _day(asked.get("since", "")),
            _day(asked.get("until", "")),
        )

    @property
    def address(self) -> dict[str, str]:
        named = {
            "q": self.words,
            "who": self.who or "",
            "kind": self.kind,
            "deed": self.deed,
            "since": self.since or "",
            "until": self.until or "",
        }
        return {name: str(value) for name, value in named.items() if value}

    def find(self) -> ChangeQuerySet:
        found = Change.objects.order_by("-pk")
        for word in folded(self.words).split():
            found = found.filter(found_by__contains=word)
        if self.who:
            found = found.filter(by=self.who)
        if self.kind:
            found = found.filter(kind=self.kind)
        if self.deed:
            found = found.filter(deed=self.deed)
        if self.since:
            found = found.filter(at__gte=_begins(self.since))
        if self.until and self.until < date.max:
            found = found.filter(at__lt=_begins(self.until + timedelta(days=1)))
        return found


def _known(value: str, values: list[str]) -> str:
    return value if value in values else ""


def _day(text: str) -> date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    # Instants around the first and the last year fall out of the calendar.
    return day if day is not None and 1900 <= day.year <= 2200 else None


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


@require_safe
@administrator_page("settings")
def audit(request: HttpRequest) -> HttpResponse:
    """The newest first; a page goes on by the key of the last entry above it."""
    wanted = Wanted.of(request.GET)
    found = wanted.find()
    if before := number(request.GET.get("before", "")):
        found = found.filter(pk__lt=before)
    shown = list(found[: A_PAGE + 1])
    rows = [{"change": one, "differences": differences(one)} for one in shown[:A_PAGE]]
    address = wanted.address
    has_more = len(shown) > A_PAGE
    context = {
        "rows": rows,
        "wanted": wanted,
        "address": urlencode(address),
        "older": urlencode({**address, "before": shown[A_PAGE - 1].pk}) if has_more else "",
        "people": _people(),
        "kinds": Change.Kind.choices,
        "deeds": Change.Deed.choices,
    }
    return page(request, "audit.html", context)


def _people() -> list[tuple[int, str]]:
    """Whoever has changed anything."""
    noted = Change.objects.order_by().values("by").distinct()
    return list(Account.objects.filter(pk__in=noted).values_list("pk", "name"))


def differences(change: Change) -> list[Difference]:
    """By field, in words; none for what was empty and is."""
    kind = change.kind
    before, after = states_of(change)
    found = [
        Difference(
            name_of(kind, field),
            told(kind, field, before.get(field)),
            told(kind, field, after.get(field)),
        )
        for field in dict.fromkeys([*before, *after])
    ]
    return [one for one in found if one.before or one.after]


@require_safe
@administrator_page("settings")
def export_audit(request: HttpRequest) -> HttpResponse:
    """What the filter finds, all of it."""
    named = f"audit-{timezone.localdate():%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{named}"'}
    wanted = Wanted.of(request.GET)
    answer = ExportResponse(wanted, content_type="text/csv; charset=utf-8", headers=headers)
    return cast(HttpResponse, answer)  # guards of pages pass it on as they do a page


class ExportResponse(StreamingHttpResponse):
    """Reads some rows when those before have been taken: a long log holds no memory."""

    def __init__(self, wanted: Wanted, **kwargs: Any) -> None:
        self._wanted = wanted
        super().__init__(self._pieces(), **kwargs)

    def _pieces(self) -> Iterator[bytes]:
        yield _opening()
        key: int | None = 0
        while key is not None:
            text, key = _piece(self._wanted, key)
            yield text

    async def __aiter__(self) -> AsyncIterator[bytes]:
        yield _opening()
        key: int | None = 0
        while key is not None:
            text, key = await in_database(_piece, self._wanted, key)
            yield text


def _opening() -> bytes:
    """With the mark of UTF-8, by which Excel knows it."""
    columns = (
        *(_("Когда"), _("Кто"), _("Адрес"), _("О чём"), _("Название"), _("Что сделано")),
        *(_("Поле"), _("Было"), _("Стало")),
    )
    return b"\xef\xbb\xbf" + _written([columns])


def _piece(wanted: Wanted, before: int) -> tuple[bytes, int | None]:
    """Those older than that key, 0 for the newest; and where to go on, None at the end."""
    found = wanted.find()
    changes = list((found.filter(pk__lt=before) if before else found)[:_TOGETHER])
    rows = [row for change in changes for row in _rows(change)]
    return _written(rows), changes[-1].pk if len(changes) == _TOGETHER else None


def _rows(change: Change) -> Iterator[tuple[str, ...]]:
    """A row for each field that became another."""
    about = (
        f"{localtime(change.at):%d.%m.%Y %H:%M:%S}",
        change.by_name,
        change.address or "",
        str(change.get_kind_display()),
        change.subject_name,
        str(change.get_deed_display()),
    )
    for difference in differences(change) or [Difference("", "", "")]:
        yield (*about, *difference)


def _written(rows: list[tuple[str, ...]]) -> bytes:
    sheet = io.StringIO(newline="")
    writer = csv.writer(sheet, delimiter=";", lineterminator="\r\n")
    writer.writerows(map(guarded, row) for row in rows)
    return sheet.getvalue().encode()
