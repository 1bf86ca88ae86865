"""One conversation from its first message to its end, as the actions would have written it."""

import random
from dataclasses import dataclass

from chat.models import (
    AuthorKind,
    Closing,
    Conversation,
    HistoryEntry,
    LineCode,
    Message,
    MessageKind,
    MissedOffer,
    Ownership,
    RatingRequest,
    Ticket,
    TicketConversation,
    TicketEvent,
    Transfer,
    Wait,
)
from departments.models import Scale
from sphaera_support.demo_crowd import texts
from sphaera_support.demo_crowd.people import HOUR, MINUTE, Asker, Person, Stage, plain
from sphaera_support.demo_crowd.tables import NULL, Tables, when
from sphaera_support.demo_crowd.texts import Saying
from sphaera_support.demo_crowd.visits import come, look_in, note_fields

EVENT, TEXT, NOTE = MessageKind.EVENT, MessageKind.TEXT, MessageKind.NOTE
REOPENABLE = 25 * HOUR  # a little longer than a site lets what is closed go on
# How often each: shares of all, or of those that somebody took.
GIVES_UP, IS_TRANSFERRED, GOES_ON_UP, IS_RETURNED = 0.04, 0.09, 0.25, 0.15
HAS_TICKET, IS_ASKED, ANSWERS_SCORE, SAYS_WHY, HAS_NOTE, ENDS_BY_VISITOR = (
    *(0.12, 0.55, 0.62, 0.35, 0.1),
    0.14,
)
# Whoever waits longer was offered to somebody who let it pass; how often they said so.
OFFERED_FOR, SAYS_NO = 45, 0.3
SCORES, CRITICALITIES = ((5, 4, 3, 2, 1), (78, 14, 4, 1, 3)), ((1, 2, 3, 4), (38, 44, 14, 4))


@dataclass
class Numbers:
    """Of tickets, by year; and what makes ids of this run unlike any other's."""

    tickets: dict[int, int]
    base: int
    made: int = 0

    def client_id(self) -> str:
        self.made += 1
        return f"{self.base + self.made:032x}"


