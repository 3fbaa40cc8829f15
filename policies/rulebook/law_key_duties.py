"""Keys of objects, databases and duties; most of them state no number."""

from policies.rulebook.law_key import LABELS, OTHER_VISITS, Key


def scope() -> tuple[Key, ...]:
    """Objects, classes, databases. Basis: obligations 3–12."""
    return (
        Key("inspect.body", "抽查主体", "who inspects", "text"),
        Key("inspect.entrusted", "委托执法单位", "entrusted unit", "text"),
        Key("inspect.objects", "抽查对象", "objects", "text"),
        Key("inspect.main_way", "随机抽查为主要方式", "random check is the main way", "text"),
        Key(
            "visit.excluded",
            "不适用随机抽查的检查",
            "visits that never count toward a ratio",
            "pairs",
            "higher",
        ),
        Key(
            "visit.approval",
            "事先审批的非随机检查",
            "other visits approved beforehand",
            "texts",
            "",
            OTHER_VISITS,
        ),
        Key(
            "visit.urgent_days",
            "紧急检查补办审批工作日",
            "working days to file an urgent visit",
            "integer",
            "lower",
            (),
            1,
        ),
        Key("checklist.groups", "检查内容", "groups of the checklist", "pairs", "higher"),
        Key("class.names", "分类名称", "names of the classes", "pairs"),
        Key("class.key", "重点单位的认定", "what is key", "text"),
        Key("class.special", "特殊监管对象的情形", "criteria of special", "pairs", "higher"),
        Key("roster.fields", "污染源数据库必填项", "required fields of a source", "pairs", "higher"),
        Key("roster.extra", "污染源数据库自设字段", "the bureau's own fields of a source", "pairs"),
        Key("roster.sections", "名录分工", "which section supplies which part", "pairs"),
        Key("roster.suppliers", "名录提供单位", "who supplies lists", "texts"),
        Key("roster.maintainer", "数据库负责人", "maintainer of the databases", "text"),
        Key("officers.pool", "执法人员数据库的构成", "who may be drawn", "text"),
        Key(
            "officers.counting",
            "比例按哪些人员计算",
            "whom the ratio counts",
            "choice",
            "same",
            ("on_post", "certified"),
        ),
        Key("officers.update", "人员数据库更新", "updating of the officers", "text"),
    )


def duties() -> tuple[Key, ...]:
    """Duties without a number. Basis: obligations 1, 23, 25–34."""
    return (
        Key("legal.bases", "编制依据", "legal bases printed on forms", "texts"),
        Key("legal.own", "本单位文件", "the bureau's own text", "text"),
        Key("labels", "名称用语", "labels", "pairs", "", LABELS),
        Key("record.form", "现场记录文书", "form of the visit", "text"),
        Key("record.device", "移动执法设备", "mobile device first", "text"),
        Key("record.officers", "现场检查最少人数", "least officers at a visit", "integer", "higher", (), 1),
        Key("record.archive", "原始记录归档", "archiving of originals", "text"),
        Key("secrecy.duty", "名单保密", "secrecy of the list", "text"),
        Key("secrecy.sanctions", "泄密处理", "sanctions for a leak", "pairs", "higher"),
        Key("violation.correct", "责令改正", "order to correct", "text"),
        Key("violation.penalty", "依法处罚", "penalties", "text"),
        Key("joint.partners", "联合抽查对象", "partners of joint checks", "pairs"),
        Key("joint.duty", "联合抽查", "joint checks", "text"),
        Key("frequency.void", "原固定频次", "old fixed frequency", "text"),
        Key("rectify.revisit", "整改回访", "rectification with re-visit", "text"),
        Key("credit.duty", "信用记录", "credit record", "text"),
        Key("audit.duty", "落实情况监督检查", "audit of the scheme", "text"),
        Key("training.duty", "培训", "training", "text"),
        Key("organisation.duty", "组织领导", "organisation", "text"),
        Key("startup.tasks", "启动事项", "start-up tasks", "pairs"),
        Key("results.codes", "检查结果代码", "result codes", "pairs"),
        Key("results.methods", "检查方式", "methods", "pairs"),
        Key("results.disposals", "处理方式", "disposals", "pairs"),
        Key("law.duty.certificates", "两名持证人员", "two certified officers", "text"),
        Key("law.duty.recusal", "回避", "recusal", "text"),
        Key("law.duty.recording", "全过程记录", "whole-process record", "text"),
        Key("law.duty.show", "出示证件", "show the certificate", "text"),
        Key("law.duty.review", "法制审核", "legal review", "text"),
        Key("law.duty.entrustment", "委托公布", "entrustment published", "text"),
        Key("law.duty.noise", "噪声检查人数", "officers at noise inspections", "text"),
        Key("law.duty.secrets", "商业秘密", "trade secrets", "text"),
        Key("law.duty.supervision", "行政执法监督", "supervision by the justice bureau", "text"),
        Key("law.duty.keylist", "环境监管重点单位名录", "the city's key list", "text"),
        Key("law.duty.planned", "计划检查随机化", "planned checks through random draws", "text"),
        Key("law.duty.cap", "检查频次上限", "yearly cap of visits", "text"),
    )
