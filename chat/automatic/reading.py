"""What automatic rules are judged by, as it is read: the rules themselves, what goes on in the
departments they ask about, and what is known of visitors only where a rule depends on it.
"""

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count

from chat import contracts, fields
from chat.automatic.conditions import BadCondition, read_tree, ready
from chat.automatic.rules import Rule, RuleSet
from chat.filled import signed_value
from chat.models import (
    AutomaticRule,
    Conversation,
    ExtraField,
    FieldValue,
    SettledValue,
    Step,
    Visit,
    Visitor,
)
from chat.queue.availability import SiteRules, Snapshot
from departments.models import Membership
from operators.models import Intention
from operators.prepared import Prepared

logger = logging.getLogger(__name__)

Stamp = tuple[tuple[int, int, int], ...]


@dataclass(frozen=True)
class Moment:
    """What is the same for all visitors. Departments are named where a rule asks about them."""

    at: datetime
    zones: Mapping[int, ZoneInfo] = field(default_factory=dict)
    open_sites: Collection[int] = ()
    free: Collection[int] = ()
    waiting: Mapping[int, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Read:
    """`stamp` says which rules these are: as long as it is the same, they need not be read."""

    rules: RuleSet = field(default_factory=RuleSet)
    stamp: Stamp = ()
    members: Mapping[int, Mapping[int, int]] = field(default_factory=dict)
    busy: Mapping[int, int] = field(default_factory=dict)
    waiting: Mapping[int, int] = field(default_factory=dict)


def read_again(before: Read) -> Read:
    """One statement while nothing is changed and no rule asks about departments."""
    stamp = tuple(_stamp.all())
    rules = before.rules if stamp == before.stamp else _read_rules()
    if not rules.departments:
        return Read(rules, stamp)
    members: dict[int, dict[int, int]] = defaultdict(dict)
    places = Membership.objects.filter(department__in=rules.departments, account__is_active=True)
    for department, account, limit in places.values_list("department", "account", "limit"):
        members[department][account] = limit
    accounts = {account for one in members.values() for account in one}
    active = Conversation.objects.active().filter(operator__in=accounts)
    waiting = Conversation.objects.waiting().filter(department__in=rules.departments)
    return Read(
        rules,
        stamp,
        members,
        dict(active.values_list("operator").annotate(count=Count("pk"))),
        dict(waiting.values_list("department").annotate(count=Count("pk"))),
    )


_stamp = Prepared(lambda: AutomaticRule.objects.on().values_list("pk", "version", "position"))


def _read_rules() -> RuleSet:
    return RuleSet(tuple(found for row in AutomaticRule.objects.on() if (found := rule_of(row))))


def rule_of(row: AutomaticRule) -> Rule | None:
    """None of one whose conditions cannot be read: it fires for nobody, and hinders no other."""
    try:
        tree = read_tree(row.conditions)
    except BadCondition as bad:
        logger.error("automatic rule %d: %s", row.pk, bad.detail)
        return None
    return Rule(
        key=row.pk,
        site=row.site_id,
        tests=ready(tree),
        conditions=tuple(tree.conditions),
        delay=row.delay,
        stops=row.stops,
        inviter=(row.operator_id or 0) if row.invitation else None,
        banner=row.banner,
    )


def moment_of(
    read: Read, sites: Mapping[int, SiteRules], snapshot: Snapshot, *, at: datetime
) -> Moment:
    zones = {key: one.schedule.time_zone for key, one in sites.items() if one.schedule}
    return Moment(
        at=at,
        zones=zones,
        open_sites=snapshot.open_sites,
        free=free_departments(read, snapshot),
        waiting=read.waiting,
    )


def free_departments(read: Read, snapshot: Snapshot) -> set[int]:
    """In which somebody is in the zone, «В сети», and has room for one more."""
    return {
        department
        for department, members in read.members.items()
        if any(
            snapshot.present.get(account) == Intention.ONLINE
            and (not limit or read.busy.get(account, 0) < limit)
            for account, limit in members.items()
        )
    }


def read_known(
    visitor_ids: Collection[int], rules: RuleSet, *, at: datetime
) -> dict[int, dict[str, Any]]:
    """{visitor: {key of a fact: value}}, of what the rules ask for; for many at once."""
    asks = rules.reads_later
    visitors = {one.pk: one for one in Visitor.objects.filter(pk__in=visitor_ids)}
    known: dict[int, dict[str, Any]] = {key: {} for key in visitors}
    if asks & {"visits", "first_visit"}:
        for key, count in _counted(Visit, visitors):
            known[key] |= {"visits": count, "first_visit": count <= 1}
    if "conversations" in asks:
        for key, count in _counted(Conversation, visitors):
            known[key]["conversations"] = count
    if "field" in asks:
        _read_fields(visitors, known, rules)
    if asks & {"plan", "contract"}:
        _read_contracts(visitors, known, at=at)
    return known


def _counted(model: Any, visitors: Collection[int]) -> Any:
    found = model.objects.filter(visitor__in=visitors).order_by()
    return found.values_list("visitor").annotate(count=Count("pk"))


def _read_fields(
    visitors: Mapping[int, Visitor], known: dict[int, dict[str, Any]], rules: RuleSet
) -> None:
    """What staff or a rule wrote, or else what the site signs, as people read it."""
    asked = ExtraField.objects.current().filter(key__in=rules.fields, about="visitor")
    for one in asked:
        for key, visitor in visitors.items():
            signed = signed_value(one, visitor.claims)
            known[key][f"field:{one.key}"] = fields.shown(one.kind, signed)
    written = FieldValue.objects.filter(field__in=asked, visitor__in=visitors, conversation=None)
    for value in written.exclude(value="").select_related("field"):
        shown = fields.shown(value.field.kind, value.value)
        known[value.visitor_id][f"field:{value.field.key}"] = shown


def _read_contracts(
    visitors: Mapping[int, Visitor], known: dict[int, dict[str, Any]], *, at: datetime
) -> None:
    """As the identification has it: what staff settled, what the site signs, the register."""
    settled = SettledValue.objects.filter(visitor__in=visitors, conversation=None)
    by_staff: dict[int, dict[str, str]] = defaultdict(dict)
    for one in settled.filter(step__in=(Step.CONTRACT, Step.PLAN)):
        by_staff[one.visitor_id][one.step] = one.value
    for key, visitor in visitors.items():
        held = contracts.contract_for(visitor, at=at).held
        own = by_staff[key]
        number, plan = (held.number, held.plan) if held else ("", "")
        known[key] |= {
            "contract": own.get(Step.CONTRACT) or visitor.contract or number,
            "plan": own.get(Step.PLAN) or visitor.plan or plan,
        }
