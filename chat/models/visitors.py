"""The person on a site, their visits and the pages they looked at."""

import uuid
from datetime import datetime, timedelta
from typing import Self

from django.db import models
from django.db.models.functions import Upper
from django.utils import timezone

from departments.models import Site
from operators.clock import SLACK


class Visitor(models.Model):
    """A customer of a site, known by the `sub` of the tokens that the site signs."""

    MAX_REMARK = 300
    # Whether automatic rules fired lately, of one that an action has locked (chat.actions.locks).
    is_filtered: bool = False
    # Whether one of them shows that nobody is there, of one whose window asks (chat.widget).
    is_held: bool = False
    # Whether they may have been put off, of one that a token names (chat.actions.visitors).
    is_doubtful: bool = False

    site = models.ForeignKey(Site, models.CASCADE, related_name="visitors")
    subject = models.CharField(max_length=255)
    name = models.CharField(max_length=200)
    email = models.EmailField(blank=True)
    # Not signed by the site: the person's own word.
    given_email = models.EmailField(blank=True)
    contract = models.CharField(max_length=200, blank=True)
    plan = models.CharField(max_length=200, blank=True)
    # Whatever else the site signed, shown to operators as it is: {claim: text}.
    claims = models.JSONField(default=dict, blank=True)
    # Since when the site signs all this as it is now.
    signed_at = models.DateTimeField(null=True, blank=True)
    first_seen_at = models.DateTimeField(default=timezone.now)
    # Tokens issued up to this moment are void: the person signed out of the site.
    signed_out_at = models.DateTimeField(null=True, blank=True)
    # To which version of their site's notice about personal data, and when (chat.Consent).
    consented_version = models.PositiveIntegerField(default=0)
    consented_at = models.DateTimeField(null=True, blank=True)
    # What staff keep before their eyes, by whom and since when; no visitor reads it.
    remark = models.CharField(max_length=MAX_REMARK, blank=True)
    remark_by_name = models.CharField(max_length=150, blank=True)
    remark_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["site", "subject"], name="visitor_once_per_site"),
        )
        indexes = (
            models.Index(
                fields=["signed_out_at"],
                name="visitor_signed_out",
                condition=models.Q(signed_out_at__isnull=False),
            ),
            # As reports look for a plan; it also tells PostgreSQL how many have it.
            models.Index(Upper("plan"), name="visitor_plan"),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def last_visit(self) -> "Visit | None":
        return self.visits.order_by("-seen_at", "-pk").first()

    @property
    def last_address(self) -> str | None:
        """Where they connected from last."""
        return self.visits.order_by("-seen_at", "-pk").values_list("address", flat=True).first()


class VisitQuerySet(models.QuerySet["Visit"]):
    def present(self, at: datetime) -> Self:
        # One that lasts longer than it can was written before a clock was set back.
        return self.filter(present_until__gt=at, present_until__lte=at + Visit.VALID + SLACK)

    def between(self, since: datetime, until: datetime) -> Self:
        """Of who had the window open at any time then: an active customer is whoever had."""
        return self.filter(present_until__gt=since, started_at__lte=until)


class Visit(models.Model):
    """One stay on the site; a page load within half an hour continues it."""

    GAP = timedelta(minutes=30)
    # Renewed for all sockets of a process at once (chat.sockets.hub), hence coarser than a lease.
    VALID = timedelta(seconds=60)
    GRACE = timedelta(seconds=5)
    # Who comes back later than that did not look at the page meanwhile.
    AWAY = timedelta(minutes=2)
    # Whether its visitor ever had a conversation, of one that goes on; of others nobody looked.
    has_talked: bool = True

    public_id = models.UUIDField(default=uuid.uuid4, unique=True)
    visitor = models.ForeignKey(Visitor, models.CASCADE, related_name="visits")
    started_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    present_until = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    referrer = models.TextField(blank=True)
    user_agent = models.CharField(max_length=512, blank=True)
    screen = models.CharField(max_length=20, blank=True)
    time_zone = models.CharField(max_length=64, blank=True)
    language = models.CharField(max_length=35, blank=True)
    page_url = models.TextField(blank=True)
    page_title = models.CharField(max_length=300, blank=True)
    # «Не сейчас»: nobody writes to them first any more.
    declined_at = models.DateTimeField(null=True)
    # Keys of the automatic rules that have fired: whoever arrives again need not look for them.
    fired = models.JSONField(default=list, blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["visitor", "-started_at"], name="visit_of_visitor"),
            models.Index(fields=["present_until"], name="visit_present"),
        )

    @property
    def gone_at(self) -> datetime:
        """When its last socket was closed, if none is open any more; a server that died with it
        tells that a minute late at most.
        """
        return self.present_until - self.GRACE


class PageView(models.Model):
    visit = models.ForeignKey(Visit, models.CASCADE, related_name="pages")
    url = models.TextField()
    title = models.CharField(max_length=300, blank=True)
    opened_at = models.DateTimeField()
    # Where the person was away before they came back to the same visit.
    left_at = models.DateTimeField(null=True)

    class Meta:
        indexes = (models.Index(fields=["visit", "opened_at"], name="page_of_visit"),)
