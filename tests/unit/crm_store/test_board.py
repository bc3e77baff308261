"""Percentiles read off how often each duration was."""

from crm_store.domain.board import Percentiles, percentile, percentiles


def test_the_median_and_the_ninth_decile_are_durations_that_were() -> None:
    assert percentiles({10: 1, 20: 1, 600: 1}) == Percentiles(20, 600)
    assert percentiles(dict.fromkeys(range(1, 101), 1)) == Percentiles(50, 90)


def test_a_duration_counts_as_often_as_it_was() -> None:
    assert percentile({5: 9, 1000: 1}, 90) == 5
    assert percentile({5: 8, 1000: 2}, 90) == 1000


def test_of_nothing_there_is_none() -> None:
    assert percentiles({}) == Percentiles(None, None)
