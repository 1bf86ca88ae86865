"""Pages that windows turn to about the same time."""

from django.utils import timezone

from chat.actions.visitors import Device, begin_visit
from chat.models import PageView, Visit
from chat.sockets import turned_pages
from chat.sockets.frames import Fact, Page


def test_of_more_than_are_written_at_once_none_is_left(wires, marina, monkeypatch):
    monkeypatch.setattr(turned_pages, "MOST", 2)
    here, at = Device("203.0.113.7", ""), timezone.now()
    keys = [begin_visit(marina, None, Page(), here, at=at).pk for _ in range(5)]

    turned = wires.hub().turned_pages

    async def turn():
        for key in keys:
            for name in ("passed", "stays"):
                turned.note(key, Page(url=Fact(f"https://a.ru/{name}")))

    wires.run(turn())
    seen = Visit.objects.filter(pk__in=keys, page_url="https://a.ru/stays")
    wires.until(lambda: seen.count() == len(keys))
    assert set(PageView.objects.values_list("url", flat=True)) == {"https://a.ru/stays"}
