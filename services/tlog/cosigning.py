"""Which signature lines of a checkpoint are whose, and when they were given."""

from collections.abc import Iterable, Sequence

from policies.rd1.logs_notes import Note, VerifierKey, cosignature_time, parse_checkpoint, parse_vkey
from policies.rd1.logs_trust import Trust, witness_times
from services.drawing.draw_errors import CosignatureRefused
from tenants.records import WitnessKey


def only_log(key: VerifierKey) -> Trust:
    """Trust in the log's key alone."""
    return Trust((key,), (), 0)


def trust_of(log_key: VerifierKey, keys: Iterable[WitnessKey], names: Sequence[str]) -> Trust:
    """Trust in the log and the named witnesses, all of them needed."""
    wanted = tuple(parse_vkey(key.vkey) for key in keys if key.name in names)
    return Trust((log_key,), wanted, max(1, len(names)))


def own_lines(keys: Iterable[WitnessKey], note: Note) -> dict[str, str]:
    """Lines of registered witnesses, by name, each verified.

    Raises:
        CosignatureRefused: a line claims to be a registered witness's and does not verify.
    """
    found: dict[str, str] = {}
    for registered in keys:
        key = parse_vkey(registered.vkey)
        for line in note.signatures:
            if line.of(key):
                if cosignature_time(key, note, line) is None:
                    raise CosignatureRefused(registered.name)
                found[registered.name] = line.line()
    return found


def times(trust: Trust, note: str) -> list[int]:
    """Seconds since 1970 of each trusted witness's cosignature."""
    return list(witness_times(trust, parse_checkpoint(note)).values())
