"""The real program, and a Postgres that goes away in the middle and stays away."""

import shutil
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from support.cutting import Cut, Way, way_to
from support.house import House

from paypal_payouts.simulator.server import running_server


@pytest.fixture
def way(postgres_database_url: str) -> Iterator[Way]:
    folder = Path(tempfile.mkdtemp(prefix="way", dir="/tmp"))
    with way_to(postgres_database_url, folder) as way:
        yield way
    shutil.rmtree(folder)


@pytest.fixture
def house(tmp_path: Path, way: Way) -> Iterator[House]:
    with running_server(None, lambda: datetime.now(UTC)) as server:
        yield House(tmp_path, way.url, server.simulator, server.url)


def test_a_server_that_goes_away_ends_the_program_with_a_sentence_and_the_next_run_pays_everyone_once(
    house: House, way: Way
) -> None:
    assert house.json("sync").code == 0
    for number in (2, 70, 140):
        cycle = f"c{number}"
        house.write(cycle, [f"a,ann-{cycle}@x.example,1.00,USD", f"b,bob-{cycle}@x.example,2.00,EUR"])
        way.cut_at(number, Cut.AFTER, stays_closed=True)
        ended = house.json("run", "-c", cycle)
        assert way.was_cut
        # Where it could not even be opened, the configuration may be wrong; later it is the database itself.
        assert (ended.code, ended.error_code) in {(1, "internal"), (3, "config_invalid")}
        assert ended.document["error"]["message"].startswith("The database payouts_")
        assert "run again" in ended.document["error"]["hint"]
        way.mend()
        assert house.run("run", "-c", cycle).code == 0
        assert house.paid()[f"ann-{cycle}@x.example"] == ["1.00 USD"]
        assert house.paid()[f"bob-{cycle}@x.example"] == ["2.00 EUR"]
    assert all(len(payments) == 1 for payments in house.paid().values())
