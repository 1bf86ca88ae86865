"""The form of an automatic rule: when, and what then."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from chat import fields
from chat.actions.errors import Refusal
from chat.actions.messages import meaningful
from chat.actions.rules import FIELDS, RuleDraft
from chat.automatic.conditions import BadCondition, Tree, read_tree
from chat.automatic.words import read_names
from chat.models import AutomaticRule, Block, ExtraField
from chat.sockets.frames import MAX_TEXT
from departments.criticality import Criticality
from departments.models import Department, Site
from operators.models import Account
from sphaera_support.administration.fields import LineField, TextField
from sphaera_support.administration.frame import AdministrationForm, shown_in
from sphaera_support.administration.rule_conditions import (
    JOINS,
    Arranged,
    ConditionRow,
    ConditionsField,
    GroupRow,
    Offered,
    TypedTree,
    choices,
    typed_in,
    typed_of,
)


class RuleForm(AdministrationForm):
    """As it is saved, as it was sent, or with its conditions put otherwise and nothing saved."""

    title = LineField(label=_("Название"), max_length=AutomaticRule.MAX_TITLE)
    is_on = forms.BooleanField(label=_("Включено"), required=False)
    stops = forms.BooleanField(
        label=_("Остановиться здесь"),
        required=False,
        help_text=_("Сработало — в это посещение другие действия уже не проверяются."),
    )
    delay = forms.IntegerField(
        label=_("Через сколько секунд"),
        min_value=0,
        max_value=AutomaticRule.LONGEST_DELAY,
        help_text=_("Всё это время условия должны выполняться. 0 — сразу."),
    )
    invitation = TextField(
        label=_("Написать посетителю"),
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Первое сообщение; пусто — не писать. Пишем, только когда оператор «В сети»."),
    )
    tag = LineField(
        label=_("Поставить тег"),
        required=False,
        max_length=AutomaticRule.MAX_TAG,
        help_text=_("Сотрудники увидят его в обращении, посетитель — нет."),
    )
    value = LineField(label=_("Записать в поле"), required=False, max_length=fields.LONGEST)
    barrier = forms.ChoiceField(
        label=_("Ограничить"),
        required=False,
        choices=[("", _("Нет")), *AutomaticRule.Barrier.choices],
        help_text=_("Форму «Не в сети» оператор может снять, окно возвращает администратор."),
    )
    term = forms.ChoiceField(label=_("На сколько"), required=False, choices=Block.Term.choices)
    banner = LineField(
        label=_("Показать плашку в окне"), required=False, max_length=AutomaticRule.MAX_BANNER
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        rule: AutomaticRule | None = None,
        arranged: Arranged | None = None,
    ) -> None:
        self.rule, self.arranged = rule, arranged
        typed: Any = arranged.data if arranged else {}
        version = shown_in(typed, otherwise=rule.version if rule else 0)
        initial = _initial(rule)
        if arranged:
            boxes = {name: name in typed for name in ("is_on", "stops")}
            initial |= {name: typed.get(name, "") for name in initial} | boxes
        super().__init__(data, version=version, initial=initial)

    def fields_of_now(self) -> dict[str, forms.Field]:
        levels: list[Any] = Criticality.choices
        return {
            "conditions": ConditionsField(),
            "site": _chosen(_("Сайт"), _sites(self.rule), _("Все сайты")),
            "operator": _chosen(_("От имени"), _operators(self.rule), _("Свободного оператора")),
            "department": _chosen(_("Назначить отдел"), departments_named(self.rule), _("Нет")),
            "criticality": _chosen(_("Критичность"), dict(levels), _("Нет")),
            "field": _chosen(_("Поле"), _fields(), _("Нет")),
        }

    @property
    def holds_unsaved(self) -> bool:
        return self.arranged is not None or super().holds_unsaved

    @property
    def joins(self) -> Any:
        return choices(JOINS, self.typed.join)

    @property
    def wrong_join(self) -> str:
        conditions: Any = self.fields["conditions"]
        return str(conditions.wrong.get("join", ""))

    @property
    def typed(self) -> TypedTree:
        data = self.data if self.is_bound else self.arranged.data if self.arranged else None
        if data is not None:
            return typed_in(data)
        try:
            return typed_of(read_tree(self.rule.conditions)) if self.rule else TypedTree()
        except BadCondition:
            return TypedTree()

    @property
    def parts(self) -> list[ConditionRow | GroupRow]:
        conditions: Any = self.fields["conditions"]
        named, new = read_names(), self.arranged.new if self.arranged else ""
        return Offered(named.fields, named.departments, conditions.wrong, new).parts(self.typed)

    def clean_invitation(self) -> str:
        text: str = self.cleaned_data["invitation"]
        try:
            return text and meaningful(text)
        except Refusal as refusal:
            raise ValidationError(refusal.detail) from refusal

    def clean(self) -> None:
        key, typed = self.cleaned_data.get("field"), self.cleaned_data.get("value", "")
        if key is None:
            if typed:
                self.add_error("value", gettext("Выберите поле, в которое это записать."))
            return
        field = ExtraField.objects.get(pk=key)
        try:
            value = fields.read(field.kind, typed, field.choices)
        except Refusal as refusal:
            self.add_error("value", refusal.detail)
            return
        if not value:
            self.add_error("value", gettext("Напишите, что записать в поле."))
        self.cleaned_data["value"] = value

    @property
    def draft(self) -> RuleDraft:
        data = self.cleaned_data
        tree: Tree = data["conditions"]
        others = ("site", "operator", "department", "field")
        kept = {name: data[name] for name in (*FIELDS, *others)}
        return RuleDraft(**kept | {"tree": tree, "term": data["term"] or Block.Term.DAY})


def departments_named(rule: AutomaticRule | None) -> dict[int, str]:
    """Those of the stage of service, and the one that the rule has."""
    offered = Department.objects.taking_part().order_by("level", "name")
    found = dict(offered.values_list("pk", "name"))
    if rule is not None and rule.department is not None:
        found.setdefault(rule.department.pk, rule.department.name)
    return found


def _fields() -> dict[int, str]:
    return dict(ExtraField.objects.current().values_list("pk", "title"))


def _operators(rule: AutomaticRule | None) -> dict[int, str]:
    staff = Account.objects.staff().active().order_by("name", "pk")
    found = dict(staff.values_list("pk", "name"))
    if rule is not None and rule.operator is not None:
        found.setdefault(rule.operator.pk, rule.operator.name)
    return found


def _sites(rule: AutomaticRule | None) -> dict[int, str]:
    found = dict(Site.objects.order_by("name", "pk").values_list("pk", "name"))
    if rule is not None and rule.site is not None:
        found.setdefault(rule.site.pk, rule.site.name)
    return found


def _chosen(label: Any, named: dict[int, str], otherwise: Any) -> forms.Field:
    return forms.TypedChoiceField(
        label=label,
        choices=[("", otherwise), *named.items()],
        coerce=int,
        empty_value=None,
        required=False,
    )


def _initial(rule: AutomaticRule | None) -> dict[str, Any]:
    if rule is None:
        empty = dict.fromkeys(("title", "invitation", "tag", "value", "barrier", "banner"), "")
        others = dict.fromkeys(("site", "operator", "department", "field", "criticality"))
        return {"is_on": True, "stops": False, "delay": 0, "term": Block.Term.DAY} | empty | others
    own = {name: getattr(rule, name) for name in FIELDS}
    if rule.field is not None:
        own["value"] = fields.shown(rule.field.kind, rule.value)
    others = {
        name: getattr(rule, f"{name}_id") for name in ("site", "operator", "department", "field")
    }
    return own | others
