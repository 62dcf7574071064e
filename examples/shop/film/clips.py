"""The vertical clips, one for each of three products: a whisk, a roasting pan, a bottle on ice.

Must never use randomness: the same second always looks the same.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from PIL import Image, ImageDraw

from examples.shop.film.brush import (
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
from examples.shop.film.garden import PALE, Paint, draw_leaf

SIZE = (540, 960)
MIDDLE = 270


def _bowl() -> Image.Image:
    def draw(canvas: ImageDraw.ImageDraw, s: float) -> None:
        for inset, colour in ((0, (44, 46, 50)), (12, (74, 76, 80)), (26, (34, 36, 40)), (44, (56, 58, 60))):
            canvas.ellipse((inset * s, inset * s, (470 - inset) * s, (470 - inset) * s), fill=(*colour, 255))

    return sprite(470, 470, draw)


def _whisk() -> Image.Image:
    """The bamboo whisk as one sees it from above: a handle in a ring of tines."""

    def draw(canvas: ImageDraw.ImageDraw, s: float) -> None:
        for i in range(40):
            angle = 2 * math.pi * i / 40
            x, y = math.cos(angle), math.sin(angle)
            canvas.line(
                [((90 + 34 * x) * s, (90 + 34 * y) * s), ((90 + 84 * x) * s, (90 + 84 * y) * s)],
                fill=(226, 200, 148, 255),
                width=int(4 * s),
            )
        canvas.ellipse((46 * s, 46 * s, 134 * s, 134 * s), fill=(206, 174, 118, 255))
        canvas.ellipse((52 * s, 52 * s, 128 * s, 128 * s), outline=(74, 62, 52, 255), width=int(5 * s))
        canvas.ellipse((64 * s, 64 * s, 116 * s, 116 * s), fill=(228, 202, 152, 255))
        canvas.ellipse((76 * s, 76 * s, 104 * s, 104 * s), fill=(180, 146, 94, 255))

    return sprite(180, 180, draw)


def _foam() -> Image.Image:
    def draw(canvas: ImageDraw.ImageDraw, s: float) -> None:
        canvas.ellipse((0, 0, 366 * s, 366 * s), fill=(158, 184, 92, 255))
        for i in range(420):
            reach = 176 * math.sqrt(i / 420)
            x, y, r = 183 + reach * math.cos(i * 2.4), 183 + reach * math.sin(i * 2.4), 2.5 + 5 * abs(math.sin(i * 1.7))
            tone = mix((176, 200, 110), (214, 226, 160), abs(math.sin(i * 0.9)))
            canvas.ellipse(((x - r) * s, (y - r) * s, (x + r) * s, (y + r) * s), fill=(*tone, 200))

    return sprite(366, 366, draw)


def _draw_powder(canvas: ImageDraw.ImageDraw, s: float) -> None:
    for size, tone in ((1.0, (98, 132, 40)), (0.78, (116, 152, 50)), (0.46, (134, 170, 62))):
        heap = [
            (95 * s + 88 * s * size * x, (75 - 8 * (1 - size)) * s + 64 * s * size * y) for x, y in blob(80, 0.06, 2)
        ]
        canvas.polygon(heap, fill=(*tone, 255))


def build_whisk() -> Paint:
    """From above: green powder, hot water, and a whisk that beats it to foam."""
    ground = gradient((206, 186, 158), (188, 164, 132), (164, 138, 106), size=SIZE)
    canvas = ImageDraw.Draw(ground)
    for x in range(0, SIZE[0], 18):
        canvas.line([(x, 0), (x, SIZE[1])], fill=(176, 152, 120), width=2)
    shade, bowl, whisk, foam = puff(300, (50, 36, 20), 0.7), _bowl(), _whisk(), _foam()
    steam = puff(110, (255, 255, 250), 0.45)
    powder = sprite(190, 150, _draw_powder)
    stream = sprite(
        60, 520, lambda c, s: c.rounded_rectangle((18 * s, 0, 42 * s, 520 * s), 12 * s, fill=(236, 242, 240, 210))
    )
    water: Colour = (112, 140, 56)

    def paint(t: float) -> Image.Image:
        frame = ground.copy()
        place(frame, shade, MIDDLE + 16, 512)
        place(frame, bowl, MIDDLE, 480)
        drawn = ImageDraw.Draw(frame)
        full = ease((t - 1.8) / 1.6)
        if t < 3.4:
            heap = faded(powder, ease((t + 0.4) / 1.4) * (1 - full))
            place(frame, heap, MIDDLE - 10, 490)
        if full > 0:
            r = 183 * math.sqrt(full)
            drawn.ellipse((MIDDLE - r, 480 - r, MIDDLE + r, 480 + r), fill=mix(water, (138, 166, 72), full))
        if 1.8 < t < 3.5:
            place(frame, faded(stream, min(1.0, (3.5 - t) * 3)), MIDDLE + 6, 230 + 4 * math.sin(t * 20))
        beaten = ease((t - 4.2) / 4)
        if beaten > 0:
            place(frame, faded(foam, beaten).rotate(8 * math.sin(t * 0.8)), MIDDLE, 480)
        if t > 3.6:
            come, gone = ease((t - 3.6) / 0.6), ease((t - 8.6) / 0.9)
            beat = math.sin(t * 21) * (1 - gone) * come
            x, y = MIDDLE + 96 * beat, 480 + 40 * math.sin(t * 2.6) * (1 - gone) - 620 * (1 - come) - 640 * gone
            for step, strength in ((0.05, 0.25), (0.025, 0.45), (0.0, 1.0)):
                past = MIDDLE + 96 * math.sin((t - step) * 21) * (1 - gone) * come
                place(frame, whisk if strength == 1 else faded(whisk, strength), x if strength == 1 else past, y)
        for i in range(3):
            age = (t * 0.26 + i / 3) % 1
            place(frame, faded(steam, math.sin(math.pi * age) * full * 0.8), 190 + 80 * i, 420 - 320 * age)
        return frame

    return paint


def _pan() -> Image.Image:
    def draw(canvas: ImageDraw.ImageDraw, s: float) -> None:
        canvas.rounded_rectangle((392 * s, 96 * s, 620 * s, 128 * s), 16 * s, fill=(96, 66, 44, 255))
        canvas.ellipse((0, 24 * s, 430 * s, 214 * s), fill=(22, 20, 20, 255))
        canvas.ellipse((0, 0, 430 * s, 180 * s), fill=(66, 62, 60, 255))
        canvas.ellipse((14 * s, 10 * s, 416 * s, 168 * s), fill=(38, 34, 33, 255))

    return sprite(620, 220, draw)


def build_roast() -> Paint:
    """At night over charcoal: leaves leap in an iron pan and turn from green to brown."""
    ground = gradient((18, 16, 22), (34, 24, 24), (76, 34, 20), size=SIZE)
    pan = _pan()
    glow, ember = puff(320, (255, 120, 40), 0.8), puff(60, (255, 176, 80), 1.0)
    smoke = [puff(radius, (226, 214, 200), 0.26) for radius in (80, 120, 150)]
    tones = [mix((110, 142, 72), (122, 72, 36), i / 5) for i in range(6)]
    leaves = [turned(draw_leaf(62, tone), 24) for tone in tones]
    heat = [words(text, 64, (255, 214, 150)) for text in ("120°C", "160°C", "200°C")]

    def paint(t: float) -> Image.Image:
        frame = ground.copy()
        flicker = 0.75 + 0.25 * math.sin(t * 9) * math.sin(t * 5.3)
        place(frame, faded(glow, flicker), MIDDLE, 860)
        for i in range(14):
            place(frame, faded(ember, 0.5 + 0.5 * math.sin(t * 7 + i * 2)), 40 + i * 36, 880 + 26 * math.sin(i * 2.3))
        sway = 26 * math.sin(t * 5.2)
        place(frame, pan, MIDDLE + 80 + sway, 690)
        brown = ease(t / 9)
        for i in range(46):
            angle, reach = i * 2.4, math.sqrt(i / 46)
            leap = max(0.0, math.sin(t * 5.2 + i * 0.37)) * (150 + 200 * abs(math.sin(i * 3.1)))
            tone = min(5, int(brown * 5 + 0.9 * abs(math.sin(i * 5.7))))
            x = MIDDLE - 14 + sway + 168 * reach * math.cos(angle)
            y = 664 + 52 * reach * math.sin(angle) - leap
            place(frame, leaves[tone][int(t * 12 + i * 5) % 24], x, y)
        for i in range(8):
            age = (t * 0.2 + i / 8) % 1
            x = MIDDLE + 120 * math.sin(i * 1.9) + 60 * math.sin(t + i) * age
            place(frame, faded(smoke[i % 3], math.sin(math.pi * age) * brown), x, 560 - 520 * age)
        for i in range(12):
            age = (t * 0.5 + i * 0.618) % 1
            r = 2.4 * (1 - age)
            x, y = 60 + (i * 131) % 420 + 20 * math.sin(t * 3 + i), 860 - 620 * age
            ImageDraw.Draw(frame).ellipse((x - r, y - r, x + r, y + r), fill=(255, 190, 110))
        at = min(2, int(t / 3))
        place(frame, faded(heat[at], ease((t - at * 3) / 0.6)), MIDDLE, 190)
        return frame

    return paint


def _bottle() -> Image.Image:
    def draw(canvas: ImageDraw.ImageDraw, s: float) -> None:
        glass, edge, width = (255, 255, 255, 46), (255, 255, 255, 210), int(5 * s)
        canvas.rounded_rectangle((10 * s, 150 * s, 250 * s, 600 * s), 54 * s, fill=glass, outline=edge, width=width)
        canvas.polygon([(90 * s, 60 * s), (170 * s, 60 * s), (214 * s, 170 * s), (46 * s, 170 * s)], fill=glass)
        canvas.line([(90 * s, 60 * s), (50 * s, 164 * s)], fill=edge, width=width)
        canvas.line([(170 * s, 60 * s), (210 * s, 164 * s)], fill=edge, width=width)
        canvas.rounded_rectangle((82 * s, 30 * s, 178 * s, 70 * s), 12 * s, outline=edge, width=width)
        canvas.rounded_rectangle((34 * s, 200 * s, 50 * s, 520 * s), 8 * s, fill=(255, 255, 255, 130))

    return sprite(260, 610, draw)


def _cube() -> Image.Image:
    def draw(canvas: ImageDraw.ImageDraw, s: float) -> None:
        canvas.rounded_rectangle(
            (4 * s, 4 * s, 66 * s, 66 * s),
            14 * s,
            fill=(240, 252, 255, 130),
            outline=(255, 255, 255, 235),
            width=int(4 * s),
        )
        canvas.line([(18 * s, 20 * s), (36 * s, 14 * s)], fill=(255, 255, 255, 255), width=int(5 * s))

    return sprite(70, 70, draw)


def build_ice() -> Paint:
    """By day: ice falls into a bottle, and cold water turns green by itself."""
    ground = gradient((126, 196, 204), (176, 220, 216), (232, 240, 224), size=SIZE)
    bottle, cubes = _bottle(), turned(_cube(), 24)
    ray = sprite(
        120,
        1300,
        lambda c, s: c.polygon(
            [(40 * s, 0), (80 * s, 0), (120 * s, 1300 * s), (0, 1300 * s)], fill=(255, 255, 255, 38)
        ),
    )
    rays = [ray.rotate(angle, resample=Image.Resampling.BICUBIC, expand=True) for angle in (-38, -24, -10)]
    leaves = turned(draw_leaf(54, (74, 112, 60)), 24)
    shade = puff(190, (60, 90, 70), 0.5).resize((380, 90))
    drop = puff(7, (255, 255, 255), 1.0)
    hours = [words(text, 58, (38, 74, 66)) for text in ("0 h", "1 h", "2 h", "3 h")]
    clear: Colour = (206, 232, 226)
    green: Colour = (176, 196, 92)

    def paint(t: float) -> Image.Image:
        frame = ground.copy()
        for i, beam in enumerate(rays):
            place(frame, faded(beam, 0.7 + 0.3 * math.sin(t * 0.8 + i)), 420 + 30 * i, 300)
        place(frame, shade, MIDDLE, 836)
        drawn = ImageDraw.Draw(frame)
        steeped, full = ease((t - 3) / 7), ease(t / 2.4)
        top = 826 - 330 * full - 30 * ease((t - 2) / 3)
        tone = mix(clear, green, steeped)
        if full > 0.02:
            drawn.rounded_rectangle((152, top, 388, 828), 44, fill=tone)
            drawn.ellipse((152, top - 12, 388, top + 14), fill=mix(tone, PALE, 0.5))
        for i in range(16):
            swim = t * 0.5 + i * 1.7
            sunk = ease((t - 1.4 - i * 0.12) / 1.2)
            y = top + 30 + (250 - 120 * abs(math.sin(swim * 0.7))) * sunk * (0.4 + 0.6 * abs(math.sin(i * 2.3)))
            place(frame, faded(leaves[int(swim * 5) % 24], sunk), MIDDLE + 84 * math.sin(swim), y)
        for i in range(5):
            fallen = (t - 2.2 - i * 0.55) / 0.5
            if fallen <= 0:
                continue
            rest = top + 12 + 8 * math.sin(t * 2.2 + i)
            y = 40 + (rest - 40) * min(1.0, fallen) ** 2
            turn = int(t * 6 + i * 5) % 24 if fallen < 1 else (i * 7 + int(2 * math.sin(t + i))) % 24
            place(frame, cubes[turn], MIDDLE - 76 + i * 38, y)
        place(frame, bottle, MIDDLE, 530)
        for i in range(26):
            slide = max(0.0, t - 4 - (i % 5)) * (4 + 6 * (i % 3))
            place(frame, faded(drop, ease((t - 3 - i * 0.12) / 1)), 156 + (i * 97) % 232, 420 + (i * 61) % 330 + slide)
        hour = min(3, int(max(0.0, t - 3) / 2))
        place(frame, faded(hours[hour], ease((t - (3 + hour * 2 if hour else 0)) / 0.5)), MIDDLE, 150)
        return frame

    return paint


BUILDERS: dict[str, Callable[[], Paint]] = {"whisk": build_whisk, "roast": build_roast, "ice": build_ice}
"""The clips' scenes by their ids in `clips.json`."""
