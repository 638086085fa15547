# SPDX-License-Identifier: LGPL-2.1-or-later
"""A virtual machine: QEMU, a virtiofsd for each virtiofs device, the console."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from . import accel, host, virtiofsd
from .board import BOARDS, Board
from .console import Console
from .network import Network
from .qmp import Qmp

# Page table isolation and five-level page tables are of no use here, but with emulation they take a
# fifth of the time. Each character on the console takes time, too.
EMULATION_CPU = "max,la57=off"
EMULATION_KERNEL_ARGUMENTS = "mitigations=off loglevel=5"
# The clock of the guest advances by 2^2 ns with each instruction that it executes, so it does not
# depend on other work on the host.
COUNTING = ("-icount", "shift=2")
SERVERS = ("9p-tcp", "nfs", "cifs")
NETWORKED = ("network", *SERVERS)
# The requests that begin and end the use of a file, and so of the whole share.
TRACED_9P = ("v9fs_attach", "v9fs_clunk")


@dataclass
class Device:
    """A share as the guest sees it."""

    # "virtiofs", "9p", "disk", "network" (one without a server), or a server on the network:
    # "9p-tcp", "nfs", "cifs"
    fs: str
    tag: str  # the guest does not see that of a disk
    share: Path  # the image for a disk
    present: bool = True  # False: plugged in, or its server started, later
    traced: bool = False  # its server logs the requests, see Machine.requests()
    options: tuple[str, ...] = ()  # of virtiofsd, as virtiofsd.py names them


@dataclass
class Machine:
    kernel: Path
    initrd: Path
    cmdline: str
    devices: list[Device]
    log: Path
    memory: str = "512M"
    board: Board = BOARDS["pc"]
    # The clock counts instructions; the machine is then emulated, and slower.
    counted: bool = False
    # Boots through UEFI from this disk instead of directly from kernel and initrd.
    efi_disk: Path | None = None
    server: virtiofsd.Server = field(default_factory=virtiofsd.of_host)
    start_time: float = field(init=False)  # time.monotonic()
    console: Console = field(init=False)
    qmp: Qmp = field(init=False)
    _processes: list[subprocess.Popen] = field(default_factory=list)
    _directory: Path = field(init=False)
    _network: Network | None = None

    def __enter__(self) -> Machine:
        try:
            self._start()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def emulated(self) -> bool:
        return not accel.has_kvm(self.kernel)

    @property
    def cpus(self) -> int:
        # Two emulated processors do not see in time what the other one changes in the code: in one
        # of thirty boots, Linux crashes on an int3 that it has already replaced.
        return 1 if self.emulated else 2

    def plug(self, device: Device) -> None:
        number = self.devices.index(device)
        if device.fs in SERVERS:
            self._start_server(number, device)
            return
        self.qmp.execute("device_add", **self._frontend(number, device))

    def unplug(self, device: Device) -> None:
        self.qmp.execute("device_del", id=f"device{self.devices.index(device)}")

    def requests(self, device: Device) -> str:
        """The log of the virtiofsd of a traced device, or of QEMU for all 9p devices."""
        name = "qemu" if device.fs == "9p" else f"fs{self.devices.index(device)}"
        path = self._directory / f"{name}.log"
        return path.read_text(errors="replace")

    def wait_end(self, seconds: float) -> bool:
        """Whether the guest powered off in time."""
        return self.console.wait_end(seconds)

    def stop(self) -> None:
        for process in reversed(self._processes):
            process.kill()
            process.wait()
        self._processes.clear()

    def _start(self) -> None:
        self._directory = host.new_scratch("machine")
        self.start_time = time.monotonic()
        console, console_end = socket.socketpair()
        control, control_end = socket.socketpair()
        passed = [console_end.fileno(), control_end.fileno()]
        if any(device.fs in NETWORKED for device in self.devices):
            self._network = Network()
            self._processes.append(self._network.holder)

        command = [*self._command(*passed), *self.board.ports(len(self.devices))]
        for number, device in enumerate(self.devices):
            command += self._backend(number, device)
            if device.present and device.fs in SERVERS:
                self._start_server(number, device)
            if device.present or device.fs in NETWORKED:
                command += ["-device", _as_option(self._frontend(number, device))]

        with (self._directory / "qemu.log").open("wb") as output:
            qemu = subprocess.Popen(
                self._network.command(command) if self._network else command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                pass_fds=passed,
            )
        self._processes.append(qemu)
        console_end.close()
        control_end.close()
        self.console = Console(console, self.log)
        try:
            self.qmp = Qmp(control)
        except host.GuestError as error:
            raise host.GuestError(f"{error}: {self._last_words()}") from error

    def _command(self, console: int, control: int) -> list[str]:
        return [
            host.find_program("qemu-system-x86_64"),
            *self._cpu(),
            # virtiofsd accesses the memory of the guest, so this memory must be shared.
            *("-machine", f"{self.board.machine},memory-backend=memory", *self.board.options),
            *("-object", f"memory-backend-memfd,id=memory,size={self.memory},share=on"),
            *("-m", self.memory, "-smp", str(self.cpus)),
            *("-nodefaults", "-no-user-config", "-display", "none", "-no-reboot"),
            *("-chardev", f"socket,id=console,fd={console}", "-serial", "chardev:console"),
            *("-chardev", f"socket,id=control,fd={control}"),
            *("-mon", "chardev=control,mode=control"),
            *(self._efi_boot() if self.efi_disk else self._direct_boot()),
        ]

    def _cpu(self) -> list[str]:
        if not self.emulated:
            assert not self.counted
            return ["-accel", "kvm", "-cpu", "host"]
        return ["-accel", "tcg", "-cpu", EMULATION_CPU, *(COUNTING if self.counted else ())]

    def _direct_boot(self) -> list[str]:
        cmdline = self.full_cmdline()
        return ["-kernel", str(self.kernel), "-initrd", str(self.initrd), "-append", cmdline]

    def full_cmdline(self) -> str:
        words = ["console=ttyS0", "panic=-1", "printk.devkmsg=on"]
        if self.emulated:
            words.append(EMULATION_KERNEL_ARGUMENTS)
        return " ".join([*words, self.cmdline])

    def _efi_boot(self) -> list[str]:
        code = Path("/usr/share/OVMF/OVMF_CODE_4M.fd")
        variables = self._directory / "variables.fd"
        variables.write_bytes(code.with_name("OVMF_VARS_4M.fd").read_bytes())
        flash = "if=pflash,format=raw,file="
        return [
            *("-drive", f"{flash}{code},readonly=on", "-drive", f"{flash}{variables}"),
            *("-drive", f"if=none,id=esp,format=raw,file={self.efi_disk}"),
            *("-device", "virtio-blk-pci,drive=esp,bootindex=0"),
        ]

    def _backend(self, number: int, device: Device) -> list[str]:
        if device.fs == "disk":
            return ["-drive", f"if=none,id=fs{number},format=raw,file={device.share}"]
        if device.fs in NETWORKED:
            return ["-netdev", f"user,id=fs{number}"]
        if device.fs == "9p":
            path = str(device.share).replace(",", ",,")
            trace = [word for event in TRACED_9P for word in ("-trace", event) if device.traced]
            return ["-fsdev", f"local,id=fs{number},path={path},security_model=passthrough", *trace]
        path = self._start_virtiofsd(number, device)
        return ["-chardev", f"socket,id=fs{number},path={path}"]

    def _start_server(self, number: int, device: Device) -> None:
        directory = self._directory / f"server{number}"
        directory.mkdir()
        self._processes.append(self._network.start_server(device.fs, device.share, directory))

    def _start_virtiofsd(self, number: int, device: Device) -> Path:
        path = self._directory / f"fs{number}.sock"
        with socket.socket(socket.AF_UNIX) as listener:
            # Listens before virtiofsd starts, so that QEMU can connect at once.
            with _short_name(path) as name:
                listener.bind(name)
            listener.listen(1)
            with (self._directory / f"fs{number}.log").open("wb") as output:
                process = subprocess.Popen(
                    self.server.arguments(
                        listener.fileno(), device.share, device.options, device.traced
                    ),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=output,
                    pass_fds=[listener.fileno()],
                )
        self._processes.append(process)
        return path

    def _frontend(self, number: int, device: Device) -> dict[str, object]:
        backend, make = f"fs{number}", self.board.device
        if device.fs == "disk":
            return make(number, "virtio-blk", drive=backend)
        if device.fs in NETWORKED:
            return make(number, "virtio-net", netdev=backend)
        if device.fs == "9p":
            return make(number, "virtio-9p", fsdev=backend, mount_tag=device.tag)
        return make(number, "vhost-user-fs", chardev=backend, tag=device.tag)

    def _last_words(self) -> str:
        # QEMU closes its connections a moment before it writes the reason.
        time.sleep(0.2)
        lines = (self._directory / "qemu.log").read_text(errors="replace").splitlines()
        return lines[-1] if lines else "no output"


class _short_name:
    """A name for a socket that fits into 108 bytes, however long the path of the directory is."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> str:
        self._fd = os.open(self._path.parent, os.O_PATH | os.O_DIRECTORY)
        return f"/proc/self/fd/{self._fd}/{self._path.name}"

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)


def _as_option(frontend: dict[str, object]) -> str:
    # QEMU requires that the driver comes first and that a comma in a value is doubled.
    words = [str(frontend["driver"])]
    for key, value in frontend.items():
        if key != "driver":
            words.append(f"{key}={str(value).replace(',', ',,')}")
    return ",".join(words)
