"""People who are merely on a site: who of them is to be looked at again, to every process."""

from collections.abc import Iterable

from chat.streams import push


def people_changed(visitors: Iterable[int]) -> None:
    """Whoever shows them reads them at its next beat (chat.sockets.on_site)."""
    push("processes", signal="people", visitors=list(visitors))
