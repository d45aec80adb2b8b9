"""`payouts doctor` as it is typed: one valid document whatever is wrong, and nothing is changed by looking."""

import jsonschema_rs
import sqlalchemy as sa
from support.site import Site

from paypal_payouts.present.envelope import schema_of

ROWS = ["a,ann@example.com,10.00,USD"]


def test_each_problem_of_a_configuration_is_told_in_one_document(sqlite_site: Site) -> None:
    sqlite_site.configure(more="[lokc]\nlease_s = 1\n")

    ended = sqlite_site.json("doctor", PAYOUTS_PAYPAL__TIMEOUT_S="soon")

    jsonschema_rs.validator_for(schema_of("doctor")).validate(ended.document)
    assert (ended.code, ended.error_code) == (3, "config_invalid")
    found = [(check["name"], check["state"]) for check in ended.result["checks"]]
    assert found == [("configuration", "failed")] * 2
    assert "lokc" in ended.result["checks"][0]["found"]
    assert "PAYOUTS_PAYPAL__TIMEOUT_S" in ended.result["checks"][1]["found"]


def test_looking_changes_nothing_and_sends_nothing(site: Site) -> None:
    site.write("c", ROWS)
    assert site.json("run", "-c", "c", "--yes").code == 0
    posts, before = site.posts(), contents(site)

    ended = site.json("doctor")

    assert ended.code == 0
    assert (site.posts(), contents(site)) == (posts, before)


def test_whom_it_takes_for_paypal_is_said_where_that_is_another_server(sqlite_site: Site) -> None:
    configuration = sqlite_site.json("doctor").result["checks"][0]
    assert f"sandbox at {sqlite_site.url}, which is not PayPal's, account main" in configuration["found"]


def test_before_anything_was_paid_with_the_embedded_simulator_it_leaves_no_file(sqlite_site: Site) -> None:
    (sqlite_site.folder / "payouts.toml").write_text('[paypal]\nenvironment = "simulator"\n')
    before = contents(sqlite_site)
    ended = sqlite_site.json("doctor")
    assert (ended.code, contents(sqlite_site)) == (0, before)


def test_what_is_wrong_is_exit_3_and_comes_with_its_mend(sqlite_site: Site) -> None:
    site = sqlite_site
    site.write("c", ROWS)
    assert site.json("run", "-c", "c", "--yes").code == 0
    (site.folder / "payouts.db").chmod(0o644)
    (site.folder / "payouts.toml").chmod(0o644)
    site.simulator.inject({"on": "token", "kind": "status", "status": 401, "name": "invalid_client"})

    ended = site.json("doctor")

    jsonschema_rs.validator_for(schema_of("doctor")).validate(ended.document)
    assert ended.code == 3
    wrong = {check["name"]: check for check in ended.result["checks"] if check["state"] != "ok"}
    assert set(wrong) >= {"token", "file modes"}
    assert all(check["mend"] for check in wrong.values())


def contents(site: Site) -> dict[str, bytes]:
    """Return every byte that is there: the folder's, and those of the tables of a server."""
    told = {str(path): path.read_bytes() for path in site.folder.rglob("*") if path.is_file()}
    if not site.database_url.startswith("sqlite"):
        engine = sa.create_engine(site.database_url, poolclass=sa.NullPool)
        with engine.connect() as connection:
            for table in sa.inspect(engine).get_table_names():
                rows = connection.exec_driver_sql(f'SELECT * FROM "{table}"').all()
                told[table] = repr(sorted(map(repr, rows))).encode()
    return told


def test_the_sandbox_is_probed_without_a_database_and_nothing_else_is(sqlite_site: Site) -> None:
    ended = sqlite_site.json("doctor", "--probe", "--receiver", "a@example.com", PAYOUTS_PAYPAL__ENVIRONMENT="live")
    assert (ended.code, ended.error_code) == (3, "config_invalid")
    assert sqlite_site.json("doctor", "--receiver", "a@example.com").code == 2
    assert sqlite_site.posts() == 0

    sqlite_site.simulator.inject({"on": "create", "kind": "status", "status": 429, "name": "RATE_LIMIT_REACHED"})
    ended = sqlite_site.json("doctor", "--probe")

    jsonschema_rs.validator_for(schema_of("doctor")).validate(ended.document)
    assert ended.code == 6
    assert "429" in ended.result["stopped"]
    assert (sqlite_site.folder / "sandbox-probe.json").stat().st_mode & 0o777 == 0o600
    assert not (sqlite_site.folder / "payouts.db").exists()


def test_a_probe_that_is_stopped_says_so_and_keeps_what_was_done(sqlite_site: Site) -> None:
    process = sqlite_site.start("doctor", "--probe")
    assert process.stderr is not None
    first = process.stderr.readline()
    process.terminate()
    _, more = process.communicate()
    assert process.returncode == 130
    assert first.startswith("empty send-nothing: 400")
    assert "What was done is stored" in more
    assert '"send-nothing"' in (sqlite_site.folder / "sandbox-probe.json").read_text("ascii")
