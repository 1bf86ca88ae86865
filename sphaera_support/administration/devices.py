"""Where somebody is signed in, in words."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.sessions.models import Session
from django.utils.translation import gettext as _
from user_agents import parse

from operators.models import Account, SignIn


@dataclass(frozen=True)
class Device:
    sign_in: SignIn
    is_current: bool

    @property
    def name(self) -> str:
        """«Chrome 131, Windows 10», «Mobile Safari 18, iPhone»."""
        agent = parse(self.sign_in.agent)
        browser = _named(agent.browser.family, agent.browser.version[:1])
        system = _named(agent.os.family, agent.os.version[:1])
        told = [part for part in (browser, _model(agent.device.model) or system) if part]
        return ", ".join(told) or _("Неизвестное устройство")


def _named(family: str, version: tuple[object, ...]) -> str:
    if family == "Other":
        return ""
    return " ".join([family, *(str(part) for part in version if part is not None)])


def _model(model: str | None) -> str:
    """A computer's says nothing, nor does one that hides behind a generic word or letter."""
    return model if model in {"iPhone", "iPad"} else ""


def devices(account: Account, session_key: str, *, at: datetime) -> list[Device]:
    """This one first, then what was used last."""
    alive = Session.objects.filter(expire_date__gt=at).values("session_key")
    found = SignIn.objects.filter(account=account.pk, session_key__in=alive)
    all_of_them = [Device(one, one.session_key == session_key) for one in found]
    return sorted(all_of_them, key=lambda device: not device.is_current)
