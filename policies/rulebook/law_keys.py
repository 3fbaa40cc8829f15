"""The keys a law file may use: name, form, and which direction is stricter.

A new kind of ratio is a file in `bases`; a new rule of a known form is a line here.
"""

from policies.rulebook.law_key import VISIT_TYPES, Form, Key
from policies.rulebook.law_key_duties import duties, scope

__all__ = ["KEYS", "Form", "Key"]


# once forbids a second visit of the year; year does too, and asks that every site has its first
_COVERAGE = ("none", "once", "year")


def _rates() -> tuple[Key, ...]:
    """Ratios and what turns them into a year. Basis: obligations 13–17."""
    return (
        Key("rate.key", "重点排污单位抽查比例", "ratio of key sites", "rate", "higher"),
        Key("rate.general", "一般排污单位抽查比例", "ratio of general sites", "rate", "higher"),
        Key("rate.special", "特殊监管对象抽查比例", "ratio of special sites", "rate", "higher"),
        Key(
            "special.above",
            "特殊比例应高于哪一类",
            "class the special ratio exceeds",
            "choice",
            "",
            ("general", "key"),
        ),
        Key(
            "coverage.key",
            "重点单位是否全年覆盖",
            "yearly coverage of key sites",
            "choice",
            "higher",
            ("year", "once", "none"),
            ranks=_COVERAGE,
        ),
        Key(
            "coverage.general",
            "一般单位是否全年覆盖",
            "yearly coverage of general sites",
            "choice",
            "higher",
            ("year", "once", "none"),
            ranks=_COVERAGE,
        ),
        Key(
            "coverage.special",
            "特殊对象是否全年覆盖",
            "yearly coverage of special sites",
            "choice",
            "higher",
            ("year", "once", "none"),
            ranks=_COVERAGE,
        ),
        Key("split.year", "年度数量分到四个季度的权重", "weights of the four quarters", "weights"),
        Key("repeat.share", "本年已查单位可再抽的比例", "share of visited sites drawn again", "fraction"),
        Key("rate.factors", "确定比例应考虑的因素", "factors beside a chosen ratio", "pairs", "higher"),
    )


def _draw() -> tuple[Key, ...]:
    """When and how a draw is made. Basis: obligations 16, 19–22; PROTOCOL §1, §7."""
    return (
        Key("draw.window", "抽取名单的时间", "window of the draw", "window", "lower"),
        Key("draw.every", "抽取频次", "how often a list is drawn", "choice", "", ("quarter",)),
        Key("draw.authority", "以哪个抽取为准", "authoritative draw", "choice", "", ("own", "platform")),
        Key("draw.method", "抽取方式", "method named by the text", "text"),
        Key("draw.platform", "文件指明的平台", "platforms named by the text", "texts"),
        Key("draw.fixed", "名单不得随意变更", "list not changed at will", "text"),
        Key("draw.items", "抽查事项", "items of inspection", "pairs"),
        Key(
            "item.pool",
            "抽查事项的对象范围",
            "sites of an item of inspection",
            "pairs",
            "",
            ("kind", "pollution", "industry", "class"),
        ),
        Key("team.size", "每组人数", "officers in a team", "integer", "higher", (), 2),
        Key("team.lead", "组长要求", "lead rule", "choice", "", ("one_lead",)),
        Key(
            "team.formation",
            "一户一组或固定编组",
            "team per visit or fixed crews",
            "choice",
            "",
            ("visit", "crews"),
        ),
        Key("team.crews", "固定编组的组数", "number of fixed crews", "integer"),
        Key("candidates.min", "每户至少可派人数", "least candidates per site", "integer", "higher", (), 2),
        Key("walk.per_slot", "配组搅动步数", "walk steps per slot", "integer"),
        Key(
            "draw.beacon",
            "公共随机数的来源",
            "where the beacon comes from",
            "choice",
            "",
            ("spoken", "drand", "lottery"),
        ),
        Key("draw.suite", "抽取所用的摘要算法", "hash suite of the draw", "choice", "", ("sha256", "sm3")),
        Key(
            "overlay.handling",
            "市级稽查与县级名单重合",
            "site drawn by both",
            "choice",
            "",
            ("merge", "avoid", "independent"),
        ),
        Key(
            "overlay.apportion",
            "市级年度数量分到各区县的依据",
            "how the city's number is apportioned",
            "choice",
            "",
            ("general_sites",),
        ),
        Key("overlay.officers", "市级稽查由谁实施", "officers of the overlay", "choice", "", ("own",)),
        Key("overlay.duty", "市级抽查的要求", "city's demand on the county", "text"),
    )


def _clocks() -> tuple[Key, ...]:
    """Deadlines and caps. Basis: obligations 18, 24, 28 and §2."""
    return (
        Key("plan.deadline", "年度计划确定期限", "deadline of the yearly plan", "monthday", "lower"),
        Key("plan.unit", "计划数量单位", "unit of the plan", "text"),
        Key("plan.name", "计划纳入的文件", "document the plan enters", "text"),
        Key("days.upload", "结果上传工作日", "working days to upload results", "integer", "lower", (), 1),
        Key(
            "days.upload_start",
            "上传期限起算",
            "start of the upload clock",
            "choice",
            "",
            ("visit_end", "draw_end"),
        ),
        Key("days.publish", "结果公开工作日", "working days to publish results", "integer", "lower", (), 1),
        Key(
            "days.publish_penalty",
            "处罚公开工作日",
            "working days to publish penalties",
            "integer",
            "lower",
            (),
            1,
        ),
        Key(
            "days.publish_decision",
            "执法决定公开工作日",
            "working days to publish decisions",
            "integer",
            "lower",
            (),
            1,
        ),
        Key("days.reveal", "名单保密期限工作日", "working days a list stays sealed", "integer", "", (), 1),
        Key("publish.duty", "公开要求", "duty to publish", "text"),
        Key("publish.share", "年度结果公开比例", "share of results published", "fraction", "higher"),
        Key("publish.platforms", "公开与共享平台", "platforms to publish on", "texts"),
        Key(
            "cap.visits",
            "每户每年检查上限",
            "yearly cap of visits per site",
            "integer",
            "lower",
            ("none",),
            1,
        ),
        Key("cap.counts", "计入上限的检查", "visits that count toward the cap", "texts", "", VISIT_TYPES),
        Key("cap.exempt", "不计入上限的检查", "visits exempt from the cap", "texts", "", VISIT_TYPES),
        Key(
            "cap.special",
            "特殊对象与上限",
            "special sites and the cap",
            "choice",
            "",
            ("undecided", "exempt", "counts"),
        ),
        Key("filing.plan", "计划报送对象", "recipients of the plan", "pairs", "higher"),
        Key("filing.list", "名单备案对象", "recipients of the drawn list", "pairs", "higher"),
        Key("upload.target", "结果上传到", "where results go", "text"),
    )


KEYS: dict[str, Key] = {k.name: k for k in (*_rates(), *_draw(), *_clocks(), *scope(), *duties())}
