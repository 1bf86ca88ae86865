"""Holds the histories against the database.

The rules P1–P6 and P8 of the definition of «nothing lost»; P7 is in liveness.py.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import NamedTuple

import msgspec

from tests.faults.history import Event

SYSTEM = "system"
# A failed server, and the refusals of the protocol.
BLAMING_CODES = {"1011", "4401", "4403", "4409", "4429"}


class Row(msgspec.Struct, frozen=True):
    """A stored message by an actor or SYSTEM; no `visitor_seq`: not for the visitor's eyes."""

    conv: str
    seq: int
    visitor_seq: int | None
    id: str
    author: str
    hash: str

    def seq_for(self, actor: str) -> int | None:
        return self.visitor_seq if is_visitor(actor) else self.seq


class Record(msgspec.Struct, frozen=True):
    """The final state: the rows of all conversations, and whose conversation each is."""

    rows: list[Row]
    visitors: dict[str, str]


@dataclass(frozen=True)
class Violation:
    rule: str
    what: str


@dataclass
class Verdict:
    violations: list[Violation] = field(default_factory=list)

    def blame(self, rule: str, what: str) -> None:
        self.violations.append(Violation(rule, what))

    def count(self, rule: str) -> int:
        return sum(violation.rule == rule for violation in self.violations)


Streams = dict[tuple[str, str], list[Event]]


class Span(NamedTuple):
    actor: str
    start: float
    finish: float


