"""The instruction sets that the kernel tells a running program, where /proc/cpuinfo does not.

An aarch64 program under an emulator sees the /proc/cpuinfo of another processor; the auxiliary
vector is its own.
"""

from pathlib import Path

from resnettui.machine.sysfs import is_this_machine

_HWCAP, _HWCAP2 = 16, 26
"""The keys of the auxiliary vector (linux/auxvec.h)."""
_BITS = {
    _HWCAP: {"asimd": 1, "fphp": 9, "asimdhp": 10, "asimddp": 20, "sve": 22},
    _HWCAP2: {"sve2": 1, "svei8mm": 9, "svebf16": 12, "i8mm": 13, "bf16": 14},
}
"""Flag -> its bit (arch/arm64/include/uapi/asm/hwcap.h)."""


def hwcaps(root: Path = Path("/")) -> tuple[str, ...]:
    """Return the aarch64 flags of the running processor; () for the tree of another machine."""
    if not is_this_machine(root):
        return ()
    # It takes milliseconds to import, before the first frame, and is wanted under emulators alone.
    import ctypes

    try:
        getauxval = ctypes.CDLL(None).getauxval
    except (OSError, AttributeError):  # Not Linux's C library.
        return ()
    getauxval.restype, getauxval.argtypes = ctypes.c_ulong, [ctypes.c_ulong]
    return flags_in({key: getauxval(key) for key in _BITS})


def flags_in(vector: dict[int, int]) -> tuple[str, ...]:
    """Return the flags whose bits are set in the vector's words, weakest first."""
    return tuple(
        flag
        for key, bits in _BITS.items()
        for flag, bit in bits.items()
        if vector.get(key, 0) >> bit & 1
    )
