"""Conditions and rules in words, for administrators."""

from collections.abc import Mapping
from typing import NamedTuple

from django.utils.translation import gettext as _

from chat import fields
from chat.automatic.catalogue import COMPARISONS, FACTS, About, Kind
from chat.automatic.conditions import Condition, Group, Test, Tests, Tree, read_tree
from chat.models import AutomaticRule, ExtraField
from departments.criticality import Criticality
from departments.models import Department


class Names(NamedTuple):
    """Titles of what conditions name by a key."""

    fields: Mapping[str, str] = {}
    departments: Mapping[str, str] = {}

    def of(self, about: About, key: str) -> str:
        named = self.fields if about == About.FIELD else self.departments
        return named.get(key, _("удалено"))


def read_names() -> Names:
    """The titles of now."""
    found = ExtraField.objects.current().filter(about=ExtraField.About.VISITOR)
    departments = {str(one.pk): one.name for one in Department.objects.all()}
    return Names(dict(found.values_list("key", "title")), departments)


def told_conditions(rule: AutomaticRule, named: Names) -> str:
    """Raises BadCondition where they cannot be read."""
    return told_tree(read_tree(rule.conditions), named)


def told_tree(node: Tree | Group | Condition, names: Names) -> str:
    """«Адрес страницы содержит «pay» и (Город равно «Пермь» или …)»."""
    if isinstance(node, Condition):
        return told_condition(node, names)
    joint = _(" и ") if node.join == "all" else _(" или ")
    parts = [
        f"({told_tree(part, names)})" if isinstance(part, Group) else told_tree(part, names)
        for part in node.parts
    ]
    return joint.join(parts)


def told_condition(one: Condition, names: Names) -> str:
    fact = FACTS[one.fact]
    title = str(fact.title)
    if fact.about:
        title = f"{title} «{names.of(fact.about, one.of)}»"
    how = COMPARISONS[fact.kind][one.how]
    match fact.kind:
        case Kind.FLAG:
            return f"{title}: {how}"
        case Kind.TEXT:
            return f"{title} {how} «{one.value}»"
        case Kind.SECONDS:
            return _("%(what)s %(how)s %(value)s с") % {
                "what": title,
                "how": how,
                "value": one.value,
            }
    return f"{title} {how} {one.value}"


def told_test(part: Test | Tests, names: Names) -> str:
    if isinstance(part, Test):
        return told_condition(part.condition, names)
    joint = _(" и ") if part.join == "all" else _(" или ")
    return f"({joint.join(told_test(one, names) for one in part.parts)})"


def told_deeds(rule: AutomaticRule) -> list[str]:
    """What it does, each in a few words."""
    deeds = []
    if rule.invitation:
        who = rule.operator.name if rule.operator else _("свободный оператор")
        deeds.append(_("Пригласить (%s)") % who)
    if rule.department:
        deeds.append(_("Отдел «%s»") % rule.department.name)
    if rule.criticality is not None:
        deeds.append(_("Критичность «%s»") % Criticality(rule.criticality).label)
    if rule.tag:
        deeds.append(_("Тег «%s»") % rule.tag)
    if rule.field:
        deeds.append(f"{rule.field.title}: {fields.shown(rule.field.kind, rule.value)}")
    if rule.barrier:
        deeds.append(str(AutomaticRule.Barrier(rule.barrier).label))
    if rule.banner:
        deeds.append(_("Плашка «%s»") % rule.banner)
    return deeds
