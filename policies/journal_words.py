"""What people call the acts a journal tells of: the actions of the matrix, and steps that have none."""

from collections.abc import Mapping
from types import MappingProxyType

from policies.access import LABELS
from policies.errors import Language

# Steps of an act that bears another right's name.
_BESIDE: dict[str, dict[Language, str]] = {
    "client.end": {"zh": "停用接口客户端", "en": "end an API client"},
    "filing.make": {"zh": "报送密封备案", "en": "file a sealed copy upward"},
    "glass.look": {"zh": "应急查看读取", "en": "read through break-glass"},
    "intent.refused": {"zh": "二次验证与操作不符，已拒绝", "en": "a confirmation did not fit its act"},
    "login.create": {"zh": "开通登录账号", "en": "open a login"},
    "login.disable": {"zh": "停用登录账号", "en": "close a login"},
    "login.enable": {"zh": "恢复登录账号", "en": "open a closed login"},
    "login.enrol": {"zh": "清除二次验证", "en": "forget a second factor"},
    "login.reset": {"zh": "重置登录密码", "en": "reset a password"},
    "people.end": {"zh": "结束岗位", "en": "end a role"},
    "people.restore": {"zh": "恢复暂停的岗位", "en": "restore roles at rest"},
    "people.suspend": {"zh": "岗位因账号重置暂停", "en": "roles rest after a reset"},
    "roster.withdraw": {"zh": "撤回名录交接", "en": "take a handover back"},
    "witness.entered": {"zh": "见证人凭邀请进入", "en": "an invited witness entered"},
    "witness.wrong_code": {"zh": "见证人验证码错误", "en": "a wrong code of an invited witness"},
}
JOURNAL_LABELS: Mapping[str, dict[Language, str]] = MappingProxyType(_BESIDE | dict(LABELS))
