"""Items of inspection (抽查事项): which sites an item is about. Basis: obligations 4–6."""

from collections.abc import Iterable

from policies.rulebook.law_entry import ROUTINE as ROUTINE
from policies.rulebook.rules import Rules
from policies.terms import Site


def items_of(rules: Rules) -> tuple[str, ...]:
    """The items a bureau plans, the routine one first."""
    found = rules.get("draw.items")
    names = tuple(found.value) if found is not None else (ROUTINE,)
    return tuple(sorted(names, key=lambda name: (name != ROUTINE, name)))


def of_item(sites: Iterable[Site], rules: Rules) -> list[Site]:
    """The sites the item of `rules` is about; all where `item.pool` says nothing.

    `item.pool` names `kind` (unit, project), `class` (key, general, special), `pollution` (one of the site's
    types) or `industry` (beginning of the GB/T 4754 code); a site must fit all that are named.
    """
    pool = rules.get("item.pool")
    wanted = dict(pool.value) if pool is not None else {}
    return [site for site in sites if all(_fits(site, name, words) for name, words in wanted.items())]


def _fits(site: Site, name: str, words: str) -> bool:
    if name == "kind":
        return site.kind.value == words
    if name == "class":
        return {"key": site.key, "special": site.special, "general": not site.key}.get(words, False)
    if name == "pollution":
        return any(words in one for one in site.pollution)
    return site.industry.startswith(words)
