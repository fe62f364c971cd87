"""What Windows tells about drives, and how it lets one go; loaded on Windows only."""

import sys

if sys.platform == "win32":  # pragma: no cover - needs Windows
    import ctypes
    import shutil
    import string
    import time
    from collections.abc import Iterator
    from contextlib import contextmanager, suppress
    from pathlib import Path
    from typing import Final

    _REMOVABLE: Final = 2
    _READ_ONLY: Final = 0x00080000
    _USB: Final = 7
    _READ_WRITE: Final = 0xC0000000
    _QUIET: Final = 1  # no window about a card reader without a card
    _QUERY, _LOCK, _DISMOUNT = 0x002D1400, 0x00090018, 0x00090020
    _ALLOW_REMOVAL, _EJECT = 0x002D4804, 0x002D4808
    _BUS_AT: Final = 28  # STORAGE_DEVICE_DESCRIPTOR.BusType
    _RETRY_SECONDS: Final = (0.2, 0.5, 1.0, 2.0)  # virus scanners hold a new file for a moment

    def _kernel() -> ctypes.WinDLL:
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        kernel.CreateFileW.restype = ctypes.c_void_p
        kernel.CloseHandle.argtypes = [ctypes.c_void_p]
        kernel.FlushFileBuffers.argtypes = [ctypes.c_void_p]
        words = [ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p, ctypes.c_uint32]
        kernel.DeviceIoControl.argtypes = [*words, ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p, ctypes.c_void_p]
        return kernel

    def volumes() -> Iterator[tuple[Path, str, str, str, int, int, bool]]:
        """The drives that can be pulled out: folder, label, device, file system, bytes free, in all, read-only."""
        kernel = _kernel()
        before = kernel.SetErrorMode(_QUIET)
        try:
            letters = kernel.GetLogicalDrives()
            for number, letter in enumerate(string.ascii_uppercase):
                if letters >> number & 1:
                    with suppress(OSError):
                        yield from _volume(kernel, letter)
        finally:
            kernel.SetErrorMode(before)

    def _volume(kernel: ctypes.WinDLL, letter: str) -> Iterator[tuple[Path, str, str, str, int, int, bool]]:
        root, device = f"{letter}:\\", f"\\\\.\\{letter}:"
        if kernel.GetDriveTypeW(root) != _REMOVABLE and not _is_usb(kernel, device):
            return
        name, system = ctypes.create_unicode_buffer(261), ctypes.create_unicode_buffer(261)
        flags = ctypes.c_uint32()
        if not kernel.GetVolumeInformationW(root, name, 261, None, None, ctypes.byref(flags), system, 261):
            return
        usage = shutil.disk_usage(root)
        label = f"{name.value} ({letter}:)".strip()
        yield Path(root), label, device, system.value, usage.free, usage.total, bool(flags.value & _READ_ONLY)

    @contextmanager
    def _opened(kernel: ctypes.WinDLL, device: str, access: int) -> Iterator[int | None]:
        handle = kernel.CreateFileW(device, access, 3, None, 3, 0, None)
        if handle in (None, ctypes.c_void_p(-1).value):
            yield None
            return
        try:
            yield handle
        finally:
            kernel.CloseHandle(handle)

    def _control(kernel: ctypes.WinDLL, handle: int, code: int, sent: bytes = b"", answer: int = 0) -> bytes | None:
        """The answer of a device, None when it refuses."""
        given = ctypes.create_string_buffer(sent, len(sent)) if sent else None
        room = ctypes.create_string_buffer(answer) if answer else None
        size = ctypes.c_uint32()
        done = kernel.DeviceIoControl(handle, code, given, len(sent), room, answer, ctypes.byref(size), None)
        return (room.raw if room is not None else b"") if done else None

    def _is_usb(kernel: ctypes.WinDLL, device: str) -> bool:
        with _opened(kernel, device, 0) as handle:
            told = None if handle is None else _control(kernel, handle, _QUERY, bytes(12), 1024)
            return told is not None and int.from_bytes(told[_BUS_AT : _BUS_AT + 4], "little") == _USB

    def release(device: str) -> bool:
        """Write down what is held, lock, dismount, let go; False while another program holds a file there."""
        kernel = _kernel()
        with _opened(kernel, device, _READ_WRITE) as handle:
            if handle is None:
                return False
            kernel.FlushFileBuffers(handle)
            for seconds in (*_RETRY_SECONDS, 0.0):
                if _control(kernel, handle, _LOCK) is not None:
                    break
                time.sleep(seconds)
            else:
                return False
            if _control(kernel, handle, _DISMOUNT) is None:
                return False
            _control(kernel, handle, _ALLOW_REMOVAL, b"\0")
            return _control(kernel, handle, _EJECT) is not None
