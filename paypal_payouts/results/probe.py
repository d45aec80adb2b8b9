"""The result of `doctor --probe`."""

from typing import Annotated, Self

from msgspec import Meta

from paypal_payouts.domain.probe import ProbeReport, StepEnd
from paypal_payouts.results.values import JsonStruct, Time


class ProbeStepJson(JsonStruct, frozen=True):
    """One step of an experiment."""

    experiment: Annotated[
        str, Meta(description="The experiment that it belongs to, as docs/sandbox-probe.md names it.")
    ]
    step: Annotated[str, Meta(description="Its name, as in the file.")]
    expected: Annotated[str, Meta(description="What the simulator answers; empty where nothing is expected.")]
    came: Annotated[str, Meta(description="What came, in words; why it was not made, where it was not.")]
    end: Annotated[StepEnd, Meta(description="How it ended; `otherwise` is what the simulator has to learn.")]


class ProbeJson(JsonStruct, frozen=True):
    """The result of `doctor --probe`."""

    file: Annotated[str, Meta(description="The file of the probe, with every exchange.")]
    steps: Annotated[list[ProbeStepJson], Meta(description="Every step, also of earlier runs, in order.")]
    stopped: Annotated[str | None, Meta(description="Why it ended before its end; null where it did not.")]
    later: Annotated[Time | None, Meta(description="From when `--continue` has something to look at; null for never.")]

    @classmethod
    def of(cls, report: ProbeReport) -> Self:
        """Show the steps."""
        return cls.taken(report, steps=[ProbeStepJson.taken(step) for step in report.steps])
