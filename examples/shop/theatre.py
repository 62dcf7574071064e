"""Where the shop shows moving pictures: the strip of vertical clips, the live page, the recording.

Must never start a film by itself, nor show comments as if they came from this moment.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from html import escape
from typing import Literal

from examples.shop.catalogue import Broadcast, Clip, Film, Product
from examples.shop.wording import (
    HEART,
    MUTED,
    PLAY,
    SHARE,
    SOUND,
    TEXTS,
    Language,
    clock,
    picture,
    read_text,
    yen,
)

Stage = Literal["live", "archive"]


def build_strip(clips: Sequence[Clip], products: dict[str, Product], language: Language) -> str:
    """Return the strip of clips: they snap while scrolling, one plays at a time, each leads to its product."""
    shown = "".join(_build_clip(clip, products[clip.product], language) for clip in clips)
    return f"""
<section class="clips" aria-labelledby="clips-title"><div class="clips-words"><h2 id="clips-title">
{read_text("clips_title", language)}</h2><p>{read_text("clips_body", language)}</p></div>
<ul class="strip" tabindex="0" aria-labelledby="clips-title">{shown}</ul></section>"""


def _build_clip(clip: Clip, product: Product, language: Language) -> str:
    title, name = escape(clip.title[language]), escape(product.name[language])
    play, like, sound = (read_text(key, language) for key in ("clip_play", "like", "sound"))
    return f"""<li class="clip" data-clip>
<div class="phone"><video playsinline loop muted preload="metadata" width="540" height="960"
 poster="/media/{clip.poster}" src="/media/{clip.file}" data-kikkake-video="{escape(clip.video)}"
 title="{title}"></video>
<button type="button" class="clip-play" aria-pressed="false" aria-label="{play}: {title}"><span>{PLAY}</span></button>
<p class="clip-title" aria-hidden="true">{title}</p>
<div class="clip-tools">
<button type="button" data-like aria-pressed="false" aria-label="{like}: {title}">{HEART}</button>
<button type="button" data-sound aria-pressed="false" aria-label="{sound}: {title}">{SOUND}{MUTED}</button></div>
<div class="clip-bar" aria-hidden="true"><i></i></div></div>
{_build_link(product, name)}</li>"""


def _build_link(product: Product, name: str) -> str:
    return (
        f'<a class="clip-product" href="/products/{product.id}" data-product="{product.id}">'
        f'<img src="{picture(product)}" alt="" width="52" height="52"><span>{name}<small>{yen(product.price)}</small>'
        "</span></a>"
    )


def build_stage(stage: Stage, film: Film, broadcast: Broadcast, products: Sequence[Product], language: Language) -> str:
    """Return the live page or the recording's: player, what is shown now, and what people wrote."""

    def t(key: str) -> str:
        return read_text(key, language)

    title = escape(broadcast.title[language])
    told = {
        "stage": stage,
        "duration": film.duration,
        "recording": "/media/stream/index.m3u8",
        "comments": [{"at": row.at, "name": row.name, "text": row.text[language]} for row in broadcast.comments],
        "scenes": [{"id": scene.id, "start": scene.start} for scene in film.scenes],
        "texts": {key: TEXTS[f"stage_{key}"][language] for key in ("live", "soon", "over", "you", "copied", "ended")},
    }
    facts = escape(json.dumps(told, ensure_ascii=False))
    shelf = "".join(
        f'<li data-scene="{product.scene}">{_build_link(product, escape(product.name[language]))}</li>'
        for product in products
    )
    chapters = "".join(
        f'<li><button type="button" data-seek="{scene.start:g}"><span>{clock(scene.start)}</span>'
        f"{escape(scene.title[language])}</button></li>"
        for scene in film.scenes
    )
    sign = t("stage_wait" if stage == "live" else "stage_recording")
    controls, hidden = ("", "") if stage == "live" else ("controls", "hidden")
    other = ("/live/archive", t("stage_to_archive")) if stage == "live" else ("/live", t("stage_to_live"))
    return f"""
<section class="stage" id="stage" data-told="{facts}"><div class="stage-head"><h1>{title}</h1>
<p class="on-air" data-state="{stage}" role="status">{sign}</p></div>
<div class="stage-film"><video {controls} playsinline preload="metadata" width="1280" height="720"
 poster="/media/{film.poster}" data-kikkake-video="{escape(broadcast.video)}" title="{title}"></video>
<button type="button" class="stage-play button" {hidden} disabled>{PLAY}<span>
{t("stage_play")}</span></button>
<div class="stage-tools"><button type="button" data-like aria-pressed="false">{HEART}<span>{t("like")}</span></button>
<button type="button" data-share>{SHARE}<span>{t("share")}</span></button>
<a href="{other[0]}">{other[1]}</a></div>
<p class="hint" role="alert" hidden data-failed>{t("stage_failed")}</p></div>
<div class="chat"><h2 class="small">{t("chat_title")}</h2><ol aria-live="polite" tabindex="0"></ol>
<form><label><span class="hidden">{t("chat_label")}</span>
<input name="text" maxlength="120" autocomplete="off" placeholder="{t("chat_label")}" required></label>
<button class="button">{t("chat_send")}</button></form><p class="chat-note">{t("chat_note")}</p></div>
{f'<ol class="chapters">{chapters}</ol>' if stage == "archive" else ""}
<div class="shelf-now"><h2 class="small">{t("stage_products")}</h2><ul>{shelf}</ul></div></section>
<script type="module" src="/static/stage.js"></script>"""
