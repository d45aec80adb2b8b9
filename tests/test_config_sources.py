"""Which file the configuration comes from, and the environment above it (docs/design.md, 3)."""

from collections.abc import Callable
from operator import attrgetter
from pathlib import Path

import pytest

from paypal_payouts.config import Settings, load_settings
from paypal_payouts.domain.retry import RetryPolicy
from paypal_payouts.errors import ConfigInvalid

Load = Callable[..., Settings]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load `text` as the file `payouts.toml`, under the variables given."""

    def load_text(text: str = "", **environ: str) -> Settings:
        (tmp_path / "payouts.toml").write_text(text, encoding="utf-8")
        return load_settings(path=None, environ=environ, cwd=tmp_path)

    return load_text


# Which file


def test_without_a_file_all_is_default_and_starts_from_the_current_folder(tmp_path: Path) -> None:
    settings = load_settings(path=None, environ={}, cwd=tmp_path)

    assert settings.file is None
    assert settings.database.url == f"sqlite:///{tmp_path}/payouts.db"
    assert settings.lock.directory == tmp_path / ".payouts"
    assert settings.input_path("2026-11") == tmp_path / "cycles/2026-11.csv"


def test_where_money_is_paid_is_chosen_by_a_file_or_by_one_variable(tmp_path: Path) -> None:
    def loaded(**environ: str) -> Settings:
        return load_settings(path=None, environ=environ, cwd=tmp_path)

    for settings in (loaded(), loaded(PAYOUTS_PAYPAL__ACCOUNT="main")):
        with pytest.raises(ConfigInvalid, match=str(tmp_path)) as refused:
            settings.must_name_environment()
        assert "`payouts init`" in refused.value.hint
    loaded(PAYOUTS_PAYPAL__ENVIRONMENT="simulator").must_name_environment()
    (tmp_path / "payouts.toml").write_text("")
    loaded().must_name_environment()


@pytest.mark.parametrize(
    ("option", "variable", "chosen"),
    [
        pytest.param("option.toml", "variable.toml", "option", id="the-option-first"),
        pytest.param(None, "variable.toml", "variable", id="then-the-variable"),
        pytest.param(None, None, "payouts", id="then-the-current-folder"),
    ],
)
def test_the_file_is_found_in_the_documented_order(
    tmp_path: Path, option: str | None, variable: str | None, chosen: str
) -> None:
    for name in ("option", "variable", "payouts"):
        (tmp_path / f"{name}.toml").write_text(f'paypal.account = "{name}"')
    environ = {} if variable is None else {"PAYOUTS_CONFIG": variable}

    settings = load_settings(path=Path(option) if option else None, environ=environ, cwd=tmp_path)

    assert settings.paypal.account == chosen
    assert settings.file == tmp_path / f"{chosen}.toml"


def test_relative_paths_start_from_the_file_wherever_we_stand(tmp_path: Path) -> None:
    folder = tmp_path / "etc"
    folder.mkdir()
    (folder / "p.toml").write_text('source.path = "in/{cycle}.jsonl"\nlock.directory = "locks"')

    settings = load_settings(path=Path("etc/p.toml"), environ={}, cwd=tmp_path)

    assert settings.input_path("w1") == folder / "in/w1.jsonl"
    assert settings.lock.directory == folder / "locks"
    assert settings.database.url == f"sqlite:///{folder}/payouts.db"


def test_absolute_paths_stay(load: Load) -> None:
    settings = load(
        'database.url = "sqlite:////var/p.db"\nsource.path = "/in/{cycle}/{cycle}.csv"\nlock.directory = "/run/p"'
    )

    assert settings.database.url == "sqlite:////var/p.db"
    assert settings.input_path("w1") == Path("/in/w1/w1.csv")
    assert settings.lock.directory == Path("/run/p")


def test_a_folder_name_never_changes_which_database_is_opened(tmp_path: Path) -> None:
    """SQLAlchemy decodes `%` and ends the path at `?`."""
    folder = tmp_path / "50%25?mode=ro"
    folder.mkdir()

    settings = load_settings(path=None, environ={}, cwd=folder)

    assert settings.database.url == f"sqlite:///{tmp_path}/50%2525%3Fmode=ro/payouts.db"
    assert settings.database.path == folder / "payouts.db"


@pytest.mark.parametrize(
    ("make", "words"),
    [
        pytest.param(None, "No such file", id="missing"),
        pytest.param(lambda path: path.mkdir(), "a folder, not a regular file", id="folder"),
        pytest.param(lambda path: path.write_bytes(b"a = \xff"), "not UTF-8: byte 5", id="not-utf-8"),
        pytest.param(lambda path: path.write_bytes(b"[paypal\n"), r"not TOML: .*line 1", id="not-toml"),
        pytest.param(lambda path: path.write_bytes(b"a = " + b"9" * 5000), "not TOML", id="endless-number"),
        pytest.param(lambda path: path.write_bytes(b"a = " + b"[" * 5000), "not TOML", id="endless-nesting"),
        pytest.param(lambda path: path.write_bytes(b"#" * 2_000_000), "larger than", id="too-large"),
    ],
)
@pytest.mark.parametrize("how", ["option", "variable"])
def test_a_named_file_that_cannot_be_used_is_refused(
    tmp_path: Path, make: Callable[[Path], object] | None, words: str, how: str
) -> None:
    path = tmp_path / "named.toml"
    if make:
        make(path)

    option, environ = (path, {}) if how == "option" else (None, {"PAYOUTS_CONFIG": str(path)})

    with pytest.raises(ConfigInvalid, match=words) as refused:
        load_settings(path=option, environ=environ, cwd=tmp_path)

    assert str(path) in refused.value.message
    assert [(detail["file"], detail["key"]) for detail in refused.value.details] == [(str(path), None)]


def test_a_file_that_everybody_can_write_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "payouts.toml").write_text('paypal.environment = "live"\n')
    (tmp_path / "payouts.toml").chmod(0o666)

    with pytest.raises(ConfigInvalid, match=r"payouts\.toml is not used: .* with mode 0666") as refused:
        load_settings(path=None, environ={}, cwd=tmp_path)

    assert "`chmod go-w " in refused.value.hint


def test_a_dangling_link_is_no_licence_for_defaults(tmp_path: Path) -> None:
    (tmp_path / "payouts.toml").symlink_to(tmp_path / "gone.toml")

    with pytest.raises(ConfigInvalid, match="No such file"):
        load_settings(path=None, environ={}, cwd=tmp_path)


def test_an_empty_variable_names_no_file(load: Load) -> None:
    with pytest.raises(ConfigInvalid, match="PAYOUTS_CONFIG: empty"):
        load(PAYOUTS_CONFIG="")


def test_a_byte_order_mark_and_windows_line_ends_are_read(load: Load) -> None:
    assert load('\ufeff[paypal]\r\naccount = "a1"\r\n').paypal.account == "a1"


# The environment


@pytest.mark.parametrize(
    ("variable", "text", "key", "expected"),
    [
        ("PAYOUTS_PAYPAL__ENVIRONMENT", "live", "paypal.environment", "live"),
        ("PAYOUTS_PAYPAL__ACCOUNT", "007", "paypal.account", "007"),
        ("PAYOUTS_PAYPAL__TIMEOUT_S", "45", "paypal.timeout_s", 45.0),
        ("PAYOUTS_PAYPAL__POLL_INTERVAL_S", " 0.05 ", "paypal.poll_interval_s", 0.05),
        ("PAYOUTS_RETRY__MAX_RETRIES", "0", "retry.max_retries", 0),
        ("PAYOUTS_DATABASE__URL", "sqlite:////x.db", "database.url", "sqlite:////x.db"),
        ("PAYOUTS_LOCK__DIRECTORY", "/run/p", "lock.directory", Path("/run/p")),
        ("PAYOUTS_EMAIL__SUBJECT", "", "email.subject", None),
        ("PAYOUTS_EMAIL__MESSAGE", 'Hi "you"', "email.message", 'Hi "you"'),
        ("PAYOUTS_LIMITS__MAX_ITEM", '{ USD = "5", JPY = "70" }', "limits.max_item", {"USD": 500, "JPY": 70}),
    ],
)
def test_a_variable_stands_above_the_file(load: Load, variable: str, text: str, key: str, expected: object) -> None:
    file = 'paypal = { account = "file", timeout_s = 20 }\nemail.subject = "file"\nlimits.max_item = { EUR = "1" }'

    settings = load(file, **{variable: text})

    assert attrgetter(key)(settings) == expected


def test_policies_can_come_from_a_variable(load: Load) -> None:
    settings = load(PAYOUTS_RETRY__CYCLES='{ "w-*" = { max_retries = 9 } }')

    assert settings.retry_policy("w-1") == (RetryPolicy(max_retries=9), 'retry.cycles."w-*"')


@pytest.mark.parametrize(
    ("variable", "text", "words"),
    [
        pytest.param("PAYOUTS_LOKC__LEASE_S", "9", "PAYPAL, EMAIL", id="section-misspelt"),
        pytest.param("PAYOUTS_LOCK__LEASE", "9", "PAYOUTS_LOCK__LEASE_S", id="key-misspelt"),
        pytest.param("PAYOUTS_lock__lease_s", "999", "unknown", id="small-letters"),
        pytest.param("PAYOUTS_LOCK_LEASE_S", "999", "unknown", id="one-underscore"),
        pytest.param("PAYOUTS_PAYPAL__CLIENT_SECRET", "hush", "unknown", id="secret"),
        pytest.param("PAYOUTS_LOCK__LEASE_S", "abc", "a number", id="no-number"),
        pytest.param("PAYOUTS_LOCK__LEASE_S", "", "a number", id="empty"),
        pytest.param("PAYOUTS_LOCK__LEASE_S", "true", "a number", id="boolean"),
        pytest.param("PAYOUTS_LOCK__LEASE_S", "nan", "a number", id="nan"),
        pytest.param("PAYOUTS_LOCK__LEASE_S", "60", "more than 60, twice paypal.timeout_s", id="contradiction"),
        pytest.param("PAYOUTS_LOCK__LEASE_S", "900\n[paypal]", "a number", id="a-second-key"),
        pytest.param("PAYOUTS_RETRY__MAX_RETRIES", "3.0", "a whole number from 0 to 20", id="fraction"),
        pytest.param("PAYOUTS_LIMITS__MAX_ITEM", "5000", "a table such as", id="no-table"),
        pytest.param("PAYOUTS_LIMITS__MAX_ITEM", '{ USD = "0" }', "USD: an amount above zero", id="bad-amount"),
        pytest.param("PAYOUTS_EMAIL__SUBJECT", "a\udcff", "not UTF-8", id="mail-not-utf-8"),
        pytest.param("PAYOUTS_DATABASE__URL", "postgresql+psycopg://h/\udcff", "not readable", id="url-not-utf-8"),
        pytest.param("PAYOUTS_RETRY__CYCLES", '{ "w*" = { max = 1 } }', r"\"w\*\"\.max: unknown key", id="inside"),
    ],
)
def test_a_wrong_variable_is_named(load: Load, variable: str, text: str, words: str) -> None:
    with pytest.raises(ConfigInvalid, match=words) as refused:
        load(**{variable: text})

    assert [(detail["file"], detail["key"]) for detail in refused.value.details] == [(None, variable)]
    assert variable in refused.value.message
    assert "hush" not in refused.value.message


def test_variables_of_others_are_left_alone(load: Load) -> None:
    assert load(PAYOUTS_TEST_POSTGRES_URL="none", PAYOUT_X="1", HOME="/") == load()


def test_a_variable_does_not_hide_a_section_that_is_no_table(load: Load) -> None:
    with pytest.raises(ConfigInvalid, match="paypal: 3 is not a table"):
        load("paypal = 3", PAYOUTS_PAYPAL__ACCOUNT="a1")
