"""`shuangsui draw`: the steps of a draw, in the order of the ceremony."""

from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from services.cli import draw_change, draw_external, draw_late, draw_void, draw_witness
from services.cli.files import from_hex, read_json
from services.cli.output import Json, guarded, rows, show
from services.cli.session import As, Bureau, HomeOption, Of, in_draw, in_work
from services.cli.words import DRAW_KINDS, DRAW_STATES, word
from services.clock import CHINA
from services.usecases.amend_draw import amend_draw
from services.usecases.attest_escrow import attest_escrow, escrow_pack
from services.usecases.commit_secret import commit_secret
from services.usecases.freeze_draw import FreezeDraw, freeze_draw
from services.usecases.prepare_draw import PrepareDraw, prepare_draw
from services.work import Work
from tenants.rows import Draw
from tenants.stores import draws

app = typer.Typer(no_args_is_help=True)
DrawNo = Annotated[int, typer.Argument(help="抽取编号 · draw number", min=1, metavar="NO")]
SHOWN = (
    "bureau", "draw_no", "subject", "item", "kind", "period", "authority", "verifiable", "state", "m", "r",
    "z", "late",
)  # fmt: skip


@app.command("list")
@guarded
def list_(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """本单位的抽取 · the bureau's draws, newest first.

    例 / example: shuangsui draw list -b 411721 --as demo-411721-drawer
    """

    async def act(work: Work) -> list[dict[str, Any]]:
        work.require("draw.read")
        seen = work.seen("draw.read")
        return [_public(seen.of("draw", one)) for one in await draws.recent(work.db, work.scope, bureau, 100)]

    found = in_work(home, bureau, who, act)
    told = [d | {"kind": word(DRAW_KINDS, d["kind"]), "state": word(DRAW_STATES, d["state"])} for d in found]
    lines = [[d[c] for c in ("draw_no", "subject", "kind", "period", "state")] + [_mark(d)] for d in told]
    show(found, as_json, lambda: rows(["编号", "名录", "类别", "周期", "状态", "指纹"], lines))


@app.command("show")
@guarded
def show_(draw_no: DrawNo, bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """一次抽取的公开数字 · the public numbers of one draw.

    例 / example: shuangsui draw show 1 -b 411721 --as demo-411721-drawer --json
    """

    async def act(work: Work) -> dict[str, Any]:
        work.require("draw.read")
        kept = await draws.get(work.db, work.scope, bureau, draw_no)
        found = work.seen("draw.read").of("draw", kept)
        return _public(found) | {"manifest": found.manifest, "summary": found.summary}

    show(in_work(home, bureau, who, act), as_json)


@app.command()
@guarded
def prepare(
    bureau: Bureau,
    who: As,
    period: Annotated[str, typer.Option(help="周期 · e.g. 2026Q1")],
    beacon_at: Annotated[datetime, typer.Option(help="信标时间（北京时间） · beacon time, UTC+8")],
    subject: Annotated[str, typer.Option(help="名录所属单位 · whose roster")] = "",
    kind: Annotated[str, typer.Option(help="routine、overlay 或 audit")] = "routine",
    item: Annotated[str, typer.Option(help="抽查事项 · item")] = "routine-source",
    reveal_by: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="最迟公开日期")] = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """准备抽取：取号、定时、平台承诺 · number, dates, the platform's commitment.

    例 / example: shuangsui draw prepare -b 411721 --as demo-411721-drawer --period 2026Q1
    --beacon-at 2025-12-30T10:00:00
    """
    last: date | None = reveal_by.date() if reveal_by else None
    order = PrepareDraw(subject or bureau, period, beacon_at.replace(tzinfo=CHINA), item, kind, last)
    made = in_work(home, bureau, who, lambda work: prepare_draw(work, order))
    facts = {"bureau": bureau, "draw_no": made.draw_no, "platform_c": made.platform_c}
    facts |= {"reused": made.reused, "superior": made.superior, "escrow_public": made.escrow_public.hex()}
    facts |= {"suite": made.suite}
    show(facts | {"reveal_by": made.reveal_by.isoformat()}, as_json)


@app.command()
@guarded
def amend(
    draw_no: DrawNo,
    bureau: Bureau,
    who: As,
    beacon_at: Annotated[
        datetime | None, typer.Option(help="信标时间（北京时间） · beacon time, UTC+8")
    ] = None,
    period: Annotated[str | None, typer.Option(help="周期 · e.g. 2026Q1")] = None,
    subject: Annotated[str | None, typer.Option(help="名录所属单位 · whose roster")] = None,
    kind: Annotated[str | None, typer.Option(help="routine、overlay 或 audit")] = None,
    item: Annotated[str | None, typer.Option(help="抽查事项 · item")] = None,
    reveal_by: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="最迟公开日期")] = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """修改未冻结的抽取：时间、周期、对象、类别、事项；编号和承诺不变 · change a draw that is not frozen.

    例 / example: shuangsui draw amend 1 -b 411721 --as demo-411721-drawer --period 2026Q2
    --beacon-at 2026-03-30T10:00:00
    """
    at = beacon_at.replace(tzinfo=CHINA) if beacon_at else None
    last = reveal_by.date() if reveal_by else None
    names = {"subject": subject, "period": period, "kind": kind, "item": item}
    made = in_work(home, bureau, who, lambda work: amend_draw(work, draw_no, at, last, **names))
    kept = {name: getattr(made, name) for name in names}
    show({"draw_no": draw_no, **kept, **_dates(made.beacon_at, made.reveal_by)}, as_json)


