"""Failures of a whole file: nothing of it is taken."""

from typing import ClassVar

from policies.errors import Language, Problem, Wording

Words = dict[Language, Wording]


class WrongFileType(Problem):
    """The bytes are not what the import reads, whatever the name says."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "文件类型不对",
            "xlsx 工作簿，或 UTF-8、GB18030 编码的 csv",
            "请在表格软件中“另存为 xlsx”后再导入；改扩展名无效。",
        ),
        "en": Wording(
            "Wrong file type",
            "an xlsx workbook, or csv in UTF-8 or GB18030",
            "Save it as xlsx; renaming does not help.",
        ),
    }


class DamagedFile(Problem):
    """A workbook that breaks off or cannot be read."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "文件不完整或已损坏", "能正常打开的 xlsx 工作簿", "请重新上传；仍不行时用表格软件打开并另存一份。"
        ),
        "en": Wording(
            "The file is cut off or damaged", "a workbook that opens", "Upload it again, or save a new copy."
        ),
    }


class FileTooLarge(Problem):
    """More than the import reads, declared or found."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "文件过大", "{what}不超过 {limit}", "请拆成几个文件，或删去多余的工作表、格式和空白区域。"
        ),
        "en": Wording(
            "The file is too large",
            "{what} up to {limit}",
            "Split it, or remove spare sheets and formatting.",
        ),
    }


class ReadTimedOut(Problem):
    """The parser needed more time or memory than it gets."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "读取文件超出时间或内存限制",
            "可在 {seconds} 秒内读完的工作簿",
            "请只保留数据工作表，另存后重试，或改用 csv。",
        ),
        "en": Wording(
            "Reading took too much time or memory",
            "a workbook read within {seconds} s",
            "Keep only the data sheet.",
        ),
    }


class EmptyFile(Problem):
    """No bytes, no cells, or headings without a single data row."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "文件中没有数据",
            "标题行及其下至少一行数据（示例行不算）",
            "请确认选对了文件和工作表，填好后再导入。",
        ),
        "en": Wording(
            "The file holds no data", "a heading row and at least one data row", "Check file and sheet."
        ),
    }


class MissingColumns(Problem):
    """Headings the layout cannot do without."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "缺少列：{missing}", "标题行含全部必需的列", "请下载导入模板，按模板标题补齐后再导入。"
        ),
        "en": Wording(
            "Columns missing: {missing}", "a heading row with every required column", "Use the template."
        ),
    }


class OtherRoster(MissingColumns):
    """Sites imported as officers, or the reverse."""

    words: ClassVar[Words] = {
        "zh": Wording("缺少列：{missing}", "标题行含全部必需的列", "这像是{roster}，请到相应页面导入。"),
        "en": Wording(
            "Columns missing: {missing}",
            "a heading row with every required column",
            "This looks like {roster}: import it on its own page.",
        ),
    }


class DuplicateHeadings(Problem):
    """One field under two headings."""

    words: ClassVar[Words] = {
        "zh": Wording("标题重复：{headings}", "每个标题只出现一次", "请保留正确的一列，删去其余后再导入。"),
        "en": Wording("Headings repeated: {headings}", "each heading once", "Keep the right column."),
    }


class SeveralSheets(Problem):
    """More than one sheet holds data of this kind."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "多个工作表都有数据：{sheets}",
            "一个文件只有一个数据工作表",
            "请合并为一个工作表，或分成几个文件导入。",
        ),
        "en": Wording(
            "Several sheets hold data: {sheets}", "one data sheet a file", "Merge them, or split the file."
        ),
    }


class BadText(Problem):
    """Text that is in none of the encodings."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "文字编码无法识别", "UTF-8（有无 BOM 均可）或 GB18030", "请另存为 xlsx，或“CSV UTF-8”后再导入。"
        ),
        "en": Wording("Unknown text encoding", "UTF-8 or GB18030", "Save it as xlsx or as CSV UTF-8."),
    }


class BadCsv(Problem):
    """Quotes or delimiters that do not add up."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "csv 格式有误",
            "英文逗号分隔，含逗号或换行的单元格加英文双引号",
            "请检查所指行的引号和分隔符，或改用 xlsx。",
        ),
        "en": Wording(
            "Malformed csv", "comma separated, cells with commas quoted", "Check the quotes of that line."
        ),
    }


class ErrorCells(Problem):
    """Formula errors such as #REF! where values should be."""

    words: ClassVar[Words] = {
        "zh": Wording(
            "单元格是公式错误值：{cells}", "确定的值", "请改正公式，或“选择性粘贴为数值”后再导入。"
        ),
        "en": Wording(
            "Cells hold formula errors: {cells}", "plain values", "Mend the formulas or paste values."
        ),
    }


class TextTooLong(Problem):
    """Text no spreadsheet cell can hold; writing it would lose its end."""

    kind = "failed"
    words: ClassVar[Words] = {
        "zh": Wording("内容超出单元格上限", "每格不超过 32,767 个字符", "请改用 csv 或 json 导出。"),
        "en": Wording("Too long for a cell", "up to 32,767 characters a cell", "Export as csv or json."),
    }
