"""The embedded packages: on machines without any Python, and with the oldest glibc they promise."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from packager import build, runtime
from packager.payload import PAYLOADS
from tests.packages import roots, stand_ins
from tests.packages.conftest import BEFORE, Built, older
from tests.packages.served import SERVED
from tests.packages.test_contents import lint
from tests.packages.thorough.test_rpm import CONFIGURATION, dnf, rpm

pytestmark = [
    pytest.mark.peer(
        *(*roots.PEERS, "lintian", "rpmlint", "objdump", "qemu-aarch64-static", "rpm", "dnf"),
        root=True,
    ),
    pytest.mark.timeout(7200),
]
MEGABYTE = 1 << 20
OWN = "# ours"
FLOOR = (2, 17)
RECIPES = {"x86_64": roots.OLD, "aarch64": roots.ARM64}
"""Roots without any Python."""
USED = """
import bcrypt, ctypes, hashlib, ssl, sys
sys.path.insert(0, "/usr/lib/dcagent/lib")
from collectors.cipher import best_backend
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
key, block = bytes(range(16)), b"sixteen octets.."
ours = best_backend()(key)[0](block)
theirs = Cipher(algorithms.AES(key), modes.ECB()).encryptor().update(block)
assert ours == theirs
assert bcrypt.checkpw(b"word", bcrypt.hashpw(b"word", bcrypt.gensalt(4)))
maps = open("/proc/self/maps").read()
print(sys.version.split()[0], ssl.OPENSSL_VERSION.split()[1])
print(sorted({line.split()[-1] for line in maps.splitlines() if "libcrypto" in line}))
"""
"""What only a whole interpreter can do: its own OpenSSL, both compiled libraries."""


@pytest.fixture(scope="module", params=["x86_64", "aarch64"])
def machine(request: pytest.FixtureRequest) -> str:
    """The processor that a package is for."""
    return str(request.param)


@pytest.fixture(scope="module")
def package(machine: str, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The packages for a machine."""
    out = tmp_path_factory.mktemp(machine)
    return Built(*build.build(build.Order(PAYLOADS[machine], out=out, work=out / "work")))


@pytest.fixture(scope="module")
def root(machine: str, package: Built, tmp_path_factory: pytest.TempPathFactory) -> roots.Root:
    """A root without any Python, where the package was installed by dpkg."""
    recipe = RECIPES[machine]
    copied = roots.copy(recipe, tmp_path_factory.mktemp(recipe.name) / "root")
    assert copied.run("sh", "-c", "command -v python3", status=None).out == ""
    (file,) = copied.take(package.deb)
    copied.run("dpkg", "-i", file)
    return copied.embedded()


