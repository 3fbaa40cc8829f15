"""What the operator decides, read once from the environment and handed on as one frozen value."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from ipaddress import ip_network
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import urlsplit

from policies.errors import Kind, Language, Problem, Wording
from services.home import Home
from services.notify.gateway import gateway_of
from services.notify.reach import Gateway, Network, Reach, Target, networks_of, targets_of
from tenants.entering import DIALECTS, Dialect
from tenants.session import Limits
from tenants.urls import ROLE_NAMES, RoleName

DEMO_ORIGIN = "shuangsui.example/simulated-demo-log"
ORIGIN = "shuangsui.example/log"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
YES = frozenset({"1", "true", "yes", "on"})
NO = frozenset({"", "0", "false", "no", "off"})
KEEP_DAYS = 3 * 365 + 1  # three years with a leap day
LEAST_DAYS = 190
NEAR: tuple[Network, ...] = (ip_network("127.0.0.0/8"), ip_network("::1/128"))
IMPORT_BACKGROUND = 2 * 1024 * 1024  # bytes; some ten thousand rows
STREAMS_PER_ADDRESS = 200  # an office, a hall or a whole village may share one address
KEY_PROVIDERS = ("local", "openbao")
OWN_URL = re.compile(r"DATABASE_URL_([A-Z0-9][A-Z0-9_]{0,30})")
OWN_NAME = re.compile(r"[a-z0-9][a-z0-9_]{0,30}")
RESERVED = frozenset({"shared"})


class BadSetting(Problem):
    """An environment variable has a value that cannot be used."""

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("环境变量 {name} 的值无效", "{wanted}", "请更正该变量，或取消设置以使用默认值。"),
        "en": Wording("The variable {name} has an unusable value", "{wanted}", "Correct or unset it."),
    }


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one process. A URL of None means: the embedded server stands in.

    Attributes:
        home: the home folder (SHUANGSUI_HOME).
        database_url: the shared database (DATABASE_URL), any PostgreSQL 15–18.
        own_database_urls: further databases a bureau may live in, by name: DATABASE_URL_<NAME>, the name in
            capitals, digits and underscores; `shuangsui bureau move` takes it in small letters.
        own_database_names: the same beside the embedded server, which makes them (DATABASE_NAMES,
            comma-separated); only where DATABASE_URL is unset.
        allowed_database_hosts: hosts a bureau's database may stand on (DATABASE_HOSTS, comma-separated);
            when unset, the host of DATABASE_URL and loopback.
        database_limits: seconds to connect (DATABASE_CONNECT_SECONDS, 5), seconds for one statement
            (DATABASE_STATEMENT_SECONDS, 30) and, of it, waiting for a lock (DATABASE_LOCK_SECONDS, 10).
        database_dialect: how the row security's settings are made: "postgresql", or "citus"
            (DATABASE_DIALECT).
        database_passwords: role → password, from DATABASE_PASSWORD_MIGRATOR, _APP, _AUDITOR, _PORTAL; roles
            not named take the secret of the home's `keys/`.
        redis_url: REDIS_URL, Redis or Valkey.
        keycloak_url: KEYCLOAK_URL, the base address of Keycloak.
        keycloak_realm: KEYCLOAK_REALM.
        keycloak_client: KEYCLOAK_CLIENT, the client id of this site.
        keycloak_secret: KEYCLOAK_SECRET, the client's secret, if confidential.
        keycloak_admin_client: KEYCLOAK_ADMIN_CLIENT, the service account that manages logins only.
        keycloak_admin_secret: KEYCLOAK_ADMIN_SECRET; unset: logins are managed in Keycloak's own console.
        host: address the site listens on (HOST).
        port: port of the site (PORT), 1–65535.
        public_url: address of the site as browsers see it (PUBLIC_URL).
        demo: demonstration: simulated clock, embedded identity provider (SHUANGSUI_DEMO).
        log_origin: name of the public log (LOG_ORIGIN).
        key_provider: "local" (files of the home) or "openbao" keeps the bureaus' keys (KEY_PROVIDER).
        openbao_url: OPENBAO_URL, the key server's address; https, except on this machine.
        openbao_token, openbao_token_file: OPENBAO_TOKEN, or OPENBAO_TOKEN_FILE that an agent renews.
        openbao_mount: where its Transit engine is enabled (OPENBAO_MOUNT).
        openbao_ca: certificates to trust for it (OPENBAO_CA), a file.
        journal_keep_days: days an entry of a journal stays in the database before it may be removed to an
            archive (JOURNAL_KEEP_DAYS), at least 190. Basis: our own decision, see docs/journal.md.
        keys_keep_days: days a bureau's former local key stays after everything was wrapped anew, for backups
            from before (KEYS_KEEP_DAYS). Basis: our own decision, see docs/sealing.md.
        worker: whether the site runs the worker in its own process (WORKER=on / off).
        notify_reach: servers that messages may go to (NOTIFY_HOSTS, NOTIFY_NETWORKS, NOTIFY_CA), see
            docs/notify.md; unset: the group robots of 企业微信 and 钉钉.
        notify_sms: the SMS gateway (NOTIFY_SMS, a file); without it no bureau can send short messages.
        fonts: folder with the operator's fonts for documents (SHUANGSUI_FONTS), see docs/documents.md.
        exchange_folder: where folders shared with other systems lie (EXCHANGE_FOLDER), `<bureau>/<name>` in
            it; without it no bureau can hand files over by folder, see docs/exchange.md.
        trusted_proxies: networks of the proxies before the site (TRUSTED_PROXIES, comma-separated addresses
            or networks); only they are believed which client they speak for. Unset: this machine.
        streams_per_address: how many live pages one client address may follow at once (STREAMS_PER_ADDRESS).
        import_background: bytes of a roster file from which on it is checked and taken by the worker
            (IMPORT_BACKGROUND_KB, 2048).
        metrics_token: bearer token that may read /metrics (METRICS_TOKEN); without it only this machine may,
            and only where `public_url` is on it too.
    """

    home: Home
    database_url: str | None = field(default=None, repr=False)
    own_database_urls: Mapping[str, str] = field(default_factory=dict, repr=False)
    own_database_names: tuple[str, ...] = ()
    database_limits: Limits = field(default_factory=Limits)
    database_dialect: Dialect = "postgresql"
    allowed_database_hosts: frozenset[str] = LOOPBACK
    database_passwords: Mapping[RoleName, str] = field(default_factory=dict, repr=False)
    redis_url: str | None = field(default=None, repr=False)
    keycloak_url: str | None = None
    keycloak_realm: str = "shuangsui"
    keycloak_client: str = "shuangsui"
    keycloak_secret: str | None = field(default=None, repr=False)
    keycloak_admin_client: str = "shuangsui-people"
    keycloak_admin_secret: str | None = field(default=None, repr=False)
    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = "http://127.0.0.1:8000"
    demo: bool = False
    log_origin: str = ORIGIN
    key_provider: str = "local"
    openbao_url: str | None = None
    openbao_token: str | None = field(default=None, repr=False)
    openbao_token_file: Path | None = None
    openbao_mount: str = "transit"
    openbao_ca: Path | None = None
    journal_keep_days: int = KEEP_DAYS
    keys_keep_days: int = 30
    worker: bool = True
    trusted_proxies: tuple[Network, ...] = NEAR
    streams_per_address: int = STREAMS_PER_ADDRESS
    import_background: int = IMPORT_BACKGROUND
    metrics_token: str | None = field(default=None, repr=False)
    notify_reach: Reach = field(default_factory=Reach)
    notify_sms: Gateway | None = field(default=None, repr=False)
    exchange_folder: Path | None = None
    fonts: Path | None = None

    def __post_init__(self) -> None:
        if self.demo and "simulated" not in self.log_origin:
            raise BadSetting(self.log_origin, name="LOG_ORIGIN", wanted="a name containing “simulated”")
        for name, url in self.own_database_urls.items():
            if _host(url) not in self.allowed_database_hosts:
                wanted = "DATABASE_HOSTS: " + ", ".join(sorted(self.allowed_database_hosts))
                raise BadSetting(_host(url), name=f"DATABASE_URL_{name.upper()}", wanted=wanted)

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> "Settings":
        """Reads the environment, or the mapping given instead; empty values count as unset.

        Raises:
            BadSetting: a value of the wrong form, or a bureau's database on a host not allowed.
        """
        env = {k: v.strip() for k, v in (os.environ if env is None else env).items() if v.strip()}
        demo, port, host = _flag(env, "SHUANGSUI_DEMO"), _port(env), env.get("HOST", "127.0.0.1")
        database = _url(env, "DATABASE_URL", "postgresql")
        return cls(
            home=Home.from_env(env),
            database_url=database,
            own_database_urls=_own_urls(env),
            own_database_names=_own_names(env),
            database_limits=_limits(env),
            database_dialect=_dialect(env),
            allowed_database_hosts=_hosts(env, database),
            database_passwords=_passwords(env),
            redis_url=_url(env, "REDIS_URL", "redis", "rediss", "valkey", "valkeys"),
            keycloak_url=_url(env, "KEYCLOAK_URL", "http", "https"),
            keycloak_realm=env.get("KEYCLOAK_REALM", "shuangsui"),
            keycloak_client=env.get("KEYCLOAK_CLIENT", "shuangsui"),
            keycloak_secret=env.get("KEYCLOAK_SECRET"),
            keycloak_admin_client=env.get("KEYCLOAK_ADMIN_CLIENT", "shuangsui-people"),
            keycloak_admin_secret=env.get("KEYCLOAK_ADMIN_SECRET"),
            host=host,
            port=port,
            public_url=_url(env, "PUBLIC_URL", "http", "https") or f"http://{_shown(host)}:{port}",
            demo=demo,
            log_origin=env.get("LOG_ORIGIN", DEMO_ORIGIN if demo else ORIGIN),
            journal_keep_days=_keep_days(env),
            keys_keep_days=_days(env, "KEYS_KEEP_DAYS", "30", 0),
            worker=_flag(env | {"WORKER": env.get("WORKER", "on")}, "WORKER"),
            metrics_token=env.get("METRICS_TOKEN"),
            trusted_proxies=_proxies(env),
            streams_per_address=_count(env, "STREAMS_PER_ADDRESS", STREAMS_PER_ADDRESS),
            import_background=_count(env, "IMPORT_BACKGROUND_KB", IMPORT_BACKGROUND // 1024) * 1024,
            **_notify(env),
            **_keys(env),
        )


def _flag(env: Mapping[str, str], name: str) -> bool:
    value = env.get(name, "").lower()
    if value not in YES | NO:
        raise BadSetting(value, name=name, wanted="1 / 0")
    return value in YES


def _keep_days(env: Mapping[str, str]) -> int:
    return _days(env, "JOURNAL_KEEP_DAYS", str(KEEP_DAYS), LEAST_DAYS)


def _days(env: Mapping[str, str], name: str, default: str, least: int) -> int:
    value = env.get(name, default)
    if not (value.isascii() and value.isdigit() and least <= int(value) <= 36_500):
        raise BadSetting(value, name=name, wanted=f"{least}–36500")
    return int(value)


def _port(env: Mapping[str, str]) -> int:
    value = env.get("PORT", "8000")
    if not (value.isascii() and value.isdigit() and 0 < int(value) < 65536):
        raise BadSetting(value, name="PORT", wanted="1–65535")
    return int(value)


def _url(env: Mapping[str, str], name: str, *schemes: str) -> str | None:
    """The URL if set; a driver suffix as in `postgresql+asyncpg` is fine. Errors never show the password."""
    value = env.get(name)
    if value is None:
        return None
    scheme = value.partition("://")[0].partition("+")[0] if "://" in value else ""
    scheme = "postgresql" if scheme == "postgres" else scheme
    if scheme not in schemes or not _host(value):
        raise BadSetting(f"{scheme}://…", name=name, wanted=f"{schemes[0]}://host:port/…")
    return value


def _own_urls(env: Mapping[str, str]) -> dict[str, str]:
    found = {m[1].lower(): _url(env, name, "postgresql") for name in env if (m := OWN_URL.fullmatch(name))}
    if found.keys() & RESERVED:
        raise BadSetting("DATABASE_URL_SHARED", name="DATABASE_URL_<NAME>", wanted="DATABASE_URL")
    return {name: url for name, url in found.items() if url}


def _own_names(env: Mapping[str, str]) -> tuple[str, ...]:
    names = tuple(dict.fromkeys(n.strip() for n in env.get("DATABASE_NAMES", "").split(",") if n.strip()))
    if names and "DATABASE_URL" in env:
        raise BadSetting(",".join(names), name="DATABASE_NAMES", wanted="DATABASE_URL_<NAME>")
    for name in names:
        if not OWN_NAME.fullmatch(name) or name in RESERVED:
            raise BadSetting(name, name="DATABASE_NAMES", wanted="a–z, 0–9, _ (≤ 31)")
        if f"DATABASE_URL_{name.upper()}" in env:
            raise BadSetting(name, name="DATABASE_NAMES", wanted=f"DATABASE_URL_{name.upper()}")
    return names


def _limits(env: Mapping[str, str]) -> Limits:
    return Limits(
        _seconds(env, "DATABASE_CONNECT_SECONDS", Limits().connect),
        _seconds(env, "DATABASE_STATEMENT_SECONDS", Limits().statement),
        lock=_seconds(env, "DATABASE_LOCK_SECONDS", Limits().lock),
    )


def _seconds(env: Mapping[str, str], name: str, default: float) -> float:
    value = env.get(name, str(default))
    if not re.fullmatch(r"\d{1,5}(\.\d{1,3})?", value, re.ASCII) or not 0.1 <= float(value) <= 86400:
        raise BadSetting(value, name=name, wanted="0.1–86400")
    return float(value)


def _dialect(env: Mapping[str, str]) -> Dialect:
    value = env.get("DATABASE_DIALECT", "postgresql").lower()
    found = next((one for one in DIALECTS if one == value), None)
    if found is None:
        raise BadSetting(value, name="DATABASE_DIALECT", wanted=" / ".join(DIALECTS))
    return found


def _keys(env: Mapping[str, str]) -> dict[str, Any]:
    """Who keeps the bureaus' keys. A key server without address or token is refused here, not at a draw."""
    provider, url = env.get("KEY_PROVIDER", "local").lower(), _url(env, "OPENBAO_URL", "https", "http")
    if provider not in KEY_PROVIDERS:
        raise BadSetting(provider, name="KEY_PROVIDER", wanted=" / ".join(KEY_PROVIDERS))
    if provider == "openbao":
        if url is None or (url.startswith("http:") and _host(url) not in LOOPBACK):
            raise BadSetting(url or "—", name="OPENBAO_URL", wanted="https://host:port")
        if not env.keys() & {"OPENBAO_TOKEN", "OPENBAO_TOKEN_FILE"}:
            raise BadSetting("—", name="OPENBAO_TOKEN", wanted="OPENBAO_TOKEN / OPENBAO_TOKEN_FILE")
    mount = env.get("OPENBAO_MOUNT", "transit").strip("/")
    if not re.fullmatch(r"[\w-]+(/[\w-]+)*", mount, re.ASCII):
        raise BadSetting(mount, name="OPENBAO_MOUNT", wanted="transit")
    return {
        "key_provider": provider,
        "openbao_url": url,
        "openbao_token": env.get("OPENBAO_TOKEN"),
        "openbao_token_file": _file(env, "OPENBAO_TOKEN_FILE"),
        "openbao_mount": mount,
        "openbao_ca": _file(env, "OPENBAO_CA"),
    }


def _notify(env: Mapping[str, str]) -> dict[str, Any]:
    """What messages may reach. The gateway's own server is allowed by its file, which is the operator's."""
    reach, name = Reach(ca=_file(env, "NOTIFY_CA")), "NOTIFY_HOSTS"
    try:
        if name in env:
            reach = replace(reach, targets=targets_of(env[name]))
        name = "NOTIFY_NETWORKS"
        reach = replace(reach, networks=networks_of(env.get(name, "")))
    except ValueError as error:
        wanted = {"NOTIFY_HOSTS": "host, host:port, smtp://host:port", "NOTIFY_NETWORKS": "10.0.0.0/8"}
        raise BadSetting(str(error)[:80], name=name, wanted=wanted[name]) from None
    path = _file(env, "NOTIFY_SMS")
    try:
        gateway = gateway_of(path) if path else None
    except (ValueError, OSError) as error:
        raise BadSetting(str(error)[:80], name="NOTIFY_SMS", wanted="{url, headers, body, ok}") from None
    if gateway is not None:
        parts = urlsplit(gateway.url)
        port = parts.port or (80 if parts.scheme == "http" else 443)
        target = Target(str(parts.hostname), port, parts.scheme == "http")
        reach = replace(reach, targets=(*reach.targets, target))
    return {
        "notify_reach": reach,
        "notify_sms": gateway,
        "exchange_folder": _folder(env, "EXCHANGE_FOLDER"),
        "fonts": _folder(env, "SHUANGSUI_FONTS"),
    }


def _folder(env: Mapping[str, str], name: str) -> Path | None:
    """A folder named by a setting, None when it is unset."""
    text = env.get(name, "").strip()
    if text and not Path(text).is_dir():
        raise BadSetting(text[:80], name=name, wanted="an existing folder")
    return Path(text) if text else None


def _proxies(env: Mapping[str, str]) -> tuple[Network, ...]:
    if "TRUSTED_PROXIES" not in env:
        return NEAR
    try:
        return networks_of(env["TRUSTED_PROXIES"])
    except ValueError as error:
        raise BadSetting(str(error)[:80], name="TRUSTED_PROXIES", wanted="10.0.0.5, 10.1.0.0/24") from None


def _count(env: Mapping[str, str], name: str, default: int) -> int:
    value = env.get(name, str(default))
    if not (value.isascii() and value.isdigit() and 1 <= int(value) <= 100_000):
        raise BadSetting(value[:40], name=name, wanted="1–100000")
    return int(value)


def _file(env: Mapping[str, str], name: str) -> Path | None:
    """A file that is there. Raises BadSetting."""
    if name not in env:
        return None
    path = Path(env[name])
    if not path.is_file():
        raise BadSetting(path, name=name, wanted="/…/file")
    return path


def _passwords(env: Mapping[str, str]) -> dict[RoleName, str]:
    found = {role: env.get(f"DATABASE_PASSWORD_{role.upper()}") for role in ROLE_NAMES}
    return {role: password for role, password in found.items() if password}


def _hosts(env: Mapping[str, str], database: str | None) -> frozenset[str]:
    if "DATABASE_HOSTS" in env:
        return frozenset(h.strip().lower() for h in env["DATABASE_HOSTS"].split(",") if h.strip())
    return LOOPBACK | ({_host(database)} if database else frozenset())


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _shown(host: str) -> str:
    return "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104 - compared, not bound
