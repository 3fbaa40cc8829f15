"""The columns of the two roster templates.

Basis: 西环〔2024〕3号 一（三）, the 17 items of a pollution source; the further columns are for the draw.
"""

from policies.roster.tabular import Column, Layout

YES_NO = ("是", "否")
CLASSES = ("一般", "重点", "特殊", "重点、特殊", "一般、特殊")
KINDS = ("单位", "建设项目")
STATUSES = ("在产", "停产", "关闭", "搬迁")
POLLUTION = ("废水", "废气", "噪声", "废渣")
DATUMS = ("CGCS2000", "WGS84", "GCJ-02", "BD-09")

#: Field keys of the 17 items; 污染源地址（包括经纬度） is one item and takes site_address with lon and lat.
ITEMS = (
    "name",
    "credit_code",
    "address",
    "phone",
    "legal_person",
    "site_class",
    "contact",
    "contact_phone",
    "env_officer",
    "division",
    "authority",
    "basin",
    "site_address",
    "industry",
    "pollution",
    "started_on",
    "products",
)
#: Without these a site cannot be listed, found or inspected; no profile can drop them.
ALWAYS = frozenset({"name", "code", "site_class", "division", "lon", "lat", "status"})
#: Profile used where a bureau has configured none.
DEFAULT_REQUIRED = ALWAYS | {"credit_code", "site_address", "industry", "pollution"}

SITE_LAYOUT = Layout(
    "sites",
    "污染源名录",
    "污染源名录导入模板",
    (
        Column("name", "企业名称", "营业执照上的全称", "示例化工有限公司", ("单位名称",), must_exist=True),
        Column(
            "credit_code",
            "统一社会信用代码",
            "18 位，单元格设为文本",
            "91411721MAXX00015J",
            ("社会信用代码", "信用代码"),
            must_exist=True,
        ),
        Column(
            "code",
            "污染源编码",
            "HJ 608 编码 22 位；没有的填本单位登记的替代编码：DJ+区划6位+序号6位",
            "91411721MAXX00015J001P",
            ("排污单位编码", "排污许可证编号"),
            must_exist=True,
        ),
        Column("address", "单位地址", "", "某路1号"),
        Column("phone", "单位电话", "", "0000-0000000"),
        Column("legal_person", "企业法人", "", "示例甲", ("法定代表人", "法人代表")),
        Column(
            "site_class",
            "企业分类",
            "一般、重点、特殊；既是重点又是特殊的填“重点、特殊”",
            "一般",
            ("企业类别", "污染源分类"),
            CLASSES,
            must_exist=True,
        ),
        Column("contact", "联系人", "", "示例乙"),
        Column("contact_phone", "联系人电话", "", "0000-0000000", ("联系电话",)),
        Column("env_officer", "环保负责人", "", "示例丙"),
        Column("division", "行政区划", "名称或 6 至 12 位区划代码", "411721", must_exist=True),
        Column("authority", "所属机关", "", "西平分局"),
        Column("basin", "所属流域", "", "淮河流域"),
        Column(
            "site_address",
            "污染源地址",
            "实际排污地点",
            "某路1号厂区",
            ("污染源地址(包括经纬度)", "污染源地址(含经纬度)"),
        ),
        Column("lon", "经度", "十进制度或 114°01′22″", "114.020000", must_exist=True),
        Column("lat", "纬度", "十进制度或 33°22′44″", "33.380000", must_exist=True),
        Column("datum", "坐标系", "不填按 CGCS2000", "CGCS2000", values=DATUMS),
        Column(
            "industry",
            "行业类别",
            "GB/T 4754-2017 代码或名称",
            "C2614 有机化学原料制造",
            ("行业", "行业代码"),
        ),
        Column("pollution", "污染类型", "可多项，用顿号分开", "废水、废气", values=POLLUTION),
        Column("started_on", "投产时间", "年、年-月或年-月-日", "2015-06", ("投产日期",)),
        Column("products", "产品及生产规模", "", "示例产品 1000 吨/年", ("产品及规模",)),
        Column("kind", "对象类型", "不填按单位", "单位", values=KINDS),
        Column("class_basis", "重点依据", "列为重点的文件或名录", ""),
        Column("special_cases", "特殊情形", "本单位规则所列情形，可多项，用顿号分开", "", ("特殊监管情形",)),
        Column("special_evidence", "特殊依据", "能证明该情形的文书、记录或日期", ""),
        Column("status", "状态", "", "在产", ("生产状态", "企业状态"), STATUSES, must_exist=True),
        Column(
            "visits_this_year",
            "计划年度已安排检查次数",
            "计划年度内本系统之外已做或已安排的次数，不填按 0",
            "0",
        ),
        Column("override", "校验例外理由", "代码校验不过而确属真实时，写明核实经过", ""),
    ),
)

OFFICER_LAYOUT = Layout(
    "officers",
    "执法人员名录",
    "执法人员名录导入模板",
    (
        Column("name", "姓名", "", "示例员", must_exist=True),
        Column(
            "certificate",
            "执法证号",
            "单元格设为文本",
            "SL000000001",
            ("执法证件号", "证件号"),
            must_exist=True,
        ),
        Column("unit", "单位", "所在大队、中队", "示例中队", ("所在单位",), must_exist=True),
        Column(
            "valid_until", "有效期至", "年-月-日", "2028-12-31", ("证件有效期", "有效期"), must_exist=True
        ),
        Column("lead", "主办", "能否带队", "是", ("是否主办",), YES_NO, must_exist=True),
        Column("on_post", "在编在岗", "", "是", ("是否在编在岗",), YES_NO, must_exist=True),
        Column("leave_from", "请假起", "年-月-日；多段用；分开", ""),
        Column("leave_to", "请假止", "与请假起逐段对应", ""),
        Column("recusals", "回避对象", "污染源编码，多个用；分开", "", ("回避对象(污染源编码)",)),
        Column("person", "登录账号", "没有的不填", ""),
    ),
)
