"""Records with a fingerprint: who has the present one already is answered 304."""

from hashlib import sha256
from typing import Any, ClassVar, TypeVar, cast

import msgspec
from litestar import Request, Response

from policies.errors import Kind, Language, Problem, Wording

T = TypeVar("T")


def tagged(request: Request[Any, Any, Any], value: T) -> Response[T]:
    """The answer with its ETag, or 304 without content when `If-None-Match` names it."""
    tag = tag_of(value)
    wanted = request.headers.get("if-none-match", "")
    if wanted.strip() == "*" or tag in {one.strip().removeprefix("W/") for one in wanted.split(",")}:
        return cast("Response[T]", Response(None, status_code=304, headers={"etag": tag}))
    return Response(value, headers={"etag": tag})


class ReadAnew(Problem):
    """What was read before is not what stands now."""

    kind: ClassVar[Kind] = "conflict"
    words: ClassVar[dict[Language, Wording]] = {
        "zh": Wording(
            "内容已被他人更改，没有办理", "If-Match 与现在的 ETag 一致", "请重新读取，核对后再办理。"
        ),
        "en": Wording(
            "Somebody changed it since you read it; nothing was done",
            "an If-Match that names the present ETag",
            "Read it again, then decide.",
        ),
    }


def require_match(request: Request[Any, Any, Any], value: Any) -> None:
    """Nothing, when the request names no state or the present one.

    Args:
        value: the record as a GET of it answers now, read in the transaction that will change it.

    Raises:
        ReadAnew: `If-Match` names another state.
    """
    wanted = request.headers.get("if-match", "").strip()
    if wanted and wanted != "*" and tag_of(value) not in {one.strip() for one in wanted.split(",")}:
        raise ReadAnew(wanted[:80])


def tag_of(value: Any) -> str:
    """The ETag of an answer."""
    return f'"{sha256(msgspec.json.encode(value)).hexdigest()[:32]}"'
