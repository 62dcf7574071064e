"""Colours, curves and sprites: what every scene is painted with.

Must never paint a whole frame with smooth edges: shapes are drawn large once, reduced, and then only placed.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

WIDTH, HEIGHT = 1280, 720
SMOOTH = 3

Colour = tuple[int, int, int]
Draw = Callable[[ImageDraw.ImageDraw, float], None]


def mix(a: Colour, b: Colour, share: float) -> Colour:
    """Return the colour that lies at `share` (0 to 1) between `a` and `b`."""
    s = min(1.0, max(0.0, share))
    return (
        round(a[0] + (b[0] - a[0]) * s),
        round(a[1] + (b[1] - a[1]) * s),
        round(a[2] + (b[2] - a[2]) * s),
    )


def ease(share: float) -> float:
    """Return `share` (0 to 1, clamped) with a soft start and a soft end."""
    s = min(1.0, max(0.0, share))
    return s * s * (3 - 2 * s)


def gradient(*stops: Colour, size: tuple[int, int] = (WIDTH, HEIGHT)) -> Image.Image:
    """Return a frame that goes through `stops` from top to bottom."""
    width, height = size
    at = np.linspace(0, 1, len(stops))
    rows = np.linspace(0, 1, height)
    columns = [np.interp(rows, at, [stop[channel] for stop in stops]) for channel in range(3)]
    pixels = np.repeat(np.stack(columns, axis=1)[:, None, :], width, axis=1)
    return Image.fromarray(pixels.round().astype(np.uint8), "RGB")


def sprite(width: int, height: int, draw: Draw, blur: float = 0) -> Image.Image:
    """Return what `draw(canvas, scale)` paints, with smooth edges and a transparent ground."""
    large = Image.new("RGBA", (width * SMOOTH, height * SMOOTH), (0, 0, 0, 0))
    draw(ImageDraw.Draw(large), SMOOTH)
    small = large.resize((width, height), Image.Resampling.LANCZOS)
    return small.filter(ImageFilter.GaussianBlur(blur)) if blur else small


def puff(radius: int, colour: Colour, strength: float) -> Image.Image:
    """Return a soft round cloud: steam, mist or glow."""
    span = np.linspace(-1, 1, radius * 2)
    distance = np.sqrt(span[None, :] ** 2 + span[:, None] ** 2)
    alpha = np.clip(1 - distance, 0, 1) ** 2 * 255 * strength
    pixels = np.empty((radius * 2, radius * 2, 4), np.uint8)
    pixels[..., :3] = colour
    pixels[..., 3] = alpha.astype(np.uint8)
    return Image.fromarray(pixels, "RGBA")


def turned(image: Image.Image, steps: int) -> list[Image.Image]:
    """Return `image` turned by equal steps once around."""
    return [image.rotate(360 * step / steps, resample=Image.Resampling.BICUBIC, expand=True) for step in range(steps)]


def place(frame: Image.Image, image: Image.Image, x: float, y: float) -> None:
    """Put a sprite on the frame with its centre at `x, y`."""
    left, top = round(x - image.width / 2), round(y - image.height / 2)
    frame.paste(image, (left, top), image)


def faded(image: Image.Image, share: float) -> Image.Image:
    """Return a sprite with its opacity multiplied by `share`."""
    if share >= 1:
        return image
    copy = image.copy()
    copy.putalpha(image.getchannel("A").point([round(level * max(0.0, share)) for level in range(256)]))
    return copy


def words(text: str, size: int, colour: Colour = (255, 255, 255)) -> Image.Image:
    """Return a line of Latin text in the font that comes with Pillow."""
    font = ImageFont.load_default(size)
    left, top, right, bottom = font.getbbox(text)
    image = Image.new("RGBA", (math.ceil(right - left) + 4, math.ceil(bottom - top) + 4), (*colour, 0))
    ImageDraw.Draw(image).text((2 - left, 2 - top), text, font=font, fill=(*colour, 255))
    return image


def blob(points: int, wobble: float, seed: float) -> list[tuple[float, float]]:
    """Return a closed, slightly uneven unit circle."""
    outline = []
    for i in range(points):
        angle = 2 * math.pi * i / points
        radius = 1 + wobble * math.sin(3 * angle + seed) + wobble * 0.6 * math.cos(5 * angle + seed * 2)
        outline.append((radius * math.cos(angle), radius * math.sin(angle)))
    return outline
