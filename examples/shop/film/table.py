"""The scenes at the table: the cup, the taste, the gift.

Must never use randomness: the same second always looks the same.
"""

from __future__ import annotations

import math

from PIL import Image, ImageDraw

from examples.shop.film.brush import (
    WIDTH,
    Colour,
    blob,
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
from examples.shop.film.garden import INK, PALE, Paint, draw_leaf


def _draw_saucer(canvas: ImageDraw.ImageDraw, s: float) -> None:
    for inset, colour in ((0, (250, 248, 242)), (24, (238, 234, 224)), (60, (255, 254, 250))):
        canvas.ellipse((inset * s, inset * s, (560 - inset) * s, (560 - inset) * s), fill=(*colour, 255))


def build_colour() -> Paint:
    """The cup from above: the colour deepens, and three swatches name the time."""
    ground = gradient((214, 206, 190), (222, 214, 198), (204, 194, 176))
    saucer = sprite(560, 560, _draw_saucer)
    shade = puff(330, (60, 50, 30), 0.5)
    shine = puff(90, (255, 255, 255), 0.6)
    tones: list[Colour] = [(222, 222, 150), (190, 196, 92), (146, 152, 56)]
    labels = [words(text, 30, INK) for text in ("30 s", "60 s", "90 s")]
    leaves = turned(draw_leaf(60, (70, 104, 52)), 36)

    def paint(t: float) -> Image.Image:
        frame = ground.copy()
        place(frame, shade, 455, 405)
        place(frame, saucer, 440, 370)
        canvas = ImageDraw.Draw(frame)
        depth = min(2.0, t / 5)
        tone = mix(tones[int(depth)], tones[min(2, int(depth) + 1)], depth % 1) if depth < 2 else tones[2]
        canvas.ellipse((245, 175, 635, 565), fill=mix(tone, INK, 0.12))
        canvas.ellipse((253, 181, 627, 555), fill=tone)
        for i in range(3):
            age = (t * 0.33 + i / 3) % 1
            r = 20 + 160 * age
            canvas.ellipse((440 - r, 368 - r, 440 + r, 368 + r), outline=mix(tone, PALE, 0.45 * (1 - age)), width=3)
        for i in range(3):
            angle = t * 0.35 + i * 2.1
            place(frame, leaves[int(angle * 6) % 36], 440 + 95 * math.cos(angle), 368 + 82 * math.sin(angle))
        place(frame, shine, 360 + 12 * math.sin(t), 270)
        for i, tone_at in enumerate(tones):
            grown = ease((t - 0.8 - i * 3.2) / 1.2)
            if grown <= 0:
                continue
            r = 74 * grown
            y = 170 + 190 * i
            canvas.ellipse((920 - r, y - r, 920 + r, y + r), fill=tone_at, outline=(255, 255, 255), width=6)
            place(frame, faded(labels[i], grown), 1060, y)
        return frame

    return paint


def build_taste() -> Paint:
    """Five petals open: what the tongue finds."""
    ground = gradient((238, 206, 190), (244, 220, 204), (236, 196, 182))
    tastes = [
        ("Sweet", 0.95, (222, 120, 110)),
        ("Umami", 0.86, (120, 146, 84)),
        ("Fresh", 0.74, (110, 168, 150)),
        ("Floral", 0.6, (206, 150, 186)),
        ("Astringent", 0.36, (176, 136, 84)),
    ]
    petals = []
    for _, size, colour in tastes:
        length = int(262 * size)

        def draw(canvas: ImageDraw.ImageDraw, s: float, length: int = length, colour: tuple[int, ...] = colour) -> None:
            half = length * 0.3
            side = [(x, half * math.sin(math.pi * (x / length) ** 0.75)) for x in range(0, length + 1, 3)]
            outline = [((x + length) * s, (half + 4 - y) * s) for x, y in side] + [
                ((x + length) * s, (half + 4 + y) * s) for x, y in reversed(side)
            ]
            canvas.polygon(outline, fill=(*colour, 225))

        petals.append(sprite(length * 2, int(length * 0.6) + 8, draw))
    names = [words(name, 34, INK) for name, _, _ in tastes]
    heart = sprite(
        110,
        110,
        lambda canvas, s: canvas.polygon(
            [(55 * s + 48 * s * x, 55 * s + 48 * s * y) for x, y in blob(60, 0.03, 1)], fill=(255, 248, 236, 255)
        ),
    )

    def paint(t: float) -> Image.Image:
        frame = ground.copy()
        for i, (_, size, _) in enumerate(tastes):
            grown = ease((t - 0.4 - i * 1.3) / 1.6)
            if grown <= 0.02:
                continue
            angle = -90 + 72 * i + 6 * math.sin(t * 0.7 + i)
            petal = petals[i].resize((max(2, int(petals[i].width * grown)), max(2, int(petals[i].height * grown))))
            place(frame, petal.rotate(-angle, resample=Image.Resampling.BICUBIC, expand=True), 640, 395)
            reach = 262 * size * grown + 62
            place(
                frame,
                faded(names[i], grown),
                640 + reach * 1.2 * math.cos(math.radians(angle)),
                395 + reach * math.sin(math.radians(angle)),
            )
        place(frame, heart, 640, 395 + 3 * math.sin(t * 2))
        return frame

    return paint


def _tin(colour: Colour, label: str) -> Image.Image:
    def draw(canvas: ImageDraw.ImageDraw, s: float) -> None:
        canvas.rounded_rectangle((6 * s, 40 * s, 194 * s, 296 * s), 16 * s, fill=(*colour, 255))
        canvas.rounded_rectangle((0, 14 * s, 200 * s, 74 * s), 14 * s, fill=(*mix(colour, PALE, 0.22), 255))
        canvas.rectangle((30 * s, 120 * s, 170 * s, 250 * s), fill=(250, 246, 236, 255))
        canvas.rectangle((172 * s, 76 * s, 182 * s, 284 * s), fill=(*mix(colour, PALE, 0.18), 255))

    tin = sprite(200, 304, draw)
    place(tin, words(label, 24, INK), 100, 172)
    place(
        tin,
        sprite(
            60,
            30,
            lambda canvas, s: canvas.line([(4 * s, 15 * s), (56 * s, 15 * s)], fill=(*colour, 255), width=int(3 * s)),
        ),
        100,
        206,
    )
    return tin


def _draw_box(canvas: ImageDraw.ImageDraw, s: float) -> None:
    canvas.rounded_rectangle((0, 0, 860 * s, 220 * s), 10 * s, fill=(214, 178, 128, 255))
    for y in (46, 92, 150, 190):
        canvas.line([(20 * s, y * s), (840 * s, (y + 5) * s)], fill=(196, 158, 108, 255), width=int(3 * s))


def build_gift() -> Paint:
    """Three tins step out of a wooden box, and a red cord is drawn across it."""
    ground = gradient((34, 42, 62), (44, 54, 78), (26, 32, 48))
    tins = [_tin((92, 128, 84), "SENCHA"), _tin((52, 84, 92), "GYOKURO"), _tin((150, 72, 56), "BLACK")]
    box = sprite(860, 220, _draw_box)
    spark = puff(26, (255, 236, 190), 1.0)
    title, price = words("The Asagiri Box", 54, PALE), words("JPY 4,980", 36, (240, 206, 150))

    def paint(t: float) -> Image.Image:
        frame = ground.copy()
        for i, tin in enumerate(tins):
            up = ease((t - 0.6 - i * 1.2) / 1.5)
            place(frame, tin, 400 + 240 * i, 640 - 250 * up + 5 * math.sin(t * 1.6 + i))
        place(frame, box, 640, 610)
        canvas = ImageDraw.Draw(frame)
        drawn = ease((t - 4.6) / 2)
        if drawn > 0:
            canvas.rectangle((210, 596, 210 + 860 * drawn, 618), fill=(190, 48, 52))
        knot = ease((t - 6.4) / 1)
        if knot > 0:
            for side in (-1, 1):
                canvas.ellipse(
                    (640 + side * 46 * knot - 42 * knot, 578, 640 + side * 46 * knot + 42 * knot, 634),
                    outline=(190, 48, 52),
                    width=14,
                )
            canvas.ellipse((622, 588, 658, 626), fill=(164, 34, 42))
        for i in range(18):
            age = (t * 0.25 + i * 0.377) % 1
            place(frame, faded(spark, math.sin(math.pi * age)), (i * 173 + 60) % WIDTH, 80 + (i * 97) % 380 - 60 * age)
        place(frame, faded(title, ease((t - 7) / 1)), 640, 110)
        place(frame, faded(price, ease((t - 7.8) / 1)), 640, 176)
        return frame

    return paint
