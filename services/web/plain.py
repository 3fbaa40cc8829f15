"""The one door for what people and programs enter: no text with characters nobody sees comes further.

Asked of every form and every JSON body before its handler, and before a second factor is asked for it: no
use case can forget it. A file's content is its reader's matter; its name is looked at here.
"""

import re
from typing import Any

from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType

from policies.hidden import refuse_hidden, refuse_hidden_within

_FORMS = (RequestEncodingType.MULTI_PART, RequestEncodingType.URL_ENCODED)
# What a hidden character can look like in JSON as sent: itself in UTF-8, or an escape. Most bodies have none.
_SUSPECT = re.compile(
    rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\xc2[\x80-\x9f]|\xe2\x80[\xaa-\xae]|\xe2\x81[\xa6-\xa9]|\\u|\\[bf]"
)

AnyRequest = Request[Any, Any, Any]
Connection = ASGIConnection[Any, Any, Any, Any]


def check_plain_query(connection: Connection) -> None:
    """Refuses a hidden character in what is asked behind the question mark: nobody sees what was searched.

    Raises:
        HiddenCharacter: names the field and the place.
    """
    if b"%" not in connection.scope["query_string"]:  # none of them can be sent otherwise
        return
    for name, value in connection.query_params.multi_items():
        refuse_hidden("—", name)
        refuse_hidden(name, value)


async def check_plain(request: AnyRequest) -> None:
    """Refuses a body with a hidden character; one that cannot be read at all is its handler's to refuse.

    Whatever is no form is looked at as JSON, also under another name: handlers do not ask for its name
    either.

    Raises:
        HiddenCharacter: names the field and the place.
    """
    kind = request.content_type[0]
    if kind in _FORMS:
        for name, value in (await request.form()).multi_items():
            refuse_hidden("—", name)
            refuse_hidden(name, (value.filename or "") if isinstance(value, UploadFile) else str(value))
    elif _SUSPECT.search(await request.body()):
        try:
            said = await request.json()
        except Exception:  # the same bytes are read again, and refused in the words of the route
            return
        refuse_hidden_within(said)
