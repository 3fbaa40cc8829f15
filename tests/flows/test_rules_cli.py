"""Rules on the command line: shown with their basis, proposed by one, approved by another."""

import json
from pathlib import Path

from tests.demonstration import Demo, shuangsui

KEY = {
    "key": "rate.key",
    "value": {"base": "share", "value": "3/10", "per": "quarter"},
    "effective": "2026-07-01",
    "text": "演示：年度抽查比例确定单",
    "clause": "一",
    "factors": dict.fromkeys(("staff", "area", "sources", "compliance", "quality", "complaints"), "演示"),
}


def test_a_choice_goes_from_proposal_to_the_public_log(demo: Demo, tmp_path: Path) -> None:
    home = ("--home", demo.home.root, "--json")
    file = tmp_path / "choice.json"
    file.write_text(json.dumps(KEY, ensure_ascii=False), "utf-8")
    admin, head = ("--as", "demo-411721-admin"), ("--as", "demo-411721-head")
    shown = json.loads(shuangsui("rules", "show", "-b", "411721", *admin, *home).stdout)
    assert next(v for v in shown["values"] if v["key"] == "rate.key")["basis"]["text"] == "西环〔2024〕3号"
    tried = json.loads(shuangsui("rules", "preview", "-b", "411721", file, *admin, *home).stdout)
    assert tried["effects"]
    made = json.loads(shuangsui("rules", "propose", "-b", "411721", file, *admin, *home).stdout)
    own = shuangsui("rules", "approve", "-b", "411721", made["id"], *admin, *home)
    assert own.returncode == 4, own.stdout
    done = json.loads(shuangsui("rules", "approve", "-b", "411721", made["id"], *head, *home).stdout)
    assert len(done["h"]) == 64 and done["state"] == "approved"
    listed = json.loads(shuangsui("rules", "list", "-b", "411721", *admin, *home).stdout)["choices"]
    assert made["id"] in {row["id"] for row in listed}


def test_a_choice_below_the_text_is_refused(demo: Demo, tmp_path: Path) -> None:
    file = tmp_path / "low.json"
    low = KEY | {"effective": "2026-10-01"} | {"value": {"base": "share", "value": "1/10", "per": "quarter"}}
    file.write_text(json.dumps(low, ensure_ascii=False), "utf-8")
    done = shuangsui(
        "rules",
        "propose",
        "-b",
        "411721",
        file,
        "--as",
        "demo-411721-admin",
        "--home",
        demo.home.root,
        "--json",
    )
    assert done.returncode == 2 and json.loads(done.stdout)["error"]["code"] == "BelowOwnText"
