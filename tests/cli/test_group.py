"""Many workers of one employer in one file: each one's amounts, the sums, and where a mistake stands."""

from __future__ import annotations

import json
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.cli.conftest import Run

GROUP: dict[str, Any] = {
    "shared": {
        "place": "mx",
        "language": "es",
        "employers": [{"name": "Empacadora Ficticia"}],
        "job": {"last_day": "2026-07-09", "ending": "dismissed", "zone": "general"},
        "pay": {"period": "month"},
    },
    "workers": [
        {"worker": {"name": "Práctica · Uno"}, "job": {"start": "2022-01-10"}, "pay": {"amount": "24000"}},
        {
            "worker": {"name": "Práctica · Dos"},
            "job": {"start": "2024-01-10"},
            "pay": {"amount": {"low": "9000", "high": "9600"}},
        },
        {
            "worker": {"alias": "Tres", "keep_hidden": "yes", "name": "X"},
            "job": {"start": "2025-03-03", "ending": "resigned"},
            "pay": {"amount": "2000", "period": "week"},
        },
    ],
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    made = tmp_path / "group.json"
    made.write_text(json.dumps(GROUP), "utf-8")
    return made


def test_each_worker_is_as_alone_and_the_sums_add_up(run: Run, file: Path, tmp_path: Path) -> None:
    status, out, err = run("assess-group", file, "--on", "2026-07-15", "--json")
    assert (status, err) == (0, "")
    found = json.loads(out)
    assert [worker.pop("name") for worker in found["workers"]] == ["Práctica · Uno", "Práctica · Dos", "Tres"]
    for number, worker in enumerate(found["workers"]):
        own = GROUP["workers"][number]
        alone = {**GROUP["shared"], **own}
        for section in ("job", "pay"):
            alone[section] = {**GROUP["shared"][section], **own[section]}
        single = tmp_path / "single.json"
        single.write_text(json.dumps(alone), "utf-8")
        assert worker == json.loads(run("assess", single, "--on", "2026-07-15", "--json")[1])
    for end in ("low", "high"):
        total = sum(Decimal(worker["total"][end]) for worker in found["workers"])
        assert Decimal(found["total"][end]) == total
        for item in found["amounts"]:
            lines = [a for w in found["workers"] for a in w["amounts"] if a["item"] == item["item"]]
            assert Decimal(item[end]) == sum(Decimal(line[end]) for line in lines)
            assert item["workers"] == len(lines)
    assert found["total"]["low"] != found["total"]["high"]


def test_the_lines_name_every_worker_and_the_total(run: Run, file: Path) -> None:
    status, out, err = run("assess-group", file, "--on", "2026-07-15", "--language", "en")
    assert (status, err) == (0, "")
    for words in ("Práctica · Uno", "Práctica · Dos", "Tres", "Total of all workers", "September 9, 2026"):
        assert words in out


def test_the_schema_takes_the_file_and_refuses_what_the_program_refuses(run: Run) -> None:
    schema = json.loads(run("schema", "group")[1])
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.validate(GROUP, schema)
    wrongs: tuple[dict[str, Any], ...] = (
        {**GROUP, "workers": []},
        {**GROUP, "more": 1},
        {**GROUP, "workers": [{"place": "mx"}]},
        {**GROUP, "workers": [{"answers": {"no_such_question": "yes"}}]},
        {"shared": {}, "workers": [{}]},
    )
    for wrong in wrongs:
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda g: g["workers"][2]["job"].update(start="2026-02-30"), "workers[2].job.start"),
        (lambda g: g["workers"][1]["job"].update(beginning="x"), "workers[1].job.beginning"),
        (lambda g: g["workers"][1].update(nonsense={}), "workers[1].nonsense"),
        (lambda g: g["workers"][1].update(events=[{"kind": "x"}]), "workers[1].events[0].kind"),
        (lambda g: g["workers"][0]["pay"].update(amount="-5"), "workers[0].pay.amount"),
        (lambda g: g["workers"][0]["job"].update(last_day="2020-01-01"), "workers[0].job.last_day"),
        (lambda g: g["workers"][0].update(place="pe"), "workers[0].place"),
        (lambda g: g["workers"].append([]), "workers[3]"),
        (lambda g: g["shared"]["job"].update(relation="moon"), "shared.job.relation"),
        (lambda g: g["shared"].update(place="xx"), "shared.place"),
        (lambda g: g["shared"]["employers"][0].update(workers="many"), "shared.employers[0].workers"),
        (lambda g: g.update(shared=[]), "shared"),
        (lambda g: g.update(workers={}), "workers"),
        (lambda g: g.update(workers=[{}] * 501), "workers"),
        (lambda g: g.pop("shared"), "two parts"),
    ],
)
def test_a_mistake_is_pointed_at(run: Run, tmp_path: Path, change: Callable[[Any], object], path: str) -> None:
    group = json.loads(json.dumps(GROUP))
    change(group)
    file = tmp_path / "group.json"
    file.write_text(json.dumps(group), "utf-8")
    status, out, err = run("assess-group", file, "--json")
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert f"{path}" in err
