"""The trust the site offers by default: an outsider whom an administrator admitted proves nothing alone."""

from __future__ import annotations

import json

import pytest

from policies.rd1.door import encode
from policies.rd1.logs_notes import cosign, parse_checkpoint
from policies.rd1.logs_trust import Trust, parse_trust, witness_times
from policies.rd1.record import read_bundle
from policies.verify import verify
from policies.verify.door import check_door
from services.views.verification import trust_text
from tenants.records import WitnessKey
from tests.records.rd1_world import CITY, LOG, OFFICE, VECTORS, trust

from .door_world import code, world

SUPERIOR = WitnessKey(CITY.name, CITY.verifier.text(), "411700", bytes(32))
OUTSIDER = WitnessKey(OFFICE.name, OFFICE.verifier.text())
OWN = WitnessKey(OFFICE.name, OFFICE.verifier.text(), "411700")  # a bureau's browser key holds no escrow
VKEY = LOG.verifier.text()


@pytest.mark.parametrize("other", [OUTSIDER, OWN])
def test_only_superiors_witnesses_stand_in_it(other: WitnessKey) -> None:
    text = trust_text(VKEY, [SUPERIOR, other])
    assert [key.name for key in parse_trust(text).witnesses] == [CITY.name]
    assert trust_text(VKEY, [other]) == trust_text(VKEY, []) == ""


@pytest.mark.parametrize("other", [OUTSIDER, OWN])
def test_at_the_door_such_a_line_alone_is_not_enough(other: WitnessKey) -> None:
    one = world()
    seen = encode(code(one, one.drawn.picks[0].uid, seen=(OFFICE,)))
    default = check_door(seen, parse_trust(trust_text(VKEY, [SUPERIOR, other])))
    assert {id: status for id, status, _ in default.steps}["D5"] == "not_checked" and default.seen == 0
    own = check_door(seen, trust())  # the reader's own file may believe it
    assert {id: status for id, status, _ in own.steps}["D5"] == "passed"


def test_in_a_bundle_such_a_line_alone_fails_the_last_step() -> None:
    vector = json.loads((VECTORS / "rd1-crews-log.json").read_text("utf-8"))
    known, bundle = parse_trust(vector["trust"]), vector["bundle"]
    (superior,), log = known.witnesses, known.logs[0].text()
    for view in (bundle["log"], bundle["log"]["before"]):
        head = parse_checkpoint(view["checkpoint"])
        seconds = witness_times(known, head)[superior]
        plain = [line for line in view["checkpoint"].splitlines(True) if f"— {superior.name} " not in line]
        view["checkpoint"] = cosign(OFFICE, "".join(plain), seconds)
    given = read_bundle(json.dumps(bundle).encode())
    keys = [WitnessKey(superior.name, superior.text(), "411700", bytes(32)), OUTSIDER]
    default = verify(given, parse_trust(trust_text(log, keys)))
    assert {step.id: step.status for step in default.steps}["V13"] == "failed"
    assert default.verdict == "INVALID"
    own = verify(given, Trust(known.logs, (superior, OFFICE.verifier), 1))  # a reader who believes it
    assert own.verdict == "VALID", own.as_dict()
