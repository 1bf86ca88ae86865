import pytest

from tests.disk import OwnDisk


@pytest.fixture
def disk(settings, tmp_path) -> OwnDisk:
    """Nothing of other tests lies on it."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "media" / "incoming"
    (tmp_path / "media" / "incoming").mkdir(parents=True)
    return OwnDisk(tmp_path / "media")
