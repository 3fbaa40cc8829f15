"""What is said when a record that a site is special cannot be kept."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording

Words = dict[Language, Wording]


class EvidenceIncomplete(Problem):
    """Criterion, document or its date is missing."""

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[Words] = {
        "zh": Wording(
            "证据没有写全",
            "符合的情形、证明文件的名称和文号、文件日期",
            "请补全后再登记；只有口头情况的，先形成书面材料。",
        ),
        "en": Wording(
            "The evidence is not complete",
            "criterion, document with its number, date of the document",
            "Fill these in and enter it again.",
        ),
    }


class CriterionUnknown(Problem):
    """The bureau's rules name no such criterion."""

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[Words] = {
        "zh": Wording(
            "规则没有列这种情形",
            "规则所列情形之一：{known}",
            "请选择所列的情形；需要增加情形的，在“规则”中提出，经另一人批准后使用。",
        ),
        "en": Wording(
            "The rules name no such criterion",
            "one of the rules' criteria: {known}",
            "Choose one of these, or propose a new one under Rules.",
        ),
    }


class EvidenceLater(Problem):
    """The document bears a date to come."""

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[Words] = {
        "zh": Wording("文件日期在今天之后", "{today} 或以前的日期", "请核对文件日期。"),
        "en": Wording("The document is of a day to come", "a day up to {today}", "Check the date."),
    }


class EvidenceOver(Problem):
    """The record would have ended before it begins."""

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[Words] = {
        "zh": Wording(
            "有效期已过",
            "文件日期和今天（{today}）以后的日期，或者留空",
            "请核对有效期的最后一天；没有期限的留空。",
        ),
        "en": Wording(
            "Its last day has passed",
            "a day after the document's date and today ({today}), or none",
            "Check the last day; leave it empty when there is none.",
        ),
    }


class EvidenceReasonMissing(Problem):
    """A record is withdrawn, or a site stops being special, without saying why."""

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[Words] = {
        "zh": Wording("没有写明理由", "理由", "请写明为什么撤销，理由与原记录一并保存。"),
        "en": Wording("No reason given", "a reason", "Say why; it is kept beside the record."),
    }


class EvidenceWithdrawn(Problem):
    """Somebody withdrew the record before."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording("这条证据已经撤销", "还没有撤销的证据", "没有再做任何改动；请刷新页面查看是谁撤销的。"),
        "en": Wording(
            "This record was withdrawn already",
            "a record that stands",
            "Nothing was changed; reload to see who withdrew it.",
        ),
    }


class NotSpecial(Problem):
    """The site is not special, or is not any more."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[Words] = {
        "zh": Wording("这家不是特殊监管对象", "列为特殊监管对象的污染源", "没有做任何改动；请刷新页面。"),
        "en": Wording("This site is not special", "a special site", "Nothing was changed; reload the page."),
    }


class TooManySites(Problem):
    """One record is entered for more sites than a document can be checked against."""

    kind: ClassVar[Kind] = "invalid"
    words: ClassVar[Words] = {
        "zh": Wording("一次登记的家数不对", "1 至 {most} 家", "请选择这份文件所列的污染源，分几次登记。"),
        "en": Wording("Not that many at once", "1 to {most} sites", "Choose the sites the document names."),
    }
