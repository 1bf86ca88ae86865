"""What automatic rules that fired in a visit say of the conversation that begins in it: its
department, criticality, tags and fields. Of several the first in the list decides.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from chat import fields
from chat.actions.log import append_note
from chat.models import (
    AutomaticRule,
    Conversation,
    ConversationTag,
    ExtraField,
    FieldValue,
    Firing,
    Judgement,
    LineCode,
    Message,
    Visit,
    Visitor,
)
from departments.criticality import Criticality
from departments.models import Department, stage_now


@dataclass(frozen=True)
class Ruled:
    rules: Sequence[AutomaticRule] = ()

    @property
    def department(self) -> Department | None:
        """One that was deleted since, or takes no part at the stage of service, is none."""
        named = [one for rule in self.rules if (one := rule.department) and not one.deleted_at]
        levels = stage_now().levels if named else 0
        return next((one for one in named if one.level <= levels), None)

    @property
    def judging(self) -> AutomaticRule | None:
        return next((rule for rule in self.rules if rule.criticality is not None), None)

    @property
    def criticality(self) -> int:
        rule = self.judging
        return rule.criticality if rule and rule.criticality is not None else Criticality.NORMAL


def what_rules_say(visitor: Visitor, *, at: datetime) -> Ruled:
    """To a visitor whom the caller has locked, by the visits that go on."""
    if not visitor.is_filtered:
        return Ruled()
    lately = at - Visit.GAP
    fired = Firing.objects.filter(visit__visitor=visitor, visit__present_until__gt=lately)
    rules = AutomaticRule.objects.filter(pk__in=fired.values("rule"))
    return Ruled(list(rules.select_related("field", "department")))


def note_rules(conversation: Conversation, *, at: datetime) -> list[Message]:
    """In one that has just been stored: what is kept beside it, and a note that says why."""
    ruled = what_rules_say(conversation.visitor, at=at)
    told = [words for rule in ruled.rules if (words := _done(rule, conversation, ruled, at=at))]
    if not told:
        return []
    return [append_note(conversation, LineCode.RULED, words="\n".join(told), at=at)]


def set_field(
    rule: AutomaticRule, visitor: Visitor, conversation: Conversation | None, *, at: datetime
) -> None:
    FieldValue.objects.update_or_create(
        field=rule.field,
        visitor=visitor,
        conversation=conversation,
        defaults={
            "value": rule.value,
            "by": None,
            "by_name": (_("Автоматическое действие «%s»") % rule.title)[:150],
            "set_at": at,
        },
    )


def _done(
    rule: AutomaticRule, conversation: Conversation, ruled: Ruled, *, at: datetime
) -> str | None:
    done = []
    if rule.invitation and conversation.begun_by_operator:
        done.append(_("приглашение"))
    if rule.department is not None and conversation.department_id == rule.department_id:
        done.append(_("отдел «%s»") % rule.department.name)
    if rule == ruled.judging:
        _judge(rule, conversation, at=at)
        words = Criticality(conversation.criticality).label
        done.append(_("критичность «%s»") % words)
    if rule.tag:
        ConversationTag.objects.get_or_create(
            conversation=conversation, name=rule.tag, defaults={"rule": rule, "at": at}
        )
        done.append(_("тег «%s»") % rule.tag)
    if rule.field is not None and rule.field.about == ExtraField.About.CONVERSATION:
        set_field(rule, conversation.visitor, conversation, at=at)
    if rule.field is not None:
        shown = fields.shown(rule.field.kind, rule.value)
        done.append(f"{rule.field.title}: {shown}")
    return f"«{rule.title}»: {', '.join(done)}" if done else None


def _judge(rule: AutomaticRule, conversation: Conversation, *, at: datetime) -> None:
    Judgement.objects.create(
        conversation=conversation,
        criticality=conversation.criticality,
        reason=_("Автоматическое действие «%s»") % rule.title,
        by=None,
        by_name=_("Автоматически"),
        set_at=at,
    )
