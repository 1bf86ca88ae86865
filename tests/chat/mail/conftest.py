from collections.abc import Iterator

import pytest

from tests.chat.mail.postbox import Postbox, configured


@pytest.fixture
def postbox(settings) -> Iterator[Postbox]:
    """A mail server on this machine, and the settings that name it."""
    with Postbox() as running:
        yield configured(settings, running)
