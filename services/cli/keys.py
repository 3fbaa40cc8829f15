"""`shuangsui keys`: who wrapped bureaus' data keys; rotating, wrapping anew. On the server's console."""

import sys
from typing import Annotated, Any

import typer

from policies.errors import Missing
from services.cli.output import Json, guarded, language, rows, say, show
from services.cli.session import HomeOption, with_app
from services.usecases.check_keys import KeyCheck, accept_key, check_key
from services.usecases.rewrap_keys import key_status, retire_bureau, rewrap_bureau, rotate_bureau
from services.work import App
from tenants.scope import Scope
from tenants.stores import bureaus

app = typer.Typer(no_args_is_help=True)
Codes = Annotated[list[str] | None, typer.Argument(help="单位代码 · bureau codes", metavar="CODE")]
All = Annotated[bool, typer.Option("--all", help="全部单位 · every bureau")]


@app.command()
@guarded
def status(codes: Codes = None, every: All = False, home: HomeOption = None, as_json: Json = False) -> None:
    """各单位的数据密钥由谁封装、有几个待重新封装 · who wrapped the data keys, and how many are stale.

    例 / example: shuangsui keys status --all
    """

    async def act(opened: App) -> list[dict[str, Any]]:
        return [
            (await key_status(opened, code)).as_dict() for code in await _chosen(opened, codes, every=every)
        ]

    found = with_app(home, act)
    lines = [
        [
            one["bureau"],
            one["present"],
            "、".join(f"{k} {n}" for k, n in one["by_provider"].items()),
            one["stale"],
        ]
        for one in found
    ]
    heads = ["单位 bureau", "现用 present", "封装 wrapped by", "待重新封装 stale"]
    show({"bureaus": found}, as_json, lambda: rows(heads, lines))


@app.command()
@guarded
def check(codes: Codes = None, every: All = False, home: HomeOption = None, as_json: Json = False) -> None:
    """核对现用密钥是否为本单位原来的密钥，不打开任何密封内容 · is each present key the bureau's own.

    例 / example: shuangsui keys check --all
    """

    async def act(opened: App) -> list[KeyCheck]:
        return [await check_key(opened, code) for code in await _chosen(opened, codes, every=every)]

    found = with_app(home, act)
    heads = ["单位 bureau", "现用 present", "密钥 key"]
    lines = [[one.bureau, one.provider, _checked(one)] for one in found]
    show({"bureaus": [one.as_dict() for one in found]}, as_json, lambda: rows(heads, lines))
    for one in found:
        if one.problem is not None:
            say(one.problem.line(language()))
    if not all(one.ok for one in found):
        raise typer.Exit(1)


@app.command()
@guarded
def accept(
    code: Annotated[str, typer.Argument(help="单位代码 · bureau code", metavar="CODE")],
    why: Annotated[str, typer.Option("--why", help="原因，记入操作日志 · for the journal")],
    yes: Annotated[bool, typer.Option("--yes", help="不再询问 · do not ask")] = False,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """原密钥确已丢失时，认可现有（或新生成的）密钥；原密钥密封的内容打不开 · take another key for a lost one.

    例 / example: shuangsui keys accept 411721 --why 服务器损毁，密钥备份不可读 --yes
    """
    if not yes:
        if not sys.stdin.isatty():
            need = "不在终端运行须写明 --yes / needed outside a terminal"
            raise typer.BadParameter(need, param_hint="--yes")
        asked = "原密钥密封的内容将打不开，除非日后找回原密钥。继续？ / What it sealed stays closed. Go on?"
        typer.confirm(asked, abort=True, err=True)

    async def act(opened: App) -> str:
        (chosen,) = await _chosen(opened, [code], every=False)
        return await accept_key(opened, chosen, why)

    show({"bureau": code, "accepted": with_app(home, act)}, as_json)


@app.command()
@guarded
def rotate(codes: Codes = None, every: All = False, home: HomeOption = None, as_json: Json = False) -> None:
    """更换本机密钥（local）；旧密钥留到重新封装之后 · a new local key; the former stays until rewrapped.

    例 / example: shuangsui keys rotate 411721
    """

    async def act(opened: App) -> dict[str, bool]:
        return {code: await rotate_bureau(opened, code) for code in await _chosen(opened, codes, every=every)}

    found = with_app(home, act)
    for code, made in found.items():
        if not made:
            say(f"{code}：上次更换后还没有重新封装，先运行 shuangsui keys rewrap {code} / rewrap first")
    show({"rotated": found}, as_json)


@app.command()
@guarded
def rewrap(codes: Codes = None, every: All = False, home: HomeOption = None, as_json: Json = False) -> None:
    """用现用密钥重新封装数据密钥，逐项核对、可中断后继续 · wrap data keys anew, verified, resumable.

    例 / example: shuangsui keys rewrap --all
    """

    async def act(opened: App) -> list[dict[str, Any]]:
        told = []
        for code in await _chosen(opened, codes, every=every):
            done = await rewrap_bureau(opened, code, _progress)
            told.append(done.as_dict() | (await retire_bureau(opened, code)).as_dict())
        return told

    found = with_app(home, act)
    lines = [[one["bureau"], one["rewrapped"], one["fresh_before"], _former(one)] for one in found]
    heads = ["单位 bureau", "重新封装 rewrapped", "原已是现用 fresh", "旧密钥 former key"]
    show({"bureaus": found}, as_json, lambda: rows(heads, lines))


@app.command()
@guarded
def retire(codes: Codes = None, every: All = False, home: HomeOption = None, as_json: Json = False) -> None:
    """删除更换前的本机密钥，须无内容仍用它且已过保留期 · drop former local keys nothing needs any more.

    例 / example: shuangsui keys retire --all
    """

    async def act(opened: App) -> list[dict[str, Any]]:
        chosen = await _chosen(opened, codes, every=every)
        return [(await retire_bureau(opened, code)).as_dict() for code in chosen]

    found = with_app(home, act)
    lines = [[one["bureau"], _former(one)] for one in found]
    show({"bureaus": found}, as_json, lambda: rows(["单位 bureau", "旧密钥 former key"], lines))


def _checked(one: KeyCheck) -> str:
    if not one.used:
        return "尚未密封过内容 / nothing sealed yet"
    return "相符 / right" if one.ok else "不符 / wrong"


def _former(told: dict[str, Any]) -> str:
    """What became of the former key, in words."""
    words = {
        "dropped": "已删除 / dropped",
        "none": "没有 / none",
        "stale": "保留，仍有密钥待重新封装 / kept, rewrap first",
        "kept": f"保留至 {told['until']}，供此前的备份使用 / kept until then for older backups",
        "busy": "保留，正有内容在密封，请稍后再试 / kept, something is being sealed",
        "in_doubt": "保留，有数据库不可用或有未决事务 / kept, a database is in doubt or down",
    }
    return words[str(told["why"])]


def _progress(bureau: str, place: int, total: int) -> None:
    if place == total or place % 10 == 0:
        say(f"{bureau} {place}/{total}")


async def _chosen(opened: App, codes: list[str] | None, *, every: bool) -> list[str]:
    """Codes asked for, or all. Raises Missing for an unknown one."""
    async with opened.database.unit(Scope.for_system(), read_only=True) as db:
        known = sorted(entry.code for entry in await bureaus.all_(db))
    if not codes and not every:
        raise typer.BadParameter("写明单位代码，或 --all / name bureaus, or --all", param_hint="CODE, --all")
    for code in codes or ():
        if code not in known:
            raise Missing(code, what="单位")
    return known if every else list(codes or ())
