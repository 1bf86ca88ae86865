"""Who gets no window is decided anew, in every process."""

from chat.events import Event
from chat.streams import push


def barriers_changed(_event: Event) -> None:
    """Each closes the windows of its own sockets; told or not, it reads again within a second."""
    push("processes", signal="barriers")
