"""V6: the beacon came after everything was fixed, and is the one the rule names."""

from policies.rd1 import beacon
from policies.rd1.freeze import check_frozen
from policies.rd1.log_errors import LogDiffers, LoggedLate, NotLogged, TooFewWitnesses
from policies.rd1.logs_trust import witness_times
from policies.rd1.moments import SECOND, nanoseconds
from policies.verify.case import Case, Found, LogView, NotChecked
from policies.verify.commits import pre_empted, published


def _evidence(case: Case) -> None:
    """Form, then R even of a false signature, so that later steps can go on."""
    suite, _ = case.hashes()
    rule = case.manifest["beacon"]
    if "beacon" in case.bundle:
        evidence = case.bundle["beacon"]
        beacon.check_evidence(rule, evidence)
        case.r = beacon.value(suite, rule, evidence)
        beacon.check_signature(rule, evidence)
        published(case, "beacon", case.r)


def _before(case: Case, limit: int) -> None:
    """Manifest and escrow were logged, and N witnesses signed, before `beacon_at`."""
    view = case.before
    if view is None:
        pre_empted(case)
        raise NotLogged(what="log.before")
    entries = case.mine("manifest", view)
    if not entries:
        pre_empted(case)
        raise NotLogged(what="log.before: manifest")
    for index, entry in entries[:1] + case.mine("escrow", view)[:1]:
        at = nanoseconds(entry["at"])
        if at is None or at >= limit:
            what = f"log.before: {entry['t']} {index} {entry['at']}"
            raise LoggedLate(entry["at"], what=what, expected=f"< {case.manifest['beacon_at']}")
    _witnessed(case, view, limit)


def _witnessed(case: Case, view: LogView, limit: int) -> None:
    if case.trust is None or view.checkpoint is None:
        return
    times = witness_times(case.trust, view.checkpoint)
    early = sum(time * SECOND < limit for time in times.values())
    if early < case.trust.need:
        raise TooFewWitnesses(
            early, path=f"log.before < {case.manifest['beacon_at']}", needed=case.trust.need
        )


def _logged(case: Case, limit: int) -> None:
    """The beacon is logged with R, not before `beacon_at`; that entry is when spoken numbers were born."""
    found = case.mine("beacon")
    if not found:
        if case.void is not None and not case.mine("result"):
            raise NotChecked("void")
        raise NotLogged(what="log: beacon")
    at = nanoseconds(found[0][1]["at"])
    rule = case.manifest["beacon"]
    case.born = beacon.round_time(rule["round"]) if rule["kind"] == "drand" else at
    for _, entry in found:
        if case.r is not None and entry["r"] != case.r.hex():
            raise LogDiffers(entry["r"], path="log: beacon.r", expected=case.r.hex())
    if at is None or at < limit:
        expected = f"≥ {case.manifest['beacon_at']}"
        raise LoggedLate(found[0][1]["at"], what="log: beacon", expected=expected)


def v6(case: Case) -> Found:
    """V6: form, signature and rule hold; frozen, logged and witnessed before `beacon_at`, born after it."""
    case.hashes()
    _evidence(case)
    beacon.check_rule(case.manifest)
    check_frozen(case.manifest)
    case.logged()
    limit = nanoseconds(case.manifest["beacon_at"]) or 0
    _before(case, limit)
    _logged(case, limit)
    if case.trust is None:
        raise NotChecked("no_trust")
    case.member("beacon")
    return "root", {"root": case.r.hex() if case.r else ""}
