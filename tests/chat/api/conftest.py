import pytest

from tests.chat.api.outside import Outside, lets_in


@pytest.fixture
def crm(elena, site) -> Outside:
    """Another system that may do everything on the demo site."""
    return Outside(lets_in(elena, site))
