"""What the panel of sounds and notices has to know of this session."""

from typing import Any

from django import template
from django.http import HttpRequest

from chat.models import PushSubscription
from chat.notices.rules import notice_rules
from chat.notices.vapid import public_key_of

register = template.Library()


@register.inclusion_tag("shared/_sounds.html")
def sounds(request: HttpRequest) -> dict[str, Any]:
    rules = notice_rules()
    if not rules.pushes:
        return {}
    own = PushSubscription.objects.filter(sign_in__session_key=request.session.session_key)
    return {"push_key": public_key_of(rules.push_key), "is_subscribed": own.exists()}
