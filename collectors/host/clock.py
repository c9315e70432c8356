"""The nominal clock of the processors, never the boost.

In this order, the first that says something:
1. cpufreq/base_frequency (intel_pstate, amd-pstate: kHz);
2. acpi_cppc/nominal_freq (MHz): what firmware guarantees, on arm64 and x86;
3. the highest of cpufreq/scaling_available_frequencies (kHz), which lists no boost but Intel's
   marker: a highest step that is 1 MHz above the next stands for turbo;
4. the clock in the model text ("@ 2.60GHz", "@2.2+GHz");
5. cpufreq/cpuinfo_max_freq (kHz), unless the machine has a boost, which it would include;
6. on LoongArch and Sunway, whose /proc/cpuinfo holds the nominal clock, that.
SMBIOS is not asked (FT-2000/4 says 48 MHz there), nor "cpu MHz" of x86, which is the present one.
"""

from __future__ import annotations

import re

from collectors.host.files import Files

FOLDER = "/sys/devices/system/cpu"
_FIRST = f"{FOLDER}/cpu0"
_TURBO_MARK = 1000
_IN_MODEL = re.compile(r"@\s*([0-9]{1,2}(?:\.[0-9]{1,3})?)\+?\s*GHz", re.IGNORECASE)
_FIXED = frozenset({"loongarch64", "sw_64", "mips64"})
_LEAST, _MOST = 2e8, 1e10
"""Hz that a server's processor may have."""


def base_hz(files: Files, arch: str, texts: tuple[str, ...], mhz: float) -> float:
    """Hz; 0 where nothing trustworthy says it. `mhz` is what /proc/cpuinfo holds."""
    for found in (
        (files.number(f"{_FIRST}/cpufreq/base_frequency") or 0) * 1e3,
        (files.number(f"{_FIRST}/acpi_cppc/nominal_freq") or 0) * 1e6,
        _steps(files.line(f"{_FIRST}/cpufreq/scaling_available_frequencies")),
        _named(texts),
        _highest(files),
        mhz * 1e6 if arch in _FIXED else 0.0,
    ):
        if _LEAST <= found <= _MOST:
            return found
    return 0.0


def _steps(line: str) -> float:
    steps = sorted({int(word) for word in line.split() if re.fullmatch(r"[0-9]{1,9}", word)})
    if len(steps) > 1 and steps[-1] - steps[-2] == _TURBO_MARK:
        steps.pop()
    return steps[-1] * 1e3 if steps else 0.0


def _named(texts: tuple[str, ...]) -> float:
    found = (_IN_MODEL.search(text) for text in texts)
    return next((float(match[1]) * 1e9 for match in found if match), 0.0)


def _highest(files: Files) -> float:
    """The maximum of a machine without boost: no switch for one, or a driver that has none."""
    driver = files.line(f"{_FIRST}/cpufreq/scaling_driver")
    boost = files.line(f"{FOLDER}/cpufreq/boost")
    if boost not in ("", "0") or driver.startswith(("intel_pstate", "amd-pstate", "amd_pstate")):
        return 0.0
    return (files.number(f"{_FIRST}/cpufreq/cpuinfo_max_freq") or 0) * 1e3
