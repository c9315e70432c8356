"""The noarch package on other processors, as user-mode emulation shows them."""

from __future__ import annotations

import json

import pytest

from tests.packages import roots
from tests.packages.conftest import Built
from tests.packages.served import SERVED

pytestmark = [pytest.mark.peer(*roots.PEERS, "qemu-loong64", root=True), pytest.mark.timeout(1800)]
CIPHERS = """
import importlib.util, sys
sys.path.insert(0, "/usr/lib/dcagent/lib")
from collectors import cipher
from exporters import passwords
assert importlib.util.find_spec("cryptography") is None
assert importlib.util.find_spec("bcrypt") is None
key = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
encrypt, decrypt = cipher.best_backend()(key)
block = encrypt(bytes.fromhex("6bc1bee22e409f96e93d7e117393172a"))
print(block.hex(), decrypt(block).hex())
hasher = passwords.of_libcrypt()
print(hasher(b"U*U", b"$2a$05$CCCCCCCCCCCCCCCCCCCCC.").decode())
"""
"""AES: NIST SP 800-38A, F.1.1. bcrypt: a published vector of crypt_blowfish."""


@pytest.fixture(scope="module")
def root(built: Built, tmp_path_factory: pytest.TempPathFactory) -> roots.Root:
    """A loongarch64 root where the package was installed."""
    copied = roots.copy(roots.LOONG64, tmp_path_factory.mktemp("loong64") / "root")
    copied.run("dpkg", "-i", *copied.take(built.deb))
    return copied


def test_it_serves(root: roots.Root) -> None:
    assert root.run("uname", "-m").out == "loongarch64\n"
    assert root.run("dcagent", "--version").out == "dcagent 0.1.0\n"
    assert root.run("dcagent", "config", "check").out.startswith("1 file, ok")
    served = json.loads(root.python(SERVED))
    assert 'protocol="host"' in served["page"]
    assert "Traceback" not in served["log"]
    assert served["status"] == 0
    print(f"{root.python('import sys; print(sys.version)')}resident {served['resident']} KiB")


def test_ciphers_come_from_the_system(root: roots.Root) -> None:
    aes, bcrypt = root.python(CIPHERS).splitlines()
    assert aes == "3ad77bb40d7a3660a89ecaf32466ef97 6bc1bee22e409f96e93d7e117393172a"
    assert bcrypt == "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW"


def test_it_is_removed_without_a_trace(root: roots.Root) -> None:
    root.run("dpkg", "-P", "dcagent")
    assert root.sh("find /usr /etc /var -xdev -name '*dcagent*'") == ""
