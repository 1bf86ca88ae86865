"""What notices may say: to every zone, which makes them itself."""

from chat.events import NoticeRulesChanged
from chat.sockets.frames import encode
from chat.streams import push
from operators.models import Account


def notice_rules_changed(event: NoticeRulesChanged) -> None:
    frame = encode({"type": "notices", "hides_text": event.rules.hides_text})
    for account_id in Account.objects.staff().active().values_list("pk", flat=True):
        push(f"account.{account_id}", frame)
