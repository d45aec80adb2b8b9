"""`payouts doctor` as it is typed: one valid document whatever is wrong, and nothing is changed by looking."""

import jsonschema_rs
import sqlalchemy as sa
from support.house import House

from paypal_payouts.present.envelope import schema_of

ROWS = ["a,ann@example.com,10.00,USD"]


def test_each_problem_of_a_configuration_is_told_in_one_document(sqlite_house: House) -> None:
    sqlite_house.configure(more="[lokc]\nlease_s = 1\n")

    ended = sqlite_house.json("doctor", PAYOUTS_PAYPAL__TIMEOUT_S="soon")

    jsonschema_rs.validator_for(schema_of("doctor")).validate(ended.document)
    assert (ended.code, ended.error_code) == (3, "config_invalid")
    found = [(check["name"], check["state"]) for check in ended.result["checks"]]
    assert found == [("configuration", "failed")] * 2
    assert "lokc" in ended.result["checks"][0]["found"]
    assert "PAYOUTS_PAYPAL__TIMEOUT_S" in ended.result["checks"][1]["found"]


def test_looking_changes_nothing_and_sends_nothing(house: House) -> None:
    house.write("c", ROWS)
    assert house.json("run", "-c", "c", "--yes").code == 0
    posts, before = house.posts(), contents(house)

    ended = house.json("doctor")

    assert ended.code == 0
    assert (house.posts(), contents(house)) == (posts, before)


def test_before_anything_was_paid_with_the_embedded_simulator_it_leaves_no_file(sqlite_house: House) -> None:
    (sqlite_house.folder / "payouts.toml").write_text('[paypal]\nenvironment = "simulator"\n')
    before = contents(sqlite_house)
    ended = sqlite_house.json("doctor")
    assert (ended.code, contents(sqlite_house)) == (0, before)


def test_what_is_wrong_is_exit_3_and_comes_with_its_mend(sqlite_house: House) -> None:
    house = sqlite_house
    house.write("c", ROWS)
    assert house.json("run", "-c", "c", "--yes").code == 0
    (house.folder / "payouts.db").chmod(0o666)
    (house.folder / "payouts.toml").chmod(0o644)
    house.simulator.inject({"on": "token", "kind": "status", "status": 401, "name": "invalid_client"})

    ended = house.json("doctor")

    jsonschema_rs.validator_for(schema_of("doctor")).validate(ended.document)
    assert ended.code == 3
    wrong = {check["name"]: check for check in ended.result["checks"] if check["state"] != "ok"}
    assert set(wrong) >= {"token", "file modes"}
    assert all(check["mend"] for check in wrong.values())


def contents(house: House) -> dict[str, bytes]:
    """Give every byte that is there: the folder's, and those of the tables of a server."""
    told = {str(path): path.read_bytes() for path in house.folder.rglob("*") if path.is_file()}
    if not house.database_url.startswith("sqlite"):
        engine = sa.create_engine(house.database_url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            for table in sa.inspect(engine).get_table_names():
                rows = connection.exec_driver_sql(f'SELECT * FROM "{table}"').all()
                told[table] = repr(sorted(map(repr, rows))).encode()
    return told
