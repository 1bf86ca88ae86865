"""What a file is, by its bytes and not by what it calls itself."""

import codecs
from collections.abc import Iterable
from pathlib import PurePosixPath

import filetype
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from chat.files.refusals import BadFile
from chat.text import clean_line

# Kinds known by their first bytes, which text may begin with too («BM», «GIF», «ID3»).
TEXTUAL_KINDS = {"application/pdf", "application/rtf"}
KINDS = {
    *TEXTUAL_KINDS,
    *("image/png", "image/jpeg", "image/gif", "image/webp", "image/bmp", "image/heic"),
    *("image/tiff", "image/avif"),
    *("application/msword", "application/vnd.ms-excel", "application/vnd.ms-powerpoint"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
    *("application/zip", "application/x-7z-compressed", "application/x-rar-compressed"),
    *("application/gzip", "application/x-bzip2", "application/x-xz", "application/zstd"),
    "application/x-tar",
    *("audio/mpeg", "audio/ogg", "audio/x-wav", "audio/mp4", "audio/aac", "audio/x-flac"),
    *("audio/amr", "video/mp4", "video/x-m4v", "video/webm", "video/quicktime"),
    *("video/x-matroska", "video/x-msvideo", "video/x-ms-wmv", "video/3gpp", "video/mpeg"),
}
# What a computer runs, installs or follows on a double press, text or not. Scripts that open as
# text where nobody set up an interpreter (sh, py, sql, php) are what support is sent.
RUN = {
    *("exe", "com", "scr", "pif", "cpl", "msc", "msi", "msp", "mst", "msix", "msixbundle"),
    *("appx", "appxbundle", "appinstaller", "application", "appref-ms", "gadget", "hta", "chm"),
    *("bat", "cmd", "ps1", "ps2", "psc1", "vb", "vbs", "vbe", "js", "jse", "ws", "wsf", "wsh"),
    *("wsc", "sct", "scf", "lnk", "url", "library-ms", "search-ms", "diagcab", "jar", "jnlp"),
    *("apk", "xapk", "ipa", "app", "command", "dmg", "pkg", "mpkg", "workflow", "webloc"),
    *("desktop", "appimage", "run", "deb", "rpm"),
}
_NOT_IN_TEXT = bytes(set(range(32)) - set(b"\a\b\t\n\v\f\r\x1a\x1b"))


def clean_name(name: str) -> str:
    """The last part of the name, without controls, short enough for a header."""
    last = PurePosixPath(name.replace("\\", "/")).name
    last = clean_line(last, 1000).strip(". ") or "file"
    stem, dot, suffix = last.rpartition(".")
    if not dot:
        return last[:120]
    return f"{stem[:120]}.{suffix[:10]}"


def content_type_of(uploaded: "UploadedFile[bytes]", name: str) -> str:
    """What the bytes are; the name only says what must not be kept under it. Raises BadFile."""
    refuse_program(name)
    uploaded.seek(0)
    guess = filetype.guess(uploaded.read(8192))
    kind = str(guess.mime) if guess else ""
    is_text = _is_text(uploaded.chunks())
    if kind in (TEXTUAL_KINDS if is_text else KINDS):
        return kind
    if is_text:
        return "text/plain"
    raise BadFile(
        415,
        _(
            "Не приняли «%s». Принимаются картинки, документы, архивы, аудио, видео и текст;"
            " остальное — в архиве."
        )
        % name,
    )


def refuse_program(name: str) -> None:
    suffix = name.rpartition(".")[2].lower() if "." in name else ""
    if suffix in RUN:
        raise BadFile(415, _("Файлы .%s не принимаются: это программа.") % suffix)


def _is_text(chunks: Iterable[bytes]) -> bool:
    """UTF-16 by its mark, UTF-8, or an older encoding: no NUL, and no controls of a program."""
    encoding, has_controls, decoder = "", False, None
    for chunk in chunks:
        if not encoding:
            is_wide = chunk.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
            encoding = "utf-16" if is_wide else "utf-8"
            decoder = codecs.getincrementaldecoder(encoding)()
        if encoding == "utf-8":
            if b"\x00" in chunk:
                return False
            has_controls |= len(chunk.translate(None, _NOT_IN_TEXT)) < len(chunk)
        if decoder is not None and not _decodes(decoder, chunk):
            decoder = None
        if decoder is None and (encoding == "utf-16" or has_controls):
            return False
    return True


def _decodes(decoder: codecs.IncrementalDecoder, chunk: bytes) -> bool:
    try:
        return "\x00" not in decoder.decode(chunk)
    except UnicodeDecodeError:
        return False
