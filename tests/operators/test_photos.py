"""Whatever picture is sent, a small upright square without anything else of it is kept."""

from io import BytesIO

import pytest
from PIL import Image, PngImagePlugin

from operators import photos
from operators.photos import BadPhoto, read_photo
from tests.cast import picture

ORIENTATION = 0x0112


def kept_of(content, size=1):
    return Image.open(read_photo(BytesIO(content), size))


def drawn(left, right, size=(300, 300)):
    """A picture of two halves."""
    image = Image.new("RGB", size, right)
    image.paste(left, (0, 0, size[0] // 2, size[1]))
    return image


def written(image, kind, **kept):
    content = BytesIO()
    image.save(content, kind, **kept)
    return content.getvalue()


def colour_at(image, x, y):
    red, green, blue = image.convert("RGB").getpixel((x, y))
    return {"red": red > 128, "green": green > 128, "blue": blue > 128}


RED, BLUE, WHITE = (
    {"red": True, "green": False, "blue": False},
    {"red": False, "green": False, "blue": True},
    {"red": True, "green": True, "blue": True},
)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
@pytest.mark.parametrize("size", [(1, 1), (900, 300), (300, 900), (3000, 2000)])
def test_a_square_of_one_size_is_kept(kind, size):
    kept = kept_of(picture(kind, size))
    assert (kept.format, kept.size, kept.mode) == ("WEBP", (photos.SIDE, photos.SIDE), "RGB")


def test_the_middle_is_kept():
    wide = drawn("red", "blue", (900, 300))
    wide.paste("white", (300, 0, 600, 300))
    assert colour_at(kept_of(written(wide, "PNG")), 5, 128) == WHITE


def test_a_telephone_held_upright_is_upright():
    exif = Image.Exif()
    exif[ORIENTATION] = 6  # lies on its side, its left is up
    kept = kept_of(written(drawn("red", "blue"), "JPEG", exif=exif))
    assert (colour_at(kept, 128, 5), colour_at(kept, 128, 250)) == (RED, BLUE)


def test_nothing_else_of_it_is_kept():
    exif = Image.Exif()
    exif[0x010E] = "where it was taken"
    content = written(drawn("red", "blue"), "JPEG", exif=exif, comment=b"where it was taken")
    told = PngImagePlugin.PngInfo()
    told.add_text("Comment", "where it was taken")
    for sent in (content + b"<script>", written(drawn("red", "blue"), "PNG", pnginfo=told)):
        kept = read_photo(BytesIO(sent), 1).read()
        assert b"where it" not in kept
        assert b"<script>" not in kept
        assert not Image.open(BytesIO(kept)).getexif()


def test_what_is_transparent_becomes_white():
    glass = Image.new("RGBA", (300, 300), (0, 0, 0, 0))
    assert colour_at(kept_of(written(glass, "PNG")), 128, 128) == WHITE


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "I;16", "RGBA"])
def test_pictures_of_every_mode_are_taken(mode):
    assert kept_of(written(Image.new(mode, (64, 64)), "PNG")).size == (photos.SIDE, photos.SIDE)


def test_a_picture_for_print_is_taken():
    assert kept_of(written(Image.new("CMYK", (64, 64)), "JPEG")).mode == "RGB"


def test_names_are_never_the_same_twice():
    names = {read_photo(BytesIO(picture()), 1).name for _time in range(2)}
    assert len(names) == 2
    assert {len(str(name)) for name in names} == {32 + len(photos.SUFFIX)}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"text",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"\x89PNG\r\n\x1a\n",
        b"GIF89a",
        b"\xff\xd8\xff\xe0",
        b"%PDF-1.7",
        written(Image.new("RGB", (9, 9)), "TIFF"),
        written(Image.new("RGB", (9, 9)), "BMP"),
    ],
)
def test_what_is_no_picture_is_refused(content):
    with pytest.raises(BadPhoto, match="Это не картинка JPEG"):
        read_photo(BytesIO(content), 1)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_half_a_picture_is_refused(kind):
    whole = written(Image.effect_noise((400, 400), 90).convert("RGB"), kind)
    with pytest.raises(BadPhoto):
        read_photo(BytesIO(whole[: len(whole) // 2]), 1)


def test_a_picture_that_unpacks_to_gigabytes_is_refused_unread():
    bomb = written(Image.new("1", (20_000, 20_000)), "PNG")
    assert len(bomb) < 100_000
    with pytest.raises(BadPhoto, match="слишком много точек"):
        read_photo(BytesIO(bomb), len(bomb))


def test_a_file_that_is_too_large_is_refused_unread():
    with pytest.raises(BadPhoto, match="больше 10 МБ"):
        read_photo(BytesIO(b""), photos.MOST_BYTES + 1)
