from typing import Any

from django.core.management.base import BaseCommand, CommandError

from chat.models import Conversation
from chat.recount import differences


class Command(BaseCommand):
    help = "Recount from the log who owned conversations, and list what the rows tell differently."

    def handle(self, *args: Any, **options: Any) -> None:
        conversations, found = Conversation.objects.order_by("pk"), 0
        for line in differences(conversations.iterator()):
            self.stdout.write(line)
            found += 1
        if found:
            raise CommandError(f"{found} of {conversations.count()} conversations differ.")
        self.stdout.write(f"{conversations.count()} conversations, no difference.")
