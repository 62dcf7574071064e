"""Which brands are alike: by persons in common beyond chance, never on thin evidence."""

from services.analyzer.stats.similarity import LEAST_SHARED, NEAREST, find_similar


def test_what_many_have_in_common_beyond_chance_is_alike() -> None:
    found = find_similar(1_000, {"a": 100, "b": 100, "c": 100}, [("a", "b", 60), ("a", "c", 10), ("b", "c", 9)])
    assert found == {"a": [("b", 0.4545)], "b": [("a", 0.4545)]}


def test_the_most_popular_is_not_like_everything() -> None:
    assert find_similar(1_000, {"all": 1_000, "b": 100}, [("all", "b", 100)]) == {}


def test_few_in_common_are_no_evidence() -> None:
    assert find_similar(10_000, {"a": 4, "b": 4}, [("a", "b", LEAST_SHARED - 1)]) == {}
    ((_, few),) = find_similar(100_000, {"a": 5, "b": 5}, [("a", "b", 5)])["a"]
    ((_, many),) = find_similar(100_000, {"a": 500, "b": 500}, [("a", "b", 500)])["a"]
    assert few < 0.4 < 0.9 < many <= 1


def test_only_the_nearest_are_kept_and_equals_go_by_name() -> None:
    dealt = {"a": 200, **{f"b{number:02}": 50 for number in range(20)}}
    found = find_similar(10_000, dealt, [("a", f"b{number:02}", 40) for number in range(20)])
    assert [name for name, _ in found["a"]] == [f"b{number:02}" for number in range(NEAREST)]
    assert len(found) == 21
