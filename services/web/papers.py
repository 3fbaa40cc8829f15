"""A set document as an answer: looked at in the browser, kept by its fingerprint, never by another site."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from litestar import Request, Response

from services.documents.setting import Kind, Paper, typeset
from services.work import App

PDF = "application/pdf"


async def set_paper(app: App, kind: Kind, data: Mapping[str, Any], at: datetime, *, link: str = "") -> Paper:
    """The document with the operator's fonts. `link`: path of this site printed as a QR code."""
    whole = f"{app.settings.public_url.rstrip('/')}{link}" if link else ""
    return await typeset(kind, data, at, link=whole, fonts=app.settings.fonts)


def as_answer(request: Request[Any, Any, Any], paper: Paper, name: str) -> Response[bytes]:
    """The bytes with their fingerprint as ETag, or 304 when the reader has them.

    Args:
        name: of the file, ASCII, without its ending.
    """
    tag = f'"{paper.sha256}"'
    if request.headers.get("if-none-match") == tag:
        return Response(b"", status_code=304, headers={"etag": tag})
    headers = {"etag": tag, "content-disposition": f'inline; filename="{name}.pdf"'}
    return Response(paper.data, media_type=PDF, headers=headers)
