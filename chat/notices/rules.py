"""What an administrator has said of the notices of staff."""

from chat.models import NoticeRules


def notice_rules() -> NoticeRules:
    return NoticeRules.objects.first() or NoticeRules()
