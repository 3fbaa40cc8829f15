"""The description of the API, and that no route stands without an action."""

import json
from typing import Any

import msgspec
import pytest
from litestar import Litestar
from litestar.handlers import HTTPRouteHandler

from policies.access import ACTIONS
from services.api import routes
from services.api.examples import NoWord, with_examples
from services.api.once import Once, OnceAcross
from services.home import Home
from services.main import create_app
from services.settings import DEMO_ORIGIN, Settings
from services.web import census

STEPS = {
    "list_bureaus", "get_rules", "simulate_plan", "import_site_roster", "import_officer_roster", "draft_plan",
    "approve", "prepare", "commit", "freeze", "get_escrow", "attest", "get_checkpoint", "list_entries",
    "prove_inclusion", "prove_consistency", "cosign", "amend", "enter", "reveal", "complete", "void",
    "approve_void_proposal", "open", "publish_files",
    "get_bundle", "get_trust", "dispatch", "join_visits", "list_my_tasks", "record", "review",
    "make_upload_file", "publish_result_notices", "withdraw", "list_notices", "get_notice", "verify",
}  # fmt: skip
# keep nothing to repeat: answers with a password for one use are never kept
OPEN_POSTS = {
    "verify", "make_intent", "create_bureau_login", "change_bureau_login",
    "make_webhook", "renew_webhook_secret",
}  # fmt: skip


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Litestar:
    """The application as wired, never started."""
    home = Home.at(tmp_path_factory.mktemp("described"))
    settings = Settings(home=home, demo=True, log_origin=DEMO_ORIGIN)
    never: Any = None
    return create_app(settings, never, doors=routes)


@pytest.fixture(scope="module")
def schema(bare: Litestar) -> dict[str, Any]:
    return bare.openapi_schema.to_schema()


def handlers(bare: Litestar) -> dict[str, HTTPRouteHandler]:
    found = {h.operation_id: h for path, h in census.handlers(bare) if path.startswith("/api/v1/")}
    return {name: h for name, h in found.items() if isinstance(h, HTTPRouteHandler) and isinstance(name, str)}


def operations(schema: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {one["operationId"]: one for path in schema["paths"].values() for one in path.values()}


def test_every_step_of_the_job_has_a_route(schema: dict[str, Any]) -> None:
    assert not STEPS - operations(schema).keys()


def test_every_route_declares_a_known_action(bare: Litestar) -> None:
    wrong = [
        path
        for path, one in census.handlers(bare)
        if path.startswith("/api/v1") and "docs" not in path and one.opt.get("action") not in ACTIONS
    ]
    assert not wrong


def test_every_unsafe_route_honours_the_idempotency_key(bare: Litestar) -> None:
    bare_posts = {
        name
        for name, one in handlers(bare).items()
        if "POST" in one.http_methods
        and not {Once, OnceAcross} & {f.annotation for f in one.parsed_fn_signature.parameters.values()}
    }
    assert bare_posts == OPEN_POSTS


def test_every_operation_is_described(schema: dict[str, Any]) -> None:
    for name, one in operations(schema).items():
        assert one["summary"] and "Action `" in one["description"], name
        assert one["tags"], name
        for code, answer in one["responses"].items():
            if int(code) >= 400:
                assert set(answer["content"]) == {"application/problem+json"}, (name, code)


def test_the_description_says_how_to_sign_in_and_leaves_itself_out(schema: dict[str, Any]) -> None:
    assert schema["components"]["securitySchemes"]["bearer"]["scheme"] == "bearer"
    assert operations(schema)["prepare"]["security"] == [{"bearer": []}]
    assert not operations(schema)["get_notice"].get("security")
    assert not [path for path in schema["paths"] if "docs" in path]


def test_references_in_the_description_lead_somewhere(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1")
    text = json.dumps(schema)
    kept = schema["components"]["schemas"]
    wanted = {part.split('"')[0] for part in text.split('"#/components/schemas/')[1:]}
    assert wanted and wanted <= kept.keys()


def test_bodies_say_what_they_take(schema: dict[str, Any]) -> None:
    order = schema["components"]["schemas"]["DrawOrder"]
    assert set(order["required"]) == {"subject", "period", "beacon_at"}
    assert order["properties"]["period"]["pattern"] and order["properties"]["period"]["examples"] == [
        "2026Q1"
    ]
    headers = [p["name"] for p in operations(schema)["prepare"]["parameters"]]
    assert "idempotency-key" in headers


def test_every_body_has_an_example_that_the_api_takes(bare: Litestar) -> None:
    schema = with_examples(bare.openapi_schema.to_schema())
    tried = 0
    for path, one in census.handlers(bare):
        if not isinstance(one, HTTPRouteHandler) or "data" not in one.parsed_fn_signature.parameters:
            continue
        operation = operations(schema).get(str(one.operation_id), {})
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content:
            kind = one.parsed_fn_signature.parameters["data"].annotation
            assert msgspec.convert(content["example"], kind), path
            tried += 1
    assert tried > 90


def test_a_field_without_a_word_is_a_mistake_of_ours() -> None:
    body = {"type": "object", "required": ["unheard_of"], "properties": {"unheard_of": {"type": "string"}}}
    content = {"application/json": {"schema": body}}
    with pytest.raises(NoWord):
        with_examples(
            {"paths": {"/x": {"post": {"requestBody": {"content": content}}}}, "components": {"schemas": {}}}
        )
