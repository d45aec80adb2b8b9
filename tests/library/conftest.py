"""Where each test of the library pays from."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from support.office import Office
from support.quick import quick_folder

from paypal_payouts.simulator.server import running_server


@pytest.fixture
def office() -> Iterator[Office]:
    with quick_folder() as folder, running_server(None, lambda: datetime.now(UTC)) as server:
        yield Office(folder, server.simulator, server.url)
