"""Draw the three notice tones into static/sounds, so that they carry nobody's licence."""

import math
import wave
from array import array
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

RATE = 8_000  # Hz: the tones end at 2.4 kHz with their overtones
LOUDNESS = (
    0.126  # root mean square of full scale: -18 dBFS, close to -18 LUFS for tones of this pitch
)
ATTACK = 0.012  # seconds
OVERTONES = ((1, 1.0), (2, 0.22), (3, 0.06))  # multiple of the pitch, share of its strength

# (start in seconds, pitch in Hz, length in seconds)
SOUNDS = {
    "visitor": ((0.0, 523.25, 0.34), (0.13, 659.26, 0.36), (0.26, 783.99, 0.55)),
    "message": ((0.0, 587.33, 0.38),),
    "transfer": ((0.0, 659.26, 0.34), (0.17, 523.25, 0.46)),
}


class Command(BaseCommand):
    help = (
        "Write static/sounds/*.wav: a new visitor (rising), a message (one tone), a transfer (two)."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        folder = Path(settings.BASE_DIR) / "static" / "sounds"
        folder.mkdir(parents=True, exist_ok=True)
        for name, tones in SOUNDS.items():
            write(folder / f"{name}.wav", levelled(mixed(tones)))
            self.stdout.write(f"{name}.wav")


def mixed(tones: tuple[tuple[float, float, float], ...]) -> list[float]:
    end = max(start + length for start, _, length in tones)
    samples = [0.0] * int(end * RATE)
    for start, pitch, length in tones:
        offset = int(start * RATE)
        for index in range(int(length * RATE)):
            samples[offset + index] += tone(index / RATE, pitch, length)
    return samples


def tone(at: float, pitch: float, length: float) -> float:
    """Return the sample of a bell-like tone: quick rise, long fade, silent at its end."""
    rise = min(1.0, at / ATTACK)
    fade = math.exp(-4.5 * at / length) * (1 - at / length)
    return (
        rise
        * fade
        * sum(
            share * math.sin(2 * math.pi * pitch * multiple * at) for multiple, share in OVERTONES
        )
    )


def levelled(samples: list[float]) -> list[float]:
    power = math.sqrt(sum(sample * sample for sample in samples) / len(samples))
    peak = max(abs(sample) for sample in samples)
    gain = min(LOUDNESS / power, 0.89 / peak)  # never above -1 dBFS
    return [sample * gain for sample in samples]


def write(path: Path, samples: list[float]) -> None:
    frames = array("h", (round(sample * 32_767) for sample in samples))
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(frames.tobytes())