class Checker:
    """One pass over one run; every rule blames by name, so a test can look for that name."""

    def __init__(
        self, events: list[Event], record: Record, *, bystanders: Iterable[str] = ()
    ) -> None:
        self.events = events
        self.record = record
        self.bystanders = frozenset(bystanders)
        self.verdict = Verdict()
        self.by_id = {row.id: row for row in record.rows}
        self.rows_of: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(record.rows, key=lambda row: row.seq):
            self.rows_of[row.conv].append(row)
        self.sends = {event.id: event for event in reversed(self.of("send"))}
        self.words = self.words_of()

    def words_of(self) -> dict[str, list[str]]:
        """What each message ever said, in order: as it was sent, then as it was corrected."""
        words = {id: [send.hash] for id, send in self.sends.items()}
        for event in self.of("correcting"):
            words[event.of].append(event.hash)
        return words

    def run(self) -> Verdict:
        self.check_acknowledged()
        self.check_stored()
        self.check_numbering()
        self.check_sender_order()
        self.check_received()
        self.check_corrections()
        self.check_complete()
        self.check_cold_reads()
        self.check_owner()
        self.check_closings()
        return self.verdict

    def check_acknowledged(self) -> None:
        """P1: each acknowledged message is stored, under the number that was promised."""
        for ack in self.of("ack"):
            row = self.by_id.get(ack.id)
            if row is None:
                self.verdict.blame("lost", f"{ack.actor}: {ack.id} was acknowledged as {ack.seq}")
            elif row.seq_for(ack.actor) != ack.seq:
                self.verdict.blame(
                    "out of order",
                    f"{ack.id} was acknowledged as {ack.seq}, is stored as {row.seq}",
                )

    def check_stored(self) -> None:
        """P1, P2: stored once, as it was sent, under the name of the one who sent it."""
        written = [row for row in self.record.rows if row.author != SYSTEM]
        copies = Counter(f"a text by {row.author} ({row.hash})" for row in written)
        copies.update(row.id for row in self.record.rows)
        for what, times in copies.items():
            if times > 1:
                self.verdict.blame("doubled", f"{what} is stored {times} times")
        for row in written:
            self.check_origin(row)

    def check_origin(self, row: Row) -> None:
        send = self.sends.get(row.id)
        if send is None or send.actor != row.author or (send.conv and send.conv != row.conv):
            self.verdict.blame("invented", f"{row.conv}/{row.seq} {row.id} by {row.author}")
        elif row.hash not in self.words.get(row.id, ()):
            self.verdict.blame("altered", f"{row.conv}/{row.seq} {row.id}")
        elif send.note != (row.visitor_seq is None):
            self.verdict.blame(
                "foreign", f"{row.id}: a note was stored as a message, or a message as a note"
            )

    def check_numbering(self) -> None:
        """P4: both sequences of a conversation run 1..n without a hole, in the same order."""
        for conv, rows in self.rows_of.items():
            shown = [row.visitor_seq for row in rows if row.visitor_seq is not None]
            for whose, sequence in ("staff", [row.seq for row in rows]), ("visitor", shown):
                if sequence != list(range(1, len(sequence) + 1)):
                    self.verdict.blame(
                        "gaps", f"{conv}: the sequence of the {whose} is not 1..{len(sequence)}"
                    )

    def check_sender_order(self) -> None:
        """P5: what one person sent into one conversation is stored in the order of sending."""
        places = {
            id: place
            for place, id in enumerate(dict.fromkeys(event.id for event in self.of("send")))
        }
        latest: dict[tuple[str, str], int] = defaultdict(lambda: -1)
        for rows in self.rows_of.values():
            for row in rows:
                place, key = places.get(row.id, -1), (row.conv, row.author)
                if row.author != SYSTEM and 0 <= place < latest[key]:
                    self.verdict.blame(
                        "out of order", f"{row.author}: {row.id} is stored after one sent later"
                    )
                latest[key] = max(place, latest[key])

    def check_received(self) -> None:
        """P3, P4, P6: each stream is the stored sequence from 1 on, of what the actor may see."""
        for stream in (*self.streams("recv").values(), *self.streams("cold").values()):
            previous = 0
            for event in stream:
                if self.is_foreign(event):
                    self.blame_foreign(event)
                else:
                    self.check_place(event, previous)
                    previous = event.seq
        for event in filter(self.is_foreign, self.of("glimpse")):
            self.blame_foreign(event)

    def blame_foreign(self, event: Event) -> None:
        self.verdict.blame("foreign", f"{event.actor} saw {event.conv}/{event.seq} {event.id}")

    def is_foreign(self, event: Event) -> bool:
        row = self.by_id.get(event.id)
        if event.actor in self.bystanders:
            return True
        return is_visitor(event.actor) and (
            self.record.visitors.get(event.conv) != event.actor
            or (row is not None and row.visitor_seq is None)
        )

    def check_place(self, event: Event, previous: int) -> None:
        row, where = (
            self.by_id.get(event.id),
            f"{event.actor} saw {event.conv}/{event.seq} {event.id}",
        )
        if row is None or row.conv != event.conv:
            self.verdict.blame("invented", f"{where}, which is not stored there")
        elif row.seq_for(event.actor) != event.seq or event.seq <= previous:
            self.verdict.blame(
                "out of order",
                f"{where} after {previous}; it is stored as {row.seq_for(event.actor)}",
            )
        elif event.seq > previous + 1:
            self.verdict.blame("gaps", f"{where} after {previous}")
        elif event.hash not in self.words.get(row.id, [event.hash]):
            self.verdict.blame("altered", where)

    def check_corrections(self) -> None:
        """What was acknowledged stands, and every stream ends with the words that are stored."""
        for event in self.of("corrected"):
            row, words = self.by_id.get(event.of), self.words[event.of]
            if row is None or words.index(row.hash) < words.index(event.hash):
                self.verdict.blame("lost", f"{event.actor}: a correction of {event.of}")
        received, cold = self.streams("recv"), self.streams("cold")
        for who in self.participants():
            self.check_last_words(who[0], received.get(who, []))
        for (actor, _conv), stream in cold.items():
            self.check_last_words(actor, stream)

    def check_last_words(self, actor: str, stream: list[Event]) -> None:
        last = {event.of or event.id: event.hash for event in stream}
        for id, hash in last.items():
            row = self.by_id.get(id)
            if row is not None and row.author != SYSTEM and row.hash != hash:
                self.verdict.blame("altered", f"{actor} was left with old words of {id}")

    def check_complete(self) -> None:
        """P3: in the end the visitor and the last operator have seen all that is for them."""
        received = self.streams("recv")
        for actor, conv in self.participants():
            seen = {event.id for event in received.get((actor, conv), [])}
            for row in self.visible(actor, conv):
                if row.id not in seen:
                    self.verdict.blame(
                        "undelivered", f"{actor} never saw {conv}/{row.seq_for(actor)} {row.id}"
                    )

    def check_cold_reads(self) -> None:
        """P3: everybody read at least one conversation afresh, and found all of it."""
        cold, ended = self.streams("cold"), self.streams("cold_end")
        for actor, conv in ended:
            seen = {event.id for event in cold.get((actor, conv), [])}
            for row in self.visible(actor, conv):
                if row.id not in seen:
                    self.verdict.blame(
                        "undelivered", f"a cold read of {actor} lacks {conv}/{row.seq} {row.id}"
                    )
        for actor in {actor for actor, _ in self.participants()} - {actor for actor, _ in ended}:
            self.verdict.blame("undelivered", f"{actor} could read nothing afresh")

    def check_owner(self) -> None:
        """P8: between two acceptances by different operators the conversation ended."""
        ends = self.spans("ending", "ended")
        for conv, accepts in self.spans("accepting", "accepted").items():
            for first, second in pairwise(accepts):
                between = any(
                    end.start <= second.finish and end.finish >= first.start
                    for end in ends.get(conv, [])
                )
                if first.actor != second.actor and not between:
                    self.verdict.blame("two owners", f"{conv}: {first.actor} and {second.actor}")

    def spans(self, asked: str, answered: str) -> dict[str, list[Span]]:
        """When each conversation was accepted or ended: at some moment between two of ours."""
        found: dict[str, list[Span]] = defaultdict(list)
        since: dict[tuple[str, str], float] = {}
        for event in self.events:
            key = event.actor, event.conv
            if event.ev == asked:
                since.setdefault(key, event.t)
            elif event.ev == answered:
                span = Span(event.actor, since.pop(key, event.t), event.t)
                found[event.conv].append(span)
        return found

    def check_closings(self) -> None:
        """Faults break connections; the server itself throws out nobody who did nothing wrong."""
        for event in self.of("disc"):
            if event.code in BLAMING_CODES:
                self.verdict.blame("thrown out", f"{event.actor} was closed with {event.code}")

    def participants(self) -> set[tuple[str, str]]:
        operators = {event.conv: event.actor for event in self.of("accepted")}
        visitors = self.record.visitors
        return {(visitors[conv], conv) for conv in self.rows_of if conv in visitors} | {
            (actor, conv) for conv, actor in operators.items()
        }

    def visible(self, actor: str, conv: str) -> list[Row]:
        return [row for row in self.rows_of[conv] if row.seq_for(actor) is not None]

    def streams(self, ev: str) -> Streams:
        found: Streams = defaultdict(list)
        for event in self.of(ev):
            found[event.actor, event.conv].append(event)
        return found

    def of(self, ev: str) -> list[Event]:
        return [event for event in self.events if event.ev == ev]


def is_visitor(actor: str) -> bool:
    return actor.startswith("visitor:")
