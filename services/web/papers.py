"""A set document as an answer: looked at in the browser, kept by its fingerprint, never by another site."""

from typing import Any

from litestar import Request, Response

from services.documents.setting import Paper
from services.views.official import Named

PDF = "application/pdf"


def answered(request: Request[Any, Any, Any], found: Named) -> Response[bytes]:
    """A named document as an answer, see `as_answer`."""
    return as_answer(request, found.paper, found.name)


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
