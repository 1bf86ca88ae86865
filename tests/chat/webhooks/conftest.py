from collections.abc import Iterator
from ipaddress import ip_network

import pytest

from tests.chat.webhooks.receiver import Receiver


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    """Another system on this machine, which the setting allows."""
    settings.WEBHOOK_NETWORKS = [ip_network("127.0.0.1/32")]
    with Receiver() as running:
        yield running
