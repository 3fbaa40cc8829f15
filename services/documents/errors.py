"""Why a document was not set."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording


class NoFonts(Problem):
    """No font with Chinese letters is there: empty boxes are no document."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "服务器没有可用的中文字体，不能生成文书",
            "字体目录（SHUANGSUI_FONTS）或系统中有 {fonts}",
            "请运维人员安装思源字体（Noto CJK）或把仿宋、小标宋等字体放入字体目录，然后重试。",
        ),
        "en": Wording(
            "The server has no Chinese fonts", "{fonts} in SHUANGSUI_FONTS or the system", "Install Noto CJK."
        ),
    }


class NotSet(Problem):
    """Setting the document failed or took too long."""

    kind: ClassVar[Kind] = "failed"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording("文书没有生成", "{seconds} 秒之内排版完成", "请稍后重试；仍不成功的联系运维人员。"),
        "en": Wording("The document was not set", "done within {seconds} s", "Try again later."),
    }
