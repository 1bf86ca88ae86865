"""What the installation itself saw of a site's window: where it came up, and why it did not."""

from django.db import models

from departments.models import Site


class Sighting(models.Model):
    """The last time that one came of it on pages of one origin; nothing of any person.

    `origin` is empty where the browser did not tell it. `minutes` is how long the token had been
    expired, or how far ahead the clock was that signed it.
    """

    class Outcome(models.TextChoices):
        LOADED = "loaded"
        OPENED = "opened"  # the frame; whether a token comes is not known yet
        NOT_LISTED = "not_listed"
        FRAME_SRC = "frame_src"  # the page's own policy lets no frame of ours in
        # Flaws of a token (chat.identity).
        SIGNATURE = "signature"
        AUDIENCE = "audience"
        EXPIRED = "expired"
        AHEAD = "ahead"
        LASTING = "lasting"
        MALFORMED = "malformed"

    site = models.ForeignKey(Site, models.CASCADE, related_name="sightings")
    origin = models.CharField(max_length=300, blank=True)
    outcome = models.CharField(max_length=12, choices=Outcome)
    minutes = models.PositiveIntegerField(default=0)
    seen_at = models.DateTimeField()

    class Meta:
        ordering = ("-seen_at", "-pk")
        constraints = (
            models.UniqueConstraint(fields=["site", "origin", "outcome"], name="sighting_once"),
        )
