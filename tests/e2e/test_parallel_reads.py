"""Pages that are read in parallel, and Ctrl-C in the middle of them."""

import json
import re
import signal
import threading

import pytest
from support.site import Site

from paypal_payouts.simulator.messages import Answer, Fault, IncomingRequest

PARALLEL = 8
PAGES = 10


@pytest.mark.parametrize(("are_answered", "timeout_s"), [(True, 60), (False, 2)], ids=["answered", "given up"])
def test_ctrl_c_in_the_middle_of_eight_open_reads_begins_no_other(
    sqlite_site: Site, monkeypatch: pytest.MonkeyPatch, are_answered: bool, timeout_s: int
) -> None:
    site = sqlite_site
    site.write("c", [f"i{number:05},p{number}@example.com,1.00,USD" for number in range(1000 * PAGES)])
    assert site.json("run", "-c", "c", "--yes").code == 0
    answer = site.simulator.handle
    held, over, changed = list[int](), threading.Event(), threading.Condition()

    def hold(request: IncomingRequest) -> Answer | Fault:
        page = re.search(r"(?:^|&)page=(\d+)", request.query)
        if page is not None and page[1] != "1":
            with changed:
                held.append(int(page[1]))
                changed.notify()
            over.wait(60)
        return answer(request)

    monkeypatch.setattr(site.simulator, "handle", hold)
    site.configure(timeout_s=timeout_s, max_retries=3)
    process = site.start("sync", "--cycle", "c", "--json", PAYOUTS_PAYPAL__READS_IN_PARALLEL=str(PARALLEL))
    with changed:
        assert changed.wait_for(lambda: len(held) == PARALLEL, timeout=60)
    process.send_signal(signal.SIGINT)
    assert process.stderr is not None
    assert "Stopping at the next safe point" in process.stderr.readline()
    if are_answered:
        over.set()
    stdout, _ = process.communicate(timeout=60)
    over.set()
    assert (process.returncode, json.loads(stdout)["error"]["code"]) == (130, "interrupted")
    assert sorted(held) == list(range(2, PARALLEL + 2))
