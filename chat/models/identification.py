"""Who asks and about what, as staff settled it; and how critical they judged it to be.

What a site signed stays among the visitor's own fields (chat.identification puts all together).
"""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from chat.models.conversations import Conversation
from chat.models.visitors import Visitor
from departments.criticality import Criticality, Impact, Urgency
from operators.models import Account


class Step(models.TextChoices):
    """Of the identification, as far as it is text; name, contract and plan are the visitor's."""

    NAME = "name", _("ФИО")
    CONTRACT = "contract", _("Договор")
    PLAN = "plan", _("План")
    SOFTWARE = "software", _("ПО")
    VERSION = "version", _("Версия")

    @property
    def is_of_conversation(self) -> bool:
        return self in (Step.SOFTWARE, Step.VERSION)


class Origin(models.TextChoices):
    """Where a value comes from."""

    SIGNED = "signed", _("подписано сайтом")
    REGISTER = "register", _("реестр договоров")
    # By their window, to which they agreed (chat.actions.snapshots).
    REPORTED = "reported", _("сообщил посетитель")
    SAID = "said", _("со слов посетителя")
    ENTERED = "entered", _("ввёл оператор")


class SettledValue(models.Model):
    """What staff entered, or chose of what sources say, by whom and when."""

    MOST = 200

    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="settled_values")
    conversation = models.ForeignKey(
        Conversation, models.CASCADE, null=True, related_name="settled_values"
    )
    step = models.CharField(max_length=8, choices=Step)
    value = models.CharField(max_length=MOST)
    # As the register compares numbers of contracts.
    key = models.CharField(max_length=3 * MOST)
    origin = models.CharField(max_length=8, choices=Origin)
    # What other sources said at that time: what they say later is another conflict.
    passed_over = models.JSONField(default=list, blank=True)
    by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150)
    set_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["visitor", "step"],
                condition=Q(conversation=None),
                name="settled_of_visitor_once",
            ),
            models.UniqueConstraint(
                fields=["conversation", "step"],
                condition=Q(conversation__isnull=False),
                name="settled_of_conversation_once",
            ),
        )

    def __str__(self) -> str:
        return self.value


class Judgement(models.Model):
    """How critical a conversation is, as staff judged it; the last one counts. It only grows.

    `why` is the proposal in words as it read then; where another criticality was chosen, `reason`
    says why, in the words of who chose it.
    """

    MOST_REASON = 500

    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="judgements")
    impact = models.PositiveSmallIntegerField(choices=Impact, null=True)
    urgency = models.PositiveSmallIntegerField(choices=Urgency, null=True)
    criticality = models.PositiveSmallIntegerField(choices=Criticality)
    why = models.CharField(max_length=400, blank=True)
    reason = models.CharField(max_length=MOST_REASON, blank=True)
    by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    by_name = models.CharField(max_length=150)
    set_at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["conversation", "-id"], name="judgement_of_conversation"),)

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.criticality}"
