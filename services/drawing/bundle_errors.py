"""Refusals when the files of an opened or void draw are written."""

from typing import ClassVar

from policies.errors import Language, Wording
from services.drawing.draw_errors import NotWitnessed


class NotCosigned(NotWitnessed):
    """The draw is over and logged; only the superior's cosignature of the newest checkpoint is lacking."""

    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "公开日志的最新检查点尚未联署",
            "包含本次抽取全部记录的检查点，由上级见证人联署",
            "请上级见证人运行 shuangsui witness cosign，联署后再生成公开材料；本次抽取不受影响，无须作废。",
        ),
        "en": Wording(
            "The newest checkpoint of the log is not cosigned yet",
            "a checkpoint with all entries of the draw, cosigned by the superior",
            "Superior: shuangsui witness cosign, then ask for the files again. Nothing has to be voided.",
        ),
    }
