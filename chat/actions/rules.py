"""Automatic rules as administrators write them: added, changed, put in order, on and off, deleted.
That they fire is chat.actions.firing's.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from chat.actions.changes import Doer, Subject, demand_version, note_change
from chat.actions.errors import Refusal
from chat.actions.locks import lock_rules
from chat.actions.ordering import swap
from chat.automatic.conditions import BadCondition, Tree
from chat.automatic.words import read_names, told_conditions
from chat.events import RulesChanged
from chat.happened import happened
from chat.models import AutomaticRule, Block
from operators.models import Change

MOST = 1000  # each is asked about each visitor


@dataclass(frozen=True, kw_only=True)
class RuleDraft:
    """Each checked by itself; others by key. What is empty the rule does not do."""

    title: str
    site: int | None = None
    is_on: bool = True
    stops: bool = False
    tree: Tree
    delay: int = 0
    invitation: str = ""
    operator: int | None = None
    department: int | None = None
    criticality: int | None = None
    tag: str = ""
    field: int | None = None
    value: str = ""
    barrier: str = ""
    term: str = Block.Term.DAY
    banner: str = ""


FIELDS = (
    *("title", "is_on", "stops", "delay", "invitation", "criticality", "tag", "value"),
    *("barrier", "term", "banner"),
)
_OTHERS = ("site", "operator", "department", "field")


class NoSuchRule(Refusal):
    code = "not_found"
    words = _("Такого действия нет.")


@dataclass(eq=False)
class TooManyRules(Refusal):
    limit: int
    code = "invalid"
    words = _("Действий уже предельное число: %(limit)s. Удалите ненужные.")


class DoesNothing(Refusal):
    code = "invalid"
    words = _("Выберите, что сделать: пригласить, назначить отдел, поставить тег или другое.")


class LeavesNoWindow(Refusal):
    """And says something in it."""

    code = "invalid"
    field = "barrier"
    words = _("Приглашение и ограничение вместе не действуют: выберите одно.")


def add_rule(doer: Doer, draft: RuleDraft, *, at: datetime) -> AutomaticRule:
    """At the end of the list. Raises a Refusal."""
    with transaction.atomic():
        rules = lock_rules()
        if len(rules) >= MOST:
            raise TooManyRules(MOST)
        last = max((one.position for one in rules), default=0)
        rule = AutomaticRule(position=last + 1, created_at=at)
        _write(doer, rule, draft)
        _note(doer, rule, Change.Deed.ADDED, after=state_of(rule), at=at)
        _tell(doer, at=at)
    return rule


def change_rule(doer: Doer, rule_id: int, draft: RuleDraft, *, shown: int, at: datetime) -> None:
    """`shown` is the version of the form. Raises a Refusal."""
    with transaction.atomic():
        rule = _found(rule_id, lock_rules())
        demand_version(_subject(rule), shown)
        before = state_of(rule)
        rule.version += 1
        _write(doer, rule, draft)
        _note(doer, rule, Change.Deed.CHANGED, before=before, after=state_of(rule), at=at)
        _tell(doer, at=at)


def move_rule(doer: Doer, rule_id: int, *, up: bool, at: datetime) -> None:
    """Before or after its neighbour. Raises NoSuchRule."""
    with transaction.atomic():
        rules = lock_rules()
        rule = _found(rule_id, rules)
        if places := swap(rules, rule, up=up):
            before, after = ({"position": place} for place in places)
            _note(doer, rule, Change.Deed.CHANGED, before=before, after=after, at=at)
            _tell(doer, at=at)


def switch_rule(doer: Doer, rule_id: int, *, on: bool, at: datetime) -> None:
    """On or off; what is so already is no change. Raises NoSuchRule."""
    with transaction.atomic():
        rule = _found(rule_id, lock_rules())
        if rule.is_on == on:
            return
        rule.is_on, rule.changed_by = on, doer.account
        rule.version += 1
        rule.save(update_fields=["is_on", "changed_by", "version"])
        _note(doer, rule, Change.Deed.ACTIVATED if on else Change.Deed.DEACTIVATED, at=at)
        _tell(doer, at=at)


def delete_rule(doer: Doer, rule_id: int, *, at: datetime) -> None:
    """It fires no more; what it did stays. Raises NoSuchRule."""
    with transaction.atomic():
        rule = _found(rule_id, lock_rules())
        rule.deleted_at = at
        rule.save(update_fields=["deleted_at"])
        _note(doer, rule, Change.Deed.DELETED, before=state_of(rule), at=at)
        _tell(doer, at=at)


def state_of(rule: AutomaticRule) -> dict[str, Any]:
    """As the log of changes keeps it."""
    others = {name: getattr(rule, name) for name in _OTHERS}
    return {
        **{name: getattr(rule, name) for name in FIELDS},
        "conditions": _told(rule),
        **{name: str(one) if one is not None else None for name, one in others.items()},
    }


def _told(rule: AutomaticRule) -> str:
    try:
        return told_conditions(rule, read_names())
    except BadCondition:
        return json.dumps(rule.conditions, ensure_ascii=False)


def _write(doer: Doer, rule: AutomaticRule, draft: RuleDraft) -> None:
    deeds = (draft.invitation, draft.department, draft.criticality, draft.tag, draft.field)
    if not any((*deeds, draft.barrier, draft.banner)):
        raise DoesNothing
    if draft.barrier and draft.invitation:
        raise LeavesNoWindow
    for name in FIELDS:
        setattr(rule, name, getattr(draft, name))
    for name in _OTHERS:
        setattr(rule, f"{name}_id", getattr(draft, name))
    rule.conditions = msgspec.to_builtins(draft.tree)
    rule.changed_by = doer.account
    rule.save()


def _found(rule_id: int, rules: Collection[AutomaticRule]) -> AutomaticRule:
    for rule in rules:
        if rule.pk == rule_id:
            return rule
    raise NoSuchRule


def _tell(doer: Doer, *, at: datetime) -> None:
    happened(RulesChanged(by_id=doer.account.pk, at=at))


def _subject(rule: AutomaticRule) -> Subject:
    return Subject(Change.Kind.RULE, rule.pk, rule.title, rule.version)


def _note(
    doer: Doer,
    rule: AutomaticRule,
    deed: Change.Deed,
    *,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    at: datetime,
) -> None:
    note_change(doer, _subject(rule), deed, before=before, after=after, at=at)
