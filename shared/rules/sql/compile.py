"""Compiles a rule to one SELECT of person ids over the relations `history`, `persons` and `segment_members`.

Every value travels as a parameter; the text is made of the `.sql` files beside this one and fixed operators.
"""

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from shared.clock import Millis
from shared.enrich.money import compute_minor_rate, get_exponent
from shared.rules.facts import SCORE, get_spec
from shared.rules.hesitation import ENGAGED_PRODUCTS, FIXED, HesitationModel, write_hesitation_sql
from shared.rules.interest import ACTS, BOUGHT, LEAD, LEAST, NO_BRANDS, Brands
from shared.rules.lifecycle import PUBLISHED, StageRules, write_stage_sql
from shared.rules.model import Compare, Condition, Every, Fact, Happened, InSegment, Negated, Rule, Some, Watched
from shared.rules.python import WATCHED_SLACK_S
from shared.rules.scores import NO_SCORES, ORDER, CompiledScore, SiteScores
from shared.rules.sql.operators import Bind, compare_json, compare_typed, quote_path

_FOLDER = Path(__file__).parent
_SIGNS = {"eq": "=", "ne": "<>", "lt": "<", "le": "<=", "gt": ">", "ge": ">="}
_DAY = "86400000.0"
_TYPES: dict[type, str] = {int: "BIGINT", float: "DOUBLE", bool: "BOOLEAN", str: "VARCHAR"}
_PLACE = re.compile(r"\$([0-9]+)::")

_SESSION_COLUMNS = {
    "session.page_views": "session.page_views",
    "session.seconds": (
        "greatest(0, CASE WHEN session.is_open THEN {now} ELSE session.last_ts END - session.first_ts) / 1000.0"
    ),
    "session.is_first": "session.is_first",
    "session.products_viewed": "session.products_viewed",
    "visitor.days_since_last": (
        "CASE WHEN NOT session.is_open THEN greatest(0, {now} - session.last_ts)"
        " WHEN session.other_last_ts IS NOT NULL THEN greatest(0, {now} - session.other_last_ts) END"
        f" / {_DAY}"
    ),
    "channel": "coalesce(session.channel, 'direct')",
    "campaign.source": "session.campaign_source",
    "campaign.medium": "session.campaign_medium",
}


@dataclass(frozen=True, slots=True)
class SiteContext:
    """What a rule needs to know of its site. `rates[c]`: what one unit of c is worth in `currency`."""

    currency: str = "USD"
    rates: Mapping[str, float] = field(default_factory=dict)
    time_zone: str = "UTC"
    hesitation: HesitationModel = FIXED
    scores: SiteScores = NO_SCORES
    brands: Brands = NO_BRANDS
    lifecycle: StageRules = PUBLISHED


@dataclass(frozen=True, slots=True)
class SqlRule:
    """A query and its positional parameters ($1 is the first)."""

    sql: str
    parameters: list[Any]


def compile_rule(rule: Rule, *, site: SiteContext, now: Millis) -> SqlRule:
    """Return the query of the persons for whom `rule` holds at `now`."""
    writer = _Writer(site, now)
    condition = writer.write(rule)
    relations = ",\n".join(f"{name} AS (\n{body}\n)" for name, body in writer.relations.items())
    joins = "".join(f"\nLEFT JOIN {name} USING (person_id)" for name in writer.joined)
    sql = f"SELECT persons.person_id\nFROM persons{joins}\nWHERE {condition}"
    sql = f"WITH {relations}\n{sql}" if relations else sql
    return writer.binder.settle(sql)


def compile_where(where: Sequence[Condition], *, column: str = "properties", first_parameter: int = 1) -> SqlRule:
    """Return a condition on the JSON `column` of a row; its parameters are numbered from `first_parameter`."""
    binder = _Binder(first_parameter)
    return binder.settle(_write_where(where, column, binder.bind))


def compile_score_values(score: CompiledScore, *, now: Millis | None = None) -> SqlRule:
    """Return the query of every person's value of `score`, over `history`: (person_id, is_user, value, valued_at).

    `valued_at` is the time of the person's last counted event; valued then, or at `now`.
    """
    binder = _Binder()
    valued_at = "last_at" if now is None else binder.bind(now)
    return binder.settle(_write_score(load_sql("score_values"), score, valued_at, binder.bind))


