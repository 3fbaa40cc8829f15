"""A disk without room: said plainly, nothing kept by halves, and it works again as soon as there is room."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from typing import ClassVar

from policies.errors import Kind, Language, Problem, Wording

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
Words = dict[Language, Wording]


class NoRoom(Problem):
    """The disk of the deployment's own folder is full, or its quota used up."""

    kind: ClassVar[Kind] = "unavailable"
    words: ClassVar[Words] = {
        "zh": Wording("服务器磁盘已满，本次未保存", "数据目录所在磁盘有可用空间",
                      "已有内容不受影响。请联系系统管理员清理或扩充磁盘；有空间后直接重试即可，无需重启。"),
        "en": Wording("The server's disk is full; nothing was saved", "room on the disk of the data folder",
                      "What is there is unharmed. Let the system administrator clear or enlarge the disk;"
                      " then simply try again, no restart is needed."),
    }  # fmt: skip


def full(error: BaseException) -> bool:
    """Whether a file could not be written for want of room."""
    return isinstance(error, OSError) and error.errno in _FULL


@contextmanager
def needs_room() -> Iterator[None]:
    """Around writes of files. Raises NoRoom where the disk is full; other errors pass."""
    try:
        yield
    except OSError as error:
        if not full(error):
            raise
        raise NoRoom() from None
