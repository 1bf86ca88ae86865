"""What staff note about a visitor, or about where visitors of a site connect from."""

from collections.abc import Iterable
from typing import Self

from django.db import models

from chat.models.visitors import Visitor
from departments.models import Site
from operators.models import Account


class CommentQuerySet(models.QuerySet["Comment"]):
    def about(self, visitor: Visitor, networks: Iterable[str]) -> Self:
        """`networks` are those that the visitor's address is in."""
        where = models.Q(site=visitor.site_id, network__in=list(networks))
        return self.filter(models.Q(visitor=visitor) | where)

    def in_order(self) -> Self:
        """The pinned above, then the newest first."""
        return self.order_by(models.F("pinned_at").desc(nulls_last=True), "-pk")


class Comment(models.Model):
    """About one visitor, or about all of a site who come from an address or a network.

    No visitor ever reads it. Of each subject at most one is pinned.
    """

    site = models.ForeignKey(Site, models.CASCADE, related_name="comments")
    visitor = models.ForeignKey(Visitor, models.CASCADE, null=True, related_name="comments")
    # As operators.addresses.parse_network writes it, an address as a network of its own; empty
    # where it is about a visitor.
    network = models.CharField(max_length=50, blank=True)
    text = models.TextField()
    author = models.ForeignKey(Account, models.SET_NULL, null=True, related_name="+")
    author_name = models.CharField(max_length=150)
    created_at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)
    pinned_at = models.DateTimeField(null=True)

    objects = CommentQuerySet.as_manager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(visitor=None) ^ models.Q(network=""),
                name="comment_has_one_subject",
            ),
            models.UniqueConstraint(
                fields=["visitor"],
                condition=models.Q(pinned_at__isnull=False, network=""),
                name="one_pinned_of_visitor",
            ),
            models.UniqueConstraint(
                fields=["site", "network"],
                condition=models.Q(pinned_at__isnull=False, visitor=None),
                name="one_pinned_of_network",
            ),
        )
        indexes = (
            models.Index(
                fields=["site", "network"],
                name="comment_of_network",
                condition=models.Q(visitor=None),
            ),
        )

    def __str__(self) -> str:
        return self.text[:80]
