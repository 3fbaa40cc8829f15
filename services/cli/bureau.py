"""`shuangsui bureau`: bureaus of the deployment, opening one, its start-up checklist and its own text."""

from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli import bureau_above, bureau_move
from services.cli.files import BadFile
from services.cli.output import Json, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, in_work, with_app
from services.ruling.onboarding_errors import BadBureau
from services.usecases.found_bureau import found_bureau
from services.usecases.onboard_bureau import NewBureau, Person, bureau_checklist, open_bureau
from services.usecases.state_rules import approve_stated, state_rules
from services.work import App, Work
from tenants.rows import BureauEntry
from tenants.scope import Scope
from tenants.stores import bureaus

app = typer.Typer(no_args_is_help=True)
Code = Annotated[str, typer.Argument(help="六位区划代码 · division code", metavar="CODE")]
Someone = Annotated[str, typer.Option(metavar="登录标识:姓名", help="SUBJECT:NAME")]


@app.command("list")
@guarded
def list_(home: HomeOption = None, as_json: Json = False) -> None:
    """列出本部署的全部单位 · all bureaus of the deployment.

    例 / example: shuangsui bureau list --json
    """
    found = sorted(with_app(home, _all), key=lambda entry: entry.path)
    lines = [[e.code, "　" * (len(e.path) - 1) + e.name, e.level, e.parent or ""] for e in found]
    show(
        {"bureaus": [_entry(e) for e in found]},
        as_json,
        lambda: rows(["代码 code", "名称 name", "层级 level", "上级 parent"], lines),
    )


@app.command()
@guarded
def add(
    code: Code,
    name: Annotated[str, typer.Option(help="单位名称 · name")],
    under: Annotated[str, typer.Option("--under", "-u", help="上级代码 · code of the superior")],
    who: As,
    admin: Someone,
    head: Someone,
    level: Annotated[str, typer.Option(help="county 或 city")] = "county",
    copy: Annotated[
        bool, typer.Option(help="以上级自选规则作起点 · start from the superior's choices")
    ] = True,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """由上级管理员开设下级单位，不必重启 · open a bureau below another, without a restart.

    例 / example: shuangsui bureau add 411799 --name 示例县分局 --under 411700
    --as demo-411700-admin --admin demo-411700-admin:甲 --head demo-411700-head:乙
    """
    order = NewBureau(code, name, _person(admin), _person(head), level, copy)
    made = in_work(home, under, who, lambda work: open_bureau(work, order))
    show(_entry(made.entry) | {"proposed": list(made.proposed)}, as_json)


@app.command()
@guarded
def found(
    code: Code,
    name: Annotated[str, typer.Option(help="单位名称 · name")],
    admin: Someone,
    head: Someone,
    level: Annotated[str, typer.Option(help="province、city 或 county")] = "province",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """由系统运维开设没有上级的单位 · the operator opens a bureau that has no superior here.

    例 / example: shuangsui bureau found 410000 --name 河南省生态环境厅
    --admin zhang-san:张三 --head li-si:李四
    """
    people = (_person(admin), _person(head))
    show(_entry(with_app(home, lambda app: found_bureau(app, code, name, level, *people))), as_json)


@app.command()
@guarded
def checklist(
    code: Code,
    who: As,
    under: Annotated[str, typer.Option("--under", "-u", help="以上级身份查看 · as its superior")] = "",
    year: Annotated[int, typer.Option("--year", "-y", help="年度，默认下一个要计划的年度")] = 0,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """首次抽取前还缺什么 · what is still missing before the first draw.

    例 / example: shuangsui bureau checklist 411799 --under 411700 --as demo-411700-admin
    """
    points = in_work(home, under or code, who, lambda work: bureau_checklist(work, code, year))
    lines = [["✓" if p.done else "○", p.zh, p.detail, p.en] for p in points]
    done = all(p.done for p in points if p.needed)
    show(
        {"bureau": code, "ready": done, "points": [p.as_dict() for p in points]},
        as_json,
        lambda: rows(["", "事项", "情况", "point"], lines, title=code),
    )


@app.command()
@guarded
def state(
    bureau: Bureau,
    file: Annotated[Path, typer.Argument(help="规则文件，见 docs/rules.md", metavar="FILE")],
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """登记本单位文件，逐条待批 · enter the bureau's own text; every value waits for approval.

    例 / example: shuangsui bureau state -b 411799 rules.yaml --as demo-411700-admin
    """
    try:
        body = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(str(error)[:120], need=f"UTF-8: {file.name}") from None
    found = in_work(home, bureau, who, lambda work: state_rules(work, body, file.name))
    proposed = [{"id": str(row.id), "key": row.key, "value": row.value} for row in found.rows]
    show({"bureau": bureau, "proposed": proposed, "unchanged": list(found.unchanged)}, as_json)


@app.command()
@guarded
def approve(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """由另一人批准全部待批规则 · another person approves everything proposed.

    例 / example: shuangsui bureau approve -b 411799 --as demo-411700-head
    """
    found = in_work(home, bureau, who, lambda work: _approve(work))
    show({"bureau": bureau, "approved": found}, as_json)


async def _approve(work: Work) -> list[dict[str, Any]]:
    made = await approve_stated(work)
    return [{"key": one.row.key, "log": one.index, "warnings": [w.zh for w in one.warnings]} for one in made]


async def _all(opened: App) -> tuple[BureauEntry, ...]:
    async with opened.database.unit(Scope.for_system(), read_only=True) as db:
        return await bureaus.all_(db)


def _entry(entry: BureauEntry) -> dict[str, Any]:
    return {
        "code": entry.code,
        "name": entry.name,
        "level": entry.level,
        "parent": entry.parent,
        "path": list(entry.path),
    }


def _person(text: str) -> Person:
    subject, mark, name = text.partition(":")
    if not mark or not subject.strip() or not name.strip():
        raise BadBureau(text, need="登录标识:姓名，如 zhang-san:张三")
    return Person(subject.strip(), name.strip())


bureau_above.add_to(app)
bureau_move.add_to(app)
