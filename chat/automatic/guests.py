"""A visitor before automatic rules: what their window tells by itself, what was read of them."""

from collections.abc import Callable, Mapping
from typing import Any

from chat.agents import agent_of
from chat.automatic.conditions import Texts
from chat.automatic.reading import Moment
from chat.models import Visit, Visitor
from chat.places import place_of
from chat.referrers import origin_of, readable
from chat.text import folded

# Of what nobody has read, where it was looked for.
_NOTHING: Mapping[str, object] = {"visits": 0, "conversations": 0, "first_visit": True}


def spellings(url: str, *also: str) -> Texts:
    """An address as browsers and as people write it, with the scheme and without."""
    written = dict.fromkeys((folded(url), folded(readable(url))))
    bare = [text.partition("://")[2] for text in written if "://" in text]
    return Texts(*written, *bare, *map(folded, also))


class Guest:
    """Of one socket. Instants are the monotonic clock's."""

    def __init__(self, visitor: Visitor, visit: Visit, *, now: float) -> None:
        self.visitor_id, self.visit_id, self.site_id = visitor.pk, visit.pk, visitor.site_id
        self.started_at = visit.started_at
        self.fired: set[int] = set(visit.fired)
        self.held_since: dict[int, float] = {}
        self.not_before: dict[int, float] = {}  # of rules that could not fire
        self.known: Mapping[str, Any] | None = None
        self.is_over = self.is_firing = False
        self.due = 0.0
        self._address, self._agent = visit.address, visit.user_agent
        self._language, self._referrer = visit.language, visit.referrer
        self._asked: dict[str, object] = {}
        self.turn(visit.page_url, visit.page_title, now=now)

    def turn(self, url: str, title: str, *, now: float) -> None:
        """To another page; of the same one only its title may be another."""
        if getattr(self, "url", None) != url:
            self.url, self.since = url, now
        self.title = title
        self._asked.pop("page", None)

    def facts(self, moment: Moment, *, now: float) -> "GuestFacts":
        return GuestFacts(self, moment, now)

    def told(self, key: str) -> object:
        """What stays the same as long as they are on this page, worked out once."""
        if key not in self._asked:
            self._asked[key] = _TOLD[key](self)
        return self._asked[key]

    def page(self) -> object:
        return spellings(self.url)

    def country(self) -> object:
        return folded(place_of(self._address).country)

    def city(self) -> object:
        return folded(place_of(self._address).city)

    def source(self) -> object:
        return spellings(self._referrer, origin_of(self._referrer).words)

    def network(self) -> object:
        return self._address or None

    def language(self) -> object:
        return folded(self._language)

    def device(self) -> object:
        agent = agent_of(self._agent)
        return Texts(*map(folded, (agent.device, agent.system, agent.browser)))


_TOLD: dict[str, Callable[[Guest], object]] = {
    "page": Guest.page,
    "country": Guest.country,
    "city": Guest.city,
    "source": Guest.source,
    "network": Guest.network,
    "language": Guest.language,
    "device": Guest.device,
}


class GuestFacts:
    """Of a guest at one moment."""

    def __init__(self, guest: Guest, moment: Moment, now: float) -> None:
        self.guest, self.moment, self.now = guest, moment, now

    def get(self, key: str, /) -> object:
        if key in _TOLD:
            return self.guest.told(key)
        match key:
            case "title":
                return folded(self.guest.title)
            case "time_on_page":
                return self.now - self.guest.since
            case "time_on_site":
                return (self.moment.at - self.guest.started_at).total_seconds()
        return _at(key, self.guest.site_id, self.moment, self._known)

    def _known(self, key: str) -> object:
        if self.guest.known is None:
            return None
        value = self.guest.known.get(key, _NOTHING.get(key, ""))
        return folded(value) if isinstance(value, str) else value


def _at(key: str, site: int, moment: Moment, known: Callable[[str], object]) -> object:
    """What is the same for all visitors of the site; else what is `known`."""
    fact, _colon, of = key.partition(":")
    match fact:
        case "site_open":
            return site in moment.open_sites
        case "department_free":
            return of.isdigit() and int(of) in moment.free
        case "queue":
            return moment.waiting.get(int(of), 0) if of.isdigit() else None
        case "hours" | "weekday":
            zone = moment.zones.get(site)
            there = moment.at.astimezone(zone) if zone else moment.at
            return there.hour * 60 + there.minute if fact == "hours" else there.weekday()
    return known(key)
