"""The one lock of reports: who counts, counts alone."""

from reports.models import CountingCursor


def lock_counting_cursor(*, waits: bool = False) -> CountingCursor | None:
    """The only row, made where there is none; None while another process counts."""
    CountingCursor.objects.get_or_create(pk=1)
    locked = CountingCursor.objects.select_for_update(skip_locked=not waits)
    return locked.filter(pk=1).first()
