"""P7: answers, deliveries and returns come in time; time with something broken does not count."""

from collections import defaultdict

from tests.faults.checker import Checker, Verdict
from tests.faults.history import WORLD, Event

ACK_SECONDS = 10.0
RECONNECT_SECONDS = 10.0
DELIVERY_SECONDS = 5.0
# Deliveries have to go on without Redis, so its outage excuses nothing.
NO_EXCUSE = {"redis"}

Spans = list[tuple[float, float]]


class Waits:
    """Waits of a run in seconds, as people had them: with the broken time in them."""

    def __init__(self, checker: Checker) -> None:
        self.checker = checker
        self.verdict: Verdict = checker.verdict
        self.end = checker.events[-1].t if checker.events else 0.0
        self.outages = outages(checker.events, self.end)
        self.absences = self.read_absences()
        self.acks: list[float] = []
        self.deliveries: list[float] = []
        self.reconnects: list[float] = []

    def run(self) -> None:
        self.check_answers()
        self.check_reconnects()
        self.check_deliveries()

    def check_answers(self) -> None:
        answered: dict[str, float] = {}
        for event in self.checker.events:
            if event.ev in ("ack", "nack"):
                answered.setdefault(event.id, event.t)
        for id, send in self.checker.sends.items():
            at = answered.get(id, self.end)
            if id not in answered:
                self.verdict.blame("unanswered", f"{send.actor}: {id}")
            elif self.healthy(send.t, at) > ACK_SECONDS:
                self.verdict.blame(
                    "late", f"{send.actor}: {id} was answered after {at - send.t:.1f} s"
                )
            self.acks.append(at - send.t)

    def check_reconnects(self) -> None:
        for actor, spans in self.absences.items():
            for start, end in spans:
                self.reconnects.append(end - start)
                if self.healthy(start, end) > RECONNECT_SECONDS:
                    self.verdict.blame("late", f"{actor} was away for {end - start:.1f} s")

    def check_deliveries(self) -> None:
        stored = {event.id: event.t for event in reversed(self.checker.of("ack"))}
        joined = {(event.actor, event.conv): event.t for event in self.checker.of("accepted")}
        participants = self.checker.participants()
        excused = {actor: merge(self.outages + spans) for actor, spans in self.absences.items()}
        # Who joins reads what was said before, a page at a time: each page is due, and only then
        # what is said meanwhile.
        reached = dict(joined)
        for event in self.checker.of("recv"):
            stream = event.actor, event.conv
            if event.id not in stored or stream not in participants:
                continue
            joined_at = joined.get(stream, 0.0)
            since = max(stored[event.id], reached.get(stream, 0.0))
            if stored[event.id] < joined_at <= event.t:
                reached[stream] = event.t
            wait = event.t - since - overlap(excused.get(event.actor, self.outages), since, event.t)
            if send := self.checker.sends.get(event.id):
                self.deliveries.append(event.t - max(send.t, joined_at))
            if wait > DELIVERY_SECONDS:
                self.verdict.blame(
                    "late", f"{event.actor} saw {event.id} {wait:.1f} s after it was stored"
                )

    def read_absences(self) -> dict[str, Spans]:
        """From each disconnect to the next welcome; who never came back is absent to the end."""
        left: dict[str, float] = {}
        spans: dict[str, Spans] = defaultdict(list)
        for event in self.checker.events:
            if event.ev == "disc":
                left.setdefault(event.actor, event.t)
            elif event.ev in ("welcome", "stopped") and event.actor in left:
                spans[event.actor].append((left.pop(event.actor), event.t))
        for actor, start in left.items():
            spans[actor].append((start, self.end))
        return spans

    def healthy(self, start: float, end: float) -> float:
        return end - start - overlap(self.outages, start, end)


def outages(events: list[Event], end: float) -> Spans:
    """The time during which the world had something broken, as separate spans."""
    spans: Spans = []
    broken: dict[str, float] = {}
    for event in events:
        if event.actor != WORLD or event.code in NO_EXCUSE:
            continue
        if event.ev == "fault":
            broken[event.code] = event.t
        elif event.ev == "healed" and event.code in broken:
            spans.append((broken.pop(event.code), event.t))
    return merge(spans + [(start, end) for start in broken.values()])


def merge(spans: Spans) -> Spans:
    merged: Spans = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(end, merged[-1][1])
        else:
            merged.append((start, end))
    return merged


def overlap(spans: Spans, start: float, end: float) -> float:
    return sum(max(0.0, min(end, until) - max(start, since)) for since, until in spans)
