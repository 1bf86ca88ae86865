"""Of the demo: a few automatic actions, on and off."""

from datetime import datetime

from chat.actions.changes import Doer
from chat.actions.rules import RuleDraft, add_rule
from chat.automatic.conditions import Condition, Group, Tree
from chat.models import AutomaticRule
from departments.criticality import Criticality
from departments.models import Department
from operators.models import Account

INVITATION = "Здравствуйте! Вижу, вы давно на этой странице. Помочь?"


def write_rules(doer: Account, *, at: datetime) -> None:
    """Where there are none yet."""
    if AutomaticRule.objects.exists():
        return
    second = Department.objects.filter(level=2).first()
    lost = Tree(
        "all",
        (
            Condition("time_on_page", "at_least", "120"),
            Condition("site_open", "yes"),
            Group(
                "any",
                (
                    Condition("page", "mask", "*/счета/*"),
                    Condition("title", "contains", "оплата"),
                ),
            ),
        ),
    )
    important = Tree("all", (Condition("plan", "is", "Расширенный"),))
    works = Tree("any", (Condition("network", "within", "203.0.113.0/24"),))
    drafts = (
        RuleDraft(title="Давно на оплате", tree=lost, invitation=INVITATION, tag="оплата"),
        RuleDraft(
            title="Расширенный план",
            tree=important,
            is_on=False,
            department=second.pk if second else None,
            criticality=Criticality.HIGH,
        ),
        RuleDraft(title="Работы у клиента", tree=works, is_on=False, banner="Работы до 18:00"),
    )
    for draft in drafts:
        add_rule(Doer(doer), draft, at=at)
