"""Which files the verifier's pages load: the small built ones, or the sources where nothing was built."""

from services.web.pages import STATIC, static

OFFLINE = "/offline.js"


def _built(name: str, source: str = "") -> str:
    """Address of a built file, else of its source, else ""."""
    if (STATIC / "verify" / "built" / name).is_file():
        return static(f"verify/built/{name}")
    return static(f"verify/{source}") if source else ""


def parts() -> dict[str, str]:
    """Addresses: worker, door, bls ("" when not built), and the script that keeps them for offline use."""
    return {
        "worker": _built("worker.js", "worker.js"),
        "door": _built("door.js", "door_page.js"),
        "bls": _built("bls.js"),
        "offline": OFFLINE,
    }


def kept() -> list[str]:
    """Every address the two pages need, for offline use."""
    found = parts()
    own = [static("site.css"), static("icon.svg"), static("verify/page.css"), static("verify/page.js")]
    loose = [] if "/built/" in found["worker"] else [
        f"/static/verify/{path.name}" for path in sorted((STATIC / "verify").glob("*.js"))
    ]  # fmt: skip
    wanted = [found["worker"], found["door"], found["bls"], "/static/verify/dom.js"]
    return ["/verify", "/v/", *own, *loose, *(one for one in wanted if one)]
