"""Files of the processor table: mistakes by file, line and key, and who wins over whom."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hw_profiles import processors
from hw_profiles.load import pack
from hw_profiles.processor_schema import Confidence, Precision
from hw_profiles.processor_table import ProcessorError, check, shipped_files, table
from model.host import Cpu, Device

V110 = Cpu(implementer=0x48, part=0xD01, model="Kunpeng 920-4826", cores=96, base_hz=2.6e9)
HEAD = """[[processor]]
vendor = "Acme"
model = "One"
match = {implementer = 1, part = 2}
source = "a test"
confidence = "high"
"""
LINE = len(HEAD.splitlines()) + 1
ACCELERATOR = HEAD.replace("processor", "accelerator").replace(
    "{implementer = 1, part = 2}", "{vendor = 'acme', model = 'One'}"
)


def _write(folder: Path, text: str, name: str = "site.toml") -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("text", "line", "message", "code"),
    [
        ("[[procesor]]\n", 1, 'unknown key "procesor" in a processor table: did you mean', "002"),
        ("[processor]\n", 1, "write [[processor]], one for each entry", "003"),
        ("processor = [3]\n", 1, "write [[processor]], one for each entry", "003"),
        ("[[processor]\n", 1, "is not TOML: ", "001"),
        (
            HEAD + "flops_per_cycel = {fp64 = 4}\n",
            LINE,
            'unknown key "flops_per_cycel" in [[processor]]: did you mean "flops_per_cycle"?',
            "002",
        ),
        (
            HEAD + "flops_per_cycle = {pf64 = 4}\n",
            LINE,
            'unknown key "pf64" in "flops_per_cycle": did you mean "fp64"?',
            "002",
        ),
        (HEAD + "flops_per_cycle = {fp64 = '4'}\n", LINE, '"fp64" must be a number above 0', "003"),
        (HEAD + "flops_per_cycle = {fp64 = 0}\n", LINE, '"fp64" must be a number above 0', "003"),
        (HEAD + "flops_per_cycle = {fp64 = inf}\n", LINE, '"fp64" must be a number above', "003"),
        (HEAD + "flops_per_cycle = {fp64 = nan}\n", LINE, '"fp64" must be a number above', "003"),
        (HEAD + "flops_per_cycle = {fp64 = true}\n", LINE, '"fp64" must be a number above', "003"),
        (HEAD + "flops_per_cycle = 4\n", LINE, '"flops_per_cycle" must be a table', "003"),
        (HEAD + "cores = 10000000\n", LINE, '"cores" must be a number above 0 and at', "003"),
        (HEAD + "cores = 2.5\n", LINE, '"cores" must be a whole number', "003"),
        (HEAD + "base_ghz = -2\n", LINE, '"base_ghz" must be a number above 0', "003"),
        (HEAD + "tdp_watts = 9\ndomestic = 1\n", LINE + 1, '"domestic" must be true or', "003"),
        (HEAD, 1, '[[processor]] has no figure: "withheld" must say why', "004"),
        (
            HEAD.replace("high", "hihg") + "cores = 4\n",
            6,
            '"confidence" is "hihg", expected one of high, med-high, med, low-med, low: did you',
            "003",
        ),
        (
            HEAD.replace('"high"', '{cores = "high", fp46 = "high"}') + "cores = 4\n",
            6,
            'unknown key "fp46" in "confidence": the entry has no such figure',
            "002",
        ),
        (
            HEAD.replace('"high"', '{cores = "high"}') + "cores = 4\nbase_ghz = 2\n",
            6,
            '"confidence" needs "base_ghz"',
            "004",
        ),
        (
            HEAD.replace('source = "a test"\n', "") + "cores = 4\n",
            1,
            '[[processor]] needs "source"',
            "004",
        ),
        (HEAD.replace('"a test"', '" "') + "cores = 4\n", 5, '"source" must be a text that', "003"),
        (HEAD.replace('vendor = "Acme"\n', ""), 1, '[[processor]] needs "vendor"', "004"),
        (HEAD.replace('"One"', "1"), 3, '"model" must be text in quotes', "003"),
        (
            HEAD.replace("match = {implementer = 1, part = 2}\n", ""),
            1,
            '[[processor]] needs "match"',
            "004",
        ),
        (HEAD.replace("implementer = 1, part = 2", ""), 4, '"match" needs one of: implem', "004"),
        (HEAD.replace("implementer = 1, ", ""), 4, '"part" says nothing without "imple', "004"),
        (HEAD.replace("implementer = 1, part", "family"), 4, '"family" says nothing with', "004"),
        (HEAD.replace("part = 2", "prat = 2"), 4, 'unknown key "prat" in "match" of a pro', "002"),
        (HEAD.replace("part = 2", "part = 0x1000"), 4, '"part" must be an integer from 1', "003"),
        (HEAD.replace("part = 2", "model = '('"), 4, "'(' is no regular expression: ", "008"),
        (HEAD.replace("part = 2", "model = []"), 4, '"model" must be at least one regular', "003"),
        (HEAD.replace("{implementer = 1, part = 2}", "3"), 4, '"match" must be a table or', "003"),
        (
            ACCELERATOR + "tflop = {fp16 = 1}\n",
            LINE,
            'unknown key "tflop" in [[accelerator]]',
            "002",
        ),
        (ACCELERATOR + "cores = 3\n", LINE, 'unknown key "cores" in [[accelerator]]', "002"),
        (
            ACCELERATOR.replace("vendor = 'acme', ", "") + "tflops = {fp16 = 1}\n",
            4,
            '"match" of an accelerator needs "vendor"',
            "004",
        ),
    ],
)
def test_mistake(tmp_path: Path, text: str, line: int, message: str, code: str) -> None:
    path = _write(tmp_path, text)
    _, problems = check([path])
    found = [(p.file, p.line, p.message, p.code) for p in problems]
    assert any(
        (file, at, which) == (str(path), line, f"DCA-PROF-{code}") and said.startswith(message)
        for file, at, said, which in found
    ), found


def test_mistake_of_a_later_entry_is_told_at_its_line(tmp_path: Path) -> None:
    good = HEAD + "cores = 4\n"
    _write(tmp_path, good + "\n" + good.replace("One", "Two") + "cores_ = 1\n")
    with pytest.raises(ProcessorError, match=rf'site\.toml:{2 * LINE + 2}  unknown key "cores_"'):
        table(tmp_path)


def test_every_mistake_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    _write(tmp_path, "[[procesor]]\n", "a.toml")
    _write(tmp_path, HEAD + "cores = 0\nbase_ghz = 0\n", "b.toml")
    _write(tmp_path, "= 3\n", "c.toml")
    with pytest.raises(ProcessorError) as caught:
        table(tmp_path)
    told = [(Path(p.file).name, p.line) for p in caught.value.problems]
    assert told == [("a.toml", 1), ("b.toml", LINE), ("b.toml", LINE + 1), ("c.toml", 1)]


def test_missing_file_and_missing_folder(tmp_path: Path) -> None:
    _, (problem,) = check([tmp_path / "none.toml"])
    assert problem.code == "DCA-PROF-001"
    assert len(table(tmp_path / "none").processors) == len(processors.shipped().processors)


def test_shipped_files_stand_alone_and_are_no_profiles() -> None:
    assert {path.name for path in shipped_files()} == {
        *("arm.toml", "hisilicon.toml", "phytium.toml", "hygon.toml", "loongson.toml"),
        *("zhaoxin.toml", "sunway.toml", "ascend.toml", "hygon-dcu.toml", "cambricon.toml"),
        *("moorethreads.toml", "metax.toml", "iluvatar.toml", "enflame.toml", "kunlunxin.toml"),
    }
    assert not [profile for profile in pack().profiles if "processors" in profile.file]


def test_figures_may_share_source_and_confidence_or_have_their_own(tmp_path: Path) -> None:
    path = _write(
        tmp_path,
        HEAD.replace('"high"', '{fp64 = "low", cores = "med-high"}')
        + "flops_per_cycle = {fp64 = 4}\ncores = 0x10\n",
    )
    found, problems = check([path])
    assert not problems
    (entry,) = found.processors
    assert entry.cores is not None
    assert (entry.cores.value, entry.cores.confidence) == (16, Confidence.MED_HIGH)
    assert entry.flops_per_cycle[Precision.FP64].confidence is Confidence.LOW
    assert entry.flops_per_cycle[Precision.FP64].source == "a test"
    assert (entry.file, entry.line, entry.user) == (str(path), 1, True)


def test_two_entries_of_one_name(tmp_path: Path) -> None:
    _write(tmp_path, HEAD + "cores = 1\n", "a.toml")
    _write(tmp_path, HEAD.lower() + "cores = 1\n", "b.toml")
    with pytest.raises(
        ProcessorError, match=r'b\.toml:1  "acme one" stands twice: it is also in .*a\.toml:1'
    ):
        table(tmp_path)


OWN = """[[processor]]
vendor = "HiSilicon"
model = "{model}"
match = {{implementer = 0x48, part = 0xd01}}
flops_per_cycle = {{fp64 = 8}}
source = "our own run"
confidence = "high"
"""


@pytest.mark.parametrize("model", ["Kunpeng 920 of ours", "Kunpeng 920 4826 / 5250"])
def test_sites_entry_wins_over_ours_even_by_the_core_alone(tmp_path: Path, model: str) -> None:
    _write(tmp_path, OWN.format(model=model))
    own = table(tmp_path)
    found = processors.lookup(V110, own)
    assert found is not None
    assert found.user
    assert processors.peak(found, V110) == {Precision.FP64: 96 * 2.6e9 * 8}
    assert sum(e.model == model for e in own.processors) == 1


def test_sites_two_folders_and_its_more_telling_entry(tmp_path: Path) -> None:
    _write(tmp_path / "a", OWN.format(model="core"))
    text = OWN.format(model="model").replace("part = 0xd01", "model = '.*4826'")
    _write(tmp_path / "b", text)
    found = processors.lookup(V110, table(tmp_path / "a", tmp_path / "b"))
    assert found is not None
    assert found.model == "model"


def test_site_supplies_an_accelerators_figure(tmp_path: Path) -> None:
    text = ACCELERATOR.replace("One", "K100-AI").replace("acme", "hygon")
    _write(tmp_path, text + "tflops = {fp16 = 100}\n")
    found = processors.lookup_accelerator(Device("hygon0", "hygon", "K100-AI"), table(tmp_path))
    assert found is not None
    assert processors.peak_accelerator(found) == {Precision.FP16: 100e12}


@pytest.mark.parametrize("text", [p.read_text(encoding="utf-8") for p in shipped_files()])
def test_shipped_files_say_on_their_first_line_what_they_hold(text: str) -> None:
    assert re.match(r"# \S", text)
