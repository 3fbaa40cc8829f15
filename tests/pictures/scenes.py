"""Which page is taken, as whom, at which size, and what is said below it."""

from dataclasses import dataclass

SCREENS = {"desk": (1440, 900), "wall": (1920, 1080), "phone": (390, 844)}


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture.

    Attributes:
        name: of the file. who: login of the demonstration, "" for the public. path: of the page.
        zh, en: caption. screen: a key of SCREENS. language, scheme: of the browser. within: selector of the
            part the picture starts at, "" for the top. act: selector of a link of `path` that is followed.
    """

    name: str
    who: str
    path: str
    zh: str
    en: str
    screen: str = "desk"
    language: str = "zh"
    scheme: str = "light"
    within: str = ""
    act: str = ""


SCENES = (
    Scene("home", "", "/", "首页：任何人都能查", "Home: open to anybody"),
    Scene("county", "", "/b/411721", "一个区县的公开页", "A county's public page"),
    Scene("draw", "", "/b/411721/draws/1", "一次抽取：指纹、规则、日志", "A draw: fingerprint, rules, log"),
    Scene("hall", "", "/b/411721/draws/1/live", "抽取现场的大屏", "The hall's screen", "wall"),
    Scene("verify", "", "/verify", "在浏览器里自行核验", "Check it yourself, in the browser"),
    Scene("workbench", "411721-head", "/desk", "工作台：要做的、要批的、已超期的", "Workbench"),
    Scene("sites", "411721-keeper", "/desk/sites", "污染源名录", "The roster of sites"),
    Scene("officers", "411721-keeper", "/desk/officers", "执法人员", "Officers"),
    Scene("plan", "411721-head", "/desk/plan?year=2026", "年度计划，每个数字都有依据", "The yearly plan"),
    Scene("rules", "411721-admin", "/desk/rules", "规则：自选、预览、第二人批准", "Rules of a bureau"),
    Scene("people", "411721-admin", "/desk/people", "人员与角色", "People and roles"),
    Scene("journal", "411721-head", "/desk/journal", "留痕", "The journal"),
    Scene(
        "city", "411700-auditor", "/city?period=2026Q1", "市级稽查：区县比较", "The city compares districts"
    ),
    Scene("trend", "411700-auditor", "/city/trend", "稽查：走势", "The city's trend"),
    Scene("field", "411721-inspector-01", "/field", "手机上的任务", "Tasks on a phone", "phone"),
    Scene("county-phone", "", "/b/411721", "公开页，手机", "The public page on a phone", "phone"),
    Scene("night", "411721-head", "/desk/draws", "深色、英文", "Dark, in English", "desk", "en", "dark"),
)
