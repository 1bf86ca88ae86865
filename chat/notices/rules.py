"""What an administrator has said of the notices of staff."""

from chat.models import NoticeRules
from operators.prepared import Prepared


def notice_rules() -> NoticeRules:
    return _rules.first() or NoticeRules()


_rules = Prepared(lambda: NoticeRules.objects.order_by("pk")[:1])
