"""Refused orders: a job has a known bureau, a known kind, and a payload of ids alone."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording


class JobRefused(Problem):
    """An order that no worker would run; nothing was kept."""

    kind: ClassVar[Kind] = "invalid"


class NoBureau(JobRefused):
    """The order names no bureau, or one this deployment does not know."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "后台任务没有所属单位，未执行",
            "本部署已登记单位的六位代码",
            "请在任务中写明单位；代码以 shuangsui bureau list 为准。",
        ),
        "en": Wording(
            "A job without a bureau; it was not run",
            "the six-digit code of a bureau of this deployment",
            "Name the bureau; see `shuangsui bureau list`.",
        ),
    }


class UnknownKind(JobRefused):
    """No such kind of job."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("没有这种后台任务", "{wanted}", "请核对任务名称。"),
        "en": Wording("No such kind of job", "{wanted}", "Check the name of the job."),
    }


class BadPayload(JobRefused):
    """The payload carries something that is no id: a name in it would leave the seal."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "后台任务的内容不合要求：{field}",
            "{wanted}",
            "任务只带编号，不带名称；执行时再按编号读取。",
        ),
        "en": Wording(
            "The payload of a job is not as it must be: {field}",
            "{wanted}",
            "A job carries ids only, never names; it reads by the ids when it runs.",
        ),
    }
