"""`shuangsui plan`: the yearly plan. `simulate` needs neither database nor settings."""

from datetime import date
from pathlib import Path
from typing import Annotated, Any

import typer

from policies.planning.plan import Counts
from policies.planning.simulate import simulate as simulate_year
from policies.rulebook.lawbook import Choice, read_choices, rules_at, rules_from_text
from policies.rulebook.rules import Rules
from services.cli.files import BadFile
from services.cli.output import Json, console, guarded, rows, show
from services.ruling.lawfiles import lawbook

app = typer.Typer(no_args_is_help=True)
Year = Annotated[int, typer.Option("--year", "-y", help="年度 · year", min=2000, max=2999)]
Bureau = Annotated[str, typer.Option("--bureau", "-b", help="单位代码 · bureau code")]
As = Annotated[str, typer.Option("--as", help="登录标识 · subject of the login", envvar="SHUANGSUI_AS")]
Read = Annotated[
    int, typer.Option("--version", help="看过的版本；0 为最新一版 · version that was read", min=0)
]
HomeOption = Annotated[Path | None, typer.Option("--home", help="数据目录 · home folder")]
QUARTERS = ("Q1", "Q2", "Q3", "Q4", "year")


@app.command()
@guarded
def simulate(
    year: Year,
    key: Annotated[int, typer.Option(help="重点排污单位（不含特殊） · key sites", min=0)],
    general: Annotated[int, typer.Option(help="一般排污单位（不含特殊） · general sites", min=0)],
    special: Annotated[int, typer.Option(help="特殊监管对象 · special sites", min=0)],
    staff: Annotated[int, typer.Option(help="在编在岗人数 · officers on post", min=0)],
    rules: Annotated[Path | None, typer.Option(help="规则文件 · a file in the law format")] = None,
    bureau: Annotated[str, typer.Option("--bureau", "-b", help="或单位代码 · or a bureau code")] = "",
    subject: Annotated[str, typer.Option(help="被稽查区县代码 · district of an overlay")] = "",
    choices: Annotated[Path | None, typer.Option(help="单位自选规则文件 · own choices")] = None,
    key_special: Annotated[int, typer.Option(help="特殊中的重点单位数 · special sites also key", min=0)] = 0,
    as_json: Json = False,
) -> None:
    """只凭数量测算全年各季度的家次 · quotas by class and quarter from counts alone.

    例 / example: shuangsui plan simulate -b 411721 -y 2026 --key 56 --general 211
    --special 12 --staff 30 --json
    """
    if (rules is None) == (not bureau):
        raise typer.BadParameter("--rules FILE 或 --bureau CODE，二者取一 / one of the two")
    found = _from_file(rules, year) if rules else _of_bureau(bureau, subject, choices, year)
    result = simulate_year(found, Counts(key, general, special, key_special), staff, year)
    show(result, as_json, lambda: _table(result))


def _from_file(path: Path, year: int) -> Rules:
    return rules_from_text(_text(path), on=date(year, 1, 1), book=lawbook(), file=path.name)


def _of_bureau(code: str, subject: str, choices: Path | None, year: int) -> Rules:
    own: tuple[Choice, ...] = ()
    if choices is not None:
        own = read_choices(_text(choices), choices.name).get(code, ())
    book = lawbook()
    return rules_at(book, book.path_of(code), date(year, 1, 1), own, subject=subject)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise BadFile(str(error)[:120], need=f"UTF-8: {path.name}") from None


def _table(result: dict[str, Any]) -> None:
    _quotas(result, f"{result['bureau']} {result['year']}")


def _drafted(bureau: str, version: int, body: dict[str, Any]) -> None:
    """Each plan of a draft: the bureau's own, or one for every district of a city."""
    for plan in body["plans"]:
        found: dict[str, dict[str, int]] = {}
        for line in plan["lines"]:
            found.setdefault(line["stratum"], {})[f"Q{line['quarter']}"] = line["number"]
        quotas = {s: q | {"year": sum(q.values())} for s, q in found.items()}
        item = plan.get("item_name") or plan.get("item", "")
        title = f"{bureau} → {plan['subject']} {item} {plan['year']} 第 {version} 版 draft"
        _quotas({**plan, "quotas": quotas}, title)


