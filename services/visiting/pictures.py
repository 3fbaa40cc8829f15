"""Whether bytes are a picture: read whole, never believed by their name."""

from dataclasses import dataclass
from io import BytesIO
from threading import BoundedSemaphore

from PIL import Image

from policies.visiting.files import MOST_PIXELS
from services.visiting.file_errors import NotAPicture

_FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}

_together = BoundedSemaphore(2)  # threads at once: each may hold a whole decoded picture


@dataclass(frozen=True, slots=True)
class Picture:
    """Media type and size in pixels, as found in the bytes."""

    media: str
    width: int
    height: int


def picture_of(data: bytes) -> Picture:
    """Decode a picture whole; takes some hundredths of a second, so not in the event loop.

    Raises:
        NotAPicture: no JPEG, PNG or WebP, one that ends early or is broken, or one of too many pixels.
    """
    try:
        with _together, Image.open(BytesIO(data), formats=tuple(_FORMATS)) as found:
            if found.width * found.height > MOST_PIXELS:
                raise NotAPicture(f"{found.width} × {found.height}")
            media = _FORMATS[str(found.format)]
            found.load()
            return Picture(media, found.width, found.height)
    except (OSError, ValueError, SyntaxError, Image.DecompressionBombError, Warning) as error:
        raise NotAPicture(type(error).__name__) from None
