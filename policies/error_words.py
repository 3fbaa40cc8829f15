"""English for the things `Missing` names; the Chinese word at the raise site is the key."""

from collections.abc import Mapping
from types import MappingProxyType

THINGS: Mapping[str, str] = MappingProxyType(
    {
        "下级单位": "a bureau below",
        "报送": "a submission",
        "操作": "an action",
        "接口客户端": "an API client",
        "登录账号": "a login",
        "邀请": "an invitation",
        "任务": "a task",
        "导出": "an export",
        "泄密事件": "a leak case",
        "变更提议": "a proposed change",
        "撤销提议": "a proposal to revoke",
        "登记的文件": "a stated document",
        "作废提议": "a proposal to void",
        "公开文件": "a public file",
        "公开材料": "public files",
        "公示": "a notice",
        "单位": "a bureau",
        "名录": "a roster",
        "上报文件": "an upload file",
        "密封内容": "sealed content",
        "密钥份额": "a secret of the draw",
        "岗位": "a role",
        "备案": "a filing",
        "年度计划": "a yearly plan",
        "执法人员": "an officer",
        "抽取": "a draw",
        "抽查": "a draw",
        "文件": "a file",
        "日志文件": "a file of the log",
        "日志检查点": "a checkpoint of the log",
        "检查记录": "a visit record",
        "模板": "a template",
        "污染源": "a site",
        "登记": "an entry",
        "自选规则": "a rule choice",
        "见证密钥": "a witness key",
        "记录": "a record",
        "重点单位名录": "a key list",
        "错误行文件": "a file of refused rows",
        "页面": "a page",
    }
)
