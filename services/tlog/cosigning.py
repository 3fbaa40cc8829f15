"""Which signature lines of a checkpoint are whose, and when they were given."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from policies.rd1.logs_notes import Note, VerifierKey, cosignature_time, parse_checkpoint, parse_vkey
from policies.rd1.logs_trust import Trust, witness_times
from services.drawing.draw_errors import CosignatureRefused
from tenants.records import WitnessKey

SKEW = timedelta(minutes=10)  # between the witness's clock and ours


def only_log(key: VerifierKey) -> Trust:
    """Trust in the log's key alone."""
    return Trust((key,), (), 0)


def trust_of(log_key: VerifierKey, keys: Iterable[WitnessKey], names: Sequence[str]) -> Trust:
    """Trust in the log and the named witnesses, all of them needed."""
    wanted = tuple(parse_vkey(key.vkey) for key in keys if key.name in names)
    return Trust((log_key,), wanted, max(1, len(names)))


def superiors_of(keys: Iterable[WitnessKey]) -> tuple[WitnessKey, ...]:
    """Those of superiors: the operator registered them with the key to which secrets are sealed.

    A key admitted by an administrator or by a witness itself never has an escrow key, whatever bureau or name
    it goes by.
    """
    return tuple(key for key in keys if key.bureau is not None and key.escrow_public is not None)


def own_lines(
    log_key: VerifierKey, keys: Iterable[WitnessKey], note: Note, made: datetime, now: datetime
) -> dict[str, str]:
    """Lines of registered witnesses, by name, each verified.

    Args:
        log_key: of the log; its own line is passed over.
        made: when the checkpoint was signed. now: the log's time. A witness tells its own time, and that
            time later proves what stood before a beacon, so it must lie between the two.

    Raises:
        CosignatureRefused: a line is of no registered key, so whoever sent it would wait in vain; or it does
            not verify, or was signed before there was anything to sign, or in the future.
    """
    first, last = (made - SKEW).timestamp(), (now + SKEW).timestamp()
    known, found = [parse_vkey(one.vkey) for one in keys], dict[str, str]()
    for line in note.signatures:
        if not any(line.of(key) for key in (log_key, *known)):
            raise CosignatureRefused(line.name)
    for key in known:
        for line in note.signatures:
            if line.of(key):
                at = cosignature_time(key, note, line)
                if at is None or not first <= at <= last:
                    raise CosignatureRefused(f"{key.name}, time {at}")
                found[key.name] = line.line()
    return found


def times(trust: Trust, note: str) -> list[int]:
    """Seconds since 1970 of each trusted witness's cosignature."""
    return list(witness_times(trust, parse_checkpoint(note)).values())
