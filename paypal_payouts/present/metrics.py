"""Figures as Prometheus reads them from a file. The only module that knows its library.

Every name and label here is relied upon by rules and dashboards, as JSON keys are by programs.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from paypal_payouts.domain.metrics import Figures
from paypal_payouts.domain.states import ItemState

_OF_ALL: Final = ("environment", "account")
"""Labels of every sample, so that the files of several accounts can lie in one folder."""

_NO_CLASS: Final = "none"


_Values = Mapping[tuple[str, ...], float]
"""The value for each combination of a family's own labels."""


def exposition(figures: Figures) -> str:
    """Write figures in Prometheus' text format: nothing of this process, and nothing but them."""
    registry = CollectorRegistry()
    registry.register(_Figures(figures))
    return generate_latest(registry).decode("utf-8")


class _Figures(Collector):
    def __init__(self, figures: Figures) -> None:
        self._figures = figures
        self._of = [figures.environment, figures.account]

    def collect(self) -> Iterator[Metric]:
        """Yield every family, in the order in which they are written."""
        figures = self._figures
        yield self._gauge(
            "payouts_batches",
            "Batches by status.",
            {(status.value,): count for status, count in figures.batches.items()},
            labels=["status"],
        )
        yield self._gauge(
            "payouts_items",
            "Items by the state of their newest payment.",
            {(state.value,): figures.items.get(state, 0) for state in ItemState},
            labels=["state"],
        )
        yield self._counter(
            "payouts_attempts",
            "Sends of batches by how they ended and what was behind it.",
            {
                (outcome.value, _NO_CLASS if error_class is None else error_class.value): count
                for (outcome, error_class), count in sorted(figures.attempts.items(), key=str)
            },
            labels=["outcome", "error_class"],
        )
        yield self._gauge("payouts_attempts_open", "Sends that were never closed.", {(): figures.attempts_open})
        yield self._gauge(
            "payouts_open_conflicts",
            "Payments of which PayPal contradicts our record, and nobody has acknowledged it.",
            {(): figures.open_conflicts},
        )
        yield self._gauge(
            "payouts_unrecorded_sends",
            "Sends that the sent log knows and the database does not.",
            {(): figures.unrecorded_sends},
        )
        yield self._counter("payouts_retries", "Sends after the first of their batch.", {(): figures.retries})
        yield self._ends()
        yield self._gauge(
            "payouts_oldest_open_batch_age_seconds",
            "Age of the oldest batch in each status that is not an end; 0 where there is none.",
            {(status.value,): age_s or 0 for status, age_s in figures.oldest_open_s.items()},
            labels=["status"],
        )
        yield self._gauge(
            "payouts_unclaimed_items",
            "Unclaimed items by the whole days left, at least, until PayPal sends their money back.",
            {(str(days),): count for days, count in figures.unclaimed.items()},
            labels=["days_left"],
        )
        yield self._gauge(
            "payouts_cycle_completed_timestamp_seconds",
            "When PayPal's end of the last batch of a cycle was recorded, for cycles that are complete.",
            {(cycle,): at.timestamp() for cycle, at in figures.completed_at.items()},
            labels=["cycle"],
        )

    def _gauge(self, name: str, meaning: str, values: _Values, *, labels: Sequence[str] = ()) -> Metric:
        return self._filled(GaugeMetricFamily(name, meaning, labels=[*_OF_ALL, *labels]), values)

    def _counter(self, name: str, meaning: str, values: _Values, *, labels: Sequence[str] = ()) -> Metric:
        return self._filled(CounterMetricFamily(name, meaning, labels=[*_OF_ALL, *labels]), values)

    def _filled(self, family: GaugeMetricFamily | CounterMetricFamily, values: _Values) -> Metric:
        for of, value in values.items():
            family.add_metric([*self._of, *of], value)
        return family

    def _ends(self) -> HistogramMetricFamily:
        spread = self._figures.seconds_to_final
        family = HistogramMetricFamily(
            "payouts_batch_final_seconds",
            "Seconds from the first send of a batch to PayPal's end of it.",
            labels=_OF_ALL,
        )
        buckets = [*((f"{edge_s:g}", float(count)) for edge_s, count in spread.up_to_s), ("+Inf", float(spread.count))]
        family.add_metric(self._of, buckets, spread.sum_s)
        return family
