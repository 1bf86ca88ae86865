"""Of the demo: an outlet to another system, switched off, since nothing leaves a demo by itself."""

from datetime import datetime

from chat.actions.changes import Doer
from chat.models import Webhook
from chat.webhooks import kinds
from chat.webhooks.actions.hooks import WebhookDraft, add_webhook, switch_webhook
from operators.models import Account

TEMPLATE = """{
  "event": "{событие}",
  "customer": "{посетитель}",
  "text": "{текст}",
  "link": "{ссылка}"
}"""


def add_outlets(doer: Account, *, at: datetime) -> None:
    """Where there are none yet."""
    if Webhook.objects.exists():
        return
    draft = WebhookDraft(
        title="Учебная CRM",
        url="https://crm.example.ru/hooks/chat",
        kinds=[kinds.OPENED, kinds.MISSED, kinds.MESSAGE, kinds.RATING],
        template=TEMPLATE,
    )
    webhook = add_webhook(Doer(doer), draft, at=at)
    switch_webhook(Doer(doer), webhook.pk, on=False, at=at)
