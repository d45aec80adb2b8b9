"""`payouts run --open`, and a cycle that is named without an option, in real processes."""

import pytest
from support.house import House

DOWN = {"on": "token", "kind": "status", "status": 503, "times": None}


def left_open(house: House, *cycles: str) -> None:
    house.simulator.inject(DOWN)
    for number, cycle in enumerate(cycles):
        path = house.write(cycle, [f"a,payee{number}@example.com,1{number}.00,USD"])
        assert house.json("run", cycle).code == 6
        path.unlink()
    house.simulator.clear_faults()


def test_run_open_continues_every_open_cycle_without_its_file(house: House) -> None:
    left_open(house, "first", "second")
    ended = house.json("run", "--open")
    assert ended.code == 0
    assert [(cycle["cycle"], cycle["exit_code"], cycle["error"]) for cycle in ended.result["cycles"]] == [
        ("first", 0, None),
        ("second", 0, None),
    ]
    assert house.paid() == {"payee0@example.com": ["10.00 USD"], "payee1@example.com": ["11.00 USD"]}
    again = house.json("run", "--open")
    assert (again.code, again.result) == (0, {"cycles": [], "warnings": []})


def test_what_is_open_is_named_by_sync_and_by_a_run_of_another_cycle(sqlite_house: House) -> None:
    house = sqlite_house
    left_open(house, "first")
    house.write("second", ["a,bob@example.com,5.00,USD"])
    assert [warning["code"] for warning in house.json("run", "second").result["warnings"]] == ["open_cycles"]
    named = house.json("sync")
    assert named.code == 6
    (first,) = named.result["open"]
    assert (first["cycle"], first["why"]) == ("first", "1 batch stored and never sent")
    shown = house.run("sync")
    assert shown.code == 6
    assert "first" in shown.stdout
    assert first["next"] in shown.stdout
    _, *words = first["next"].split()
    assert house.run(*words).code == 0
    assert (house.json("sync").code, house.json("sync").result["open"]) == (0, [])


def test_the_screen_shows_each_cycle_and_how_it_ended(sqlite_house: House) -> None:
    house = sqlite_house
    left_open(house, "first", "second")
    ended = house.run("run", "--open")
    assert ended.code == 0
    assert "2 cycles continued: first (exit code 0), second (exit code 0)." in ended.stdout
    assert "No cycle is open" in house.run("run", "--open").stdout


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("run --open c", "without CYCLE"),
        ("run --open --cycle c", "without --cycle"),
        ("run --open --input c.csv --append", "without --input and --append"),
        ("run --open --skip-invalid", "without --skip-invalid"),
        ("run --open --allow-duplicate", "without --allow-duplicate"),
        ("run --open --expect-digest d", "without --expect-digest"),
        ("run --open --dry-run", "without --dry-run"),
        ("run", "No cycle is named"),
        ("run c --cycle d", "Two cycles are named"),
        ("preview", "No cycle is named"),
        ("preview c -c d", "Two cycles are named"),
    ],
)
def test_what_contradicts_itself_is_wrong_usage(sqlite_house: House, line: str, problem: str) -> None:
    house = sqlite_house
    house.write("c", ["a,ann@example.com,10.00,USD"])
    ended = house.json(*line.split())
    assert (ended.code, ended.error_code) == (2, "usage")
    assert problem in ended.document["error"]["message"]
    assert house.posts() == 0


def test_a_cycle_is_named_with_or_without_the_option(sqlite_house: House) -> None:
    house = sqlite_house
    house.write("c", ["a,ann@example.com,10.00,USD"])
    digests = [
        house.json(*line.split()).result["plan_digest"] for line in ("preview c", "preview -c c", "run c --dry-run")
    ]
    assert len(set(digests)) == 1
    assert house.posts() == 0
    assert house.json("run", "c", "--dry-run", "--expect-digest", "0").error_code == "digest_differs"
    assert house.json("run", "c", "--cycle", "c", "--expect-digest", digests[0]).code == 0
    assert house.posts() == 1


def test_a_dry_run_is_a_preview(sqlite_house: House) -> None:
    house = sqlite_house
    house.write("c", ["a,ann@example.com,10.00,USD"])
    dry, preview = house.json("run", "c", "--dry-run").document, house.json("preview", "c").document
    for document in (dry, preview):
        del document["result"]["generated_at"]
    assert dry == preview
    assert not (house.folder / "payouts.db").exists()
