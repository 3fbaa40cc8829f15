"""What is wrong with the databases of a deployment, and what to do about it."""

from collections.abc import Iterator
from dataclasses import dataclass

from services.moving.looking import Facts, Fleet
from tenants.identity import SCHEMA_VERSION
from tenants.moving.rows import Move
from tenants.unavailable import State, reason


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be, and what to do. `bad`: it needs somebody now."""

    where: str
    zh: str
    en: str
    bad: bool = True


_TODO: dict[State, tuple[str, str]] = {
    "schema": ("运行 shuangsui migrate", "run shuangsui migrate"),
    "identity": (
        "立即核对 DATABASE_URL_*，连接字符串可能互换；更正前该库不提供服务",
        "check DATABASE_URL_* now: exchanged? It serves nobody until corrected",
    ),
    "refused": ("核对 DATABASE_PASSWORD_* 和 deploy/database/roles.sql", "check passwords and roles.sql"),
    "prepared": ("设置该服务器的 max_prepared_transactions 并重启", "set max_prepared_transactions there"),
    "unknown": ("设置 DATABASE_URL_<名称> 并重启", "set DATABASE_URL_<NAME> and restart"),
}
_ELSE = "检查该服务器和网络", "look after that server and the network"


def findings(fleet: Fleet) -> tuple[Finding, ...]:
    """Everything found, what is bad first."""
    found = [one for facts in fleet.databases for one in _of(facts)]
    found += [_unfinished(move) for move in fleet.unfinished]
    open_ = {move.bureau for move in fleet.unfinished}
    found += [_shut(one.name, code) for one in fleet.databases for code in one.moving if code not in open_]
    found += [_left(move) for move in fleet.leftovers]
    return tuple(sorted(found, key=lambda one: not one.bad))


def _of(facts: Facts) -> Iterator[Finding]:
    if facts.state is not None:
        zh, en = _TODO.get(facts.state, _ELSE)
        yield Finding(
            facts.name,
            f"{reason(facts.state)}（{facts.told}）：{zh}",
            f"{reason(facts.state, 'en')} ({facts.told}): {en}",
        )
        return
    if facts.schema != SCHEMA_VERSION:
        zh, en = _TODO["schema"]
        yield Finding(facts.name, f"结构版本 {facts.schema}：{zh}", f"schema {facts.schema}: {en}")
    if not facts.same_tree:
        told = (
            "单位目录与共享库不同：下次使用前自动更新",
            "its tree of bureaus is behind: updated before its use",
        )
        yield Finding(facts.name, *told, bad=False)
    if facts.in_doubt:
        yield Finding(
            facts.name,
            f"{facts.in_doubt} 个未决事务：服务运行时自动处理，未运行的先启动服务",
            f"{facts.in_doubt} transactions in doubt: a running site settles them",
            bad=False,
        )


def _unfinished(move: Move) -> Finding:
    again = f"shuangsui bureau move {move.bureau} --to {move.target}"
    return Finding(
        move.bureau,
        f"搬迁未完成（{move.source} → {move.target}，{move.state}）：再次运行 {again}，加 --back 撤回",
        f"unfinished move ({move.source} → {move.target}): run {again} again, --back undoes it",
    )


def _shut(name: str, code: str) -> Finding:
    told = f"单位 {code} 停写而没有进行中的搬迁：再次搬迁即可恢复", f"bureau {code} is shut: move it again"
    return Finding(name, *told)


def _left(move: Move) -> Finding:
    forget = f"shuangsui database forget {move.bureau}"
    return Finding(
        move.source,
        f"留有单位 {move.bureau} 的 {move.rows} 行旧数据：确认后运行 {forget}",
        f"{move.rows} old rows of {move.bureau}: run {forget} when sure",
        bad=False,
    )
