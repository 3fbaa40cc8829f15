"""The warnings of a yearly plan, in words."""

from policies.rulebook.bases.base import percent
from policies.rulebook.rules import RuleWarning, Value
from policies.terms import Stratum

Numbers = tuple[int, ...]
NAMES = {"key": "重点排污单位", "general": "一般排污单位", "special": "特殊监管对象"}


def no_special_rate(above: Value, used: str, rule: Value | None) -> RuleWarning:
    """The text raises the special ratio without a number and the bureau has not chosen one.

    Args:
        above: the clause that raises it.
        used: class the numbers follow. rule: its ratio; None = just above the numbers of that class.
    """
    en = Stratum(used).value
    zh = f"暂按{NAMES[used]}的比例{rule.words()}安排" if rule else f"暂按刚高于{NAMES[used]}安排"
    so = (
        f"the ratio of {en} sites, {rule.value.words('en')}, is used"
        if rule
        else f"set just above the {en} one"
    )
    return RuleWarning(
        "special_rate_missing",
        f"文本要求提高特殊监管对象的比例而未写数（{above.basis.cite()}）；本单位尚未选定，{zh}"
        + (f"（{rule.basis.cite()}）。" if rule else "。"),
        f"The text raises the special ratio without a number ({above.basis.cite()}); none is chosen yet: {so}"
        + (f" ({rule.basis.cite()})." if rule else "."),
        (above.basis, rule.basis) if rule else (above.basis,),
        decide=True,
    )


def repeats_told(again: Numbers, share: Value) -> str:
    """The repeat visits a plan holds beside the first round."""
    numbers = "、".join(map(str, again))
    return f"本年已查单位再抽 {percent(share.value)}（{share.basis.cite()}），各季度含再抽 {numbers} 家次"


def coverage_raised(stratum: str, before: int, pool: int, after: Numbers, promise: Value) -> RuleWarning:
    """Four quarters at the minimum could not cover the year."""
    numbers = "、".join(map(str, after))
    return RuleWarning(
        "coverage_raised",
        f"{NAMES[stratum]}四个季度按最低比例共 {before} 家次，全年不能查遍 {pool} 家；"
        f"为做到每年查一遍（{promise.basis.cite()}），计划上调为各季度 {numbers} 家次。",
        f"Four quarters at the minimum make {before} visits and cannot cover {pool} {Stratum(stratum).value} "
        f"sites; to cover the year ({promise.basis.cite()}) the plan is raised to {numbers}.",
        (promise.basis,),
    )


def special_raised(before: int, after: int, above: Value | None) -> RuleWarning:
    """Special sites get more than their ratio asks for; `above` is the clause that raises them, if any."""
    zh = f"并予提高（{above.basis.cite()}）" if above else "（本系统默认读法）"
    en = f" and raised ({above.basis.cite()})" if above else " (default reading of this system)"
    return RuleWarning(
        "special_raised",
        f"{NAMES['special']}为不低于其他类别{zh}，由全年 {before} 家次增至 {after} 家次。",
        f"Special sites are drawn no less often than the other classes{en}: from {before} to {after} visits "
        "a year.",
        (above.basis,) if above else (),
    )


def range_missed(text: Value, number: int, top: int) -> RuleWarning:
    """A range such as 10–15 % of a few sites holds no whole number."""
    return RuleWarning(
        "range_missed",
        f"区间 {text.words()}（{text.basis.cite()}）取整后上限为 {top} 家次，下限为 {number} 家次；"
        "区间内没有整数，按下限安排。",
        f"The range {text.words()} ({text.basis.cite()}) allows at most {top} whole visits, its lower end "
        f"needs {number}: no whole number fits, the lower end is planned.",
        (text.basis,),
    )
