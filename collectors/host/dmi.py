"""What the firmware tells of the machine: DMI texts, and the processors of the SMBIOS table.

Clocks and counts of SMBIOS type 4 are not taken: FT-2000/4 says 48 MHz, Kunpeng 920 as many
threads as cores (SMBIOS 3.7 §7.5).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from collectors.host.files import Files, clean
from model.devices import DeviceId

FOLDER = "/sys/class/dmi/id"
TABLE = "/sys/firmware/dmi/tables/DMI"
BOARD_MODEL = "/proc/device-tree/model"
"""What boards without DMI (device tree) call themselves."""

_FRU_FIELDS = {
    "product_manufacturer": "sys_vendor",
    "product_name": "product_name",
    "product_version": "product_version",
    "product_serial": "product_serial",
    "board_manufacturer": "board_vendor",
    "board_name": "board_name",
    "board_serial": "board_serial",
    "chassis_serial": "chassis_serial",
}
"""Names of FRU fields, which profiles match, → the kernel's names for the same."""

_FILLERS = frozenset(
    {
        *("", "n/a", "na", "none", "null", "unknown", "undefined", "empty", "oem", "o.e.m."),
        *("not specified", "not available", "not applicable", "not provided", "not set"),
        *("to be filled by o.e.m.", "to be filled by o.e.m", "to be filled", "default string"),
        *("system manufacturer", "system product name", "system version", "system serial number"),
        *("base board serial number", "chassis serial number", "type1productconfigid"),
        *("<bad index>", "<out of spec>", "0123456789", "123456789", "1234567890", "xxxxxxxx"),
    }
)
"""What stands where nobody filled anything in, in lower case."""


@dataclass(frozen=True, slots=True)
class Firmware:
    """Who the machine is.

    `fru` holds its texts under IPMI's names for the same fields; `processors` the version texts of
    fitted processors ("Kunpeng 920-4826"), `sockets` their number, 0 where the table cannot be
    read (it is root's).
    """

    device: DeviceId
    fru: Mapping[str, str]
    processors: tuple[str, ...] = ()
    sockets: int = 0


def told(text: str) -> str:
    """The text, "" where it is a filler or one character over and over."""
    whole = clean(text)
    if whole.lower() in _FILLERS or (len(set(whole)) == 1 and len(whole) > 1):
        return ""
    return "" if set(whole) <= set("0.-_ \ufffd") else whole


def read(files: Files) -> Firmware:
    """The machine's own words, as far as they can be read."""
    texts = {field: told(files.line(f"{FOLDER}/{name}")) for field, name in _FRU_FIELDS.items()}
    fru = {field: text for field, text in texts.items() if text}
    device = DeviceId(
        vendor=_first(fru, "product_manufacturer", "board_manufacturer"),
        model=_first(fru, "product_name", "board_name") or told(files.line(BOARD_MODEL)),
        serial=_first(fru, "product_serial", "chassis_serial", "board_serial"),
        firmware=told(files.line(f"{FOLDER}/bios_version")),
    )
    processors, sockets = _processors(files)
    return Firmware(device, fru, processors, sockets)


def _first(fru: Mapping[str, str], *fields: str) -> str:
    return next((fru[field] for field in fields if field in fru), "")


_PROCESSOR, _END = 4, 127
_MANUFACTURER, _VERSION, _STATUS = 0x07, 0x10, 0x18
_POPULATED = 0x40


def _processors(files: Files) -> tuple[tuple[str, ...], int]:
    """Version texts of fitted processors, each once, and how many are fitted."""
    try:
        table = files.whole(TABLE)
    except OSError:
        return (), 0
    texts: dict[str, None] = {}
    sockets = 0
    for kind, body, strings in _structures(table):
        if kind != _PROCESSOR or len(body) <= _STATUS or not body[_STATUS] & _POPULATED:
            continue
        sockets += 1
        version = told(_string(body, _VERSION, strings))
        if version:
            texts[version] = None
    return tuple(texts), sockets


def _structures(table: bytes) -> Iterator[tuple[int, bytes, list[bytes]]]:
    """Type, formatted area and strings of each structure (SMBIOS 3.7 §6.1); ends at nonsense."""
    at = 0
    while at + 4 <= len(table):
        kind, length = table[at], table[at + 1]
        if length < 4 or at + length > len(table) or kind == _END:
            return
        end = table.find(b"\0\0", at + length)
        if end < 0:
            return
        yield kind, table[at : at + length], table[at + length : end].split(b"\0")
        at = end + 2


def _string(body: bytes, offset: int, strings: list[bytes]) -> str:
    """The string that a byte counts, from 1; "" where there is no such string."""
    index = body[offset]
    return strings[index - 1].decode(errors="replace") if 0 < index <= len(strings) else ""
