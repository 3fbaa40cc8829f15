"""Settings from the environment."""

from pathlib import Path

import pytest

from services.settings import BadSetting, Settings
from services.wiring import role_passwords
from tenants.session import Limits


def test_nothing_set_means_embedded_servers_on_loopback() -> None:
    settings = Settings.from_env({})
    assert (settings.database_url, settings.redis_url, settings.keycloak_url) == (None, None, None)
    assert (settings.host, settings.port, settings.public_url) == ("127.0.0.1", 8000, "http://127.0.0.1:8000")
    assert not settings.demo


def test_real_servers_need_no_code(tmp_path: Path) -> None:
    settings = Settings.from_env(
        {
            "SHUANGSUI_HOME": str(tmp_path),
            "DATABASE_URL": "postgresql+asyncpg://app:hidden@db.example:5432/shuangsui",
            "DATABASE_URL_411721": "postgres://app:hidden@xiping.example/one",
            "DATABASE_HOSTS": "db.example, XIPING.example",
            "REDIS_URL": "rediss://:hidden@cache.example:6379/0",
            "KEYCLOAK_URL": "https://login.example",
            "KEYCLOAK_SECRET": "hidden",
            "PORT": "9000",
        }
    )
    assert settings.home.root == tmp_path
    assert settings.own_database_urls == {"411721": "postgres://app:hidden@xiping.example/one"}
    assert settings.allowed_database_hosts == {"db.example", "xiping.example"}
    assert settings.public_url == "http://127.0.0.1:9000"
    assert "hidden" not in repr(settings)


def test_demo_log_says_simulated() -> None:
    assert "simulated" in Settings.from_env({"SHUANGSUI_DEMO": "1"}).log_origin
    assert "simulated" not in Settings.from_env({}).log_origin


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "80a"),
        ("PORT", "²"),
        ("SHUANGSUI_DEMO", "maybe"),
        ("DATABASE_URL", "mysql://root:hidden@db/x"),
        ("DATABASE_URL", "postgresql:///nohost"),
        ("REDIS_URL", "hidden"),
        ("KEYCLOAK_URL", "ftp://login.example"),
        ("DATABASE_URL_411721", "postgresql://app:hidden@elsewhere.example/one"),
        ("DATABASE_LOCK_SECONDS", "0"),
        ("DATABASE_LOCK_SECONDS", "-1"),
        ("DATABASE_LOCK_SECONDS", "1e3"),
        ("DATABASE_STATEMENT_SECONDS", "86401"),
        ("DATABASE_CONNECT_SECONDS", "soon"),
        ("TRUSTED_PROXIES", "10.0.0.300"),
        ("TRUSTED_PROXIES", "proxy.example"),
        ("STREAMS_PER_ADDRESS", "0"),
        ("IMPORT_BACKGROUND_KB", "0"),
    ],
)
def test_bad_values_are_named_without_their_secrets(name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name) as caught:
        Settings.from_env({name: value})
    assert "hidden" not in str(caught.value)


def test_demo_needs_a_log_called_simulated() -> None:
    with pytest.raises(BadSetting, match="LOG_ORIGIN"):
        Settings.from_env({"SHUANGSUI_DEMO": "1", "LOG_ORIGIN": "real.example/log"})


def test_role_passwords_come_from_the_operator_or_the_home(tmp_path: Path) -> None:
    env = {"SHUANGSUI_HOME": str(tmp_path), "DATABASE_PASSWORD_APP": "told-app"}
    settings = Settings.from_env(env | {"DATABASE_PASSWORD_PORTAL": " "})
    home = settings.home.make()
    found = role_passwords(home, settings.database_passwords, "postgresql://shuangsui_migrator:own@h/d")
    assert (found.app, found.migrator) == ("told-app", "own")
    assert found.portal == home.secret("database-portal") and not (home.keys / "database-app").exists()
    assert "told-app" not in repr(settings)


def test_patience_with_a_database_is_set_in_seconds() -> None:
    env = {"DATABASE_LOCK_SECONDS": "2.5", "DATABASE_STATEMENT_SECONDS": "40"}
    limits = Settings.from_env(env).database_limits
    assert (limits.lock, limits.statement, limits.connect) == (2.5, 40.0, Limits().connect)
    assert Settings.from_env({}).database_limits == Limits()


def test_a_former_key_stays_for_days_that_are_a_number() -> None:
    assert Settings.from_env({}).keys_keep_days == 30
    assert Settings.from_env({"KEYS_KEEP_DAYS": "0"}).keys_keep_days == 0
    for value in ("-1", "soon", "36501"):
        with pytest.raises(BadSetting, match="KEYS_KEEP_DAYS"):
            Settings.from_env({"KEYS_KEEP_DAYS": value})
