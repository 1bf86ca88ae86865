"""The only way an instant gets into a template."""

from datetime import datetime

from django import template
from django.utils.safestring import SafeString

from chat.wire import moments

register = template.Library()


@register.simple_tag
def moment(at: datetime, look: str = moments.TIME, classes: str = "") -> SafeString:
    return moments.moment(at, look, classes=classes)