def _cited(line: dict[str, Any]) -> str:
    why, cite = line["why"], line["cite"]
    return why if cite in why else f"{why}〔{cite}〕"


def _quotas(result: dict[str, Any], title: str) -> None:
    lines = [[s, *(q.get(name, 0) for name in QUARTERS)] for s, q in result["quotas"].items()]
    rows(["类别 stratum", *QUARTERS], lines, title=title)
    out = console()
    why = {line["stratum"]: _cited(line) for line in result["lines"]}
    for stratum, sentence in why.items():
        out.print(f"{stratum}: {sentence}", markup=False)
    for warning in result["warnings"]:
        out.print(f"! {warning['zh']}", markup=False)


@app.command()
@guarded
def make(bureau: Bureau, year: Year, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """按现有名录和规则编制年度计划草案 · draft the plan from roster and rules.

    例 / example: shuangsui plan make -b 411721 -y 2026 --as demo-411721-drawer
    """
    from services.cli.session import in_work
    from services.usecases.make_plan import make_plan

    row = in_work(home, bureau, who, lambda work: make_plan(work, year))
    show(
        {"version": row.version, "state": row.state, **row.body},
        as_json,
        lambda: _drafted(bureau, row.version, row.body),
    )


@app.command()
@guarded
def approve(
    bureau: Bureau, year: Year, who: As, version: Read = 0, home: HomeOption = None, as_json: Json = False
) -> None:
    """由另一人批准年度计划 · another person approves the plan.

    例 / example: shuangsui plan approve -b 411721 -y 2026 --as demo-411721-head
    """
    from services.cli.session import in_work
    from services.usecases.make_plan import approve_plan

    row = in_work(home, bureau, who, lambda work: approve_plan(work, year, version))
    show({"version": row.version, "state": row.state, "approved_by": row.approved_by}, as_json)


@app.command()
@guarded
def submit(
    bureau: Bureau,
    year: Year,
    who: As,
    words: Annotated[str, typer.Option("--words", help="说明 · a remark")] = "",
    version: Read = 0,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """提请批准年度计划 · submit the draft to the head.

    例 / example: shuangsui plan submit -b 411721 -y 2026 --as demo-411721-drawer
    """
    from services.cli.session import in_work
    from services.usecases.submit_plan import submit_plan

    step = in_work(home, bureau, who, lambda work: submit_plan(work, year, words, version))
    show({"year": year, "submitted": step.submitted, "at": step.at}, as_json)


@app.command("return")
@guarded
def send_back(
    bureau: Bureau,
    year: Year,
    who: As,
    words: Annotated[str, typer.Option("--words", help="退回意见 · the reason")],
    version: Read = 0,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """退回年度计划 · send the draft back.

    例 / example: shuangsui plan return -b 411721 -y 2026 --words 四季度偏少
    --as demo-411721-head
    """
    from services.cli.session import in_work
    from services.usecases.submit_plan import return_plan

    step = in_work(home, bureau, who, lambda work: return_plan(work, year, words, version))
    show({"year": year, "returned": step.returned, "words": step.words}, as_json)


@app.command()
@guarded
def received(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """收到的备案：计划和抽中名单的数量、指纹、回执 · filings received.

    例 / example: shuangsui plan received -b 411700 --as demo-411700-auditor
    """
    from services.cli.session import in_work
    from services.usecases.received_filings import received_filings

    found = in_work(home, bureau, who, received_filings).found
    heads = ["单位 bureau", "内容 about", "家次 visits", "指纹 fingerprint", "回执 receipt"]
    lines = [[one.bureau, one.about, one.visits, one.fingerprint, one.receipt] for one in found]
    plain = [
        {"bureau": one.bureau, "about": one.about, "recipient": one.recipient, "visits": one.visits,
         "fingerprint": one.fingerprint, "sealed": one.sealed, "receipt": one.receipt}
        for one in found
    ]  # fmt: skip
    show(plain, as_json, lambda: rows(heads, lines))
