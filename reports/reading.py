"""What the log and its rows tell of conversations, read for many at once."""

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import F
from django.db.models.functions import Coalesce

from chat.models import (
    AuthorKind,
    Closing,
    Conversation,
    Message,
    MessageKind,
    Ownership,
    RatingRequest,
    TicketConversation,
    Transfer,
    Wait,
)
from chat.queue.availability import is_site_open
from departments.models import Membership, Site
from operators.models import Lease
from reports.derivation import Facts, Handed, Rated, Said, Stretch, Waited
from reports.models import Tally

Row = TypeVar("Row")

_OF_CONVERSATION = (
    *("pk", "visitor__site", "department", "department__level", "operator", "started_at"),
    *("closed_at", "criticality", "begun_by_operator", "accepted_at", "last_seq", "changed_at"),
)


def read_facts(keys: Collection[int]) -> list[Facts]:
    """In the order of keys. The conversation is read before all else: what comes meanwhile makes
    it one to be counted anew.
    """
    rows = list(Conversation.objects.filter(pk__in=keys).order_by("pk").values(*_OF_CONVERSATION))
    whole = Site.with_deleted.prefetch_related("hours", "exceptional_days")
    sites = whole.in_bulk({row["visitor__site"] for row in rows})
    known = Tally.objects.filter(pk__in=keys).in_bulk()
    said, stretches, waits = _said(keys), _stretches(keys), _waits(keys)
    transfers, ratings, closings = _transfers(keys), _ratings(keys), _closings(keys)
    linked = TicketConversation.objects.filter(conversation__in=keys)
    ticketed = set(linked.values_list("conversation", flat=True))
    began_in = {key: first[0].department for key, first in waits.items()}
    offline = _offline([row for row in rows if row["pk"] not in known], sites, began_in)
    facts = []
    for row in rows:
        pk, site, before = row["pk"], sites[row["visitor__site"]], known.get(row["pk"])
        outcome, way = closings.get(pk, (None, ""))
        own = stretches[pk]
        facts.append(
            Facts(
                conversation=pk,
                site=site.pk,
                zone=site.time_zone,
                department=row["department"],
                level=row["department__level"],
                operator=row["operator"] or (own[-1].account if own else None),
                began_at=row["started_at"],
                closed_at=row["closed_at"],
                criticality=row["criticality"],
                by_operator=row["begun_by_operator"],
                is_offline=before.is_offline if before else pk in offline,
                seq=row["last_seq"],
                changed_at=row["changed_at"],
                outcome=outcome,
                way=way,
                has_ticket=pk in ticketed,
                said=said[pk],
                stretches=own,
                waits=waits[pk],
                transfers=transfers[pk],
                ratings=ratings[pk],
                counted_on=(before.day, before.hour) if before else None,
                was_accepted=row["accepted_at"] is not None,
            )
        )
    return facts


def _gathered(pairs: Iterable[tuple[int, Row]]) -> dict[int, list[Row]]:
    gathered: dict[int, list[Row]] = defaultdict(list)
    for key, row in pairs:
        gathered[key].append(row)
    return gathered


def _said(keys: Collection[int]) -> dict[int, list[Said]]:
    found = Message.objects.said().exclude(kind=MessageKind.NOTE).filter(conversation__in=keys)
    rows = found.order_by("conversation", "seq").values_list(
        "conversation", "created_at", "author", "author_kind"
    )
    return _gathered(
        (key, Said(at, by, kind == AuthorKind.VISITOR))
        for key, at, by, kind in rows
        if kind != AuthorKind.SYSTEM
    )


def _stretches(keys: Collection[int]) -> dict[int, list[Stretch]]:
    rows = Ownership.objects.filter(conversation__in=keys).order_by("began_at", "pk")
    fields = ("account", "department", "level", "began_at", "ended_at", "began_by")
    told = rows.values_list("conversation", *fields)
    return _gathered((key, Stretch(*row)) for key, *row in told)


def _waits(keys: Collection[int]) -> dict[int, list[Waited]]:
    rows = Wait.objects.filter(conversation__in=keys).order_by("began_at", "pk")
    told: Any = rows.values_list("conversation", "began_at", "ended_at", "department")
    return _gathered((key, Waited(*row)) for key, *row in told)


def _transfers(keys: Collection[int]) -> dict[int, list[Handed]]:
    rows = Transfer.objects.done().filter(conversation__in=keys, decided_at__isnull=False)
    told = rows.order_by("decided_at", "pk").values_list(
        "conversation", "sender", Coalesce("to_account", "decided_by"), "decided_at", "is_return"
    )
    return _gathered((key, Handed(*row)) for key, *row in told)


def _ratings(keys: Collection[int]) -> dict[int, list[Rated]]:
    rows = RatingRequest.objects.filter(conversation__in=keys).order_by("pk")
    told = rows.values_list("conversation", "operator", "state", "scale", "score", "comment")
    return _gathered(
        (key, Rated(operator, state, scale, score, bool(comment)))
        for key, operator, state, scale, score, comment in told
    )


def _closings(keys: Collection[int]) -> dict[int, tuple[int | None, str]]:
    held = Closing.objects.filter(conversation__in=keys, reopened_at=None)
    return {
        key: (outcome, way)
        for key, outcome, way in held.values_list("conversation", "outcome", "way")
    }


def _offline(
    rows: Sequence[dict[str, Any]], sites: dict[int, Site], began_in: dict[int, int | None]
) -> set[int]:
    """Those that began while their site was closed, or nobody of their department there; by the
    hours and the members of now, so it is asked once, soon after.
    """
    if not rows:
        return set()
    members: dict[int, set[int]] = defaultdict(set)
    for department, account in Membership.objects.values_list("department", "account"):
        members[department].add(account)
    there = _there([row["started_at"] for row in rows])
    return {
        row["pk"]
        for row in rows
        if not row["begun_by_operator"]
        and not (
            is_site_open(sites[row["visitor__site"]], row["started_at"])
            and not there[row["started_at"]].isdisjoint(members[_first_place(row, began_in)])
        )
    }


def _first_place(row: dict[str, Any], began_in: dict[int, int | None]) -> int:
    return began_in.get(row["pk"]) or int(row["department"])


def _there(moments: Collection[datetime]) -> dict[datetime, set[int]]:
    """Who was in the zone at each."""
    ends = Coalesce(F("released_at"), F("valid_until"))
    first, last = min(moments), max(moments)
    leases = Lease.objects.alias(ends=ends).filter(started_at__lte=last, ends__gte=first)
    to_come = deque(leases.order_by("started_at").values_list("account", "started_at", ends))
    found, there = {}, list[tuple[int, datetime]]()
    for at in sorted(set(moments)):
        while to_come and to_come[0][1] <= at:
            account, _began, ended = to_come.popleft()
            there.append((account, ended))
        there = [one for one in there if one[1] > at]
        found[at] = {account for account, _ended in there}
    return found
