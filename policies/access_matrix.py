"""The permission matrix as data: one row an action. `policies/access.py` reads it; nothing else decides.

Scopes: `own` the bureau of the session, `subtree` that bureau and those below it, `assigned` only what was
dispatched to the person, `public` everyone, also without a login.

Basis: our own separation of duties, no text prescribes these roles: who draws neither keeps the roster nor
dispatches, who witnesses does not draw, who proposes does not approve.
"""

from dataclasses import dataclass, field

ROLES: dict[str, tuple[str, str]] = {
    "registry_keeper": ("名录管理员", "registry keeper"),
    "drawer": ("抽取人", "drawer"),
    "witness": ("见证人", "witness"),
    "inspector": ("执法人员", "inspector"),
    "reviewer": ("审核人", "reviewer"),
    "publisher": ("公开发布人", "publisher"),
    "bureau_head": ("单位负责人", "bureau head"),
    "bureau_admin": ("单位管理员", "bureau administrator"),
    "dispatcher": ("派单员", "dispatcher"),
    "section_supplier": ("科室报送人", "section supplier"),
    "joint_department": ("联合部门", "joint department"),
    "monitoring_station": ("监测站", "monitoring station"),
    "city_auditor": ("市级稽查员", "city auditor"),
    "city_drawer": ("市级抽取人", "city drawer"),
    "filing_recipient": ("备案接收单位", "recipient of filings"),
    "supervisor": ("执法监督机关", "supervisor"),
    "provincial_client": ("省平台接口", "provincial API client"),
    "invited_witness": ("受邀见证人", "invited witness"),
    "visited_firm": ("受检单位", "inspected firm"),
    "security_admin": ("安全保密员", "security administrator"),
    "audit_admin": ("安全审计员", "audit administrator"),
    "system_admin": ("系统管理员", "system administrator"),
    "support": ("应急查看人", "break-glass reader"),
    "anonymous": ("公众", "anonymous"),
    "system": ("系统任务", "system"),
}

# Roles no one person may hold together in one bureau.
EXCLUSIVE: tuple[frozenset[str], ...] = (
    frozenset({"security_admin", "audit_admin", "system_admin"}),
    frozenset({"registry_keeper", "drawer"}),
    frozenset({"registry_keeper", "city_drawer"}),
    frozenset({"dispatcher", "drawer"}),
    frozenset({"dispatcher", "city_drawer"}),
    frozenset({"bureau_admin", "drawer"}),  # who opens logins could keep the roster under another name
    frozenset({"bureau_admin", "city_drawer"}),
    frozenset({"witness", "drawer"}),
    frozenset({"witness", "city_drawer"}),
)

# Roles that two people grant: they decide a draw, see sealed names, check what others did, or give rights.
# Others are seen for what they do by somebody else, or are named by two people anyway (the roster's keeper).
SENSITIVE: frozenset[str] = frozenset(
    {"drawer", "city_drawer", "dispatcher", "witness", "reviewer", "bureau_head", "bureau_admin",
     "security_admin", "audit_admin", "system_admin"}
)  # fmt: skip

_DRAWERS = "drawer city_drawer"
_HEADS = "bureau_head bureau_admin"
_DESK = f"registry_keeper {_DRAWERS} dispatcher reviewer publisher {_HEADS}"
_ABOVE = "city_auditor city_drawer supervisor"
_NOBODY = (
    "anonymous",
    "invited_witness",
    "visited_firm",
    "support",
    "system",
    "provincial_client",
)  # nobody's own


