"""The film's sound: a few plucked notes for each scene, with water, wind and steam as filtered noise.

Must never be loud, nor differ from one making to the next.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RATE = 44_100
Samples = NDArray[np.float64]

# A Japanese pentatonic scale (in-sen on D), in semitones from A4.
SCALE = [-7, -6, -2, 0, 3, 5, 6, 10]
MELODIES: dict[str, list[int]] = {
    "garden": [0, 2, 3, 5, 3, 2],
    "steam": [1, 3, 4, 3, 1, 0],
    "pour": [3, 4, 6, 4, 7, 6],
    "colour": [2, 3, 5, 6, 5, 3],
    "taste": [4, 6, 7, 6, 4, 3],
    "gift": [0, 3, 5, 7, 5, 7],
    "whisk": [2, 4, 5, 4, 6, 7],
    "roast": [0, 1, 3, 1, 2, 0],
    "ice": [5, 7, 6, 7, 5, 3],
}
# How much of which noise: loudness and how bright it is (0 dull, 1 bright).
AIR: dict[str, tuple[float, float]] = {
    "garden": (0.05, 0.05),
    "steam": (0.10, 0.5),
    "pour": (0.16, 0.25),
    "colour": (0.02, 0.1),
    "taste": (0.02, 0.05),
    "gift": (0.02, 0.3),
    "whisk": (0.12, 0.6),
    "roast": (0.14, 0.15),
    "ice": (0.08, 0.7),
}


def pluck(semitones: int, seconds: float) -> Samples:
    """Return one plucked string: four partials, each dying away faster than the one below."""
    time = np.arange(int(seconds * RATE)) / RATE
    pitch = 440 * 2 ** ((semitones - 12) / 12)
    tone = np.zeros_like(time)
    for partial, level in ((1, 1.0), (2, 0.5), (3, 0.25), (4, 0.12)):
        tone += level * np.sin(2 * np.pi * pitch * partial * time) * np.exp(-time * (1.4 + partial))
    tone[:220] *= np.linspace(0, 1, 220)
    return tone


def compose_scene(name: str, seconds: float, noise: np.random.Generator) -> Samples:
    """Return the sound of one scene, faded at both ends."""
    out = np.zeros(int(seconds * RATE))
    step = seconds / len(MELODIES[name])
    for i, degree in enumerate(MELODIES[name]):
        for offset, semitones, level in ((0.0, SCALE[degree], 0.24), (step / 2, SCALE[degree] - 12, 0.12)):
            start = int((i * step + offset) * RATE)
            note = pluck(semitones, 2.6)[: len(out) - start]
            out[start : start + len(note)] += level * note
    level, brightness = AIR[name]
    air = noise.standard_normal(len(out))
    width = max(2, int(60 * (1 - brightness)))
    air = np.convolve(air, np.ones(width) / width, mode="same") * np.sqrt(width)
    swell = 0.6 + 0.4 * np.sin(np.arange(len(out)) / RATE * 1.3)
    out += level * 0.25 * air * swell
    fade = int(0.25 * RATE)
    out[:fade] *= np.linspace(0, 1, fade)
    out[-fade:] *= np.linspace(1, 0, fade)
    return out


def compose(scenes: list[tuple[str, float]]) -> bytes:
    """Return the whole sound as 16-bit mono samples; `scenes` are names with their length in seconds."""
    noise = np.random.default_rng(7)
    whole = np.concatenate([compose_scene(name, seconds, noise) for name, seconds in scenes])
    return bytes((np.clip(whole, -1, 1) * 32_000).astype("<i2").data)
