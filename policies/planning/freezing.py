"""What the drawer may choose at the freeze: never less than the bureau's rules ask for.

Basis: rd1 §4 (a drand round proves most, digits called aloud trust platform and witness); the rules
`draw.beacon`, `team.formation`, `team.crews` were set by two people before, a freeze is one person's act.
"""

from collections.abc import Collection

from policies.planning.freeze_errors import BeaconWeaker, CrewsNotByRule, WitnessMustCommit
from policies.rulebook.rules import Rules

WEAKEST_FIRST = ("spoken", "lottery", "drand")


def beacon_kind(rules: Rules, chosen: str | None) -> str:
    """Kind of beacon of the draw: the ruled one, or an equal or stronger one that was chosen.

    Args:
        chosen: "spoken", "lottery" or "drand"; None = by the rules. Other words pass: the protocol's own
            check (`rd1.beacon.rule_of`) refuses them.

    Raises:
        BeaconWeaker: the chosen one proves less; with the rule's citation.
    """
    ruled = rules.value("draw.beacon")
    kind = str(ruled.value)
    if chosen is None or chosen not in WEAKEST_FIRST:
        return chosen or kind
    if WEAKEST_FIRST.index(chosen) < WEAKEST_FIRST.index(kind):
        raise BeaconWeaker(chosen, ruled=kind, basis=ruled.basis.cite())
    return chosen


def check_witness(kind: str, roles: Collection[str]) -> None:
    """Digits are called by the witness, so it holds a secret of its own.

    Args:
        kind: of the beacon. roles: that have committed.

    Raises:
        WitnessMustCommit: spoken, and no commitment of the role "witness".
    """
    if kind == "spoken" and "witness" not in roles:
        raise WitnessMustCommit("、".join(roles))


def crew_count(rules: Rules, chosen: int | None, most: int) -> int:
    """Number of fixed crews; 0 for a team per visit.

    Args:
        chosen: by the drawer; None = by the rules.
        most: as many crews as leads and officers allow, taken where the rules set no number.

    Raises:
        CrewsNotByRule: another formation or number than the rules say; with the rule's citation.
    """
    formation = rules.value("team.formation")
    if formation.value != "crews":
        if chosen:
            raise CrewsNotByRule(chosen, need="0 (team.formation = visit)", basis=formation.basis.cite())
        return 0
    ruled = rules.value("team.crews")
    number = int(ruled.value)
    if chosen is None:
        return number or max(1, most)
    if chosen < 1:
        raise CrewsNotByRule(chosen, need="≥ 1 (team.formation = crews)", basis=formation.basis.cite())
    if number and chosen != number:
        raise CrewsNotByRule(chosen, need=f"{number} (team.crews)", basis=ruled.basis.cite())
    return chosen
