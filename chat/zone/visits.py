"""The tab «Страницы»: visits, the latest first, with their pages and the time on each."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from typing import Any

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from chat.models import PageView, Visit, Visitor
from chat.referrers import readable

VISITS = 10  # of one page of the list
PAGES = 50  # of one visit: the latest


def visits_shown(visitor: Visitor, *, before: int, at: datetime) -> dict[str, Any]:
    found = visitor.visits.order_by("-pk")
    listed = list((found.filter(pk__lt=before) if before else found)[: VISITS + 1])
    more = listed[VISITS - 1].pk if len(listed) > VISITS else 0
    return {"visits": _shown(listed[:VISITS], at=at), "more": more, "before": before}


def latest_shown(visitor: Visitor, *, at: datetime) -> dict[str, Any]:
    """Those that go on, of several devices perhaps, and the last that began."""
    found = visitor.visits.order_by("-pk")
    latest = found.filter(Q(pk__in=found.values("pk")[:1]) | Q(pk__in=found.present(at)))
    return {"visits": _shown(list(latest[:VISITS]), at=at), "more": 0, "before": 0}


def _shown(visits: list[Visit], *, at: datetime) -> list[dict[str, Any]]:
    pages, counts = _latest_pages(visits)
    return [_visit(visit, pages[visit.pk], counts[visit.pk], at=at) for visit in visits]


def _latest_pages(visits: list[Visit]) -> tuple[dict[int, list[PageView]], dict[int, int]]:
    """By visit, in the order in which they were opened; and how many there are in all."""
    of_visit = Window(RowNumber(), partition_by="visit", order_by=(F("opened_at").desc(), "-pk"))
    found = PageView.objects.filter(visit__in=visits).annotate(
        place=of_visit, count=Window(Count("pk"), partition_by="visit")
    )
    pages: dict[int, list[PageView]] = defaultdict(list)
    counts: dict[int, int] = defaultdict(int)
    for page in found.filter(place__lte=PAGES).order_by("opened_at", "pk"):
        pages[page.visit_id].append(page)
        counts[page.visit_id] = page.count
    return pages, counts


def _visit(visit: Visit, pages: list[PageView], count: int, *, at: datetime) -> dict[str, Any]:
    is_present = visit.present_until > at
    ended = None if is_present else max(visit.gone_at, visit.started_at)
    return {
        "pk": visit.pk,
        "started_at": visit.started_at,
        "is_present": is_present,
        "ended_at": ended,
        "span": clock((ended - visit.started_at).total_seconds()) if ended else "",
        "pages": list(reversed(_looked_at(pages, ended))),
        "left_out": count - len(pages),
    }


def _looked_at(pages: Iterable[PageView], ended: datetime | None) -> list[dict[str, Any]]:
    """Each until the next was opened or they went away; the last of a visit that goes on, still."""
    shown = []
    for page, following in pairwise([*pages, None]):
        if page is None:
            continue
        until = page.left_at or (following.opened_at if following else ended)
        shown.append(
            {
                "title": page.title,
                "url": readable(page.url),
                "opened_at": page.opened_at,
                "since": None if until else page.opened_at,
                "span": clock((until - page.opened_at).total_seconds()) if until else "",
            }
        )
    return shown


def clock(seconds: float) -> str:
    """«0:38», «12:05», «1:02:03», as static/js/zone/clock.js counts on."""
    minutes, rest = divmod(max(0, int(seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
