"""The host's own BMC through the kernel's driver (ipmi_devintf), by python-ipmi's `ipmidev`.

Of python-ipmi only the raw exchange is used: bytes out, bytes back. It drops late answers by
their message id and takes a deadline in its `timeout`. Its decoders are strict and are not used.
"""

from __future__ import annotations

import errno
import logging
from collections.abc import Callable
from pathlib import Path

from pyipmi import Target as Addressee
from pyipmi.errors import IpmiTimeoutError
from pyipmi.interfaces.ipmidev import IpmiDev

from collectors.ipmi import permitted
from collectors.protocol import Failure
from model.readings import Reason

_BMC = Addressee(ipmb_address=0x20)

_ON_OPEN = {
    errno.ENOENT: (Reason.NO_DRIVER, "is not there"),
    errno.ENOTDIR: (Reason.NO_DRIVER, "is not there"),
    errno.ENXIO: (Reason.NO_DRIVER, "has no driver behind it"),
    errno.ENODEV: (Reason.NO_ANSWER, "has no BMC behind it"),
    errno.EINVAL: (Reason.NO_ANSWER, "has no BMC behind it"),
    errno.EACCES: (Reason.NO_PERMISSION, "may not be opened by this user"),
    errno.EPERM: (Reason.NO_PERMISSION, "may not be opened by this user"),
    errno.EBUSY: (Reason.BUSY, "is in use"),
    errno.EAGAIN: (Reason.BUSY, "is in use"),
}
_ON_ASK = {
    errno.EBUSY: (Reason.BUSY, "takes no request now"),
    errno.EAGAIN: (Reason.BUSY, "takes no request now"),
    errno.ENOMEM: (Reason.BUSY, "has no memory for a request"),
    errno.ENODEV: (Reason.SESSION_LOST, "has lost its BMC"),
    errno.ENXIO: (Reason.SESSION_LOST, "has lost its driver"),
    errno.EBADF: (Reason.SESSION_LOST, "is closed"),
    errno.EPERM: (Reason.NO_PERMISSION, "may not be asked by this user"),
    errno.EACCES: (Reason.NO_PERMISSION, "may not be asked by this user"),
    errno.ENOTTY: (Reason.PROTOCOL, "is no IPMI device"),
}

# Its debug lines hold all that the device says, serial numbers included.
logging.getLogger("pyipmi.interfaces.ipmidev").setLevel(logging.INFO)


class Driver:
    """An open device file. Its methods block: they belong to one thread. All raise Failure only.

    `make` gives python-ipmi's interface for a path.
    """

    def __init__(self, path: Path, make: Callable[[str], IpmiDev] = IpmiDev) -> None:
        self.path = path
        self._device = make(str(path))

    def open(self, _left: float = 0.0) -> None:
        """Failure: NO_DRIVER, NO_PERMISSION, NO_ANSWER (no BMC), BUSY, DEVICE_ERROR."""
        try:
            self._device.open()
        except OSError as error:
            raise self._failure(error, _ON_OPEN) from error

    def ask(self, netfn: int, command: int, data: bytes, lun: int, left: float) -> bytes:
        """Sends a request once; completion code and data of its own answer, within `left` seconds.

        Failure TIMEOUT: none came; BUSY: the driver did not take it; SESSION_LOST: open it anew.
        NotRead: it may do more than read.
        """
        permitted.check(netfn, command, data, session=False)
        self._device.timeout = left
        words = f"no answer to {netfn:02x}h {command:02x}h in {left:.1f} s"
        try:
            request = bytes((command,)) + data
            answer: bytes = self._device.send_and_receive_raw(_BMC, lun, netfn, request)
        except IpmiTimeoutError as error:
            raise Failure(Reason.TIMEOUT, words) from error
        except OSError as error:
            raise self._failure(error, _ON_ASK) from error
        except ValueError as error:  # its select() takes no descriptor above 1023
            raise Failure(Reason.INTERNAL, f"{self.path}: {error}") from error
        except RuntimeError as error:
            raise Failure(Reason.SESSION_LOST, f"{self.path} is closed") from error
        return answer

    def close(self, _left: float = 0.0) -> None:
        """May be called at any time, and twice."""
        try:
            self._device.close()
        except OSError:
            pass  # the descriptor is gone all the same

    def _failure(self, error: OSError, known: dict[int, tuple[Reason, str]]) -> Failure:
        reason, words = known.get(error.errno or 0, (Reason.DEVICE_ERROR, "failed"))
        return Failure(reason, f"{self.path} {words} ({error.strerror})")
