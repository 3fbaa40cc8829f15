"""Mail addresses and mobile numbers: their form, and how little of them is shown."""

import re

from policies.notifying.errors import BadAddress

# Deliberately narrower than RFC 5322: no quoting, no comments, nothing that could end a header line.
_MAIL = re.compile(
    r"[A-Za-z0-9._%+-]{1,64}@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,63}"
)
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LONGEST = 254


def mail_of(text: str) -> str:
    """A mail address. Raises BadAddress."""
    found = text.strip()
    if len(found) > _LONGEST or _MAIL.fullmatch(found) is None:
        raise BadAddress(mask(found[:40]), field="邮箱", need="如 name@example.gov.cn")
    return found


def mobile_of(text: str) -> str:
    """Eleven digits of a mobile number; spaces, hyphens and +86 are taken off. Raises BadAddress."""
    found = re.sub(r"[\s-]", "", text).removeprefix("+86")
    if _MOBILE.fullmatch(found) is None:
        raise BadAddress(mask(found[:20]), field="手机号", need="中国大陆 11 位手机号")
    return found


def mask(address: str) -> str:
    """What may be shown of an address: z***@example.gov.cn, 138****5678."""
    name, at, host = address.partition("@")
    if at:
        return f"{name[:1]}***@{host}"
    return f"{address[:3]}****{address[-4:]}" if len(address) > 7 else "****"
