"""Whose browser keeps templates that are others now: it asks for them anew."""

from chat.events import TemplatesChanged
from chat.sockets.frames import encode
from chat.streams import push
from operators.models import Account


def templates_changed(event: TemplatesChanged) -> None:
    staff = Account.objects.staff().active().values_list("pk", flat=True)
    concerned = list(staff) if event.owner_id is None else [event.owner_id]
    frame = encode({"type": "templates"})
    for account_id in concerned:
        push(f"account.{account_id}", frame)