# Separations an act belongs to: who did one side does not do the other.
DUTIES: dict[str, tuple[str, str]] = {
    "draw": (
        "冻结、执行抽取的人，自上次冻结后没有改过名录，且不在检查组中",
        "who freezes or runs a draw edited no roster row since the last freeze and is on no team",
    ),
    "roster": ("维护名录的人不抽取", "who keeps the roster does not draw"),
    "dispatch": ("参与抽取的人不派发、不合并任务", "who had a hand in a draw neither dispatches nor merges"),
    "secret": (
        "同一人不提交两方的秘密；见证人不抽取",
        "one hand commits one secret; a witness does not draw",
    ),
    "approve": ("提出的人不批准", "who proposes does not approve"),
    "minutes": ("抽取人和见证人各自确认纪要", "drawer and witness confirm the minutes apart"),
    "admin": ("三类管理员互斥", "the three administrators exclude each other"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One action of the matrix.

    Attributes:
        action: stable id, noun.verb.
        zh, en: what people read on the button and in a refusal.
        own, subtree, assigned: roles by scope, separated by blanks in the source.
        public: anyone may.
        step_up: needs a fresh second factor. two_person: proposer and approver differ.
        journal: the act (a read included) leaves a journal row.
        states: record and the states the act starts from, "draw: frozen drawn"; "" = any.
        sees: what the row shows, names of `access_fields`; less: "role: names; …" for roles that see less.
        duty: the separation of duties the act belongs to, a key of DUTIES.
    """

    action: str
    zh: str
    en: str
    own: str = ""
    subtree: str = ""
    assigned: str = ""
    public: bool = False
    step_up: bool = False
    two_person: bool = False
    journal: bool = field(default=False)
    states: str = ""
    sees: str = ""
    less: str = ""
    duty: str = ""


ROWS: tuple[Row, ...] = (
    Row("public.read", "查看公开内容", "read what is public", public=True),
    Row("session.login", "登录", "sign in", public=True),
    Row("session.use", "使用工作台", "use the workbench",
        own=" ".join(r for r in ROLES if r not in ("anonymous", "invited_witness", "visited_firm"))),
    Row("verify", "核验抽取结果", "verify a draw", public=True),
    Row("log.read", "查看公开日志", "read the public log", public=True),
    Row("notice.read", "查看公示", "read notices", public=True),
    Row("site.read", "查看污染源名录", "read sites", f"{_DESK} section_supplier support", f"{_ABOVE}"),
    Row("site.import", "导入污染源名录", "import sites", "registry_keeper", journal=True, duty="roster"),
    Row("roster.submit", "报送名录", "hand in a part of the roster", "section_supplier registry_keeper",
        journal=True),
    Row("officer.read", "查看执法人员名录", "read officers", f"{_DESK} support", f"{_ABOVE}"),
    Row("officer.import", "导入执法人员名录", "import officers", "registry_keeper bureau_admin",
        journal=True, duty="roster"),
    # leave, recusals, training: entered apart from the roster file, and no file takes them away
    Row("officer.keep", "登记请假、回避和培训", "enter leave, recusals and training",
        "registry_keeper bureau_admin", journal=True, duty="roster"),
    Row("officer.declare", "声明本人的回避", "declare one's own recusals", assigned="inspector",
        journal=True),
    Row("rules.read", "查看规则", "read the rules", public=True),
    Row("rules.choose", "设定本单位规则", "choose the bureau's rules", _HEADS, two_person=True, journal=True,
        duty="approve"),
    Row("rules.approve", "批准本单位规则", "approve the bureau's rules", "bureau_head",
        step_up=True, two_person=True, journal=True, states="proposal: proposed", duty="approve"),
    Row("organisation.read", "查看组织与委托", "read organisation and entrustment",
        f"{_DESK} section_supplier inspector support", _ABOVE),
    Row("organisation.keep", "登记组织与委托", "keep organisation and entrustment", _HEADS, journal=True),
    Row("keylist.keep", "登记重点单位名录", "keep the yearly key list", "registry_keeper bureau_admin",
        journal=True),
    Row("calendar.read", "查看工作日历", "read the calendar", public=True),
    Row("calendar.enter", "登记放假通知", "enter the holiday notice", "bureau_admin system_admin",
        step_up=True, journal=True),
    Row("calendar.close", "登记本单位停办日", "close days of the bureau", _HEADS, journal=True),
    Row("bureau.open", "开设下级单位", "open a bureau below", "bureau_admin", step_up=True, journal=True),
    Row("onboarding.read", "查看启动清单", "read the start-up checklist", f"{_HEADS} support",
        "city_auditor"),
    # A program of the province reads plans and the numbers of draws below its bureau: what is filed upwards
    # or published anyway. No roster, no sealed list, no visit, no journal, and nothing is written.
    Row("plan.read", "查看年度计划", "read the plan", f"{_DESK} inspector support",
        f"{_ABOVE} filing_recipient provincial_client"),
    Row("plan.make", "编制年度计划", "make the plan", f"registry_keeper {_DRAWERS} bureau_admin",
        journal=True),
    Row("plan.submit", "提请批准年度计划", "submit the plan for approval",
        f"registry_keeper {_DRAWERS} bureau_admin", journal=True, states="plan: draft"),
    Row("plan.return", "退回年度计划", "send the plan back", "bureau_head", journal=True,
        states="plan: draft", duty="approve"),
    Row("plan.approve", "批准年度计划", "approve the plan", "bureau_head",
        step_up=True, two_person=True, journal=True, states="plan: draft", duty="approve"),
    Row("filing.receipt", "登记备案回执", "note the receipt of a filing",
        f"{_DRAWERS} registry_keeper publisher bureau_admin", journal=True),
    Row("filing.read", "查看收到的备案", "read the filings received", "filing_recipient",
        "city_auditor city_drawer supervisor"),
    Row("filing.receive", "确认收到下级的备案", "acknowledge what a bureau below filed",
        subtree="city_auditor", journal=True),
    Row("draw.read", "查看抽取（数字）", "read the draw's numbers",
        f"{_DESK} inspector filing_recipient support", f"{_ABOVE} witness provincial_client",
        sees="numbers fingerprint rules filings days progress hands",
        less="support: numbers fingerprint rules filings days progress;"
             " filing_recipient: numbers fingerprint filings; witness: numbers fingerprint rules;"
             " provincial_client: numbers fingerprint rules"),
    Row("filing.acknowledge", "确认收到备案", "acknowledge a filing", "filing_recipient", journal=True,
        sees="numbers fingerprint filings"),
    Row("witness.enter", "凭链接和验证码见证", "witness by link and code", public=True),
    Row("witness.invite", "邀请见证人", "invite a witness", _HEADS, journal=True, states="draw: prepared",
        duty="secret"),
    Row("witness.withdraw", "撤回见证邀请", "withdraw an invitation", _HEADS, journal=True),
    Row("witness.act", "见证一次抽取", "witness one draw", assigned="invited_witness", journal=True,
        sees="numbers fingerprint rules", duty="secret"),
    Row("minutes.confirm", "确认抽取纪要", "confirm the minutes of a draw", _DRAWERS, "witness",
        "invited_witness",
        journal=True, states="draw: drawn opened", sees="numbers fingerprint rules hands", duty="minutes"),
    Row("draw.prepare", "准备抽取", "prepare a draw", _DRAWERS, journal=True, duty="roster"),
    Row("draw.commit", "提交秘密承诺", "commit a secret", _DRAWERS, "witness", step_up=True, journal=True,
        states="draw: prepared", duty="secret"),
    Row("draw.freeze", "冻结名单", "freeze the lists", _DRAWERS, step_up=True, journal=True,
        states="draw: prepared", duty="draw"),
    Row("draw.difference", "比较名录与上次抽取", "compare the roster with the draw before", _DRAWERS,
        journal=True, states="draw: prepared"),
    Row("draw.difference_read", "查看名录差异", "read the difference of the roster",
        f"{_DESK} inspector filing_recipient", f"{_ABOVE} witness", journal=True),
    Row("draw.escrow", "见证秘密托管", "attest the escrow", subtree="witness", journal=True,
        states="draw: frozen"),
    Row("draw.beacon", "录入公共随机数", "enter the beacon", _DRAWERS, "witness",
        step_up=True, journal=True, states="draw: frozen drawn opened", duty="draw"),
    Row("draw.reveal", "信标之后交出密钥", "hand over a secret after the beacon", _DRAWERS, "witness",
        journal=True, states="draw: frozen drawn opened", duty="secret"),
    Row("draw.run", "执行抽取", "run the draw", _DRAWERS, step_up=True, journal=True,
        states="draw: frozen drawn opened", duty="draw"),
    Row("draw.take_in", "导入省平台的抽取结果", "take over a draw of the platform", _DRAWERS,
        step_up=True, journal=True),
    Row("draw.compare", "与省平台名单比对", "compare with the platform's list", "dispatcher", journal=True,
        states="draw: drawn opened", duty="dispatch"),
    Row("draw.open", "公开抽取全部材料", "open the draw", f"{_DRAWERS} publisher",
        step_up=True, journal=True, states="draw: drawn opened void"),
    Row("draw.void", "提议作废抽取", "propose to void a draw", _HEADS,
        step_up=True, two_person=True, journal=True, states="draw: frozen drawn", duty="approve"),
    Row("draw.void_approve", "批准作废抽取", "approve that a draw is void", "bureau_head",
        step_up=True, two_person=True, journal=True, states="draw: frozen drawn", duty="approve"),
    Row("draw.change", "提议变更抽中名单", "propose a change of the drawn list", "dispatcher bureau_head",
        two_person=True, journal=True, states="draw: drawn", duty="approve"),
    Row("draw.change_approve", "批准变更抽中名单", "approve a change of the drawn list", "bureau_head",
        step_up=True, two_person=True, journal=True, states="draw: drawn", duty="approve"),
    Row("draw.superior_open", "上级打开密封副本", "open the superior's sealed copy",
        subtree="witness city_auditor", step_up=True, journal=True, states="draw: drawn"),
    Row("task.declare", "声明缺勤或回避", "declare an absence or a recusal", "dispatcher",
        assigned="inspector", journal=True),
    Row("sealed.read", "查看密封名单", "read sealed lists", "dispatcher", assigned="inspector", journal=True,
        sees="names place team"),
    Row("task.dispatch", "派发任务", "dispatch tasks", "dispatcher", journal=True, states="draw: drawn",
        duty="dispatch"),
    Row("task.merge", "合并联合检查", "merge joint visits", "dispatcher system", journal=True,
        duty="dispatch"),
    Row("task.accompany", "安排联合部门、监测站人员随行", "name who comes along on a visit", "dispatcher",
        journal=True, states="draw: drawn"),
    Row("task.read_own", "查看本人任务", "read one's own tasks", assigned="inspector", journal=True),
    Row("visit.record", "填写检查记录", "record a visit",
        assigned="inspector joint_department monitoring_station", journal=True),
    # Visits no draw chose are approved beforehand: by somebody who neither asked nor goes.
    Row("request.read", "查看检查申请", "see requests for visits", f"dispatcher reviewer {_HEADS}"),
    Row("request.own", "查看本人的检查申请", "see one's own requests for visits", assigned="inspector"),
    Row("request.ask", "申请非随机的检查", "ask for a visit no draw chose", "dispatcher reviewer bureau_head",
        assigned="inspector", journal=True),
    Row("request.decide", "审批非随机的检查", "decide on a visit no draw chose", "bureau_head",
        two_person=True, journal=True, states="request: asked", duty="approve"),
    Row("request.drop", "撤回检查申请", "take a request for a visit back", "dispatcher reviewer bureau_head",
        assigned="inspector", journal=True, states="request: asked approved"),
    # The firm at its door: the code of the visit says which one, and nothing else of the bureau is reached.
    Row("visit.door", "凭检查码查看本次检查", "see one's own visit by its code", public=True),
    Row("visit.seen", "查看对本单位的检查", "see the visit to one's own firm", assigned="visited_firm"),
    Row("visit.rate", "评价检查", "rate a visit", assigned="visited_firm", journal=True),
    Row("visit.complain", "投诉检查", "complain about a visit", assigned="visited_firm", journal=True),
    Row("visit.voices", "查看企业评价和投诉", "read ratings and complaints of firms", "reviewer bureau_head",
        "city_auditor", journal=True),
    Row("visit.answer", "答复企业投诉", "answer a complaint of a firm", "reviewer bureau_head", journal=True,
        duty="approve"),
    Row("visit.read", "查看检查记录", "read visits", f"reviewer publisher {_HEADS}",
        "city_auditor supervisor", "inspector joint_department monitoring_station",
        sees="names place team record",
        less="joint_department: names place part; monitoring_station: names place part"),
    Row("ledger.read", "查看频次台账", "read how often sites were visited", f"reviewer publisher {_HEADS}",
        "city_auditor supervisor"),
    Row("visit.review", "审核检查记录", "review a visit", "reviewer bureau_head",
        two_person=True, journal=True, states="visit: recorded", duty="approve"),
    Row("visit.amend", "更正已通过的检查记录", "take an accepted record back for a new version",
        "reviewer bureau_head", two_person=True, journal=True, states="visit: accepted", duty="approve"),
    Row("visit.follow", "登记整改和案件", "note corrections and cases", "reviewer bureau_head", journal=True),
    Row("upload.make", "生成省平台上报文件", "make the upload file", "reviewer publisher", journal=True),
    Row("notice.make", "拟定公示", "make a notice", "publisher reviewer", journal=True),
    Row("notice.publish", "发布公示", "publish a notice", "publisher", journal=True),
    Row("notice.withdraw", "撤回公示", "withdraw a notice", "publisher bureau_head", journal=True),
    # Copies of what is unpublished: who may see it may take a copy; every copy is numbered and marked.
    Row("export.make", "导出未公开内容", "take a copy of what is unpublished",
        f"{_DESK} section_supplier security_admin audit_admin", _ABOVE, "inspector", journal=True),
    Row("export.read", "查看导出记录", "see which copies were taken",
        "bureau_head security_admin audit_admin"),
    Row("leak.report", "报告泄密线索", "report a leak",
        f"{_DESK} inspector section_supplier security_admin audit_admin system_admin", journal=True),
    Row("leak.handle", "办理泄密事件", "handle a leak case", f"{_HEADS} security_admin", journal=True),
    Row("leak.decide", "决定泄密处理", "decide a leak case", "bureau_head",
        step_up=True, two_person=True, journal=True),
    Row("leak.count", "查看泄密事件数量和状态", "see how many leak cases there are, and how far",
        f"{_HEADS} security_admin audit_admin", "city_auditor supervisor"),
    Row("keys.rewrap", "重新封装数据密钥", "wrap data keys anew", "system", journal=True),
    Row("keys.check", "核对单位密钥", "check the bureau's own key", "system", journal=True),
    Row("journal.read", "查看操作日志", "read the journal", f"{_HEADS} audit_admin",
        "city_auditor supervisor", journal=True),
    Row("journal.export", "导出操作日志", "export the journal", f"{_HEADS} audit_admin",
        "city_auditor supervisor", journal=True),
    # the operator's, at the server's console: no role of a bureau removes what tells of its acts
    Row("journal.archive", "归档操作日志", "archive the journal", "system", journal=True),
    Row("journal.remove", "移除已归档的操作日志", "remove archived journal entries", "system", journal=True),
    Row("bureau.move", "搬迁单位数据", "move a bureau's data", "system", journal=True),
    Row("bureau.forget", "清理旧库数据", "remove what a move left", "system", journal=True),
    Row("journal.head", "公开操作日志头", "publish the journal's head", "system"),
    Row("city.compare", "比较各县区", "compare districts", subtree="city_auditor city_drawer supervisor"),
    # An audit of a bureau below: the auditor draws, checks, finds; the head sends; the bureau answers.
    Row("audit.read", "查看对下级的稽查", "read audits of bureaus below",
        f"city_auditor city_drawer supervisor {_HEADS}"),
    Row("audit.open", "立项稽查", "open an audit of a bureau below", "city_auditor", journal=True),
    Row("audit.draw", "抽取复核样本", "draw the records to be re-checked", "city_auditor", journal=True,
        states="audit: open"),
    Row("audit.check", "登记复核结论", "note the verdict on a re-checked record", "city_auditor",
        journal=True, states="audit: open"),
    Row("audit.find", "登记稽查发现", "note what an audit found", "city_auditor", journal=True,
        states="audit: open"),
    Row("audit.propose", "拟定稽查通报", "draft the letter of an audit", "city_auditor",
        two_person=True, journal=True, states="audit: open", duty="approve"),
    Row("audit.approve", "批准并发出稽查通报", "approve and send the letter of an audit", "bureau_head",
        step_up=True, two_person=True, journal=True, states="audit: proposed", duty="approve"),
    Row("audit.return", "退回稽查通报草稿", "send the draft of a letter back", "bureau_head", journal=True,
        states="audit: proposed"),
    Row("audit.told", "查看上级对本单位的稽查", "read audits of the own bureau",
        f"{_HEADS} registry_keeper reviewer publisher audit_admin"),
    Row("audit.answer", "答复稽查发现", "answer what an audit found", "bureau_head", journal=True,
        states="audit_finding: sent"),
    Row("audit.done", "报告整改落实", "report that a measure was carried out", _HEADS, journal=True,
        states="audit_finding: answered"),
    Row("audit.settle", "核实整改、销号或退回", "settle a finding or send its answer back", "city_auditor",
        journal=True, states="audit_finding: answered done"),
    Row("log.cosign", "见证签署日志", "cosign the log", subtree="witness", journal=True),
    Row("log.witness", "递交见证联签", "hand in a cosignature", public=True),
    Row("log.register", "登记见证人公钥", "register a witness's public key",
        "witness bureau_admin system_admin", step_up=True, journal=True),
    Row("people.read", "查看人员与岗位", "read people and roles",
        "bureau_head bureau_admin security_admin support",
        "city_auditor supervisor"),
    # roles of SENSITIVE are proposed and approved; one person grants the others, and ends any
    Row("people.grant", "分配一般岗位、结束岗位", "grant ordinary roles, end roles", "bureau_admin",
        journal=True),
    Row("people.propose", "提议分配重要岗位", "propose a role that two people grant", "bureau_admin",
        two_person=True, journal=True, duty="approve"),
    Row("people.approve", "批准分配重要岗位", "approve a role that two people grant",
        "bureau_head security_admin", step_up=True, two_person=True, journal=True,
        states="proposal: proposed", duty="approve"),
    Row("people.withdraw", "撤回、退回岗位提议", "withdraw or decline a proposed role",
        "bureau_admin bureau_head security_admin", journal=True),
    Row("roster.hand", "交出名录管理", "hand over the keeping of the roster", "registry_keeper bureau_head",
        journal=True),
    Row("roster.take", "接手名录管理", "take over the keeping of the roster", "registry_keeper",
        journal=True),
    # A bureau too small asks its superior; there one proposes and another, the head, approves.
    Row("waiver.read", "查看职责豁免", "see waivers of duties", f"{_HEADS} security_admin audit_admin"),
    Row("waiver.ask", "申请职责豁免", "ask for a waiver of duties", _HEADS, journal=True, duty="approve"),
    Row("waiver.drop", "撤回职责豁免申请", "take a request for a waiver back", _HEADS, journal=True,
        states="waiver: asked proposed"),
    Row("waiver.propose", "对下级的豁免申请提出意见", "propose to grant a waiver to a bureau below", _HEADS,
        two_person=True, journal=True, states="waiver: asked", duty="approve"),
    Row("waiver.approve", "批准下级的职责豁免", "grant a waiver to a bureau below", "bureau_head",
        step_up=True, two_person=True, journal=True, states="waiver: proposed", duty="approve"),
    Row("waiver.refuse", "不同意下级的豁免申请", "refuse a waiver to a bureau below", _HEADS,
        journal=True, states="waiver: asked proposed"),
    Row("waiver.withdraw", "撤销职责豁免", "withdraw a waiver", _HEADS, journal=True,
        states="waiver: granted"),
    Row("login.read", "查看登录账号", "see logins", "bureau_admin"),
    Row("login.manage", "管理登录账号", "manage logins", "bureau_admin", step_up=True, journal=True),
    Row("client.read", "查看接口客户端", "see API clients", f"{_HEADS} security_admin audit_admin support",
        "city_auditor supervisor"),
    Row("client.allow", "登记接口客户端", "let an API client in", "bureau_admin", step_up=True, journal=True),
    Row("notify.read", "查看通知渠道和发送记录", "see channels of notification and what was sent",
        f"{_HEADS} security_admin audit_admin"),
    Row("notify.manage", "设置通知渠道", "set up channels of notification", "bureau_admin", step_up=True,
        journal=True),
    Row("notify.send", "发送测试消息、重发消息", "send a test message, or one anew", "bureau_admin",
        journal=True),
    Row("hook.read", "查看推送地址和记录", "see webhooks and what was told",
        f"{_HEADS} security_admin audit_admin"),
    Row("hook.manage", "设置推送地址", "set up webhooks", "bureau_admin", step_up=True, journal=True),
    Row("hook.send", "发送测试、重新推送", "test a webhook, or tell anew", "bureau_admin", journal=True),
    Row("notify.own", "设置本人的通知方式", "choose how to be told",
        " ".join(r for r in ROLES if r not in _NOBODY), journal=True),
    # Files that go to other systems by themselves: where to is the administrator's, that they arrive is not.
    Row("exchange.read", "查看系统对接", "see connections to other systems",
        f"{_HEADS} reviewer publisher security_admin audit_admin"),
    Row("exchange.manage", "设置系统对接", "set up connections to other systems", "bureau_admin",
        step_up=True, journal=True),
    Row("exchange.send", "重新报送、核对两边", "send a file again, compare both sides", "reviewer publisher",
        journal=True),
    Row("inbound.read", "查看其他系统传来的文件", "see files that came in from other systems",
        f"{_DESK} security_admin audit_admin"),
    Row("inbound.fetch", "收取、重新读取、不采用其他系统的文件",
        "fetch, read again or drop files of other systems", "registry_keeper dispatcher", journal=True),
    # Break-glass: who looks does so as `support`, and reads what names it above: no sealed list, no visit, no
    # journal, no copy to take away.
    Row("glass.ask", "申请应急查看", "ask for break-glass access", "system_admin security_admin",
        journal=True),
    Row("glass.approve", "批准应急查看", "approve break-glass access", "bureau_head",
        step_up=True, two_person=True, journal=True, duty="approve"),
    Row("glass.end", "结束应急查看", "end break-glass access", f"{_HEADS} security_admin system_admin",
        journal=True),
    Row("glass.read", "查看应急查看记录", "see break-glass requests and what was read",
        f"{_HEADS} security_admin audit_admin system_admin"),
    Row("system.metrics", "读取运行指标", "read the metrics",
        public=True),  # the route asks whence, or a token
    Row("system.status", "查看系统状态", "read the system's status",
        "system_admin security_admin audit_admin support"),
)  # fmt: skip
