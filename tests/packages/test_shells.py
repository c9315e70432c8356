"""Completion, asked of the shells themselves."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from agent.cli import completion

COMMANDS = {"profiles", "probe"}
_BASH = """source "$1"
COMP_WORDS=(dcagent pro) COMP_CWORD=1
_dcagent_completion dcagent
printf '%s\\n' "${COMPREPLY[@]}"
"""
_FISH = """source $argv[1]
complete -C 'dcagent pro'
"""
_ZSH = """zmodload zsh/zpty
zpty -b shell "TERM=dumb PS1= zsh -f -i"
zpty -w shell "fpath=(${1:h} \\$fpath); autoload -U compinit; compinit -u -D; echo rea''dy"
zpty -r shell said '*ready*'
zpty -w -n shell $'dcagent pro\\t'
sleep 4
zpty -r shell said '*profiles*'
print -r -- $said
zpty -d shell
"""


def asked(shell: str, program: str, tmp_path: Path) -> str:
    """What a shell offers, dcagent being on its PATH."""
    file = tmp_path / "completions" / ("_dcagent" if shell == "zsh" else "dcagent")
    file.parent.mkdir()
    file.write_text(completion.script(shell), encoding="utf-8")
    script = tmp_path / "script"
    script.write_text(program, encoding="utf-8")
    environment = {
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "HOME": str(tmp_path),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
    }
    words = (shell, *(("-f",) if shell == "zsh" else ()), str(script), str(file))
    done = subprocess.run(
        words, env=environment, capture_output=True, text=True, timeout=60, check=True
    )
    return done.stdout


@pytest.mark.peer("bash")
def test_bash(tmp_path: Path) -> None:
    assert set(asked("bash", _BASH, tmp_path).split()) == COMMANDS


@pytest.mark.peer("fish")
def test_fish(tmp_path: Path) -> None:
    lines = asked("fish", _FISH, tmp_path).splitlines()
    assert {line.split("\t")[0] for line in lines} == COMMANDS


@pytest.mark.peer("zsh")
def test_zsh(tmp_path: Path) -> None:
    said = asked("zsh", _ZSH, tmp_path)
    for command in COMMANDS:
        assert command in said