@cache
def load_sql(name: str) -> str:
    """Return the text of one `.sql` file without its header."""
    lines = (_FOLDER / f"{name}.sql").read_text("utf-8").splitlines()
    return "\n".join(line for line in lines if not line.lstrip().startswith("--"))


def load_history_sql() -> str:
    """Return the query that gives the rows of `person_events` their `session_key`: the relation `history`."""
    return load_sql("history")


def load_persons_sql() -> str:
    """Return the query over `history` that gives the relation `persons`, which every rule reads."""
    return load_sql("persons")


def _write_where(where: Sequence[Condition], column: str, bind: Bind) -> str:
    conditions = [
        compare_json(f"json_extract({column}, {bind(quote_path(condition.path))})", condition.op, condition.value, bind)
        for condition in where
    ]
    return f"({' AND '.join(conditions)})" if conditions else "true"


def _write_score(sql: str, score: CompiledScore, now: str, bind: Bind) -> str:
    """Return `sql` for one score at the time `now`, an expression."""
    parts = []
    for rule in score.rules:
        condition = f"event = {bind(rule.event)} AND {_write_where(rule.where, 'properties', bind)}"
        parts.append(f"CASE WHEN {condition} THEN {bind(rule.points)} ELSE 0.0 END")
    weight = "1.0"
    if score.half_life_ms is not None:
        weight = f"pow(2.0, least(1000.0, -(({now} - ts) / {bind(score.half_life_ms)})))"
    first = load_sql("first_orders")
    once = f"AND (event <> '{ORDER}' OR order_id IS NULL OR (person_id, message_id) IN ({first}))"
    places = {
        "events": ", ".join(bind(event) for event in score.by_event),
        "points": " + ".join(parts),
        "weight": weight,
        "once": once if ORDER in score.by_event else "",
    }
    for place, text in places.items():
        sql = sql.replace(f"{{{place}}}", text)
    return sql


def place_ids(sql: str) -> str:
    """Return `sql` with the brand and the product of the JSON object `line`, which are read in one go as `told`."""
    place = load_sql("told_id")
    ids = {"told": "json_extract(line, ['$.brand', '$.product_id'])"}
    ids |= {"brand": place.replace("{place}", "1"), "product": place.replace("{place}", "2")}
    for name, text in ids.items():
        sql = sql.replace(f"{{{name}}}", text)
    return sql


class _Binder:
    """Hands out placeholders; equal values share one."""

    def __init__(self, first: int = 1) -> None:
        self._first = first
        self._values: list[Any] = []
        self._places: dict[tuple[type, Any], str] = {}

    def bind(self, value: Any) -> str:
        key = (type(value), value)
        if key not in self._places:
            self._values.append(value)
            self._places[key] = f"${len(self._values)}::{_TYPES[type(value)]}"
        return self._places[key]

    def settle(self, sql: str) -> SqlRule:
        """Return `sql` with its parameters: those it does not use are left out, the rest numbered without gaps."""
        used = sorted({int(number) for number in _PLACE.findall(sql)})
        numbers = {number: index for index, number in enumerate(used, self._first)}
        settled = _PLACE.sub(lambda found: f"${numbers[int(found[1])]}::", sql)
        return SqlRule(settled, [self._values[number - 1] for number in used])