@dataclass
class Story:
    stage: Stage
    tables: Tables
    numbers: Numbers
    dice: random.Random
    asker: Asker
    began: float
    until: float

    at: float = 0.0
    told: str = ""  # the time of what was written last
    key: str = ""
    seq: int = 0
    visitor_seq: int = 0
    owner: Person | None = None
    owned_since: float = 0.0
    owned_by: str = LineCode.ACCEPTED
    accepted: str = NULL
    answered: str = NULL
    criticality: str = "2"
    revision: int = 1
    bounces: int = 0

    def tell(self) -> None:
        self.at, self.key = self.began, self.tables.key(Conversation)
        taker, dice = self._taker(), self.dice
        look_in(self.tables, self.asker, self.began, dice)
        if taker is None or dice.random() < GIVES_UP:
            self._give_up()
        else:
            self._lead(taker)
        leaves = self.at + dice.uniform(0, 6) * MINUTE
        come(self.tables, self.asker, self.began - dice.uniform(0.3, 8) * MINUTE, leaves, dice)

    # Its people

    def _taker(self) -> tuple[Person, float] | None:
        """Who accepts, and when: soon where somebody is there, else with the next shift."""
        there = self.stage.there(1, self.began)
        if there:
            wait = min(self.dice.lognormvariate(3.2, 0.9), 15 * MINUTE)
            return self.dice.choice(there), self.began + wait + 2
        shift = self.stage.next_shift(self.began)
        if shift is None or self.dice.random() < 0.4:
            return None
        at = shift.begins + self.dice.uniform(1, 40) * MINUTE
        return (shift.person, at) if at < self.until - 2 * HOUR else None

    # How it goes

    def _give_up(self) -> None:
        self._says(self.dice.choice(texts.ASKED))
        is_offline = not self.stage.there(1, self.began)
        self.at += self.dice.uniform(1, 12) * MINUTE
        if self.dice.random() < 0.3:
            self._says(self.dice.choice(texts.WENT_ON))
            self.at += self.dice.uniform(20, 200)
        self._waited("offline" if is_offline else "given_up")
        self._end(Closing.Way.VISITOR, None)

    def _lead(self, taker: tuple[Person, float]) -> None:
        person, accepts = taker
        opening = self.dice.choice(texts.ASKED)
        self._says(opening)
        self._passes(person, accepts)
        self.at = accepts
        self._waited("answered")
        self._accept(person)
        for turn in range(self._turns()):
            if self.at < self.until - HOUR:
                self._turn(turn)
        if self.dice.random() < HAS_TICKET and self.answered != NULL:
            self._register()
        fields = self.stage.fields
        note_fields(self.tables, fields, self.asker, self.key, self._place, self.told, self.dice)
        asked = self.answered != NULL and self.dice.random() < IS_ASKED
        request = self._ask_for_rating() if asked else None
        self.at += self.dice.uniform(15, 120)
        if request is not None:
            self._rate(*request)
        is_theirs = self.dice.random() < ENDS_BY_VISITOR
        self._end(Closing.Way.VISITOR if is_theirs else Closing.Way.STAFF, self.owner)

    def _passes(self, taker: Person, accepts: float) -> None:
        """Whoever it was offered to before; one of those who are there."""
        at = self.began + OFFERED_FOR
        there = [one for one in self.stage.there(1, at) if one != taker]
        if at >= accepts or not there:
            return
        is_declined = str(int(self.dice.random() < SAYS_NO))
        row = [self.tables.key(MissedOffer), self.key, self.dice.choice(there).key, when(at)]
        self.tables.add(MissedOffer, [*row, is_declined, "1"])

    def _turns(self) -> int:
        """Few are long, and some come to nothing."""
        if self.dice.random() < 0.06:
            return 0
        return min(40, max(1, round(self.dice.lognormvariate(1.35, 0.75))))

    def _turn(self, turn: int) -> None:
        """An answer or two of the operator, then one or two lines of the visitor."""
        dice = self.dice
        if turn == 2 and dice.random() < IS_TRANSFERRED * 3:
            self._transfer(2)
        elif turn == 4 and self._level == 2 and dice.random() < GOES_ON_UP:
            self._transfer(3)
        elif turn == 5 and self._level == 2 and dice.random() < IS_RETURNED:
            self._transfer(1, is_return=True)
        if turn and dice.random() < HAS_NOTE:
            self._notes(dice.choice(texts.NOTED))
        self.at += min(dice.lognormvariate(3.4, 0.7), 6 * MINUTE)
        self._answers(dice.choice(texts.ANSWERED))
        if dice.random() < 0.3:
            self.at += dice.uniform(5, 60)
            self._answers(dice.choice(texts.ANSWERED))
        if turn == 0 and dice.random() < 0.12:
            return
        for _line in range(2 if dice.random() < 0.3 else 1):
            self.at += min(dice.lognormvariate(3.6, 0.8), 8 * MINUTE)
            self._says(dice.choice(texts.WENT_ON if turn < 5 else texts.THANKED))

    @property
    def _level(self) -> int:
        return int(self.owner.level) if self.owner else 1

    # What is written

    def _write(
        self,
        kind: str,
        author_kind: str,
        *,
        author: Person | None = None,
        author_name: str = "",
        text: str = "",
        code: str = "",
        params: str = "{}",
        amends: str = NULL,
    ) -> str:
        self.seq += 1
        self.told = when(self.at)
        if kind != NOTE:
            self.visitor_seq += 1
        key = self.tables.key(Message)
        self.tables.add(
            Message,
            [
                *(key, self.key, self.numbers.client_id(), str(self.seq)),
                NULL if kind == NOTE else str(self.visitor_seq),
                *(kind, author_kind, author.key if author else NULL),
                *(author.name if author else author_name, text, "", code, params),
                *(self.told, amends, NULL, NULL, NULL),
            ],
        )
        return key

    def _find(self, key: str, said: Saying) -> None:
        self.tables.add(HistoryEntry, [key, self.key, self.told, said.folded, said.terms])

    def _says(self, said: Saying) -> None:
        name = self.asker.name
        self._find(self._write(TEXT, AuthorKind.VISITOR, author_name=name, text=said.text), said)

    def _answers(self, said: Saying) -> None:
        key = self._write(TEXT, AuthorKind.OPERATOR, author=self.owner, text=said.text)
        self._find(key, said)
        if self.answered == NULL:
            self.answered = self.told

    def _notes(self, said: Saying) -> None:
        key = self._write(NOTE, AuthorKind.OPERATOR, author=self.owner, text=said.text)
        self._find(key, said)

    def _line(self, code: str, params: str = "{}") -> None:
        self._write(EVENT, AuthorKind.SYSTEM, code=code, params=params)

    # Whose it is

    def _waited(self, outcome: str) -> None:
        department = self._place
        self.tables.add(
            Wait,
            [
                *(self.tables.key(Wait), self.key, department.department, department.level),
                *(when(self.began), when(self.at), outcome),
            ],
        )

    @property
    def _place(self) -> Person:
        return self.owner or self.stage.staff[1][0]

    def _accept(self, person: Person) -> None:
        wait = int(self.at) - int(self.began)
        self.accepted = when(self.at)
        self._line(LineCode.ACCEPTED, f'{{{person.named}, "wait_seconds": {wait}}}')
        self._owns(person, LineCode.ACCEPTED)
        self.revision += 1

    def _owns(self, person: Person, code: str) -> None:
        self.owner, self.owned_since, self.owned_by = person, self.at, code

    def _owned(self, code: str) -> None:
        if (owner := self.owner) is None:
            return
        self.tables.add(
            Ownership,
            [
                *(self.tables.key(Ownership), self.key, owner.key, owner.name, owner.department),
                *(owner.level, when(self.owned_since), when(self.at), self.owned_by, code),
            ],
        )

    def _transfer(self, level: int, *, is_return: bool = False) -> None:
        """To whoever of that level is there; else it stays."""
        there = [one for one in self.stage.there(level, self.at) if one != self.owner]
        sender = self.owner
        if not there or sender is None:
            return
        to = self.dice.choice(there)
        sent, self.bounces = self.at, self.bounces + is_return
        note = "Нужны подробности" if is_return else "Права проверили, журнал приложен"
        params = (
            f'{{"name": "{to.name}", "is_return": {str(is_return).lower()},'
            f' "bounces": {self.bounces}, "note": "{note}", "asked": "", "done": "",'
            ' "expected": ""}'
        )
        self._write(NOTE, AuthorKind.OPERATOR, author=sender, code="handed_over", params=params)
        self.at += self.dice.uniform(4, 50)
        self._owned(LineCode.TRANSFERRED)
        self._line(
            LineCode.TRANSFERRED,
            f'{{{to.named}, "by": {sender.key}, "sender": "{sender.name}", "level": {to.level}}}',
        )
        self._owns(to, LineCode.TRANSFERRED)
        self.revision += 2
        self.tables.add(
            Transfer,
            [
                *(self.tables.key(Transfer), self.key, sender.key, sender.name, sender.department),
                *(NULL, to.department, note, str(int(is_return)), str(self.bounces)),
                *("", "", "", sender.level, to.level, when(sent), when(sent + MINUTE)),
                *("accepted", when(self.at), to.key, ""),
            ],
        )

    # What comes of it

    def _register(self) -> None:
        owner = self._place
        year = int(when(self.at + 3 * HOUR)[:4])
        self.numbers.tickets[year] = serial = self.numbers.tickets.get(year, 0) + 1
        number = f"{year}-{serial:05}"
        key, at = self.tables.key(Ticket), when(self.at)
        subject = self.dice.choice(texts.SUBJECTS)
        software = self.dice.choice(texts.PRODUCTS)
        # What is old is done.
        is_done = self.at < self.until - 20 * 24 * HOUR or self.dice.random() < 0.4
        done = when(min(self.at + self.dice.uniform(1, 90) * HOUR, self.until))
        answer, solution = self._deadlines()
        found = f"{number}\x1f{subject}\x1f{self.asker.name}\x1f{software}".casefold()
        self.tables.add(
            Ticket,
            [
                *(key, str(year), str(serial), self.numbers.client_id()),
                *(str(self.stage.site.pk), self.asker.key, subject, "", software, "4.12", ""),
                *(self.criticality, "solved" if is_done else "work"),
                *(owner.department, owner.department, owner.key, at, done if is_done else at),
                *(done if is_done else NULL, self.stage.plans.get(self.asker.plan, NULL)),
                *(self.answered, answer, solution, NULL if is_done else solution, NULL),
                *("0", NULL, "2" if is_done else "1", found.replace("ё", "е").replace("\x1f", " ")),
            ],
        )
        self.tables.add(
            TicketConversation, [self.tables.key(TicketConversation), key, self.key, at]
        )
        self._ticket_event(key, at, "registered")
        self._ticket_event(key, done if is_done else at, "changed", is_done=is_done)
        self._line(LineCode.TICKET, f'{{{owner.named}, "number": "{number}"}}')

    def _deadlines(self) -> tuple[str, str]:
        """By when its plan promised an answer and a solution."""
        answer, solution = self.stage.promised(self.asker.plan, self.criticality)
        by_now = self.began + (answer or 0), self.at + (solution or 0)
        return when(by_now[0]) if answer else NULL, when(by_now[1]) if solution else NULL

    def _ticket_event(self, ticket: str, at: str, deed: str, *, is_done: bool = False) -> None:
        """Registered; then solved, or in work."""
        owner, key = self._place, self.tables.key(TicketEvent)
        told = ("", "", "") if deed == "registered" else ("status", "new", "work")
        told = ("status", "new", "solved") if is_done else told
        self.tables.add(
            TicketEvent,
            [
                *(key, ticket, at, AuthorKind.OPERATOR, owner.key, owner.name, "", deed, *told),
                *("", self.numbers.client_id()),
            ],
        )

    def _ask_for_rating(self) -> tuple[str, str]:
        owner = self._place
        key = self._write(MessageKind.RATING_REQUEST, AuthorKind.OPERATOR, author=owner)
        return key, when(self.at)

    def _rate(self, message: str, asked: str) -> None:
        owner, site, dice = self._place, self.stage.site, self.dice
        state, score, comment, decided = "open", NULL, "", NULL
        chance = dice.random()
        if chance < ANSWERS_SCORE:
            state, score, decided = "scored", str(self._score()), when(self.at)
            comment = dice.choice(texts.COMMENTS) if dice.random() < SAYS_WHY else ""
        elif chance < ANSWERS_SCORE + 0.12:
            state, decided = "declined", when(self.at)
        if decided != NULL:
            before = '{"before": {"state": "open", "score": null, "comment": ""}}'
            self._write(
                *(MessageKind.AMENDED, AuthorKind.OPERATOR),
                author=owner,
                code="rated",
                params=before,
                amends=message,
            )
        self.tables.add(
            RatingRequest,
            [
                *(self.tables.key(RatingRequest), message, self.key, owner.key, owner.key),
                *(owner.department, owner.level, site.rating_scale, plain(site.rating_question)),
                *(plain(site.rating_thanks), asked, state, score, comment, decided),
                str(int(site.shows_ratings and decided != NULL)),
            ],
        )

    def _score(self) -> int:
        """Of five, put on the site's scale."""
        of_five = self.dice.choices(*SCORES)[0]
        scores = Scale(self.stage.site.rating_scale).scores
        return int(scores[round((of_five - 1) / 4 * (len(scores) - 1))])

    def _end(self, way: str, by: Person | None) -> None:
        is_theirs = way == Closing.Way.VISITOR
        closer = None if is_theirs else by
        outcomes = self.stage.outcomes
        outcome = self.dice.choice(outcomes) if outcomes and not is_theirs else None
        code = LineCode.ENDED if is_theirs else LineCode.CLOSED
        self._owned(code)
        self.revision += 1
        params = "{}"
        if closer:
            title = f', "outcome": "{plain(outcome.title)}"' if outcome else ""
            params = f'{{"account": {closer.key}, "name": "{closer.name}"{title}}}'
        self._line(code, params)
        self.tables.add(
            Closing,
            [
                *(self.tables.key(Closing), self.key, way, str(outcome.pk) if outcome else NULL),
                *(closer.key if closer else NULL, closer.name if closer else "", when(self.at)),
                *(NULL, NULL),
            ],
        )
        self._keep(closer)
        self.asker.latest, self.asker.free_at = self.key, self.at + REOPENABLE

    def _keep(self, closer: Person | None) -> None:
        began, ended, seq = when(self.began), when(self.at), str(self.seq)
        self.tables.add(
            Conversation,
            [
                *(self.key, f"d{self.numbers.client_id()[-18:]}", self.asker.key),
                *(self._place.department, self.owner.key if self.owner else NULL),
                *(self.asker.latest, "0", self.criticality, began, began, began),
                *(self.accepted, self.answered, ended, closer.key if closer else NULL, ended),
                *(NULL, NULL, NULL, "[]", NULL, seq, str(self.visitor_seq)),
                *(seq, str(self.visitor_seq), str(self.revision), ended),
            ],
        )
