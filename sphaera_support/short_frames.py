"""WebSocket frames as they nearly always are: whole, of text, read and written in one step.

Autobahn takes each apart for what it might be (RFC 6455), which costs more than what is said in
it. Whatever is not as usual is None here and is left to it.
"""

TEXT = 0x81  # with the bit for the last frame of its message
MASKED = 0x80
TWO_BYTES, EIGHT_BYTES = 126, 127  # of length follow


def read_text(data: bytes) -> tuple[str, bytes] | None:
    """What the frame says that these bytes begin with, and the bytes behind it."""
    if len(data) < 6 or data[0] != TEXT or data[1] < MASKED:
        return None
    length, start = data[1] - MASKED, 2
    if length == TWO_BYTES:
        length, start = int.from_bytes(data[2:4]), 4
        if length < TWO_BYTES:
            return None
    elif length == EIGHT_BYTES:
        return None
    mask, content = data[start : start + 4], data[start + 4 : start + 4 + length]
    if len(content) < length:
        return None
    try:
        return _unmasked(content, mask).decode(), data[start + 4 + length :]
    except UnicodeDecodeError:
        return None


def _unmasked(content: bytes, mask: bytes) -> bytes:
    length = len(content)
    key = (mask * (length // 4 + 1))[:length]
    return (int.from_bytes(content) ^ int.from_bytes(key)).to_bytes(length)


def text_frame(text: str) -> bytes:
    """As a server sends it, not masked."""
    content = text.encode()
    length = len(content)
    if length < TWO_BYTES:
        head = bytes((TEXT, length))
    elif length < 1 << 16:
        head = bytes((TEXT, TWO_BYTES)) + length.to_bytes(2)
    else:
        head = bytes((TEXT, EIGHT_BYTES)) + length.to_bytes(8)
    return head + content
