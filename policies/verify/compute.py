"""V7 to V11: the draw, recomputed."""

from policies.rd1.bench import Bench
from policies.rd1.draw import mix, pair, rank, result, seed
from policies.rd1.log_errors import LogDiffers, NotLogged
from policies.rd1.moments import SECOND, nanoseconds
from policies.verify.case import Case, Found, NotChecked
from policies.verify.commits import published

LATE = 15 * 60 * SECOND


def v7(case: Case) -> Found:
    """V7: the seed follows from the opened keys, M and R."""
    suite, m = case.hashes()
    keys = [bytes.fromhex(key) for key in case.member("keys")]
    if case.r is None:
        case.member("beacon")
        raise case.needs("V6")
    case.seed = seed(suite, keys, m, case.r)
    return "root", {"root": case.seed.prk.hex()}


def v8(case: Case) -> Found:
    """V8: tickets and ranks follow from the seed."""
    units = case.member("units")
    if case.seed is None:
        raise case.needs("V7")
    case.order, case.picks = rank(case.seed.ticket, case.manifest["strata"], units)
    return "drawn", {"visits": len(case.picks)}


def v9(case: Case) -> Found:
    """V9: crews, if any, and the start of the teams follow from the seed."""
    rows, bans = case.member("officers"), case.member("bans")
    if case.seed is None or case.picks is None:
        raise case.needs("V8")
    manifest = case.manifest
    officers = Bench.of(case.seed.assign, manifest["team"], map(tuple, rows), map(tuple, bans))
    case.pairing = pair(officers, manifest["crews"], [pick.uid for pick in case.picks])
    return "drawn", {"visits": len(case.picks)}


def v10(case: Case) -> Found:
    """V10: the walk follows from the seed, and every team is lawful."""
    if case.pairing is None:
        raise case.needs("V9")
    case.teams = mix(case.pairing, case.manifest["walk_per_slot"])
    return "over", {"visits": len(case.teams.teams), "over": len(case.teams.over_caps)}


def v11(case: Case) -> Found:
    """V11: Z is the published and the logged root, and is late or not."""
    suite, m = case.hashes()
    if case.seed is None or case.picks is None or case.teams is None:
        raise case.needs("V10")
    _, z = result(suite, m, case.seed.salt, case.picks, case.teams.teams)
    published(case, "root", z)
    case.logged()
    found = case.mine("result")
    if not found:
        if case.void is not None:
            raise NotChecked("void")
        raise NotLogged(what="log: result")
    for _, entry in found:
        if entry["z"] != z.hex():
            raise LogDiffers(entry["z"], path="log: result.z", expected=z.hex())
    at = nanoseconds(found[0][1]["at"])
    if case.born is not None and at is not None:
        case.late = at - case.born > LATE
    case.member("published")
    return "late" if case.late else "root", {"root": z.hex()}
