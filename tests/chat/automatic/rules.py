"""What administrators write into automatic rules in these tests."""

from typing import Any

from django.utils import timezone

from chat.actions.changes import Doer
from chat.actions.rules import RuleDraft, add_rule
from chat.automatic.conditions import Condition, Tree, checked
from chat.models import AutomaticRule
from operators.models import Account

ANYBODY = ("time_on_site", "at_least", "0")


def rules_that(by: Account, *conditions: tuple[str, ...], **given: Any) -> AutomaticRule:
    """A rule of these conditions, or for anybody; keywords as of RuleDraft."""
    tree = checked(Tree("all", tuple(Condition(*one) for one in conditions or [ANYBODY])))
    usual: dict[str, Any] = {"title": "Правило", "tree": tree}
    draft = RuleDraft(**usual | given)
    return add_rule(Doer(by), draft, at=timezone.now())
