"""The shop's pages as HTML, in Japanese and English.

Must never put text into a page without escaping it, nor anything of Kikkake but the one-line tag.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from examples.shop.catalogue import Broadcast, Catalogue, Clip, Film, Product
from examples.shop.theatre import Stage, build_stage, build_strip
from examples.shop.wording import BAG, LEAF, PLAY, TEXTS, Language, clock, picture, read_text, yen


@dataclass(frozen=True)
class Tag:
    """What the site's owner pastes: where Kikkake is and the site's write key."""

    collector: str
    engager: str
    write_key: str

    def html(self) -> str:
        """Return the one line."""
        return (
            f'<script async src="{escape(self.collector)}/sdk/kikkake.js"'
            f' data-write-key="{escape(self.write_key)}" data-engager="{escape(self.engager)}"></script>'
        )


@dataclass(frozen=True)
class Pages:
    """Builds every page of the shop in one language."""

    catalogue: Catalogue
    film: Film
    clips: Sequence[Clip]
    broadcast: Broadcast
    tag: Tag
    language: Language

    def text(self, key: str) -> str:
        """Return an escaped text in this language."""
        return read_text(key, self.language)

    def home(self) -> str:
        """The film, its moments and some of the teas."""
        t = self.text
        shown = "".join(self._card(product) for product in self.catalogue.products[:4])
        values = "".join(f"<li><h3>{t(f'value_{i}_title')}</h3><p>{t(f'value_{i}_body')}</p></li>" for i in (1, 2, 3))
        hero = t("hero_title").replace("\n", "<br>")
        body = f"""
<section class="hero"><div class="hero-words"><p class="eyebrow">{t("tagline")}</p>
<h1>{hero}</h1><p>{t("hero_body")}</p>
<p class="actions"><a class="button" href="/products">{t("hero_action")}</a>
<a class="button quiet" href="#film">{PLAY}{t("hero_film")}</a></p></div>
<div class="hero-picture" aria-hidden="true"><img src="/static/img/sencha-asatsuyu.svg" alt="">
<img src="/static/img/matcha-midori.svg" alt=""></div></section>
{self._film()}
{build_strip(self.clips, {product.id: product for product in self.catalogue.products}, self.language)}
<section class="wide"><div class="head"><h2>{t("season_title")}</h2><a href="/products">{t("all_products")}</a></div>
<ul class="grid">{shown}</ul></section>
<section class="values"><ul>{values}</ul></section>"""
        return self._page("home", t("tagline"), body)

    def products(self, category: str | None) -> str:
        """Everything for sale, or one shelf of it."""
        t = self.text
        shown = [product for product in self.catalogue.products if category in (None, product.category)]
        links = [("", t("all"), category is None)]
        links += [
            (f"?category={c.id}", escape(c.name[self.language]), c.id == category) for c in self.catalogue.categories
        ]
        shelf = "".join(
            f'<a href="/products{query}"{" aria-current=page" if current else ""}>{name}</a>'
            for query, name, current in links
        )
        body = f"""
<section class="wide"><div class="title"><h1>{t("list_title")}</h1><p>{t("list_body")}</p></div>
<nav class="shelf">{shelf}</nav><ul class="grid">{"".join(self._card(product) for product in shown)}</ul></section>"""
        seen = {"category": category or "all", "products": [product.id for product in shown]}
        return self._page("list", t("list_title"), body, seen)

    def product(self, product: Product) -> str:
        """One thing, how to brew it, and where the film shows it."""
        t = self.text
        language = self.language
        scene = next(scene for scene in self.film.scenes if scene.id == product.scene)
        brew = ""
        if product.brew:
            facts = [
                (t("brew_leaf"), f"{product.brew.grams} g"),
                (t("brew_water"), f"{product.brew.degrees} °C"),
                (t("brew_time"), f"{product.brew.seconds} {t('seconds')}"),
            ]
            rows = "".join(f"<div><dt>{name}</dt><dd>{value}</dd></div>" for name, value in facts)
            brew = f'<h2 class="small">{t("brew_title")}</h2><dl class="brew">{rows}</dl>'
        others = [other for other in self.catalogue.products if other.id != product.id][:3]
        body = f"""
