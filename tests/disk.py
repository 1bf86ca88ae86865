"""What lies on the disk, beside what the tables say of it."""

from pathlib import Path

from chat.models import Attachment, PartialUpload


class OwnDisk:
    def __init__(self, root: Path) -> None:
        self.root = root

    @property
    def files(self) -> set[str]:
        found = (path for path in self.root.rglob("*") if path.is_file())
        return {str(path.relative_to(self.root)) for path in found}

    @property
    def rows(self) -> set[str]:
        """The files that there must be."""
        attachments = list(Attachment.objects.all())
        previews = {each.preview_name for each in attachments if each.preview_size}
        parts = {f"parts/{part.public_id.hex}" for part in PartialUpload.objects.all()}
        return {str(each.file.name) for each in attachments} | previews | parts

    def agrees(self) -> bool:
        """No file without a row, no row without a file, none of another size."""
        sizes = {str(each.file.name): each.size for each in Attachment.objects.all()}
        assert self.files == self.rows
        return all((self.root / name).stat().st_size == size for name, size in sizes.items())
