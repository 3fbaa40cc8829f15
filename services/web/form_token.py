"""The token every form of a session carries: the session's own, whose form it is, and its page.

`SESSION.OWNER.PAGE`: the session's part proves where the form came from, the owner says who may have back
what was typed when the session is over, the page tells a form that is sent twice from one filled in twice.
"""

import hashlib
import re
from dataclasses import dataclass

_OWNER = re.compile(r"[0-9a-f]{24}")
_PAGE = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class FormToken:
    """A token taken apart.

    Attributes:
        session: the token of the session; programs send it alone.
        owner: of `owner_of`, 24 hex digits. page: number of the answer that showed the form, 16 hex
            digits; both "" when the token has no such part.
    """

    session: str
    owner: str = ""
    page: str = ""

    def __str__(self) -> str:
        return ".".join((self.session, self.owner, self.page)) if self.page else self.session


def token_of(text: str) -> FormToken:
    """What a form sent, taken apart; parts that are none of ours count as absent."""
    session, _, rest = text.partition(".")
    owner, _, page = rest.partition(".")
    if _OWNER.fullmatch(owner) and _PAGE.fullmatch(page):
        return FormToken(session, owner, page)
    return FormToken(session)


def owner_of(subject: str, bureau: str) -> str:
    """A person acting for a bureau, as forms name them: nobody reads the login out of a page's source."""
    return hashlib.sha256(f"shuangsui/form-owner/1\n{bureau}\n{subject}".encode()).hexdigest()[:24]
