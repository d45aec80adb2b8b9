"""The text that Prometheus reads, judged by Prometheus' own parser."""

from datetime import timedelta

from msgspec.structs import replace
from prometheus_client.parser import text_string_to_metric_families

from paypal_payouts.domain.states import BatchStatus, ItemState
from paypal_payouts.present.metrics import exposition
from present import reports
from present.screens import shown

OF_ALL = {"environment": "sandbox", "account": "main"}


def samples(text: str) -> dict[tuple[str, ...], float]:
    """Read every sample: by its name, then the values of its labels but those that all have."""
    read = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            assert sample.labels.items() >= OF_ALL.items()
            own = [value for name, value in sorted(sample.labels.items()) if name not in OF_ALL]
            key = (sample.name, *own)
            assert key not in read
            read[key] = sample.value
    return read


def test_every_figure_is_a_sample_with_its_type() -> None:
    text = exposition(reports.figures())
    types = {family.name: family.type for family in text_string_to_metric_families(text)}
    assert types == {
        "payouts_batches": "gauge",
        "payouts_items": "gauge",
        "payouts_attempts": "counter",
        "payouts_attempts_open": "gauge",
        "payouts_open_conflicts": "gauge",
        "payouts_unrecorded_sends": "gauge",
        "payouts_retries": "counter",
        "payouts_batch_final_seconds": "histogram",
        "payouts_oldest_open_batch_age_seconds": "gauge",
        "payouts_unclaimed_items": "gauge",
        "payouts_cycle_completed_timestamp_seconds": "gauge",
    }
    read = samples(text)
    assert [read["payouts_batches", status] for status in BatchStatus] == list(range(len(BatchStatus)))
    assert {state: read["payouts_items", state] for state in ItemState} == {
        state: reports.STATES.get(state, 0) for state in ItemState
    }
    assert read["payouts_attempts_total", "none", "accepted"] == 3
    assert read["payouts_attempts_total", "transient", "unknown"] == 2
    assert read["payouts_attempts_open",] == 1
    assert read["payouts_open_conflicts",] == 3
    assert read["payouts_unrecorded_sends",] == 4
    assert read["payouts_retries_total",] == 2
    assert read["payouts_oldest_open_batch_age_seconds", "in_flight"] == 90.5
    assert read["payouts_oldest_open_batch_age_seconds", "review"] == 0
    assert (read["payouts_unclaimed_items", "0"], read["payouts_unclaimed_items", "12"]) == (1, 7)
    assert (
        read["payouts_cycle_completed_timestamp_seconds", "2026-10"] == (reports.NOON - timedelta(days=30)).timestamp()
    )


def test_the_histogram_counts_up_to_all_of_them() -> None:
    read = samples(exposition(reports.figures()))
    edges = {name[1]: value for name, value in read.items() if name[0] == "payouts_batch_final_seconds_bucket"}
    assert list(edges)[0::4] == ["60", "14400", "604800"]
    assert list(edges.values()) == [0, 0, 0, 0, 1, 1, 1, 1, 2, 3]
    assert read["payouts_batch_final_seconds_sum",] == 3723.5
    assert read["payouts_batch_final_seconds_count",] == 3


def test_nothing_but_the_figures_is_written_and_the_same_ones_are_the_same_text() -> None:
    text = exposition(reports.figures())
    assert {name[0].split("_")[0] for name in samples(text)} == {"payouts"}
    assert text.endswith("\n")
    assert text == exposition(reports.figures())


def test_the_text_is_shown_as_it_is_where_no_file_was_named() -> None:
    text = exposition(reports.figures())
    report = replace(reports.metrics(), output=None, text=text)
    assert shown(report, width=20) == text
    assert shown(report, width=80, colour=True) == text
