"""Interest in products and brands: what stands out, and who raises whom."""

import pytest

from shared.rules.interest import ACTS, BOUGHT, BrandModel, compile_brands, find_product, round_interest


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ([], None),
        ([("a", 0.5)], "a"),
        ([("a", 0.49)], None),
        ([("a", 3.0), ("b", 3.0)], None),
        ([("a", 4.0), ("b", 5.0)], "b"),
        ([("a", 4.1), ("b", 5.0)], None),
        ([("b", 1.0), ("c", 1.0), ("a", 1.25)], "a"),
    ],
)
def test_a_product_stands_out_by_a_quarter_and_half_a_view(
    weights: list[tuple[str, float]], expected: str | None
) -> None:
    assert find_product(weights) == expected


def test_a_purchase_says_most_of_a_brand() -> None:
    assert max(ACTS.values()) < BOUGHT and min(ACTS.values()) == ACTS["Product Viewed"]


def test_a_brand_is_raised_by_those_that_count_it_among_their_nearest() -> None:
    brands = compile_brands(BrandModel(similar={"acme": [("zen", 0.6), ("acme", 1.0)], "kin": [("zen", 0.1)]}))
    assert brands.find_sources("zen") == {"zen": 1.0, "acme": 0.3, "kin": 0.05}
    assert brands.find_sources("acme") == {"acme": 1.0} and brands.find_sources("new") == {"new": 1.0}
    assert compile_brands(None).find_sources("acme") == {"acme": 1.0}


def test_interest_is_rounded_to_six_places() -> None:
    assert round_interest(0.12345649) == 0.123456 and round_interest(1 - 1e-9) == 1.0
