"""Whose turn it is: from nothing to the confirmed minutes, one step at a time."""

from dataclasses import replace

from policies.planning.turns import CeremonyFacts, awaited, own_turns, turns

START = CeremonyFacts("prepared", committed=["platform"])


def now(facts: CeremonyFacts) -> set[str]:
    return {one.id for one in turns(facts) if one.state == "now"}


def test_the_whole_way() -> None:
    both = replace(START, committed=["platform", "bureau", "witness"])
    seen = replace(both, difference=True)
    frozen = replace(seen, state="frozen", logged=["manifest"])
    escrowed = replace(frozen, logged=["manifest", "escrow"])
    signed = replace(escrowed, cosigned=True)
    due = replace(signed, due=True)
    logged = replace(due, logged=["manifest", "escrow", "beacon"])
    told = replace(logged, revealed=["platform", "witness"])
    ready = replace(logged, revealed=["platform", "witness", "bureau"])
    drawn = replace(ready, state="drawn")
    word = replace(drawn, confirmed=["witness"])
    way = [START, both, seen, frozen, escrowed, signed, due, logged, told, ready, drawn, word]
    assert [now(one) for one in way] == [
        {"commit.bureau", "commit.witness"}, {"difference"}, {"freeze"}, {"escrow"}, {"cosign"}, {"due"},
        {"beacon"}, {"reveal.bureau", "reveal.witness"}, {"reveal.bureau"}, {"run"},
        {"minutes.drawer", "minutes.witness"}, {"minutes.drawer"},
    ]  # fmt: skip
    over = turns(replace(word, confirmed=["drawer", "witness"]))
    assert {one.state for one in over} == {"done"} and len(over) == 13


def test_each_part_is_told_its_own_and_whom_it_waits_for() -> None:
    logged = replace(START, state="frozen", logged=["manifest", "escrow", "beacon"], cosigned=True, due=True)
    all_ = turns(logged)
    assert [one.id for one in own_turns(all_, ("drawer",))] == ["reveal.bureau"]
    assert [one.id for one in awaited(all_, ("drawer",))] == ["reveal.witness"]
    assert own_turns(all_, ()) == ()
    asked = turns(replace(START, state="frozen", logged=["manifest"]))
    assert [one.id for one in own_turns(asked, ("witness", "superior"))] == ["escrow"]
    assert own_turns(asked, ("witness",)) == ()  # an invited witness holds no escrow key


def test_without_a_witness_and_after_a_void() -> None:
    alone = replace(START, witnessed=False)
    assert now(alone) == {"commit.bureau"}
    assert "reveal.witness" not in {one.id for one in turns(alone)}
    assert "minutes.witness" in {one.id for one in turns(alone)}
    assert turns(replace(START, state="void")) == ()
