"""Audits of a bureau by its superior: words of states, findings and verdicts, and when a letter is complete.

Basis: obligation 31, the audit of the scheme within 环境监察稽查, with accountability. How a sample is drawn,
and that two people send a letter, is our own rule; no text prescribes it.
"""

from collections.abc import Iterable, Mapping

from policies.errors import Language

Words = dict[Language, str]

STATES: dict[str, Words] = {
    "open": {"zh": "稽查中", "en": "open"},
    "proposed": {"zh": "通报待批准", "en": "letter to be approved"},
    "sent": {"zh": "已通报，跟踪整改", "en": "sent, followed up"},
    "closed": {"zh": "已办结", "en": "closed"},
}
FINDING_STATES: dict[str, Words] = {
    "drafted": {"zh": "草拟", "en": "drafted"},
    "dropped": {"zh": "已撤去", "en": "dropped"},
    "sent": {"zh": "待答复", "en": "to be answered"},
    "answered": {"zh": "整改中", "en": "measure under way"},
    "done": {"zh": "待核实", "en": "carried out, to be verified"},
    "closed": {"zh": "已销号", "en": "settled"},
}
KINDS: dict[str, Words] = {
    "not_done": {"zh": "抽而不查", "en": "drawn, not visited"},
    "late": {"zh": "逾期检查或上报", "en": "visited or reported late"},
    "unpublished": {"zh": "查而不公开", "en": "visited, not published"},
    "record": {"zh": "记录与复核不符", "en": "record differs from the re-check"},
    "caps": {"zh": "超过检查次数上限", "en": "more visits than the cap"},
    "roster": {"zh": "名录维护不规范", "en": "roster not kept as it should be"},
    "procedure": {"zh": "程序不规范", "en": "procedure not followed"},
    "secrecy": {"zh": "保密问题", "en": "secrecy"},
    "other": {"zh": "其他", "en": "other"},
}
VERDICTS: dict[str, Words] = {
    "confirmed": {"zh": "属实", "en": "confirmed"},
    "partly": {"zh": "部分不符", "en": "differs in part"},
    "contradicted": {"zh": "不符", "en": "contradicted"},
    "unclear": {"zh": "无法核实", "en": "could not be verified"},
}
METHODS: dict[str, Words] = {
    "papers": {"zh": "书面复核", "en": "by the papers"},
    "site": {"zh": "现场复核", "en": "on site"},
}
# Kinds of measures are our own list: no founding text names any for what an audit finds.
MEASURES: dict[str, Words] = {
    "correct": {"zh": "限期整改", "en": "put right by a day"},
    "talk": {"zh": "约谈提醒", "en": "talk with the person responsible"},
    "criticise": {"zh": "通报批评", "en": "criticised in writing"},
    "train": {"zh": "培训补课", "en": "training"},
    "discipline": {"zh": "移交追责", "en": "handed over for discipline"},
    "other": {"zh": "其他措施", "en": "another measure"},
}
ACTS: dict[str, Words] = {
    "open": {"zh": "立项并固定抽样范围", "en": "opened, frame fixed"},
    "draw": {"zh": "抽取复核样本", "en": "sample drawn"},
    "check": {"zh": "登记复核结论", "en": "verdict noted"},
    "find": {"zh": "登记发现的问题", "en": "finding noted"},
    "drop": {"zh": "撤去发现的问题", "en": "finding dropped"},
    "propose": {"zh": "拟定通报", "en": "letter drafted"},
    "send_back": {"zh": "退回通报草稿", "en": "draft sent back"},
    "send": {"zh": "批准并发出通报", "en": "letter sent"},
    "answer": {"zh": "答复并明确责任人和措施", "en": "answered, person and measure named"},
    "done": {"zh": "报告措施已落实", "en": "measure carried out"},
    "return": {"zh": "退回答复", "en": "answer sent back"},
    "settle": {"zh": "核实销号", "en": "verified and settled"},
    "close": {"zh": "办结", "en": "closed"},
}


def unready(
    size: int, drawn: bool, verdicts: Iterable[str | None], findings: Mapping[int, int | None]
) -> str:
    """Why a letter cannot be proposed yet; "" when it can.

    Args:
        size: records to be re-checked. drawn: the sample is drawn.
        verdicts: of every record drawn, None where there is none yet.
        findings: number → the re-check it rests on, of those not dropped.

    Returns:
        "undrawn": records are still to be drawn. "unchecked": one drawn has no verdict yet. "unfound": a
        record is contradicted, and no finding rests on it. "": nothing is missing.
    """
    said = list(verdicts)
    if size and not drawn:
        return "undrawn"
    if None in said:
        return "unchecked"
    named = set(findings.values())
    if any(verdict == "contradicted" and rank not in named for rank, verdict in enumerate(said, 1)):
        return "unfound"
    return ""
