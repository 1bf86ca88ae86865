from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from chat.models import Conversation
from chat.recount import differences
from operators.seals import find_broken_seals, last_seal


class Command(BaseCommand):
    help = "Recount from the log who owned conversations, and list what the rows tell differently."

    def handle(self, *args: Any, **options: Any) -> None:
        conversations, found = Conversation.objects.order_by("pk"), 0
        for line in differences(conversations.iterator()):
            self.stdout.write(line)
            found += 1
        broken = list(find_broken_seals(at=timezone.now()))
        for line in broken:
            self.stdout.write(line)
        self.stdout.write(f"Log of changes: last seal {last_seal()}.")
        if broken:
            raise CommandError(f"The log of changes is not as it was sealed: {len(broken)}.")
        if found:
            raise CommandError(f"{found} of {conversations.count()} conversations differ.")
        self.stdout.write(f"{conversations.count()} conversations, no difference.")
