"""Draws the preview of a picture, as a program of its own: the picture is a stranger's.

It reads the picture from standard input and writes the preview, WebP, to standard output; where
none can be drawn it ends with 1. It knows nothing of the product, and takes little memory and time.
"""

import resource
import sys
from typing import BinaryIO

from PIL import Image, ImageOps

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "BMP", "AVIF")
LONGEST_SIDE = 1280  # of the preview, in pixels
# A JPEG is decoded at the size that is needed, others whole.
MOST_PIXELS = {"JPEG": 50_000_000}
MOST_OTHERWISE = 25_000_000
MEMORY = 1024 * 1024 * 1024  # bytes of addresses
SECONDS = 10


def draw(source: BinaryIO, target: BinaryIO) -> None:
    """The first frame alone, upright, with nothing of what the file says besides."""
    with Image.open(source, formats=FORMATS) as picture:
        most = MOST_PIXELS.get(picture.format or "", MOST_OTHERWISE)
        if picture.width * picture.height > most:
            raise Image.DecompressionBombError
        side = LONGEST_SIDE, LONGEST_SIDE
        is_clear = picture.has_transparency_data
        if picture.format == "JPEG":
            picture.draft(None, side)
        upright = ImageOps.exif_transpose(picture)
    colours = upright.convert("RGBA" if is_clear else "RGB")
    colours.thumbnail(side)
    bare = Image.new(colours.mode, colours.size)
    bare.paste(colours)
    bare.save(target, "WEBP", quality=80, method=2)


def main() -> None:
    for limit, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (most, most))
    Image.MAX_IMAGE_PIXELS = None  # by kind, above
    try:
        draw(sys.stdin.buffer, sys.stdout.buffer)
    except Exception:  # whatever a decoder makes of what is no picture
        sys.exit(1)


if __name__ == "__main__":
    main()