<section class="product"><div class="picture">
<img src="{picture(product)}" alt="{escape(product.name[language])}"></div>
<div class="words"><p class="eyebrow"><a href="/products">{t("back")}</a></p><h1>{escape(product.name[language])}</h1>
<p class="lead">{escape(product.line[language])}</p><p>{escape(product.body[language])}</p>
<p class="price">{yen(product.price)} <small>{t("tax")} ・ {escape(product.size[language])}</small></p>
<form class="buy" data-add="{product.id}"><label><span class="hidden">{t("quantity")}</span>
<select name="quantity">{"".join(f"<option>{n}</option>" for n in range(1, 7))}</select></label>
<button class="button">{t("add")}</button></form><p class="notice" role="status" hidden>{t("added")} ·
<a href="/cart">{t("nav_cart")}</a></p>
<div class="note" data-kikkake-slot="product-note"><h3>{t("value_3_title")}</h3><p>{t("value_3_body")}</p></div>{brew}
<p><a class="to-film" href="/?t={scene.start:g}#film">{PLAY}{t("film_link")}: {escape(scene.title[language])}
({clock(scene.start)})</a></p></div></section>
<section class="wide"><div class="head"><h2>{t("also")}</h2></div>
<ul class="grid three">{"".join(self._card(other) for other in others)}</ul></section>"""
        return self._page("product", escape(product.name[language]), body, {"product": product.id})

    def stage(self, stage: Stage) -> str:
        """The broadcast, or its recording."""
        body = build_stage(stage, self.film, self.broadcast, self.catalogue.products, self.language)
        return self._page(stage, escape(self.broadcast.title[self.language]), body)

    def cart(self) -> str:
        """What was chosen so far; filled in by the script, since the cart lives in the browser."""
        t = self.text
        body = f"""
<section class="narrow"><h1>{t("cart_title")}</h1><div id="cart"></div>
<p class="empty" hidden>{t("cart_empty")}</p>
<p class="empty" hidden><a class="button" href="/products">{t("hero_action")}</a></p>
<div class="sum" hidden></div>
<p class="end" data-filled hidden><a class="button" href="/checkout">{t("checkout")}</a></p></section>"""
        return self._page("cart", t("cart_title"), body)

    def checkout(self) -> str:
        """Who gets it, and the last look at the sum."""
        t = self.text
        fields = [("name", "text", "name"), ("email", "email", "email"), ("address", "text", "street-address")]
        inputs = "".join(
            f'<label>{t(f"form_{name}")}<input name="{name}" type="{kind}" autocomplete="{fill}" required></label>'
            for name, kind, fill in fields
        )
        body = f"""
<section class="narrow"><h1>{t("checkout_title")}</h1><p class="hint">{t("checkout_note")}</p>
<p class="empty" hidden>{t("cart_empty")}</p>
<form id="checkout" data-filled hidden><div class="fields">{inputs}</div>
<h2 class="small">{t("summary")}</h2><div id="cart" data-fixed></div><div class="sum" hidden></div>
<p class="end"><button class="button">{t("place_order")}</button></p></form></section>"""
        return self._page("checkout", t("checkout_title"), body)

    def thanks(self) -> str:
        """The order is placed."""
        t = self.text
        body = f"""
<section class="narrow thanks">{LEAF}<h1>{t("thanks_title")}</h1><p>{t("thanks_body")} <strong id="order"></strong></p>
<div id="cart" data-fixed></div><div class="sum" hidden></div>
<p><a class="to-film" href="/#film">{PLAY}{t("thanks_more")}</a></p></section>"""
        return self._page("thanks", t("thanks_title"), body)

    def you(self, *, is_known: bool) -> str:
        """What Kikkake sees about this browser; filled in by the script, unless the shop may not ask."""
        t = self.text
        words = ("id", "sessions", "channel", "device", "served", "audience", "repeated", "holdout", "nothing")
        texts = {key: TEXTS[f"you_{key}"][self.language] for key in words}
        told = escape(json.dumps(texts, ensure_ascii=False))
        state = "waiting" if is_known else "off"
        body = f"""
