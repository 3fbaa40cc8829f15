"""Plainly fictional names: every firm begins 演示·, every person 演示, every address is on 演示路."""

from collections import Counter
from dataclasses import dataclass, field

_PAIRS = (  # two characters a word
    "青禾云栖星野半夏鹿鸣听雨拾光望舒扶摇松间晴川竹里南屏北斗朝露晚枫"
    "白鹭蓝汀红杏紫藤金穗银杉玉衡石泉木棉水杉火凤土楼春晓夏至秋白冬青"
)
_WORDS = tuple(_PAIRS[i : i + 2] for i in range(0, len(_PAIRS), 2))
_DIGITS = "零一二三四五六七八九"


@dataclass(frozen=True, slots=True)
class Trade:
    """A line of business: GB/T 4754-2017 text, word in the firm's name, kinds of pollution, product."""

    industry: str
    word: str
    pollution: str
    product: str


TRADES: tuple[Trade, ...] = (
    Trade("C2614 有机化学原料制造", "化工", "废水、废气、废渣", "演示溶剂"),
    Trade("C1329 其他饲料加工", "饲料", "废气、噪声", "演示饲料"),
    Trade("C3031 粘土砖瓦及建筑砌块制造", "砖瓦", "废气、噪声", "演示砌块"),
    Trade("C3021 水泥制品制造", "构件", "废水、噪声", "演示构件"),
    Trade("C2221 机制纸及纸板制造", "纸业", "废水、废渣", "演示纸板"),
    Trade("A0313 猪的饲养", "牧业", "废水、废气", "演示生猪"),
    Trade("C1351 牲畜屠宰", "肉业", "废水", "演示分割肉"),
    Trade("C3360 金属表面处理及热处理加工", "镀业", "废水、废气、废渣", "演示镀件"),
    Trade("C2110 木质家具制造", "家具", "废气、噪声", "演示家具"),
    Trade("C2927 日用塑料制品制造", "塑业", "废气", "演示塑件"),
    Trade("C2319 包装装潢及其他印刷", "印务", "废气、废渣", "演示包装"),
    Trade("O8111 汽车修理与维护", "汽修", "废气、废渣", "演示维修"),
    Trade("F5265 机动车燃油零售", "加油站", "废气", "演示燃油"),
    Trade("D4430 热力生产和供应", "供热", "废气、噪声、废渣", "演示热力"),
    Trade("D4620 污水处理及其再生利用", "水务", "废水、噪声", "演示处理水"),
    Trade("C3130 钢压延加工", "钢材", "废水、废气、噪声", "演示钢材"),
    Trade("C3232 稀土金属冶炼", "稀土", "废水、废气、废渣", "演示氧化物"),
    Trade("C3252 铝压延加工", "铝业", "废气、噪声", "演示铝板"),
)


def numeral(number: int) -> str:
    """Chinese numeral for 1 to 99."""
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else f"{_DIGITS[tens]}十")
    return head + (_DIGITS[ones] if ones or not tens else "")


@dataclass(slots=True)
class Firms:
    """Gives out firm names, none twice."""

    used: Counter[str] = field(default_factory=Counter)

    def name(self, word: int, trade: Trade) -> str:
        """A new name such as 演示·青禾化工一厂."""
        stem = f"{_WORDS[word % len(_WORDS)]}{trade.word}"
        self.used[stem] += 1
        return f"演示·{stem}{numeral(self.used[stem])}{'号' if trade.word == '加油站' else '厂'}"


def person(role: str, serial: int) -> str:
    """A person nobody is: 演示, a role and a number."""
    return f"演示{role}{serial:04d}"


def address(area: str, serial: int) -> str:
    """An address that does not exist."""
    return f"{area}演示{numeral(serial % 30 + 1)}路{serial}号"
