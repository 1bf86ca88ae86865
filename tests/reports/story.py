"""The example of docs/reports.md, read out of it: what happened, and what every figure is then."""

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chat.models import LineCode
from operators.models import Intention
from reports.attendance import Attendance
from reports.derivation import Counted, Facts, Handed, Rated, Said, Stretch, Waited, count
from reports.presence import Chosen, seconds_of, spans_of, time_of, within
from reports.sums import Sums, sums_of, sums_of_share
from tests.server import ROOT

DOCUMENT = ROOT / "docs" / "reports.md"
_EVENT = re.compile(r"^([A-Z]) ([ +])(\d\d):(\d\d):(\d\d)  (.+)$", re.MULTILINE)
_ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| (.+?) \| ([\d.]+)\b.*\|$", re.MULTILINE)
MIDNIGHT = datetime(2026, 11, 9, 21, tzinfo=UTC)  # in Moscow
PEOPLE = {"ilya": (1, 1), "anton": (2, 2)}  # key and level, which is the department too


_STATUS = re.compile(r"^ilya  (\d\d):(\d\d):(\d\d)  (.+)$", re.MULTILINE)
Rows = dict[str, tuple[str, str, float]]


def rows() -> tuple[Rows, Rows]:
    """Of each figure its title, its definition, and what it is in the example: those of
    conversations, and those of an operator.
    """
    document = DOCUMENT.read_text().partition("## An operator")
    found = [_ROW.findall(document[part]) for part in (0, 2)]
    told = [
        {key: (title, words, float(value)) for key, title, words, value in one} for one in found
    ]
    return told[0], told[1]


def work() -> Sums:
    """What Ilya did."""
    sums = Sums()
    for one in counted().values():
        for share in one.shares:
            if share.account_id == PEOPLE["ilya"][0]:
                sums.add(sums_of_share(share))
    return sums


def attendance() -> Attendance:
    """How Ilya spent that day."""
    told = _STATUS.findall(DOCUMENT.read_text())
    comes, pauses, back, leaves = (
        MIDNIGHT + timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
        for hours, minutes, seconds, _deed in told
    )
    day = MIDNIGHT, MIDNIGHT + timedelta(days=1)
    spans = spans_of([(comes, leaves)], [Chosen(pauses, back, Intention.BREAK)], *day)
    stretches = [one for facts in read().values() for one in facts.stretches if one.account == 1]
    led = within(((one.began_at, one.ended_at or day[1]) for one in stretches), *day)
    spent = time_of(spans)
    return Attendance(
        present=spent.present,
        busy=spent.busy,
        on_break=spent.on_break,
        talking=seconds_of(led),
        led=sum(seconds_of([one]) for one in led),
        missed=DOCUMENT.read_text().count("one offer missed"),
    )


def counted() -> dict[str, Counted]:
    return {name: count(facts) for name, facts in read().items()}


def whole() -> Sums:
    sums = Sums()
    for one in counted().values():
        sums.add(sums_of(one.tally))
    return sums


def read() -> dict[str, Facts]:
    events: dict[str, list[tuple[datetime, str]]] = defaultdict(list)
    for name, later, hours, minutes, seconds, told in _EVENT.findall(DOCUMENT.read_text()):
        passed = timedelta(hours=int(hours), minutes=int(minutes), seconds=int(seconds))
        events[name].append((MIDNIGHT + passed + timedelta(days=later == "+"), told))
    return {
        name: _facts(number, happened) for number, (name, happened) in enumerate(events.items(), 1)
    }


def _facts(key: int, happened: list[tuple[datetime, str]]) -> Facts:
    began_at = happened[0][0]
    facts = Facts(
        conversation=key,
        site=1,
        zone="Europe/Moscow",
        department=1,
        level=1,
        operator=None,
        began_at=began_at,
        closed_at=None,
        criticality=2,
        by_operator=False,
        is_offline=happened[0][1].endswith("to nobody"),
        seq=len(happened),
        changed_at=happened[-1][0],
        waits=[Waited(began_at, None)],
    )
    for at, told in happened:
        facts = replace(facts, **dict(_changes(facts, at, told)))
    return facts


def _changes(facts: Facts, at: datetime, told: str) -> Iterator[tuple[str, Any]]:
    who, _space, deed = told.partition(" ")
    account, level = PEOPLE.get(who, (None, 0))
    if deed.startswith("writes"):
        yield "said", [*facts.said, Said(at, account, account is None)]
    elif deed in ("accepts", "takes over", "gets it back"):
        code = LineCode.ACCEPTED if deed == "accepts" else LineCode.TRANSFERRED
        ended = _ended(facts, at)
        yield from ended
        stretches = dict(ended).get("stretches", facts.stretches)
        yield "stretches", [*stretches, Stretch(account, level, level, at, None, code)]
        yield from (("operator", account), ("level", level), ("department", level))
        if deed != "accepts":
            handed = Handed(facts.operator, account, at, deed == "gets it back")
            yield "transfers", [*facts.transfers, handed]
    elif told == "closed":
        yield "closed_at", at
        yield from _ended(facts, at)
    elif "rate" in told:
        score = int(deed[0]) if who == "rated" else None
        state = "declined" if score is None else "scored"
        yield "ratings", [Rated(facts.operator or 0, state, "stars", score, "comment" in told)]
    elif "ticket" in told:
        yield "has_ticket", True


def _ended(facts: Facts, at: datetime) -> list[tuple[str, Any]]:
    """Whatever lasted until then."""
    lasting = facts.stretches or facts.waits
    name = "stretches" if facts.stretches else "waits"
    return [(name, [*lasting[:-1], _until(lasting[-1], at)])]


def _until(one: Any, at: datetime) -> Any:
    return replace(one, ended_at=one.ended_at or at)
