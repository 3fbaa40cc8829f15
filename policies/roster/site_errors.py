"""Faults of a site row other than its codes."""

from typing import ClassVar

from policies.errors import Wording
from policies.roster.errors import RowError, Words


class OutsidePart(RowError):
    """A section's file names a site that is not in the part of the roster it supplies."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "不属于本科室报送的部分",
            "{section}报送的部分：{part}",
            "请删去该行，由负责的科室报送；分工有变的，先修改“名录分工”规则。",
        ),
        "en": Wording(
            "Not in the part this section supplies",
            "the part of {section}: {part}",
            "Take the row out, or change the rule on who supplies what.",
        ),
    }


class ClassContradiction(RowError):
    """Both 一般 and 重点 in one cell."""

    words: ClassVar[Words] = {
        "zh": Wording("企业分类自相矛盾", "一般与重点二选一，可另加特殊", "请保留“一般”或“重点”之一。"),
        "en": Wording(
            "Contradictory class", "either 一般 or 重点, and 特殊 beside it", "Keep one of the two."
        ),
    }


class KeyListContradiction(RowError):
    """The city's key list names a site that the file calls general."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "与市重点排污单位名录不符",
            "重点（该污染源在市级名录中）",
            "请改为“重点”；认为名录有误的，报市局更正后再导入。",
        ),
        "en": Wording(
            "Contradicts the city's key list", "重点", "Change the class, or have the city correct its list."
        ),
    }


class CasesWithoutSpecial(RowError):
    """A case of special is named for a site that the file does not call special."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "写了特殊情形，但企业分类不是特殊",
            "企业分类含“特殊”，或特殊情形为空",
            "请在企业分类中加上“特殊”，或清空特殊情形。",
        ),
        "en": Wording(
            "A case of special for a site not called special",
            "特殊 among the classes, or no case",
            "Add 特殊 to the class, or empty the case.",
        ),
    }


class SwappedCoordinates(RowError):
    """Longitude and latitude in each other's column."""

    words: ClassVar[Words] = {
        "zh": Wording("经度与纬度似乎填反", "经度 73 至 136，纬度 3 至 54", "请对调经度与纬度两列。"),
        "en": Wording(
            "Longitude and latitude look swapped", "longitude 73–136, latitude 3–54", "Swap the columns."
        ),
    }


class OutsideDivision(RowError):
    """The point lies outside the bureau's division."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "坐标不在本辖区内",
            "位于 {division} 行政区域内的点（坐标系 {datum}）",
            "请核对经纬度和坐标系（高德、腾讯取点填 GCJ-02，百度填 BD-09）；确在辖区外的，由所在地分局建档。",
        ),
        "en": Wording(
            "Outside the bureau's area",
            "a point inside division {division} (datum {datum})",
            "Check the coordinates and their datum; a site elsewhere belongs on that bureau's roster.",
        ),
    }


class WrongDivision(RowError):
    """The row names another division."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "行政区划不是本辖区",
            "{division} 及其下级代码，或 {names}",
            "请改正；外辖区污染源由当地分局建档。",
        ),
        "en": Wording(
            "Another division", "{division}, a code below it, or {names}", "Correct it or drop the row."
        ),
    }


class BadIndustry(RowError):
    """An industry code GB/T 4754 cannot hold."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "行业类别代码有误",
            "GB/T 4754-2017 门类字母 A 至 T 加 2 至 4 位数字，或行业名称",
            "请按国民经济行业分类改正。",
        ),
        "en": Wording(
            "Bad industry code",
            "GB/T 4754-2017: a letter A–T and two to four digits, or a name",
            "Correct it.",
        ),
    }


class DuplicateSiteCode(RowError):
    """The same site twice in one file; neither row is taken."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "污染源编码在文件中重复", "每个污染源一行；另见第 {others} 行", "请保留正确的一行，删去其余。"
        ),
        "en": Wording(
            "Site code repeated in the file", "one row a site; see rows {others}", "Keep the right row."
        ),
    }
