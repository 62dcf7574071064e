"""The scenes before the table: the garden, the steam, the pour; each is built once, then painted at any time.

Must never use randomness: the same second always looks the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from PIL import Image, ImageDraw

from examples.shop.film.brush import (
    WIDTH,
    Colour,
    ease,
    faded,
    gradient,
    mix,
    place,
    puff,
    sprite,
    turned,
    words,
)

Paint = Callable[[float], Image.Image]

INK: Colour = (38, 50, 43)
LEAF: Colour = (92, 128, 71)
PALE: Colour = (246, 243, 232)


def _hills(height: int, colour: Colour, waves: float, phase: float) -> Image.Image:
    def draw(canvas: ImageDraw.ImageDraw, s: float) -> None:
        crest = [
            (
                x * s,
                (height * (0.35 + 0.22 * math.sin(x / WIDTH * waves + phase) + 0.08 * math.sin(x / 90 + phase))) * s,
            )
            for x in range(-20, WIDTH + 21, 10)
        ]
        canvas.polygon([*crest, ((WIDTH + 20) * s, height * s), (-20 * s, height * s)], fill=(*colour, 255))

    return sprite(WIDTH, height, draw)


def _tea_rows() -> Image.Image:
    width, height = WIDTH + 160, 340

    def draw(canvas: ImageDraw.ImageDraw, s: float) -> None:
        for row in range(7):
            top = 10 + row * row * 6 + row * 10
            thick = 34 + row * 12
            colour = mix((128, 160, 92), (44, 84, 52), row / 6)
            line = [
                (x * s, (top + 16 * math.sin(x / 210 + row * 0.9) + 5 * math.sin(x / 26 + row * 2)) * s)
                for x in range(0, width + 9, 8)
            ]
            canvas.polygon(
                [*line, *[(x, y + thick * 1.6 * s) for x, y in reversed(line)]], fill=(*mix(colour, INK, 0.35), 255)
            )
            canvas.polygon([*line, *[(x, y + thick * s) for x, y in reversed(line)]], fill=(*colour, 255))

    return sprite(width, height, draw)


def build_garden() -> Paint:
    """The sun comes up behind rows of tea."""
    sky = gradient((236, 190, 170), (250, 222, 190), (252, 240, 214))
    day = gradient((156, 200, 214), (214, 230, 220), (250, 244, 220))
    glow = puff(260, (255, 236, 180), 0.85)
    disc = sprite(
        132, 132, lambda canvas, s: canvas.ellipse((6 * s, 6 * s, 126 * s, 126 * s), fill=(255, 214, 120, 255))
    )
    far = _hills(300, (158, 176, 168), 5.0, 0.4)
    middle = _hills(280, (116, 150, 128), 7.0, 2.1)
    rows = _tea_rows()
    mist = puff(210, (255, 250, 240), 0.5).resize((760, 150))
    bird = sprite(
        44,
        22,
        lambda canvas, s: canvas.line(
            [(2 * s, 4 * s), (14 * s, 10 * s), (22 * s, 18 * s), (30 * s, 10 * s), (42 * s, 4 * s)],
            fill=(70, 70, 76, 255),
            width=int(2.4 * s),
            joint="curve",
        ),
    )

    def paint(t: float) -> Image.Image:
        frame = Image.blend(sky, day, ease(t / 12) * 0.8)
        y = 470 - 300 * ease(t / 11)
        place(frame, glow, 880, y)
        place(frame, disc, 880, y)
        place(frame, far, WIDTH / 2, 430)
        for i in range(2):
            place(frame, mist, (t * 26 + i * 720) % 1900 - 300, 415 + 24 * i)
        place(frame, middle, WIDTH / 2, 490)
        place(frame, mist, 1500 - (t * 34) % 2000, 500)
        place(frame, rows, WIDTH / 2 + 70 - t * 11, 640)
        for i in range(3):
            place(frame, bird, 180 + t * 62 + i * 58, 190 + 26 * i + 10 * math.sin(t * 2 + i))
        return frame

    return paint


def draw_leaf(length: int, colour: Colour) -> Image.Image:
    def draw(canvas: ImageDraw.ImageDraw, s: float) -> None:
        half = length * 0.24
        upper = [
            (x * s, (half - half * math.sin(math.pi * x / length) ** 0.8 + 2) * s) for x in range(0, length + 1, 2)
        ]
        lower = [(x * s, (half + half * math.sin(math.pi * x / length) ** 0.8 + 2) * s) for x in range(length, -1, -2)]
        canvas.polygon([*upper, *lower], fill=(*colour, 255))
        canvas.line(
            [(0, (half + 2) * s), (length * s, (half + 2) * s)], fill=(*mix(colour, PALE, 0.4), 255), width=int(1.4 * s)
        )

    return sprite(length + 2, int(length * 0.5) + 6, draw)


def _basket() -> Image.Image:
    def draw(canvas: ImageDraw.ImageDraw, s: float) -> None:
        canvas.polygon(
            [(40 * s, 70 * s), (820 * s, 70 * s), (720 * s, 300 * s), (140 * s, 300 * s)], fill=(150, 110, 70, 255)
        )
        for i in range(20):
            x = 40 + i * 41
            canvas.line(
                [(x * s, 70 * s), ((430 + (x - 430) * 0.75) * s, 300 * s)], fill=(120, 84, 52, 255), width=int(5 * s)
            )
        for y in range(100, 300, 34):
            inset = 44 + (y - 70) * 0.43
            canvas.line([(inset * s, y * s), ((860 - inset) * s, y * s)], fill=(176, 136, 92, 255), width=int(7 * s))
        canvas.ellipse((30 * s, 20 * s, 830 * s, 130 * s), fill=(186, 146, 100, 255))
        canvas.ellipse((60 * s, 32 * s, 800 * s, 122 * s), fill=(70, 96, 56, 255))

    return sprite(860, 310, draw)


def build_steam() -> Paint:
    """Leaves fall into a bamboo basket, and steam rises from it."""
    ground = gradient((58, 66, 60), (92, 98, 84), (150, 140, 112))
    basket = _basket()
    kinds = [turned(draw_leaf(86, mix(LEAF, (156, 186, 104), i / 2)), 24) for i in range(3)]
    clouds = [puff(radius, (250, 248, 240), 0.42) for radius in (90, 130, 170)]
    heap = [
        (430 + 330 * math.cos(i * 2.4) * math.sqrt(i / 60), 600 + 30 * math.sin(i * 2.4) * math.sqrt(i / 60))
        for i in range(60)
    ]

    def paint(t: float) -> Image.Image:
        frame = ground.copy()
        place(frame, basket, WIDTH / 2, 640)
        for i, (x, y) in enumerate(heap[: int(12 + 48 * min(1.0, t / 10))]):
            place(frame, kinds[i % 3][i * 7 % 24], x + WIDTH / 2 - 430, y - 40)
        for i in range(22):
            age = (t * 0.42 + i * 0.618) % 1
            x = WIDTH / 2 + 340 * math.sin(i * 2.1) + 40 * math.sin(t * 1.7 + i)
            place(frame, kinds[i % 3][int(t * 14 + i * 5) % 24], x, -60 + 620 * age)
        for i in range(12):
            age = (t * 0.17 + i / 12) % 1
            x = WIDTH / 2 + 260 * math.sin(i * 1.9) + 70 * math.sin(t * 0.8 + i) * age
            place(frame, faded(clouds[i % 3], math.sin(math.pi * age)), x, 600 - 520 * age)
        return frame

    return paint


def _teapot() -> Image.Image:
    dark: Colour = (54, 52, 50)

    def draw(canvas: ImageDraw.ImageDraw, s: float) -> None:
        canvas.polygon([(96 * s, 190 * s), (20 * s, 120 * s), (44 * s, 104 * s), (150 * s, 150 * s)], fill=(*dark, 255))
        canvas.rounded_rectangle((330 * s, 150 * s, 500 * s, 196 * s), 22 * s, fill=(*mix(dark, (0, 0, 0), 0.2), 255))
        canvas.ellipse((80 * s, 90 * s, 370 * s, 320 * s), fill=(*dark, 255))
        canvas.ellipse((104 * s, 112 * s, 300 * s, 230 * s), fill=(*mix(dark, PALE, 0.12), 255))
        canvas.ellipse((140 * s, 78 * s, 310 * s, 126 * s), fill=(*mix(dark, PALE, 0.2), 255))
        canvas.ellipse((205 * s, 52 * s, 245 * s, 92 * s), fill=(*mix(dark, PALE, 0.3), 255))

    return sprite(520, 350, draw)


def build_pour() -> Paint:
    """A black teapot fills a glass cup; a gauge says how warm the water is."""
    ground = gradient((232, 222, 200), (240, 232, 214), (206, 188, 156))
    pot = _teapot().rotate(24, resample=Image.Resampling.BICUBIC, expand=True)
    table = sprite(WIDTH, 150, lambda canvas, s: canvas.rectangle((0, 0, WIDTH * s, 150 * s), fill=(158, 122, 84, 255)))
    glass = sprite(
        300,
        250,
        lambda canvas, s: canvas.rounded_rectangle(
            (10 * s, 0, 290 * s, 240 * s),
            60 * s,
            fill=(255, 255, 255, 70),
            outline=(255, 255, 255, 220),
            width=int(6 * s),
        ),
    )
    steam = puff(90, (255, 255, 255), 0.5)
    label = words("70°C", 92, INK)
    note = words("not boiling: it keeps the sweetness", 26, (92, 84, 66))
    tea: Colour = (190, 190, 84)

    def paint(t: float) -> Image.Image:
        frame = ground.copy()
        place(frame, table, WIDTH / 2, 660)
        canvas = ImageDraw.Draw(frame)
        full = ease((t - 1.2) / 9)
        top = 590 - 180 * full
        if full > 0:
            canvas.rounded_rectangle((420, top, 670, 596), 36, fill=tea)
            canvas.ellipse((420, top - 12, 670, top + 14), fill=mix(tea, PALE, 0.35))
        tilt = 14 * math.sin(t * 0.9)
        if 0.8 < t < 10.6:
            wave = 3 * math.sin(t * 17)
            canvas.polygon(
                [(546 + wave, 300 + tilt), (560 + wave, 302 + tilt), (552, top + 4), (539, top + 4)],
                fill=mix(tea, PALE, 0.15),
            )
            for i in range(5):
                age = (t * 1.6 + i / 5) % 1
                canvas.ellipse(
                    (
                        535 + 44 * math.sin(i * 3.1) * age,
                        top - 26 * age,
                        543 + 44 * math.sin(i * 3.1) * age,
                        top + 8 - 26 * age,
                    ),
                    fill=mix(tea, PALE, 0.5),
                )
        place(frame, glass, 545, 490)
        place(frame, pot, 780, 250 + tilt)
        for i in range(5):
            age = (t * 0.3 + i / 5) % 1
            place(
                frame,
                faded(steam, math.sin(math.pi * age) * full),
                545 + 60 * math.sin(i * 2 + t),
                top - 30 - 230 * age,
            )
        heat = ease(t / 4)
        canvas.rounded_rectangle((150, 180, 178, 520), 14, fill=(255, 255, 255))
        canvas.rounded_rectangle((155, 515 - 230 * heat, 173, 516), 9, fill=(196, 84, 56))
        canvas.ellipse((134, 494, 194, 554), fill=(196, 84, 56))
        place(frame, faded(label, heat), 310, 270)
        place(frame, faded(note, ease((t - 3) / 2)), 1010, 560)
        return frame

    return paint
