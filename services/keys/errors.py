"""When the server that keeps bureaus' keys cannot be used. Nothing opens, nothing is sealed meanwhile."""

from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording

Words = dict[Language, Wording]


class KeysUnavailable(Problem):
    """The key server is down, sealed, too slow or answers what it should not; `got` says which."""

    kind: ClassVar[Kind] = "unavailable"
    words: ClassVar[Words] = {
        "zh": Wording("密钥服务 {server} 暂不可用，未打开也未保存任何密封内容", "已启动并解封的 OpenBao",
                      "请检查 OPENBAO_URL、该服务是否启动并已解封、网络是否可达；恢复后重试即可。"),
        "en": Wording("The key server {server} cannot be used; nothing was opened or sealed",
                      "a running, unsealed OpenBao",
                      "Check OPENBAO_URL, that it runs and is unsealed, and the network; then try again."),
    }  # fmt: skip


class KeyFailed(KeysUnavailable):
    """The server answers, but not with what was asked for this one key: other bureaus' keys may well work."""


class KeysRefused(KeysUnavailable):
    """The key server does not accept the token for this key, or has no Transit there."""

    words: ClassVar[Words] = {
        "zh": Wording("密钥服务 {server} 拒绝使用密钥 {key}", "可使用该密钥的令牌，且已启用 Transit",
                      "请核对 OPENBAO_TOKEN（或令牌文件是否过期）、OPENBAO_MOUNT，以及"
                      " deploy/openbao/policy.hcl 是否已授予；"
                      "该密钥若已不在服务上，请从备份恢复，切勿新建。"),
        "en": Wording("The key server {server} refuses the key {key}",
                      "a token that may use it, and Transit enabled",
                      "Check OPENBAO_TOKEN (or whether its file has expired), OPENBAO_MOUNT, and that"
                      " deploy/openbao/policy.hcl is granted. Where the server lost the key, restore it from"
                      " backup; never make a new one."),
    }  # fmt: skip
