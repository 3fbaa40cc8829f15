"""One audit of a city over its district, from the sample to the answer settled. All of it is made up."""

from datetime import date, timedelta

from policies.terms import Period
from services.demo.stage import Stage, moment
from services.usecases.answer_audit import Answer, answer_finding, finish_measure
from services.usecases.check_record import Verdict, check_record
from services.usecases.draw_audit import draw_audit
from services.usecases.find_audit import NewFinding, add_finding
from services.usecases.open_audit import AuditOrder, open_audit
from services.usecases.send_audit import propose_letter, send_letter
from services.usecases.settle_audit import settle_finding
from tenants.audit_rows import AuditCase
from tenants.stores import audits

CITY, DISTRICT = "150200", "150203"
DIGITS = "31415926535897932384"
SIZE = 2
LETTER = (
    "经对你局本季度随机抽查记录抽样复核，发现一份记录与复核情况不一致。请核实原因，明确责任人，"
    "提出整改措施，并在期限内书面答复。（模拟）"
)


async def audit_once(stage: Stage, period: Period) -> None:
    """From the case to its end; a resumed story goes on where it stopped."""
    day = period.last + timedelta(1)
    stage.at(moment(day, 10))
    case = await _case(stage, str(period))
    if case.state == "open":
        await _check(stage, case, day)
    if (await _case(stage, str(period))).state == "proposed":
        await stage.do(CITY, "head", send_letter, case.id)
    if (await _case(stage, str(period))).state == "sent":
        await _answer(stage, case, day)
    stage.say(f"  {CITY} → {DISTRICT}：稽查一件，{SIZE} 份记录复核，问题已整改办结")


async def _case(stage: Stage, period: str) -> AuditCase:
    async with stage.acts(CITY, "auditor") as work:
        known = await audits.of_bureau(work.control, work.scope, CITY)
        found = next((one for one in known if (one.district, one.period) == (DISTRICT, period)), None)
        return found or await open_audit(work, AuditOrder(DISTRICT, period, SIZE))


async def _check(stage: Stage, case: AuditCase, day: date) -> None:
    stage.at(moment(day, 10, 15))
    if case.drawn_at is None:
        await stage.do(CITY, "auditor", draw_audit, case.id, {"digits": DIGITS})
    stage.at(moment(day, 13))
    verdicts = (
        Verdict("site", "contradicted", "现场复核：台账缺少两周记录，原记录写“未发现问题”（模拟）"),
        Verdict("site", "confirmed", "现场复核与记录一致（模拟）"),
    )
    for rank, said in enumerate(verdicts, 1):
        await stage.do(CITY, "auditor", check_record, case.id, rank, said)
    async with stage.acts(CITY, "auditor") as work:
        if not await audits.findings(work.control, work.scope, CITY, case.id):
            await add_finding(work, case.id, NewFinding("record", "检查记录与现场复核情况不符（模拟）", 1))
    stage.at(moment(day, 14))
    await stage.do(CITY, "auditor", propose_letter, case.id, LETTER, day.replace(day=20))


async def _answer(stage: Stage, case: AuditCase, day: date) -> None:
    async with stage.acts(CITY, "auditor") as work:
        (finding,) = await audits.findings(work.control, work.scope, CITY, case.id)
    if finding.state == "sent":
        stage.at(moment(day, 15))
        given = Answer(
            "模拟·检查组组长",
            "主办人员",
            "train",
            "已约谈，并组织台账检查专题培训（模拟）",
            day.replace(day=15),
        )
        await stage.do(DISTRICT, "head", answer_finding, case.id, finding.n, given)
    if finding.state in ("sent", "answered"):
        stage.at(moment(day, 16))
        await stage.do(
            DISTRICT, "head", finish_measure, case.id, finding.n, "培训已完成，补充记录已归档（模拟）"
        )
    stage.at(moment(day, 17))
    said = "已核对培训签到和补充记录，同意办结（模拟）"
    await stage.do(CITY, "auditor", settle_finding, case.id, finding.n, accept=True, words=said)
