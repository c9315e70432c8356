"""tls_server_config: from its keys to a context that serves, or to what is wrong with them."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from pathlib import Path
from ssl import TLSVersion

from agent.config_keys import Key, text, texts, word
from agent.web import words
from agent.web.certificates import BadFile, certificates, doubt, key
from agent.web.codes import HARMLESS, Code
from agent.web.section import Section
from agent.web.words import or_nothing
from exporters.security import Tls

CERTIFICATE = Key("cert_file", or_nothing(text, ""), "", "Our certificate and its chain, PEM.")
KEY = Key("key_file", or_nothing(text, ""), "", "Its key, PEM, not encrypted, mode 640.")
POLICY = Key(
    "client_auth_type", or_nothing(word(*words.POLICIES), ""), "", "What clients must show."
)
CLIENT_CA = Key("client_ca_file", or_nothing(text, ""), "", "Who signs clients' certificates.")
NAMES: Key[tuple[str, ...]] = Key(
    "client_allowed_sans", or_nothing(texts, ()), (), "Names, one of which a client must have."
)
MINIMUM = Key("min_version", or_nothing(word(*words.VERSIONS), ""), "", "The oldest TLS.")
MAXIMUM = Key("max_version", or_nothing(word(*words.VERSIONS), ""), "", "The newest TLS.")
CIPHER_SUITES: Key[tuple[str, ...]] = Key(
    "cipher_suites",
    or_nothing(words.words_of(*words.CIPHERS, *words.WEAK_CIPHERS, *words.TLS13_CIPHERS), ()),
    (),
    "Cipher suites of TLS 1.2, by Go's names.",
)
CURVES: Key[tuple[str, ...]] = Key(
    "curve_preferences", or_nothing(words.words_of(*words.CURVES), ()), (), "Curves."
)
SERVER_ORDER = Key(
    "prefer_server_cipher_suites", or_nothing(words.flag, True), True, "Whose order counts."
)
ELSEWHERE = {
    "cert": "inline certificates are not read here: write cert_file",
    "key": "inline keys are not read here: write key_file",
    "client_ca": "inline certificates are not read here: write client_ca_file",
}
"""Keys of newer exporter-toolkits."""

_VERIFYING = {words.ANY, "RequireClientCert", words.IF_GIVEN, words.VERIFIED}
_DEMANDING = _VERIFYING - {words.IF_GIVEN}


def tls(section: Section, directory: Path) -> Tls | None:
    """The map as it serves; None where it is not good, and then something is blamed.

    Relative paths start at `directory`.
    """
    before = len(section.problems)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    _versions(section, context)
    _suites(section, context)
    demands, names = _clients(section, context, directory)
    expires = _own(section, context, directory)
    for name in section.names:
        if name in ELSEWHERE:
            section.raw(name)
            section.blame(name, f"{name}: {ELSEWHERE[name]}", Code.UNKNOWN_KEY)
    section.close()
    serious = [p for p in section.problems[before:] if p.code not in HARMLESS]
    return None if serious else Tls(context, names, demands, expires)


def _versions(section: Section, context: ssl.SSLContext) -> None:
    low = words.VERSIONS.get(section.get(MINIMUM), TLSVersion.TLSv1_2)
    high = words.VERSIONS.get(section.get(MAXIMUM), TLSVersion.TLSv1_3)
    if low < TLSVersion.TLSv1_2:
        text = "min_version: below TLS 1.2 nothing is spoken here; TLS12 is used"
        section.blame("min_version", text, Code.OLD_TLS)
        low = TLSVersion.TLSv1_2
    if high < low:
        text = "max_version: no version is left: TLS 1.2 and 1.3 are spoken here"
        section.blame("max_version", text, Code.NO_TLS_LEFT)
        return
    context.minimum_version, context.maximum_version = low, high


def _suites(section: Section, context: ssl.SSLContext) -> None:
    """Ciphers, curves and whose order counts."""
    asked = section.get(CIPHER_SUITES)
    weak = [name for name in asked if name in words.WEAK_CIPHERS]
    if weak:
        text = f"cipher_suites: {', '.join(weak)}: CBC or no forward secrecy, for old clients only"
        section.blame("cipher_suites", text, Code.WEAK_CIPHER)
    known = {**words.CIPHERS, **words.WEAK_CIPHERS}
    # Python's own choice has CBC in it
    older = [known[name] for name in asked or words.CIPHERS if name in known]
    if older:
        _try(section, "cipher_suites", lambda: context.set_ciphers(":".join(older)))
    elif context.maximum_version < TLSVersion.TLSv1_3:
        text = "cipher_suites: none of TLS 1.2, and max_version allows no other"
        section.blame("cipher_suites", text, Code.NO_TLS_LEFT)
    else:  # those of TLS 1.3 alone
        context.minimum_version = TLSVersion.TLSv1_3
    _curves(section, context)
    if not section.get(SERVER_ORDER):
        context.options &= ~ssl.OP_CIPHER_SERVER_PREFERENCE


def _curves(section: Section, context: ssl.SSLContext) -> None:
    """Python before 3.15 holds a context to one curve or to none."""
    asked = section.get(CURVES)
    if not asked or set(asked) == set(words.CURVES):
        return
    named = [words.CURVES[name] for name in asked]
    groups: Callable[[str], None] | None = getattr(context, "set_groups", None)
    if groups is not None:
        _try(section, "curve_preferences", lambda: groups(":".join(named)))
        return
    if len(named) > 1:
        text = f"curve_preferences: this Python holds to one curve: {asked[0]} alone is used"
        section.blame("curve_preferences", text, Code.OTHERWISE)
    try:
        context.set_ecdh_curve(named[0])
    except ssl.SSLError:  # of Python 3.11 with OpenSSL 3: X25519, which comes first by itself
        text = f"curve_preferences: this Python cannot hold to {asked[0]}: it takes OpenSSL's own"
        section.blame("curve_preferences", text, Code.OTHERWISE)


def _clients(
    section: Section, context: ssl.SSLContext, directory: Path
) -> tuple[bool, frozenset[str]]:
    """Whether a client must show a certificate, and the names of which it must have one."""
    policy, authority = section.get(POLICY), section.get(CLIENT_CA)
    names = section.get(NAMES)
    if policy not in _VERIFYING:
        idle = {CLIENT_CA.name: authority and policy != words.ASKED, NAMES.name: names}
        for name in filter(idle.get, idle):
            text = f"{name}: nothing is verified without client_auth_type: {words.VERIFIED}"
            section.blame(name, text, Code.CLIENT_POLICY)
        if policy == words.ASKED:
            text = f"client_auth_type: {policy} verifies nothing: no certificate is asked for"
            section.blame(POLICY.name, text, Code.OTHERWISE)
        return False, frozenset()
    if not authority:
        text = f"client_auth_type: {policy} needs client_ca_file, who signs clients' certificates"
        section.blame(POLICY.name, text, Code.CLIENT_POLICY)
        return False, frozenset()
    if policy not in (words.IF_GIVEN, words.VERIFIED):
        text = f"client_auth_type: {policy} is taken for {words.VERIFIED}"
        section.blame(POLICY.name, text, Code.OTHERWISE)
    demands = policy in _DEMANDING
    context.verify_mode = ssl.CERT_REQUIRED if demands else ssl.CERT_OPTIONAL
    path = directory / authority
    if _dated(section, CLIENT_CA.name, path) is not None:
        _try(section, CLIENT_CA.name, lambda: context.load_verify_locations(path))
    return demands, frozenset(names)


def _own(section: Section, context: ssl.SSLContext, directory: Path) -> float:
    """Loads our certificate and key; when the certificate ends."""
    certificate, private = section.get(CERTIFICATE), section.get(KEY)
    for name, given in ((CERTIFICATE.name, certificate), (KEY.name, private)):
        if not given:
            section.blame("", f'{section.title} lacks the key "{name}"', Code.MISSING_KEY)
    if not certificate or not private:
        return 0.0
    path, secret = directory / certificate, directory / private
    expires = _dated(section, CERTIFICATE.name, path)
    try:
        key(secret)
    except BadFile as error:
        section.blame(KEY.name, f"{KEY.name}: {error}", error.code)
        return 0.0
    if expires is None:
        return 0.0
    _try(section, KEY.name, lambda: context.load_cert_chain(path, secret, password=""))
    return expires


def _dated(section: Section, name: str, path: Path) -> float | None:
    """When the first certificate of a file ends; None where it holds none."""
    try:
        times = certificates(path)
    except BadFile as error:
        section.blame(name, f"{name}: {error}", error.code)
        return None
    against = doubt(path, times)
    if against is not None:
        section.blame(name, f"{name}: {against.message}", against.code)
    return times[0][1]


def _try(section: Section, name: str, work: Callable[[], object]) -> None:
    """OpenSSL's own refusals, at the key that they are about."""
    try:
        work()
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            text = f"{name}: not the key of the certificate in cert_file"
            section.blame(name, text, Code.OTHER_KEY)
        else:
            reason = (error.reason or str(error)).replace("_", " ").lower()
            section.blame(name, f"{name}: OpenSSL refuses it: {reason}", Code.BAD_FILE)
    except (OSError, ValueError) as error:
        section.blame(name, f"{name}: {error}", Code.BAD_FILE)
