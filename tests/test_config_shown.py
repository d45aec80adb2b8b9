"""`config show`: every key with where it came from, and no secret; and what a misspelt one is answered with."""

from pathlib import Path

import pytest

from paypal_payouts.config import Settings, load_settings
from paypal_payouts.config.shown import configured_credentials, configured_values
from paypal_payouts.domain.configured import ConfiguredValue
from paypal_payouts.errors import ConfigInvalid

FILE = """
[paypal]
environment = "sandbox"
[database]
url = "postgresql+psycopg://ops:hunter2@db/payouts"
[limits]
max_item = { USD = "5000.00", JPY = "10" }
[retry.cycles."weekly-*"]
max_retries = 5
[[notify.targets]]
name = "on call"
url_env = "OPS_URL"
"""


def load(folder: Path, text: str, **environ: str) -> Settings:
    (folder / "payouts.toml").write_text(text, encoding="utf-8")
    return load_settings(path=None, environ=environ, cwd=folder)


def test_every_key_says_where_its_value_came_from(tmp_path: Path) -> None:
    settings = load(tmp_path, FILE, PAYOUTS_LOCK__COOLDOWN_S="3")
    values = {each.key: each for each in configured_values(settings)}
    assert len(values) == sum(
        len(type(getattr(settings, name)).model_fields) for name in settings.model_fields_set - OURS
    )
    assert values["paypal.environment"] == ConfiguredValue("paypal.environment", "sandbox", "file", None)
    assert values["lock.cooldown_s"] == ConfiguredValue("lock.cooldown_s", 3.0, "variable", "PAYOUTS_LOCK__COOLDOWN_S")
    assert values["paypal.timeout_s"] == ConfiguredValue("paypal.timeout_s", 30.0, "default", None)
    assert values["limits.max_item"].value == {"USD": "5000.00", "JPY": "10"}
    assert values["retry.cycles"].value == {"weekly-*": {"max_retries": 5}}
    assert values["notify.targets"].value == [{"name": "on call", "url_env": "OPS_URL"}]
    assert values["lock.directory"].value == str(tmp_path / ".payouts")


OURS = {"file", "base", "names_environment", "variables"}


def test_neither_a_password_nor_a_credential_is_among_them(tmp_path: Path) -> None:
    settings = load(tmp_path, FILE)
    environ = {"PAYPAL_CLIENT_ID": "AbC-secret", "PAYPAL_CLIENT_SECRET_FILE": "/run/secret"}
    credentials = configured_credentials(settings, environ)
    told = f"{configured_values(settings)} {credentials}"
    assert "hunter2" not in told
    assert "AbC-secret" not in told
    assert [(each.name, each.is_set, each.file) for each in credentials] == [
        ("PAYPAL_CLIENT_ID", True, None),
        ("PAYPAL_CLIENT_SECRET", True, "/run/secret"),
    ]
    assert [each.is_set for each in configured_credentials(settings, {})] == [False, False]
    assert configured_credentials(load(tmp_path, ""), environ) == []


@pytest.mark.parametrize(
    ("text", "variable", "meant"),
    [
        ('[paypal]\nacount = "x"', "", "Did you mean account?"),
        ("[paypal]\nmax_retries = 3", "", "Did you mean retry.max_retries?"),
        ("[lmits]", "", "Did you mean limits?"),
        ("", "PAYOUTS_PAYPAL__ACOUNT", "Did you mean PAYOUTS_PAYPAL__ACCOUNT?"),
        ("", "PAYOUTS_LOK__LEASE_S", "Did you mean PAYOUTS_LOCK__LEASE_S"),
    ],
)
def test_a_misspelt_key_is_answered_with_the_right_one(tmp_path: Path, text: str, variable: str, meant: str) -> None:
    with pytest.raises(ConfigInvalid) as refused:
        load(tmp_path, text, **({variable: "x"} if variable else {}))
    (detail,) = refused.value.details
    assert meant in detail["problem"]
    assert "Accepted: " in detail["problem"]
