"""Keys, origins, addresses and rates."""

import pytest

from shared.admission.access import SiteIndex, is_loopback, parse_networks, resolve_client_address
from shared.admission.rates import RateLimiter
from tests.builders import SECRET_KEY, WRITE_KEY, make_site, make_snapshot


def test_sites_are_found_by_their_keys_only() -> None:
    index = SiteIndex(make_snapshot())
    site = index.find_by_write_key(WRITE_KEY)
    assert site is not None and site.id == "shop"
    assert index.find_by_secret_key(SECRET_KEY) is site
    assert index.find_by_write_key("wk_other") is None
    assert index.find_by_write_key(None) is None
    assert index.find_by_secret_key(WRITE_KEY) is None


@pytest.mark.parametrize(
    ("origin", "allowed"),
    [
        (None, True),
        ("https://shop.example", True),
        ("https://SHOP.example", True),
        ("http://shop.example", False),
        ("https://shop.example.evil.test", False),
        ("https://www.brand.example", True),
        ("https://a.b.brand.example", True),
        ("https://brand.example", False),
        ("https://evilbrand.example", False),
        ("null", False),
    ],
)
def test_origins(origin: str | None, allowed: bool) -> None:
    site = make_site(origins=["https://shop.example", "https://*.brand.example"])
    assert SiteIndex(make_snapshot(site)).allows_origin(site, origin) is allowed


def test_an_empty_list_allows_any_origin() -> None:
    site = make_site()
    assert SiteIndex(make_snapshot(site)).allows_origin(site, "https://anything.example")


def test_forwarded_addresses_count_only_from_trusted_proxies() -> None:
    trusted = parse_networks("10.0.0.0/8, 192.168.1.1")
    assert resolve_client_address("203.0.113.9", "198.51.100.1", trusted) == "203.0.113.9"
    assert resolve_client_address("10.1.1.1", "198.51.100.1", trusted) == "198.51.100.1"
    assert resolve_client_address("10.1.1.1", "6.6.6.6, 198.51.100.1, 192.168.1.1", trusted) == "198.51.100.1"
    assert resolve_client_address("10.1.1.1", "", trusted) == "10.1.1.1"


def test_internal_addresses() -> None:
    site = make_site(internal_addresses=["203.0.113.0/24", "nonsense"])
    index = SiteIndex(make_snapshot(site))
    assert index.is_internal(site, "203.0.113.77")
    assert not index.is_internal(site, "203.0.114.1")
    assert not index.is_internal(site, "unknown")


@pytest.mark.parametrize(("address", "loopback"), [("127.0.0.1", True), ("::1", True), ("", True), ("10.0.0.1", False)])
def test_loopback(address: str, loopback: bool) -> None:
    assert is_loopback(address) is loopback


def test_a_rate_allows_a_second_of_burst_and_then_its_rate() -> None:
    limiter = RateLimiter(10)
    assert [limiter.take("k", now_s=0) for _ in range(10)] == [0] * 10
    assert limiter.take("k", now_s=0) == pytest.approx(0.1)
    assert limiter.take("other", now_s=0) == 0
    assert limiter.take("k", now_s=0.1) == 0
    assert limiter.take("k", now_s=0.1) > 0
    assert limiter.take("k", now_s=0.05) > 0, "a clock set back gives nothing away and breaks nothing"
    assert limiter.take("k", now_s=100) == 0
