"""The checklist is the product's own, or what a bureau's rules ask, under its names."""

from .conftest import Api


async def test_the_checklist_of_a_bureau_bears_its_names(api: Api) -> None:
    usual = await api.get("", "/checklist")
    own = await api.get("", "/checklist", bureau="150203")
    assert [one["id"] for one in own["items"]] == [one["id"] for one in usual["items"]]
    assert usual["items"][0]["group_zh"] == "污染防治设施运行情况"
    assert own["items"][0]["group_zh"] == "防治污染设施运行"
    assert own["results"] == usual["results"]
    assert usual["version"] != own["version"] and len(own["version"]) == 12
    assert own["form"]["properties"]["answers"]["required"] == [one["id"] for one in own["items"]]