<section class="wide you" id="you" data-state="{state}" data-texts="{told}">
<div class="title"><h1>{t("you_title")}</h1><p>{t("you_body")}</p></div>
<p class="hint" role="status">{t("you_wait" if is_known else "you_off")}</p>
<div class="you-parts"><div><h2 class="small">{t("you_facts")}</h2><dl id="you-facts"></dl></div>
<div><h2 class="small">{t("you_decisions")}</h2><ol id="you-decisions"></ol></div>
<div><h2 class="small">{t("you_events")}</h2><ol id="you-events"></ol></div></div></section>
<script defer src="/static/you.js"></script>"""
        return self._page("you", t("you_title"), body)

    def missing(self) -> str:
        """There is no such page."""
        t = self.text
        body = f"""<section class="narrow thanks">{LEAF}<h1>{t("missing_title")}</h1><p>{t("missing_body")}</p>
<p><a class="button" href="/">{t("home")}</a></p></section>"""
        return self._page("missing", t("missing_title"), body)

    def _film(self) -> str:
        film = self.film
        chapters = "".join(
            f'<li><button type="button" data-seek="{scene.start:g}"><span>{clock(scene.start)}</span>'
            f"{escape(scene.title[self.language])}</button></li>"
            for scene in film.scenes
        )
        title = escape(film.title[self.language])
        return f"""
<section class="film" id="film"><div class="film-words">
<h2>{self.text("film_title")}</h2><p>{self.text("film_body")}</p></div>
<video controls playsinline preload="metadata" width="1280" height="720" poster="/media/{film.poster}"
 src="/media/{film.file}" data-kikkake-video="{escape(film.video)}" title="{title}"></video>
<ol class="chapters">{chapters}</ol></section>"""

    def _card(self, product: Product) -> str:
        name = escape(product.name[self.language])
        return (
            f'<li class="card"><a href="/products/{product.id}"><img src="{picture(product)}" alt="" loading="lazy">'
            f"<h3>{name}</h3><p>{escape(product.line[self.language])}</p>"
            f"<p class=price>{yen(product.price)}</p></a></li>"
        )

    def _page(self, kind: str, title: str, body: str, seen: Mapping[str, object] | None = None) -> str:
        t = self.text
        other = "en" if self.language == "ja" else "ja"
        told = {
            "kind": kind,
            "brand": self.catalogue.brand,
            "currency": self.catalogue.currency,
            "products": [listing(product, self.language) for product in self.catalogue.products],
            "texts": {
                key: TEXTS[key][self.language]
                for key in ("less", "more", "remove", "subtotal", "shipping", "free", "total")
            },
            **({"seen": seen} if seen else {}),
        }
        # Within a script element only the end tag could be misread.
        facts = json.dumps(told, ensure_ascii=False).replace("<", "\\u003c")
        return f"""<!doctype html>
<html lang="{self.language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<title>{title} | {t("name")}</title>
<meta name="description" content="{t("hero_body")}">
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/shop.css">
{self.tag.html()}
<script type="application/json" id="shop">{facts}</script>
<script defer src="/static/shop.js"></script>
<script type="module" src="/static/watch.js"></script>
</head>
<body>
<a class="skip" href="#main">{t("skip")}</a>
<header><a class="brand" href="/">{LEAF}<span>{t("name")}</span></a>
<nav><a href="/products">{t("nav_tea")}</a><a class="to-home" href="/#film">{t("nav_film")}</a>
<a href="/live">{t("nav_live")}</a>
<a href="?lang={other}" lang="{other}" hreflang="{other}">{t("language")}</a>
<a class="bag" href="/cart">{BAG}<span class="hidden">{t("nav_cart")}</span><b data-count hidden></b></a></nav></header>
<main id="main">{body}
</main>
<footer>{LEAF}<p>{t("footer")} <a href="/you">{t("you_link")}</a></p></footer>
</body>
</html>
"""


def listing(product: Product, language: Language) -> dict[str, object]:
    """Return what the page's script needs to know of a product."""
    return {
        "id": product.id,
        "name": product.name[language],
        "category": product.category,
        "price": product.price,
        "size": product.size[language],
        "image": picture(product),
    }