class _Writer:
    def __init__(self, site: SiteContext, now: Millis) -> None:
        self.binder = _Binder()
        self.bind = self.binder.bind
        self.relations: dict[str, str] = {}
        self.joined: list[str] = []
        self._site = site
        self._now = now
        self._named: dict[Any, str] = {}

    def write(self, rule: Rule) -> str:
        """Return the condition of `rule`, never NULL."""
        match rule:
            case Every(parts):
                return f"({' AND '.join(map(self.write, parts))})" if parts else "true"
            case Some(parts):
                return f"({' OR '.join(map(self.write, parts))})" if parts else "false"
            case Negated(part):
                return f"(NOT {self.write(part)})"
            case Compare():
                return self._write_compare(rule)
            case Happened():
                return f"({self._write_count(rule)} {_SIGNS[rule.count_op]} {self.bind(rule.count)})"
            case InSegment(segment_id):
                members = f"SELECT person_id FROM segment_members WHERE segment_id = {self.bind(segment_id)}"  # noqa: S608
                return f"(persons.person_id IN ({members}))"
            case Watched():
                return self._write_watched(rule)

    def _join(self, name: str, file: str, **places: str) -> str:
        if name not in self.relations:
            body = place_ids(load_sql(file))
            for place, text in places.items():
                body = body.replace(f"{{{place}}}", text)
            self.relations[name] = body
            self.joined.append(name)
        return name

    def _name(self, kind: str, key: Any) -> str:
        return self._named.setdefault((kind, key), f"{kind}_{len(self._named) + 1}")

    def _write_compare(self, rule: Compare) -> str:
        kind = get_spec(rule.fact).type
        if kind == "any":
            path = tuple((rule.fact.parameter or "").split("."))
            name = self._join(self._name("trait", path[0]), "trait", path=self.bind(quote_path(path[:1])))
            value = f"{name}.trait"
            if len(path) > 1:
                value = f"json_extract({value}, {self.bind(quote_path(path[1:]))})"
            return compare_json(value, rule.op, rule.value, self.bind)
        return compare_typed(self._write_fact(rule.fact), kind, rule.op, rule.value, self.bind)

    def _write_fact(self, fact: Fact) -> str:
        writers: dict[str, Callable[[], str]] = {
            "visitor.sessions": lambda: "persons.sessions",
            "user.known": lambda: "persons.is_user",
            "session.products_since_video": lambda: f"{self._join('after_video', 'after_video')}.products",
            "session.returns": lambda: f"{self._join('session_steps', 'session_steps')}.returns",
            "session.cart_edits": self._write_cart_edits,
            "hesitation": self._write_hesitation,
            "lifecycle": self._write_lifecycle,
            "interest.<category>": lambda: self._write_interest(fact.parameter or ""),
            "product_of_interest": self._write_product,
            "brand.<name>": lambda: self._write_brand(fact.parameter or ""),
            SCORE: lambda: self._write_score(fact.parameter or ""),
            "time.hour": lambda: self.bind(float(self._local_now().hour)),
            "time.weekday": lambda: self.bind(float(self._local_now().isoweekday())),
        }
        if fact.name in _SESSION_COLUMNS:
            return self._write_session(fact.name)
        if fact.pattern in writers:
            return writers[fact.pattern]()
        group, _, column = fact.pattern.replace("<id>.", "").partition(".")
        match group:
            case "page":
                return f"{self._join('page', 'page')}.page_{column}"
            case "cart":
                self._join("cart", "cart", minor=self._bind_minor())
                return f"coalesce(cart.{column}, 0)"
            case "orders":
                return self._write_orders(column)
            case "video":
                return self._write_video(fact.parameter or "", column)
        self._join("newest", "newest")
        return f"newest.{fact.name.replace('.', '_')}"

    def _write_session(self, name: str) -> str:
        now = self.bind(self._now)
        self._join("session", "session", now=now)
        return f"({_SESSION_COLUMNS[name].replace('{now}', now)})"

    def _write_cart_edits(self) -> str:
        steps = self._join("session_steps", "session_steps")
        return f"({steps}.cart_adds + {steps}.cart_removes)"

    def _write_hesitation(self) -> str:
        steps = self._join("session_steps", "session_steps")
        products = self._write_session("session.products_viewed")
        columns = {
            "seconds": self._write_session("session.seconds"),
            "page_views": self._write_session("session.page_views"),
            "products": products,
            "returns": f"{steps}.returns",
            "cart_adds": f"{steps}.cart_adds",
            "cart_removes": f"{steps}.cart_removes",
            "products_since_video": f"coalesce({self._join('after_video', 'after_video')}.products, 0)",
            "video": f"CAST({steps}.has_video AS INTEGER)",
            "first_session": f"CAST({self._write_session('session.is_first')} AS INTEGER)",
        }
        engaged = f"({products} >= {ENGAGED_PRODUCTS} OR {steps}.cart_adds > 0) AND NOT {steps}.has_order"
        return f"(CASE WHEN {engaged} THEN {write_hesitation_sql(self._site.hesitation, columns)} END)"

    def _local_now(self) -> datetime:
        return datetime.fromtimestamp(self._now / 1000, ZoneInfo(self._site.time_zone))

    def _bind_minor(self) -> str:
        return self.bind(float(10 ** get_exponent(self._site.currency)))

    def _write_lifecycle(self) -> str:
        self._join_orders()
        return write_stage_sql(
            self._site.lifecycle,
            now=self.bind(self._now),
            is_known="persons.is_user",
            orders="orders.orders",
            last_ts="orders.last_ts",
            nth_last_ts="orders.nth_last_ts",
        )

    def _join_orders(self) -> None:
        site = self._site
        cases = "".join(
            f" WHEN {self.bind(code)} THEN {self.bind(compute_minor_rate(code, site.currency, rate))}"
            for code, rate in sorted(site.rates.items())
            if code != site.currency
        )
        own = self.bind(site.currency)
        rate = f"CASE coalesce(currency, {own}) WHEN {own} THEN 1.0::DOUBLE{cases} ELSE NULL END"
        nth = self.bind(site.lifecycle.loyal_orders)
        self._join("orders", "orders", site_currency=own, minor=self._bind_minor(), rate=rate, nth=nth)

    def _write_orders(self, column: str) -> str:
        self._join_orders()
        if column == "count":
            return "coalesce(orders.orders, 0)"
        if column == "value":
            return "coalesce(orders.value, 0)"
        since = f"greatest(0, {self.bind(self._now)} - orders.last_ts)"
        return f"(CASE WHEN orders.last_ts IS NOT NULL THEN {since} END / {_DAY})"

    def _write_interest(self, category: str) -> str:
        place = {"now": self.bind(self._now), "category": self.bind(category)}
        return f"coalesce({self._join(self._name('interest', category), 'interest', **place)}.weight, 0)"

    def _write_product(self) -> str:
        places = {**self._write_acts(), "least": self.bind(LEAST), "lead": self.bind(LEAD)}
        return f"{self._join('product_of_interest', 'product_of_interest', **places)}.product"

    def _write_brand(self, brand: str) -> str:
        brands, bind = self._site.brands, self.bind
        sources = sorted(brands.find_sources(brand).items())
        factor = "".join(f" WHEN {bind(name)} THEN {bind(worth)}" for name, worth in sources)
        places = {
            **self._write_acts(),
            "bought": bind(BOUGHT),
            "factor": f"(CASE brand{factor} END)",
            "brand_of": bind(json.dumps(sorted(brands.brand_of.items()))),
        }
        return f"coalesce({self._join(self._name('brand', brand), 'brand', **places)}.weight, 0)"

    def _write_acts(self) -> dict[str, str]:
        lines = load_sql("order_lines").replace("{orders}", load_sql("first_orders"))
        self.relations.setdefault("order_lines", lines)  # before what reads it
        points = "".join(f" WHEN {self.bind(event)} THEN {self.bind(worth)}" for event, worth in ACTS.items())
        return {
            "now": self.bind(self._now),
            "events": ", ".join(map(self.bind, ACTS)),
            "points": f"(CASE event{points} END)",
        }

    def _write_score(self, score_id: str) -> str:
        score = self._site.scores.by_id.get(score_id)
        if score is None:
            return "CAST(NULL AS DOUBLE)"
        name = self._name("score", score_id)
        if name not in self.relations:
            self.relations[name] = _write_score(load_sql("score"), score, self.bind(self._now), self.bind)
            self.joined.append(name)
        return f"coalesce({name}.value, 0)"

    def _write_video(self, video_id: str, column: str) -> str:
        places = {"video_id": self.bind(video_id), "now": self.bind(self._now)}
        name = self._join(self._name("video", video_id), "video", **places)
        if column == "interest":
            return f"coalesce({name}.interest, 0)"
        return f"coalesce({name}.{column}, false)" if column in ("liked", "completed") else f"{name}.{column}"

    def _write_count(self, rule: Happened) -> str:
        window = (
            "(h.person_id, h.session_key) IN (SELECT person_id, last_session_key FROM persons)"
            if rule.window_ms is None
            else f"h.ts >= {self.bind(self._now - rule.window_ms)}"
        )
        name = self._name("happened", (rule.event, rule.where, rule.window_ms))
        if name not in self.relations:
            where = _write_where(rule.where, "h.properties", self.bind)
            self._join(name, "happened", event=self.bind(rule.event), window=window, where=where)
        return f"coalesce({name}.times, 0)"

    def _write_watched(self, rule: Watched) -> str:
        name = self._join(
            self._name("watched", (rule.video_id, rule.start, rule.end)),
            "watched",
            video_id=self.bind(rule.video_id),
            start=self.bind(rule.start),
            end=self.bind(rule.end),
        )
        needed = rule.share * (rule.end - rule.start) - WATCHED_SLACK_S
        return f"(coalesce({name}.seconds, 0) >= {self.bind(needed)})"
