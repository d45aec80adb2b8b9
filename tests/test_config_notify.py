"""Who is told: targets whose URLs never stand in the file, and secrets that systemd or an access list guards."""

import os
import re
import stat
import struct
from pathlib import Path

import pytest

from paypal_payouts.config import Settings, load_credentials, load_settings
from paypal_payouts.config.credentials import secret_in_file
from paypal_payouts.errors import ConfigInvalid, CredentialsMissing

SECRET = "slack://token-canary/abc/def"


def load(tmp_path: Path, text: str, **environ: str) -> Settings:
    (tmp_path / "payouts.toml").write_text(text, encoding="utf-8")
    return load_settings(path=None, environ=environ, cwd=tmp_path)


def test_targets_name_where_their_urls_are(tmp_path: Path) -> None:
    settings = load(
        tmp_path,
        """
        [log]
        format = "json"
        [notify]
        unclaimed_days = 7
        [[notify.targets]]
        name = "on call"
        url_env = "OPS_NOTIFY_URL"
        events = ["review", "success"]
        [[notify.targets]]
        url_file = "ops.url"
        """,
    )
    on_call, ops = settings.notify.targets
    assert settings.log.format == "json"
    assert settings.notify.unclaimed_days == 7
    assert (on_call.shown, on_call.url_env, on_call.events) == ("on call", "OPS_NOTIFY_URL", ["review", "success"])
    assert (ops.shown, ops.url_file) == (f"{tmp_path}/ops.url", tmp_path / "ops.url")
    assert ops.events == ["review", "refused", "failures", "unclaimed", "unfinished", "error"]


def test_targets_come_from_a_variable_too(tmp_path: Path) -> None:
    settings = load(tmp_path, "", PAYOUTS_NOTIFY__TARGETS='[{ url_env = "OPS" }]', PAYOUTS_LOG__FORMAT="json")
    assert [target.shown for target in settings.notify.targets] == ["OPS"]
    assert settings.log.format == "json"


@pytest.mark.parametrize(
    ("target", "key", "words"),
    [
        (f'url = "{SECRET}"', "0", "never stands in this file.*url_env.*url_file"),
        (f'url_env = "{SECRET}"', "0.url_env", "the name of a variable.*never stands in this file"),
        (f'url_file = "{SECRET}"', "0.url_file", "the path of a file; the URL itself never stands"),
        ('url_env = "PAYOUTS_NOTIFY_URL"', "0.url_env", "begin with PAYOUTS_"),
        ("", "0", "give url_env, the name of a variable, or url_file"),
        ('url_env = "A"\nurl_file = "b"', "0", "one of the two"),
        ('url_env = "A"\nevents = ["reviews"]', "0.events.0", '"reviews" is not review, refused'),
        ('url_env = "A"\nevents = "review"', "0.events", "an array of review"),
        (
            'url_env = "A"\nevent = 1',
            "0.event",
            "unknown key. Did you mean events\\? Accepted: name, url_env, url_file, events",
        ),
    ],
)
def test_a_wrong_target_is_named_and_a_url_is_not_repeated(tmp_path: Path, target: str, key: str, words: str) -> None:
    with pytest.raises(ConfigInvalid) as refused:
        load(tmp_path, f"[[notify.targets]]\n{target}\n[paypal]\naccount = 'A'")
    problems = {detail["key"]: detail["problem"] for detail in refused.value.details}
    assert set(problems) == {f"notify.targets.{key}", "paypal.account"}, "all problems are told at once"
    assert re.search(words, problems[f"notify.targets.{key}"])
    assert "token-canary" not in repr((refused.value.message, refused.value.details))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("notify.targets = 3", "notify.targets"),
        (f'notify.targets = ["{SECRET}"]', "notify.targets.0"),
        ("notify.unclaimed_days = 31", "notify.unclaimed_days"),
        ('log.format = "xml"', "log.format"),
    ],
)
def test_what_is_no_target_and_no_format_is_refused(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(ConfigInvalid) as refused:
        load(tmp_path, text)
    assert [detail["key"] for detail in refused.value.details] == [key]
    assert "token-canary" not in repr((refused.value.message, refused.value.details))


def test_a_url_in_a_file_is_read_only_where_nobody_else_can(tmp_path: Path) -> None:
    path = tmp_path / "ops.url"
    path.write_text(f"{SECRET}\n")
    path.chmod(0o600)
    assert secret_in_file(path, key="url_file").get_secret_value() == SECRET
    path.chmod(0o640)
    with pytest.raises(
        CredentialsMissing, match=r"url_file: .*/ops\.url: others can use it.*chmod 600 /.*/ops\.url$"
    ) as refused:
        secret_in_file(path, key="url_file")
    assert "token-canary" not in refused.value.message


# Access lists: what systemd's LoadCredential makes

OWNER, USER, OWN_GROUP, MASK, OTHER = 0x01, 0x02, 0x04, 0x10, 0x20
NOBODY = 0xFFFFFFFF
READ = 4


def systemds(uid: int) -> bytes:
    """Give the list that systemd makes: root reads, and the service's user."""
    entries = [
        (OWNER, READ, NOBODY),
        (USER, READ, uid),
        (OWN_GROUP, 0, NOBODY),
        (MASK, READ, NOBODY),
        (OTHER, 0, NOBODY),
    ]
    return struct.pack("<I", 2) + b"".join(struct.pack("<HHI", *entry) for entry in entries)


def test_the_list_of_a_real_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    path.write_text("hush-9f3b")
    path.chmod(0o400)
    environ = {"PAYPAL_CLIENT_ID": "id", "PAYPAL_CLIENT_SECRET_FILE": str(path)}
    try:
        os.setxattr(path, "system.posix_acl_access", systemds(os.geteuid()))
    except OSError as error:
        pytest.skip(f"no access lists on this file system: {error.strerror}")
    assert stat.S_IMODE(path.stat().st_mode) == 0o440, "as systemd's files look"
    assert load_credentials(environ, "live").client_secret.get_secret_value() == "hush-9f3b"
    os.setxattr(path, "system.posix_acl_access", systemds(os.geteuid() + 1))
    with pytest.raises(CredentialsMissing, match="others can use it"):
        load_credentials(environ, "live")
