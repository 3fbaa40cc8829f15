"""A leak case: how a list came out, what is found, which measures follow, when it may be closed.

Basis: obligation 25 (secrecy of the list, and what follows for whoever leaked it and whoever is responsible).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType
from typing import Literal

from policies.secrecy.secrecy_errors import BadProposal, BadReport, MeasuresOpen

Finding = Literal["founded", "unfounded"]

CHANNELS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "list": ("发现外流的名单", "a list was found outside"),
        "forewarned": ("被查单位事先知情", "the site knew beforehand"),
        "lost": ("设备或纸质件遗失", "a device or papers were lost"),
        "access": ("异常查看记录", "reads that should not have been"),
        "other": ("其他线索", "another sign"),
    }
)
STATES: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "reported": ("已报告，核查中", "reported"),
        "proposed": ("已提出处理意见", "proposed"),
        "decided": ("已决定，措施执行中", "decided"),
        "closed": ("已办结", "closed"),
    }
)
FINDINGS: Mapping[str, tuple[str, str]] = MappingProxyType(
    {"founded": ("泄密属实", "founded"), "unfounded": ("未发现泄密", "unfounded")}
)
# Our own measures; those for people come from the bureau's rules (`secrecy.sanctions`).
LINKED: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "void": ("作废本次抽取并重新抽取", "void the draw and draw again"),
        "change": ("变更名单、检查组或取消检查（按变更程序）", "change the list by the protocol"),
    }
)
OWN: Mapping[str, tuple[str, str]] = MappingProxyType(
    {
        "refer": ("移交有关机关依法依纪处理", "hand over to the competent body"),
        "access": ("调整岗位权限", "take back access"),
        "remedy": ("整改保密措施", "mend the safeguards"),
    }
)


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure proposed. `words`: whom it concerns and why; they are sealed with the case."""

    kind: str
    words: str = ""
    ref: int | None = None


def check_report(channel: str, seen_on: date, today: date, words: str, rows: int | None) -> None:
    """What a report must say.

    Args:
        rows: lines of the found list; None when none was handed in.

    Raises:
        BadReport: names the first thing that is missing or wrong.
    """
    if channel not in CHANNELS:
        raise BadReport(channel[:40], need={"zh": "线索来源：列出的一种", "en": "one of the channels"})
    if seen_on > today:
        raise BadReport(seen_on, need={"zh": "不晚于今天的发现日期", "en": "a day not after today"})
    if not words.strip():
        raise BadReport("", need={"zh": "写明何时何地如何发现", "en": "words on when, where and how"})
    if channel == "list" and not rows:
        raise BadReport(rows or 0, need={"zh": "附上发现的名单", "en": "the list that was found"})


def check_proposal(finding: str, measures: Sequence[Measure], sanctions: Collection[str]) -> None:
    """What a proposal must say.

    Args:
        sanctions: kinds the bureau's rules name for people.

    Raises:
        BadProposal: an unknown kind, a founded leak without measures, sanctions for an unfounded one, a
            sanction without words.
    """
    known = {*LINKED, *OWN, *sanctions}
    if finding not in FINDINGS:
        raise BadProposal(finding[:40], need={"zh": "结论：泄密属实或未发现泄密", "en": "a finding"})
    for one in measures:
        if one.kind not in known:
            raise BadProposal(one.kind[:40], need={"zh": "列出的措施", "en": "a measure of the list"})
        if one.kind in sanctions and not one.words.strip():
            raise BadProposal(one.kind, need={"zh": "写明对象和理由", "en": "whom it concerns, and why"})
    if finding == "founded" and not measures:
        raise BadProposal(finding, need={"zh": "至少一项措施", "en": "at least one measure"})
    if finding == "unfounded" and any(one.kind in sanctions for one in measures):
        raise BadProposal(finding, need={"zh": "未发现泄密时不作人员处理", "en": "no sanction then"})


def check_close(open_: Sequence[str]) -> None:
    """A case is closed when every measure is carried out. Raises MeasuresOpen with the kinds left."""
    if open_:
        raise MeasuresOpen("、".join(open_))
