from collections.abc import Iterator

import pytest

from paypal_payouts.simulator.core import Simulator
from simulator.driver import Clock, Driver


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def simulator(clock: Clock) -> Iterator[Simulator]:
    with Simulator(None, clock) as simulator:
        yield simulator


@pytest.fixture
def paypal(simulator: Simulator) -> Driver:
    return Driver(simulator)


@pytest.fixture
def bold_paypal(simulator: Simulator) -> Driver:
    """A driver that expects faults: answers need not be PayPal's."""
    driver = Driver(simulator, checks_conformance=False)
    driver.log_in()
    return driver
