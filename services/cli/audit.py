"""`shuangsui audit`: a superior audits a bureau below; the bureau answers; anyone checks the sample."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

import typer

from policies.audits import FINDING_STATES, KINDS, MEASURES, METHODS, STATES, VERDICTS
from policies.visiting.recheck import Material, verify
from services.auditing.errors import AuditChoice
from services.cli.output import Json, guarded, rows, say, show
from services.cli.session import As, Bureau, HomeOption, in_work
from services.usecases.answer_audit import Answer, answer_finding, finish_measure
from services.usecases.audit_workbook import audit_workbook
from services.usecases.check_record import Verdict, check_record
from services.usecases.draw_audit import draw_audit
from services.usecases.find_audit import NewFinding, add_finding
from services.usecases.open_audit import AuditOrder, open_audit
from services.usecases.send_audit import propose_letter, return_letter, send_letter
from services.usecases.settle_audit import settle_finding
from services.usecases.show_audit import AuditFile, audits_of, audits_told, read_audit, read_told
from tenants.audit_rows import AuditCase

app = typer.Typer(no_args_is_help=True)
DAY = ["%Y-%m-%d"]
Id = Annotated[UUID, typer.Argument(help="稽查编号 · id of the audit", metavar="ID")]
Number = Annotated[int, typer.Argument(help="问题序号 · number of the finding", metavar="N")]
Said = Annotated[str, typer.Option("--words", help="说明 · words")]


@app.command("list")
@guarded
def list_(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """列出对下级的稽查 · audits of bureaus below.

    例 / example: shuangsui audit list -b 411700 --as demo-411700-auditor
    """
    found = in_work(home, bureau, who, audits_of)
    show({"audits": [_case(one) for one in found]}, as_json, lambda: _table(found, bureau))


@app.command()
@guarded
def told(bureau: Bureau, who: As, home: HomeOption = None, as_json: Json = False) -> None:
    """列出上级对本单位的稽查通报 · audits of this bureau that were sent to it.

    例 / example: shuangsui audit told -b 411721 --as demo-411721-head
    """
    found = in_work(home, bureau, who, audits_told)
    show({"audits": [_case(one) for one in found]}, as_json, lambda: _table(found, bureau))


@app.command("open")
@guarded
def open_(
    bureau: Bureau,
    district: Annotated[str, typer.Argument(help="下级单位代码 · code of the bureau below")],
    period: Annotated[str, typer.Option(help="季度，如 2026Q1 · quarter")],
    size: Annotated[int, typer.Option(min=0, help="复核几份记录 · records to re-check")],
    who: As,
    beacon: Annotated[str, typer.Option(help="spoken / drand")] = "spoken",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """立项，固定抽样范围 · open an audit; the frame of its sample is fixed.

    例 / example: shuangsui audit open -b 411700 411721 --period 2026Q1 --size 5 --as demo-411700-auditor
    """
    order = AuditOrder(district, period, size, beacon)
    show(_case(in_work(home, bureau, who, lambda work: open_audit(work, order))), as_json)


@app.command("show")
@guarded
def show_(
    bureau: Bureau,
    id: Id,
    who: As,
    ours: Annotated[bool, typer.Option("--told", help="作为被稽查单位 · as the audited bureau")] = False,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """一项稽查的全部内容 · one audit, whole.

    例 / example: shuangsui audit show -b 411700 7c1e5a52-… --as demo-411700-auditor --json
    """
    file = in_work(home, bureau, who, lambda work: (read_told if ours else read_audit)(work, id))
    show(_file(file), as_json, lambda: _print(file))


@app.command()
@guarded
def draw(
    bureau: Bureau,
    id: Id,
    who: As,
    digits: Annotated[str, typer.Option(help="当场唱出的数字 · digits called aloud")] = "",
    signature: Annotated[str, typer.Option(help="drand 签名 · signature of the round")] = "",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """录入公共随机数，抽取复核样本，只能一次 · draw the sample, once.

    例 / example: shuangsui audit draw -b 411700 7c1e5a52-… --digits 31415926535897932384
    --as demo-411700-auditor
    """
    evidence = {"signature": signature} if signature else {"digits": digits}
    found = in_work(home, bureau, who, lambda work: draw_audit(work, id, evidence))
    lines = [[one.k, one.key, one.record_sha256] for one in found]
    told = {"checks": [asdict(one) for one in found]}
    show(told, as_json, lambda: rows(["序 k", "记录 record", "SHA-256"], lines))


@app.command()
@guarded
def check(
    bureau: Bureau,
    id: Id,
    k: Annotated[int, typer.Argument(help="样本序号 · rank in the sample", metavar="K")],
    verdict: Annotated[str, typer.Option(help=" / ".join(VERDICTS))],
    words: Said,
    who: As,
    method: Annotated[str, typer.Option(help=" / ".join(METHODS))] = "papers",
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """登记一份记录的复核结论 · note the verdict on a record.

    例 / example: shuangsui audit check -b 411700 7c1e5a52-… 1 --verdict confirmed --words 与现场一致
    --as demo-411700-auditor
    """
    said = Verdict(method, verdict, words)
    show(asdict(in_work(home, bureau, who, lambda work: check_record(work, id, k, said))), as_json)


@app.command()
@guarded
def find(
    bureau: Bureau,
    id: Id,
    kind: Annotated[str, typer.Option(help=" / ".join(KINDS))],
    text: Annotated[str, typer.Option(help="问题 · the finding")],
    who: As,
    k: Annotated[int | None, typer.Option("--check", help="依据的复核 · re-check it rests on")] = None,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """登记发现的问题 · note a finding.

    例 / example: shuangsui audit find -b 411700 7c1e5a52-… --kind late --text 三项检查逾期
    --as demo-411700-auditor
    """
    new = NewFinding(kind, text, k)
    show(asdict(in_work(home, bureau, who, lambda work: add_finding(work, id, new))), as_json)


@app.command()
@guarded
def propose(
    bureau: Bureau,
    id: Id,
    letter: Annotated[Path, typer.Option(help="通报正文的文本文件 · text file of the letter", exists=True)],
    answer_by: Annotated[datetime, typer.Option(formats=DAY, help="答复期限 · last day of the answer")],
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """拟定通报 · draft the letter.

    例 / example: shuangsui audit propose -b 411700 7c1e5a52-… --letter 通报.txt --answer-by 2026-05-08
    --as demo-411700-auditor
    """
    text, day = letter.read_text("utf-8"), answer_by.date()
    show(_case(in_work(home, bureau, who, lambda work: propose_letter(work, id, text, day))), as_json)


@app.command("return")
@guarded
def return_(
    bureau: Bureau,
    id: Id,
    why: Annotated[str, typer.Option(help="理由 · why")],
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """负责人退回草稿 · the head sends the draft back.

    例 / example: shuangsui audit return -b 411700 7c1e5a52-… --why 补充依据 --as demo-411700-head
    """
    show(_case(in_work(home, bureau, who, lambda work: return_letter(work, id, why))), as_json)


@app.command()
@guarded
def send(
    bureau: Bureau,
    id: Id,
    digest: Annotated[str, typer.Option(help="核对过的通报指纹 · fingerprint of the letter that was read")],
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """负责人批准并发出通报 · the head sends the letter.

    例 / example: shuangsui audit send -b 411700 7c1e5a52-… --digest 5f5f… --as demo-411700-head
    """
    show(_case(in_work(home, bureau, who, lambda work: send_letter(work, id, digest))), as_json)


@app.command()
@guarded
def answer(
    bureau: Bureau,
    id: Id,
    n: Number,
    responsible: Annotated[str, typer.Option(help="责任人 · person responsible")],
    post: Annotated[str, typer.Option(help="职务 · post")],
    measure: Annotated[str, typer.Option(help=" / ".join(MEASURES))],
    words: Said,
    due: Annotated[datetime, typer.Option(formats=DAY, help="完成日期 · by when")],
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """被稽查单位负责人答复一个问题 · the audited bureau answers a finding.

    例 / example: shuangsui audit answer -b 411721 7c1e5a52-… 1 --responsible 张某 --post 大队长
    --measure talk --words 已约谈 --due 2026-05-20 --as demo-411721-head
    """
    given = Answer(responsible, post, measure, words, due.date())
    show(asdict(in_work(home, bureau, who, lambda work: answer_finding(work, id, n, given))), as_json)


@app.command()
@guarded
def done(
    bureau: Bureau, id: Id, n: Number, words: Said, who: As, home: HomeOption = None, as_json: Json = False
) -> None:
    """报告措施已落实 · report that the measure was carried out.

    例 / example: shuangsui audit done -b 411721 7c1e5a52-… 1 --words 已落实 --as demo-411721-head
    """
    show(asdict(in_work(home, bureau, who, lambda work: finish_measure(work, id, n, words))), as_json)


@app.command()
@guarded
def settle(
    bureau: Bureau,
    id: Id,
    n: Number,
    words: Said,
    who: As,
    back: Annotated[bool, typer.Option("--back", help="退回重新答复 · send the answer back")] = False,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """核实销号，或退回 · settle a finding, or send its answer back.

    例 / example: shuangsui audit settle -b 411700 7c1e5a52-… 1 --words 已核实 --as demo-411700-auditor
    """
    made = in_work(home, bureau, who, lambda work: settle_finding(work, id, n, accept=not back, words=words))
    show(asdict(made), as_json)


@app.command("verify")
@guarded
def verify_(
    file: Annotated[Path, typer.Argument(help="show --json 的输出 · output of show --json", exists=True)],
    as_json: Json = False,
) -> None:
    """离线核验一项稽查的抽样，四步 · check a sample offline, in four steps.

    例 / example: shuangsui audit verify 稽查.json
    """
    try:
        told = dict(json.loads(file.read_text("utf-8"))["sample"])
        root, drawn = str(told.pop("root")), [str(one) for one in told.pop("drawn")]
        told["frame"] = tuple((str(key), str(seal)) for key, seal in told["frame"])
        steps = verify(Material(**told), root, drawn)
    except (ValueError, KeyError, TypeError):
        raise AuditChoice(file.name, need="shuangsui audit show --json") from None
    lines = [[one.n, one.words["zh"], {True: "通过", False: "未通过", None: "未知"}[one.ok]] for one in steps]
    result = {"steps": [{"n": one.n, "ok": one.ok} for one in steps]}
    show(result, as_json, lambda: rows(["步", "内容", "结果"], lines))
    if not all(one.ok for one in steps):
        raise typer.Exit(1)


@app.command()
@guarded
def workbook(
    bureau: Bureau,
    year: Annotated[int, typer.Argument(help="年度 · year", min=2000, max=2999)],
    to: Annotated[Path, typer.Option("--to", help="写到这个 xlsx 文件 · where to write it")],
    who: As,
    home: HomeOption = None,
    as_json: Json = False,
) -> None:
    """年度稽查工作簿，编号留痕 · the yearly workbook, a numbered copy.

    例 / example: shuangsui audit workbook -b 411700 2026 --to 稽查2026.xlsx --as demo-411700-auditor
    """
    made = in_work(home, bureau, who, lambda work: audit_workbook(work, year))
    to.write_bytes(made.body)
    say(f"{to} {made.number}")
    show({"file": str(to), "number": made.number}, as_json)


def _table(found: tuple[AuditCase, ...], bureau: str) -> None:
    columns = ["编号 id", "稽查单位", "被稽查单位", "季度", "状态", "复核", "文号"]
    lines = [
        [one.id, one.bureau, one.district, one.period, STATES[one.state]["zh"], one.size, one.number]
        for one in found
    ]
    rows(columns, lines, title=bureau)


def _case(one: AuditCase) -> dict[str, Any]:
    whole = asdict(one)
    return {name: value for name, value in whole.items() if name not in ("frame", "secret", "evidence")}


def _file(file: AuditFile) -> dict[str, Any]:
    return {
        "audit": _case(file.case),
        "digest": file.digest,
        "m": file.m,
        "sample": file.material(),
        "checks": [asdict(one) for one in file.checks],
        "findings": [asdict(one) for one in file.findings],
    }


def _print(file: AuditFile) -> None:
    _table((file.case,), file.case.period)
    checks = [[k.k, k.key, VERDICTS[k.verdict]["zh"] if k.verdict else "", k.words] for k in file.checks]
    rows(["序", "记录", "结论", "说明"], checks)
    found = [
        [f.n, KINDS[f.kind]["zh"], f.text, FINDING_STATES[f.state]["zh"], f.responsible, f.due]
        for f in file.findings
    ]
    rows(["序", "类别", "问题", "状态", "责任人", "期限"], found)
    say(f"digest {file.digest}")
