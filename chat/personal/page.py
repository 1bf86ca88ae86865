"""The page for people in an archive of personal data, written part by part.

One template is the whole page; where a part is long a sign stands, and what comes there is written
instead of it.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain

from django.template.loader import render_to_string
from django.utils import timezone

from chat.models import Conversation, Visitor
from chat.personal import told
from chat.referrers import readable
from chat.wire.faces import visitor_face
from chat.wire.messages import message_context
from chat.zones import zone_named

SIGNS = {"visits": "\ue000visits\ue000", "talks": "\ue000talks\ue000"}


def page_of(
    visitor: Visitor, places: Mapping[int, str], left_out: int, step: Callable[[], None]
) -> Iterator[str]:
    at = timezone.now()
    zone = zone_named(visitor.site.time_zone) or timezone.get_default_timezone()
    with timezone.override(zone):
        context = {
            "about": told.about(visitor),
            "consents": told.consents(visitor),
            "requests": told.requests(visitor),
            "tickets": list(told.tickets(visitor, places, at=at)),
            "left_out": left_out,
            "made_at": at,
            "zone": getattr(zone, "key", ""),
            "unsent": [told.file(one, places) for one in told.files(visitor).unsent()],  # type: ignore[attr-defined]
        }
        outline = render_to_string("personal/archive.html", context | SIGNS).split("\ue000")
        for part in outline:
            match part:
                case "visits":
                    yield from _visits(visitor)
                case "talks":
                    yield from _talks(visitor, places, step)
                case _:
                    yield part


def _visits(visitor: Visitor) -> Iterator[str]:
    for visit in told.visits(visitor):
        pages = [one | {"shown": readable(one["address"])} for one in visit["pages"]]
        yield render_to_string("personal/_visit.html", {"visit": visit | {"pages": pages}})


def _talks(visitor: Visitor, places: Mapping[int, str], step: Callable[[], None]) -> Iterator[str]:
    for conversation in told.conversations(visitor).iterator(told.PAGE):
        yield from _talk(conversation, visitor, places)
        step()


def _talk(conversation: Conversation, visitor: Visitor, places: Mapping[int, str]) -> Iterable[str]:
    face = visitor_face(visitor.site)
    heading = {"talk": told.conversation(conversation), "said": SIGNS["talks"]}
    begin, _sign, end = render_to_string("personal/_talk.html", heading).split("\ue000")
    entries = (
        render_to_string(
            "personal/_entry.html",
            {"entry": one.facts, "html": message_context(one.message, face)["html"]},
        )
        for one in told.messages(conversation, visitor, places)
    )
    return chain([begin], entries, [end])