@pytest.fixture(scope="module")
def before(machine: str, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The packages of the version before it."""
    return older(PAYLOADS[machine], tmp_path_factory.mktemp(f"before-{machine}"))


def test_sizes(package: Built) -> None:
    for file in (package.deb, package.rpm):
        print(f"{file.name} {file.stat().st_size / MEGABYTE:.1f} MiB")
        assert file.stat().st_size <= 25 * MEGABYTE


def test_linters_find_no_error(package: Built) -> None:
    lint(package)


def test_it_serves_where_there_is_no_python(root: roots.Root) -> None:
    assert root.run("dcagent", "--version").out == "dcagent 0.1.0\n"
    served = json.loads(root.python(SERVED))
    assert 'dcagent_build_info{python="3.13.' in served["page"]
    assert 'protocol="host"' in served["page"]
    assert "Traceback" not in served["log"]
    assert served["status"] == 0
    print(f"served after {served['took']:.1f} s, {served['resident']} KiB resident")


def test_its_openssl_is_its_own(root: roots.Root) -> None:
    program = f"import sys; sys.path.insert(0, '/usr/lib/dcagent/lib')\n{USED}"
    version, libraries = root.python(program).splitlines()
    assert re.fullmatch(r"3\.13\.\d+ 3\.5\.\d+", version)
    assert libraries == "['/usr/lib/dcagent/runtime/lib/libcrypto.so.3']"


def test_nothing_tells_where_it_was_built(root: roots.Root) -> None:
    home = root.place / "upper" / "usr/lib/dcagent"
    files = [path for path in home.rglob("*") if path.is_file()]
    told = str(runtime.cache()).encode()
    assert len(files) > 1000
    assert [path for path in files if told in path.read_bytes()] == []


def test_every_program_is_content_with_the_oldest_glibc(root: roots.Root) -> None:
    home = root.place / "upper" / "usr/lib/dcagent"
    programs = [path for path in home.rglob("*") if path.is_file() and not path.is_symlink()]
    programs = [path for path in programs if path.read_bytes()[:4] == b"\x7fELF"]
    assert home / "runtime/bin/python3.13" in programs
    wanted = {path.name: newest(path) for path in programs}
    assert {name: version for name, version in wanted.items() if version > FLOOR} == {}


def newest(program: Path) -> tuple[int, ...]:
    """The newest version of glibc's symbols that a program asks for."""
    told = subprocess.run(
        ("objdump", "-p", str(program)), capture_output=True, text=True, check=True
    ).stdout
    found = re.findall(r"GLIBC_([\d.]+)", told)
    return max((tuple(map(int, version.split("."))) for version in found), default=(0,))


def test_the_bill_names_the_interpreter_and_openssl(package: Built) -> None:
    text = package.bill.read_text(encoding="utf-8")
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    versions = {part["name"]: part["version"] for part in json.loads(text)["components"]}
    assert versions["python"].startswith("3.13.")
    assert versions["openssl"].startswith("3.5.")
    assert {"libffi", "zlib", "cryptography", "bcrypt", "cffi", "psutil"} <= versions.keys()


def test_it_goes_back_and_forward_again(root: roots.Root, package: Built, before: Built) -> None:
    old, new = root.take(before.deb, package.deb)
    root.sh(f"echo '{OWN}' >> {CONFIGURATION}")
    assert "warning: downgrading" in root.run("dpkg", "--force-confold", "-i", old).out
    assert root.run("dcagent", "--version").out == f"dcagent {BEFORE}\n"
    assert json.loads(root.python(SERVED))["status"] == 0
    root.run("dpkg", "--force-confold", "-i", new)
    assert root.run("dcagent", "--version").out == "dcagent 0.1.0\n"
    assert json.loads(root.python(SERVED))["status"] == 0
    assert root.sh(f"tail -n 1 {CONFIGURATION}") == f"{OWN}\n"
    assert root.run("dpkg", "--verify", "dcagent").out.split()[-1:] == [CONFIGURATION]


def test_rpm_and_dnf_take_it_beside_an_old_python(
    machine: str, package: Built, before: Built, tmp_path: Path
) -> None:
    root = roots.copy(RECIPES[machine], tmp_path / "root").embedded()
    there = (before.rpm, *stand_ins.old_distribution(tmp_path))
    done = dnf(root, there, f"--forcearch={machine}")
    assert done.status == 0, done.out
    assert "Complete!" in done.out
    assert root.run("dcagent", "--version").out == f"dcagent {BEFORE}\n"
    root.sh("mv /root/.rpmdb /var/lib/rpm")  # from where Debian's dnf keeps it
    assert rpm(root, "-V", "dcagent") == ""
    root.sh(f"echo '{OWN}' >> {CONFIGURATION}")
    assert f"{CONFIGURATION}.rpmnew" in rpm(root, "-U", "--ignorearch", package.rpm)
    assert root.run("dcagent", "--version").out == "dcagent 0.1.0\n"
    assert json.loads(root.python(SERVED))["status"] == 0
    rpm(root, "-e", "dcagent")
    left = root.sh("find /usr /etc -xdev -name '*dcagent*' ! -path '/etc/dcagent*'")
    assert left == ""


def test_it_is_removed_without_a_trace(root: roots.Root) -> None:
    root.run("dpkg", "-P", "dcagent")
    left = root.sh(
        "find / -xdev -path /proc -prune -o -name '*dcagent*' -print | grep -v ^/srv || :"
    )
    assert left == ""