@app.command()
@guarded
def commit(
    bureau: Bureau,
    who: As,
    file: Annotated[Path, typer.Argument(help="secret make 的输出", metavar="CARD")],
    of: Of = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """提交承诺和密封副本 · hand in commitment and sealed copy.

    例 / example: shuangsui draw commit -b 411721 --as demo-411721-drawer card.json
    """
    card = read_json(file, "draw_no", "role", "c", "escrow_copy")
    copy = from_hex(card["escrow_copy"], "escrow_copy")
    act = partial(
        commit_secret,
        draw_no=card["draw_no"],
        role=card["role"],
        c=card["c"],
        escrow_copy=copy,
        suite=card.get("suite"),
    )
    in_draw(home, bureau, of, who, act)
    show({"draw_no": card["draw_no"], "role": card["role"], "c": card["c"]}, as_json)


@app.command()
@guarded
def freeze(
    draw_no: DrawNo,
    bureau: Bureau,
    who: As,
    difference: Annotated[
        str, typer.Option(help="draw difference 显示、已核对的名录差异指纹 · fingerprint seen")
    ],
    beacon: Annotated[
        str | None, typer.Option(help="spoken、drand 或 lottery；默认按本单位规则 · default by the rules")
    ] = None,
    source: Annotated[
        list[str] | None, typer.Option(help="彩票名称:期号，至少三种 · lottery NAME:ISSUE, three or more")
    ] = None,
    crews: Annotated[int | None, typer.Option(help="固定编组数 · fixed crews", min=0)] = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """冻结名单，指纹写入公开日志 · freeze the lists, log their fingerprint.

    例 / example: shuangsui draw freeze 1 -b 411721 --as demo-411721-drawer --difference 5f3a…
    """
    sources = tuple(_issue(one) for one in source or ())
    order = FreezeDraw(draw_no, difference, beacon, crews, sources)
    made = in_work(home, bureau, who, lambda work: freeze_draw(work, order))
    facts = {"draw_no": draw_no, "m": made.m, "log": made.index, "strata": made.manifest["strata"]}
    facts |= {"excluded": made.manifest["excluded"], "short": made.short, "over_caps": made.over}
    show(facts | {"warnings": [warning["zh"] for warning in made.warnings]}, as_json)


@app.command()
@guarded
def pack(
    draw_no: DrawNo,
    bureau: Bureau,
    who: As,
    of: Annotated[str, typer.Option("--of", help="本人所属单位（上级） · own bureau, the superior")] = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """交上级核对的清单和密封副本 · manifest and sealed copies for the superior.

    例 / example: shuangsui draw pack 1 -b 411721 --of 411700 --as demo-411700-witness --json > pack.json
    """
    made = in_work(home, of or bureau, who, lambda work: escrow_pack(work, draw_no, bureau))
    copies = {role: copy.hex() for role, copy in made.copies.items()}
    show({"m": made.m, "manifest": made.manifest, "copies": copies}, as_json)


@app.command()
@guarded
def escrow(
    draw_no: DrawNo,
    bureau: Bureau,
    who: As,
    file: Annotated[Path, typer.Argument(help="witness attest 的输出", metavar="ATTESTATION")],
    of: Annotated[str, typer.Option("--of", help="本人所属单位（上级） · own bureau, the superior")] = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """登记上级的托管证明 · log the superior's attestation.

    例 / example: shuangsui draw escrow 1 -b 411721 --of 411700 --as demo-411700-witness attestation.json
    """
    word = read_json(file, "by", "sig")
    act = partial(attest_escrow, draw_no=draw_no, by=word["by"], sig=word["sig"], bureau=bureau)
    show({"draw_no": draw_no, "log": in_work(home, of or bureau, who, act)}, as_json)


draw_late.add_to(app)
draw_void.add_to(app)
draw_external.add_to(app)
draw_change.add_to(app)
draw_witness.add_to(app)


def _issue(text: str) -> tuple[str, str]:
    """双色球:2025150 → name and issue."""
    name, mark, issue = text.replace("：", ":").rpartition(":")
    if not mark:
        raise typer.BadParameter("双色球:2025150", param_hint="--source")
    return name, issue


def _mark(told: dict[str, Any]) -> str:
    """The fingerprint, or that there is none to be had."""
    return str(told["m"] or "") if told["verifiable"] else "不可验证 · not verifiable"


def _dates(beacon_at: datetime | None, reveal_by: date | None) -> dict[str, str | None]:
    at = beacon_at.astimezone(CHINA).isoformat() if beacon_at else None
    return {"beacon_at": at, "reveal_by": str(reveal_by)}


def _public(found: Draw) -> dict[str, Any]:
    times = {"frozen_at": found.frozen_at, "beacon_at": found.beacon_at, "drawn_at": found.drawn_at}
    shown = {name: at.astimezone(CHINA).isoformat() if at else None for name, at in times.items()}
    return {name: getattr(found, name) for name in SHOWN} | shown | {"reveal_by": str(found.reveal_by)}
