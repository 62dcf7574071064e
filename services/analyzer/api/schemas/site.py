"""Schemas of `/v1/sites`.

Shapes only.
"""

import ipaddress
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, Field

from services.analyzer.api.schemas.common import (
    UNCHANGED,
    JsonObject,
    Name,
    NewId,
    Sent,
    Shown,
    ShownTime,
    ShownVersion,
    VersionField,
)
from services.analyzer.control.lifecycle import DEFAULT_RULES


def _check_time_zone(value: str) -> str:
    if value not in available_timezones():
        raise ValueError("not a time zone of the IANA database, such as Asia/Tokyo")
    ZoneInfo(value)
    return value


def _check_address(value: str) -> str:
    ipaddress.ip_network(value, strict=False)
    return value


TimeZone = Annotated[str, AfterValidator(_check_time_zone), Field(description="IANA name; days are its days.")]
Currency = Annotated[str, Field(pattern="^[A-Z]{3}$", description="ISO 4217; amounts are reported in it.")]
Origin = Annotated[str, Field(pattern=r"^https?://[^/\s*]+$|^null$", max_length=300)]
Origins = Annotated[list[Origin], Field(max_length=200, description="Origins whose pages may send; empty allows any.")]
Rates = Annotated[
    dict[Currency, Annotated[float, Field(gt=0, allow_inf_nan=False)]],
    Field(description="Value of one unit of a foreign currency in the site's currency."),
]
Consent = Annotated[
    Literal["granted", "required"], Field(description="Whether visitors must agree before anything is stored.")
]
RetentionDays = Annotated[int, Field(ge=1, le=36_500, description="Older events are deleted; null keeps them.")]
InternalAddress = Annotated[str, AfterValidator(_check_address)]
InternalAddresses = Annotated[
    list[InternalAddress], Field(max_length=200, description="Addresses or networks of the site's own people.")
]
Key = Annotated[str, Field(min_length=16, max_length=200, pattern=r"^[A-Za-z0-9_.~-]+$")]


class StageSent(Sent):
    """A stage of customers: those for whom the rule holds, and none of a stage above."""

    id: NewId
    name: Name
    rule: Annotated[JsonObject, Field(description="A Rule over the whole history, as a segment's.")]


class StageKept(Shown):
    """A stage as it is kept."""

    id: str
    name: str
    rule: JsonObject


Stages = Annotated[
    list[StageSent],
    Field(
        min_length=1,
        max_length=6,
        description="Stages for the factors report, the first that holds counts, from the top (core, middle, light,"
        " say); others are `rest`. null: by number of conversions.",
    ),
]


OrdersOfLoyal = Annotated[int, Field(ge=2, le=20, description="Orders within `loyal_days` that make loyal.")]
Days = Annotated[float, Field(gt=0, le=3_650, allow_inf_nan=False)]
LoyalDays = Annotated[Days, Field(description="Days within which those orders lie; a day is 24 hours.")]
AtRiskDays = Annotated[Days, Field(description="Days without an order that make a customer at risk.")]
DormantDays = Annotated[Days, Field(description="Days without an order that make one dormant; more than at risk.")]
AdvocateEvents = Annotated[
    list[Name],
    AfterValidator(lambda events: list(dict.fromkeys(events))),
    Field(min_length=1, max_length=20, description="Events that recommend, for the ladder."),
]
AdvocateActs = Annotated[
    int, Field(ge=1, le=100, description="How many of them, from the second order on, make an advocate.")
]


class LifecycleSent(Sent):
    """The rules of stages of customers; what is not sent is as published."""

    loyal_orders: OrdersOfLoyal = DEFAULT_RULES.loyal_orders
    loyal_days: LoyalDays = DEFAULT_RULES.loyal_days
    at_risk_days: AtRiskDays = DEFAULT_RULES.at_risk_days
    dormant_days: DormantDays = DEFAULT_RULES.dormant_days
    advocate_events: AdvocateEvents = Field(default=list(DEFAULT_RULES.advocate_events))
    advocate_acts: AdvocateActs = DEFAULT_RULES.advocate_acts


class LifecycleKept(Shown):
    """The rules of stages as they are kept."""

    loyal_orders: OrdersOfLoyal
    loyal_days: LoyalDays
    at_risk_days: AtRiskDays
    dormant_days: DormantDays
    advocate_events: AdvocateEvents
    advocate_acts: AdvocateActs


class SiteCreate(Sent):
    """A new site; keys are made when none are given."""

    id: NewId | None = None
    name: Name
    origins: Origins = Field(default_factory=list)
    time_zone: TimeZone = "UTC"
    currency: Currency = "USD"
    rates: Rates = Field(default_factory=dict)
    consent: Consent = "granted"
    retention_days: RetentionDays | None = None
    internal_addresses: InternalAddresses = Field(default_factory=list)
    lifecycle: LifecycleSent | None = None


class SitePatch(Sent):
    """A change of a site; fields not sent stay."""

    version: VersionField = None
    name: Name = UNCHANGED
    origins: Origins = UNCHANGED
    time_zone: TimeZone = UNCHANGED
    currency: Currency = UNCHANGED
    rates: Rates = UNCHANGED
    consent: Consent = UNCHANGED
    retention_days: RetentionDays | None = UNCHANGED
    internal_addresses: InternalAddresses = UNCHANGED
    stages: Stages | None = UNCHANGED
    lifecycle: LifecycleSent | None = UNCHANGED


class SiteShown(Shown):
    """A site."""

    id: str
    name: str
    origins: Origins
    time_zone: TimeZone
    currency: Currency
    rates: Rates
    consent: Consent
    retention_days: RetentionDays | None
    internal_addresses: InternalAddresses
    stages: list[StageKept] | None
    lifecycle: Annotated[LifecycleKept | None, Field(description="null: the published rules.")]
    write_keys: Annotated[list[str], Field(description="Public keys: they can only write.")]
    version: ShownVersion
    created_at: ShownTime
    updated_at: ShownTime


class SiteCreated(SiteShown):
    """A new site with its keys; the secret key is shown only here."""

    write_key: str
    secret_key: str
    signing_key: str


class KeyRotate(Sent):
    """Which key to replace; the old one stops working at once."""

    kind: Literal["write", "secret", "signing"]


class KeyRotated(Shown):
    """The new key, shown only here if it is secret."""

    kind: Literal["write", "secret", "signing"]
    key: str
