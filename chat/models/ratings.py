"""Asking the visitor how it was: one row a request, whatever comes of it.

States change only as follows (chat.actions.ratings):

    (none)     -> open        staff ask, or the site asks at the closing
    open       -> scored, declined       by the visitor
    declined   -> scored      by the visitor
    scored     -> declined, another score    by the visitor, until the conversation is closed
    open       -> withdrawn   staff ask again
    open       -> unanswered  the visitor has begun another conversation
"""

from django.db import models

from chat.models.conversations import Conversation
from chat.models.messages import Message
from departments.models import Department, Scale
from operators.models import Account


class RatingState(models.TextChoices):
    OPEN = "open"
    SCORED = "scored"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    UNANSWERED = "unanswered"


def _fits_scale() -> models.Q:
    fits = models.Q(score=None)
    for scale in Scale:
        scores = scale.scores
        fits |= models.Q(scale=scale, score__gte=scores[0], score__lte=scores[-1])
    return fits


class RatingRequest(models.Model):
    """Of whom and how is asked stays as it was then: operator, department and level, scale, texts.

    `asked_by` is null where the site asked by itself.
    """

    message = models.OneToOneField(
        Message, models.CASCADE, related_name="rating", db_constraint=False
    )
    conversation = models.ForeignKey(Conversation, models.CASCADE, related_name="ratings")
    asked_by = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    operator = models.ForeignKey(Account, models.PROTECT, related_name="ratings")
    department = models.ForeignKey(Department, models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField()
    scale = models.CharField(max_length=6, choices=Scale)
    question = models.CharField(max_length=120, blank=True)
    thanks = models.CharField(max_length=300, blank=True)
    asked_at = models.DateTimeField()

    state = models.CharField(max_length=10, choices=RatingState, default=RatingState.OPEN)
    score = models.PositiveSmallIntegerField(null=True)
    comment = models.TextField(blank=True)
    decided_at = models.DateTimeField(null=True)
    # Whether staff read score and comment in the log: by the site's rule when they were given.
    is_shown = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["conversation"],
                condition=models.Q(state="open"),
                name="one_open_rating_request",
            ),
            models.CheckConstraint(
                condition=models.Q(state="scored", score__isnull=False)
                | ~models.Q(state="scored") & models.Q(score=None),
                name="score_of_what_is_scored",
            ),
            models.CheckConstraint(condition=_fits_scale(), name="score_fits_scale"),
        )
        indexes = (
            models.Index(fields=["operator", "asked_at"], name="ratings_of_operator"),
            # The latest of three years, for reports.
            models.Index(
                fields=["-decided_at", "-id"],
                condition=models.Q(score__isnull=False) & ~models.Q(comment=""),
                name="ratings_with_comment",
            ),
        )

    def __str__(self) -> str:
        return f"{self.conversation_id}: {self.state}"
