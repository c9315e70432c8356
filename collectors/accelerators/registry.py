"""All adapters that there are."""

from __future__ import annotations

from collectors.accelerators.ascend import Ascend
from collectors.accelerators.cambricon import Cambricon
from collectors.accelerators.enflame import Enflame
from collectors.accelerators.hygon import Hygon
from collectors.accelerators.iluvatar import Iluvatar
from collectors.accelerators.kunlunxin import Kunlunxin
from collectors.accelerators.metax import MetaX
from collectors.accelerators.moorethreads import MooreThreads
from collectors.accelerators.nvidia import Nvidia
from collectors.accelerators.tool import Adapter


def adapters() -> tuple[Adapter, ...]:
    """New ones, without memory."""
    return (
        *(Ascend(), Hygon(), Cambricon(), MooreThreads(), MetaX(), Iluvatar()),
        *(Enflame(), Kunlunxin(), Nvidia()),
    )
