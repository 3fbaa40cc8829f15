"""`shuangsui database`: the databases of the deployment, what is wrong with them, what a move left behind."""

from typing import Annotated, Any

import typer

from services.cli.fleet import By, told, with_servers
from services.cli.output import Json, console, guarded, language, rows, say, show
from services.cli.session import HomeOption
from services.moving.findings import Finding, findings
from services.moving.kept import KeptReport, verify_kept
from services.moving.looking import Facts, Fleet, look
from services.servers import Servers
from services.usecases.forget_bureau import forget_bureau
from services.usecases.move_bureau import several
from services.work import App
from tenants.unavailable import reason

app = typer.Typer(no_args_is_help=True)


@app.command("list")
@guarded
def list_(home: HomeOption = None, as_json: Json = False) -> None:
    """列出全部数据库：服务器、身份、结构版本、其中的单位、未决事务、延迟 · all databases.

    例 / example: shuangsui database list --json
    """
    fleet = with_servers(home, _look)
    show(_whole(fleet), as_json, lambda: _table(fleet))


@app.command()
@guarded
def check(home: HomeOption = None, as_json: Json = False) -> None:
    """核对全部数据库，逐项说明问题和处理办法；有问题时返回 1 · what is wrong, and what to do.

    例 / example: shuangsui database check
    """
    fleet = with_servers(home, _look)
    found = findings(fleet)
    told_ = [{"where": f.where, "zh": f.zh, "en": f.en, "bad": f.bad} for f in found]
    show(_whole(fleet) | {"findings": told_}, as_json, lambda: _findings(fleet, found))
    if any(one.bad for one in found):
        raise typer.Exit(1)


@app.command()
@guarded
def verify(home: HomeOption = None, as_json: Json = False) -> None:
    """逐单位核对数据：行数、操作日志的哈希链、密封名单能否打开、公开日志；恢复备份之后必做 · is all there?

    例 / example: shuangsui database verify
    """
    found = with_servers(
        home,
        lambda app, servers: verify_kept(
            app, several(app), servers, lambda n, of, code: say(f"[{n}/{of}] {code}")
        ),
    )
    show(_kept(found), as_json, lambda: _kept_table(found))
    if not found.whole:
        raise typer.Exit(1)


@app.command()
@guarded
def forget(
    code: Annotated[str, typer.Argument(help="六位区划代码 · division code", metavar="CODE")],
    by: By,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """再次核对后，删除单位搬走后留在旧库的数据 · remove the rows a bureau left behind.

    例 / example: shuangsui database forget 411721 --by 张三
    """
    done = with_servers(
        home, lambda app, servers: forget_bureau(app, several(app), servers, code, by.strip() or "—", told)
    )
    lines = [{"database": one.database, "rows": one.rows, "bytes": one.size} for one in done]
    show(
        {"bureau": code, "removed": lines},
        as_json,
        lambda: rows(["数据库", "行", "字节"], [[*line.values()] for line in lines], title=code),
    )


async def _look(app: App, servers: Servers) -> Fleet:
    return await look(several(app), servers)


def _whole(fleet: Fleet) -> dict[str, Any]:
    def moves(which: Any) -> list[dict[str, Any]]:
        return [{"bureau": m.bureau, "source": m.source, "target": m.target, "state": m.state} for m in which]

    return {
        "databases": [one.as_dict() for one in fleet.databases],
        "unfinished": moves(fleet.unfinished),
        "leftovers": moves(fleet.leftovers),
    }


def _kept(found: KeptReport) -> dict[str, Any]:
    return {
        "log": {"size": found.log_size, "last": found.log_last},
        "bureaus": [
            {
                "bureau": one.bureau, "database": one.database, "rows": one.rows, "journal": one.entries,
                "draws": one.draws, "last": one.last,
                "problem": one.problem.as_dict(language()) if one.problem else None,
            }
            for one in found.bureaus
        ],
    }  # fmt: skip


def _kept_table(found: KeptReport) -> None:
    heads = ["单位", "数据库", "行数", "操作日志", "最近一条", "可打开的抽取", "问题"]
    lines = [
        [k.bureau, k.database, k.rows, k.entries, k.last or "—", k.draws,
         k.problem.line(language()) if k.problem else "无"]
        for k in found.bureaus
    ]  # fmt: skip
    rows(heads, lines)
    console().print(f"公开日志 · public log: {found.log_size}，{found.log_last or '—'}")


def _table(fleet: Fleet) -> None:
    heads = ["名称", "服务器", "状态", "身份", "结构", "单位", "停写", "未决", "毫秒"]
    rows(heads, [_line(one) for one in fleet.databases])


def _line(one: Facts) -> list[Any]:
    lang = language()
    state = ("正常" if lang == "zh" else "ok") if one.state is None else reason(one.state, lang)
    if one.state == "identity":
        state = f"警报 ALARM：{state}；{one.told}"
    bureaus, moving = " ".join(one.bureaus), " ".join(one.moving)
    took = f"{one.milliseconds:.1f}"
    return [one.name, one.server, state, one.identity, one.schema, bureaus, moving, one.in_doubt, took]


def _findings(fleet: Fleet, found: tuple[Finding, ...]) -> None:
    if not found:
        console().print(f"{len(fleet.databases)} 个数据库，未发现问题 · nothing wrong")
        return
    zh = language() == "zh"
    lines = [["✗" if one.bad else "·", one.where, one.zh if zh else one.en] for one in found]
    rows(["", "数据库／单位", "问题与处理" if zh else "what and what to do"], lines)
