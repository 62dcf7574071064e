"""`kikkake attribute`, `compare` and `evaluate` as an operator types them: results, and errors that name the row."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from services.analyzer.cli import app

PATHS = "path,conversions,value,non_conversions\nsearch > video,3,30,1\nvideo,1,10,2\n"
ARMS = "variant,visitors,conversions\nholdout,1000,50\npopup,1010,70\n"
LOG = "action,reward,propensity,target_propensity\na,1,0.5,1\nb,0,0.5,0\n"


def run(folder: Path, command: str, text: str, *options: str) -> Any:
    file = folder / "given.csv"
    file.write_text(text, encoding="utf-8")
    return CliRunner().invoke(app, [command, str(file), *options])


def test_attribute(tmp_path: Path) -> None:
    report = json.loads(run(tmp_path, "attribute", PATHS, "--json").stdout)
    assert (report["conversions"], report["value"]) == (4, 40)
    assert list(report["models"]) == [
        "first", "last", "last_non_direct", "linear", "position", "time_decay", "markov", "shapley"
    ]  # fmt: skip
    assert report["models"]["last"][0] == {"channel": "video", "conversions": 4, "value": 40, "share": 1}
    assert set(report["removal_effects"]) == {"search", "video"}
    assert "search" in run(tmp_path, "attribute", "\ufeff" + PATHS, "--order", "2", "--without-null").stdout


def test_compare(tmp_path: Path) -> None:
    report = json.loads(run(tmp_path, "compare", ARMS, "--json").stdout)
    assert 0 < report["srm_p"] < 1 and report["always_valid"]["tuned_for_visitors"]
    [one] = report["comparisons"]
    assert (one["variant"], one["metric"]) == ("popup", "conversion") and one["p_value"] < 0.1
    with_value = "variant,visitors,conversions,sum,sum_of_squares\na,10,2,30,200\nb,12,3,50,400\n"
    report = json.loads(run(tmp_path, "compare", with_value, "--json", "--weights", "0.4,0.6").stdout)
    assert [one["metric"] for one in report["comparisons"]] == ["conversion", "value"]
    empty = json.loads(run(tmp_path, "compare", "variant,visitors,conversions\na,10,2\nb,0,0\n", "--json").stdout)
    assert empty["srm_p"] < 0.01 and empty["comparisons"][0]["difference"] is None
    assert "popup" in run(tmp_path, "compare", ARMS).stdout


def test_evaluate(tmp_path: Path) -> None:
    report = json.loads(run(tmp_path, "evaluate", LOG, "--json").stdout)
    assert report["ips"]["estimate"] == 1 and "dr" not in report and "low_ess" in report["warnings"]
    with_model = LOG.replace("target_propensity", "target_propensity,q_logged,q_target").replace("\nb", ",1,1\nb")
    report = json.loads(run(tmp_path, "evaluate", with_model.rstrip() + ",0,1\n", "--json").stdout)
    assert report["dr"]["estimate"] == 1
    assert "Warning: low_ess" in run(tmp_path, "evaluate", LOG).stdout


@pytest.mark.parametrize(
    ("command", "text", "words"),
    [
        ("attribute", "path,conversions\na,x\n", "row 2: conversions must be a number"),
        ("attribute", "path,conversions\na > ,1\n", "row 2: path has an empty step"),
        ("attribute", "path\na\n", "header lacks conversions"),
        ("attribute", "", "header lacks path, conversions"),
        ("compare", "variant,visitors,conversions\na,10,20\nb,1,1\n", "row 2 (a): 20 conversions of 10 visitors"),
        ("compare", "variant,visitors,conversions\na,10,2\n", "needs a control and at least one variant"),
        ("compare", "variant,visitors,conversions\na,10.5,2\nb,1,1\n", "row 2: visitors must be a whole number"),
        ("compare", "variant,visitors,conversions\na,-1,2\nb,1,1\n", "row 2: visitors must be a number of at least 0"),
        ("evaluate", LOG.replace("0.5,1", "0,1"), "row 2: propensity must be above 0"),
        ("evaluate", LOG.replace("0.5,1", "0.5,2"), "row 2: target_propensity must lie between"),
        ("evaluate", "action,reward,propensity,target_propensity\n", "there are no rows"),
        ("evaluate", "action,reward,propensity,target_propensity\na,1\n", "row 2: 4 columns are needed"),
    ],
)
def test_errors_name_the_row(tmp_path: Path, command: str, text: str, words: str) -> None:
    found = run(tmp_path, command, text)
    assert found.exit_code == 1 and words in found.stderr, found.stderr


def test_a_missing_file_and_senseless_weights(tmp_path: Path) -> None:
    missing = CliRunner().invoke(app, ["attribute", str(tmp_path / "none.csv")])
    assert missing.exit_code == 1 and "none.csv" in missing.stderr
    found = run(tmp_path, "compare", ARMS, "--weights", "1,x")
    assert found.exit_code == 1 and "--weights 1,x" in found.stderr
