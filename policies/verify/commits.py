"""V4 and V5: who committed, who holds the sealed copies, and that the manifest is the logged one."""

from typing import Any

from policies.rd1.draw import check_keys
from policies.rd1.draw_errors import PublishedDiffers
from policies.rd1.freeze import check_roles
from policies.rd1.log_errors import EscrowFalse, LogDiffers, NotLogged
from policies.rd1.logs import manifest_entry
from policies.rd1.logs_trust import check_escrow
from policies.rd1.manifests import FIRST
from policies.verify.case import Case, Found, NotChecked


def pre_empted(case: Case) -> None:
    """A draw voided before its beacon need not have been escrowed or witnessed in time."""
    if case.void is not None and not case.mine("beacon"):
        raise NotChecked("void")


def v4(case: Case) -> Found:
    """V4: platform and bureau committed, keys open the commitments, the escrow is logged and signed."""
    suite, m = case.hashes()
    check_roles(case.manifest["commits"])
    if "keys" in case.bundle:
        check_keys(suite, case.manifest, [bytes.fromhex(key) for key in case.bundle["keys"]])
    case.logged()
    escrows = case.mine("escrow", case.before) if case.before else []
    if not escrows:
        pre_empted(case)
        raise NotLogged(what="log.before: escrow")
    if case.trust is None:
        raise NotChecked("no_trust")
    for i, (_, escrow) in enumerate(escrows):
        try:
            check_escrow(case.trust.witnesses, escrow["by"], escrow["sig"], m)
            break
        except EscrowFalse:
            if i + 1 == len(escrows):
                raise
    case.member("keys")
    return "passed", {}


def published(case: Case, name: str, value: bytes) -> None:
    """A published value, when there is one, is the recomputed one; raises PublishedDiffers."""
    given = case.bundle.get("published", {}).get(name)
    if given is not None and given != value.hex():
        raise PublishedDiffers(given, path=f"published.{name}", expected=value.hex())


def _previous(case: Case, manifest: dict[str, Any], index: int) -> None:
    log = case.logged()
    number = manifest["draw_no"] - 1
    found = log.of("manifest", h=manifest["prev"], bureau=manifest["bureau"])
    if not found:
        raise NotLogged(what=f"log: manifest {number}")
    before, entry = found[0]
    if entry["draw_no"] != number:
        raise LogDiffers(entry["draw_no"], path="log: draw_no", expected=number)
    if before >= index:
        raise LogDiffers(before, path="log: index", expected=f"< {index}")


def v5(case: Case) -> Found:
    """V5: M is the logged manifest, and draw_no and prev continue the bureau's chain."""
    _, m = case.hashes()
    manifest = case.manifest
    published(case, "manifest", m)
    if (manifest["draw_no"] == 1) != (manifest["prev"] == FIRST):
        raise LogDiffers(manifest["prev"], path="manifest.prev", expected=f"draw_no 1 ⇔ {FIRST}")
    case.logged()
    found = case.mine("manifest")
    if not found:
        raise NotLogged(what="log: manifest")
    for _, entry in found:
        due = manifest_entry(manifest, m, entry["at"])
        if entry != due:
            name = next(n for n in due if due[n] != entry[n])
            raise LogDiffers(entry[name], path=f"log: manifest.{name}", expected=due[name])
    if manifest["draw_no"] > 1:
        _previous(case, manifest, found[0][0])
    return "root", {"root": m.hex()}
