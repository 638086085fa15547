# SPDX-License-Identifier: LGPL-2.1-or-later
"""Simulates a machine: its devices are files in /sys, its uevents are injected, and fstag-wait
waits for them."""

from __future__ import annotations

import os
import resource
import select
import shutil
import signal
import socket
import struct
import subprocess
import time
from pathlib import Path

SYS = Path("/sys")
DRIVER = SYS / "bus/virtio/drivers/9pnet_virtio"
NOTIFY = "/run/notify"
TIMES = Path("/run/times")
HIDDEN_TAGS = Path("/run/tags")
ASKED = Path("/run/asked")
LATER = SYS / "fs/later"
NETLINK_KOBJECT_UEVENT = 15
LIMIT = 10


def uevent(
    device: Path = SYS / "devices/none",
    subsystem: str = "virtio",
    action: str = "bind",
    driver: str = "",
    padding: int = 0,
    count: int = 1,
) -> None:
    """Sends a message that the kernel passes on to all listeners."""
    path = str(device).removeprefix(str(SYS))
    words = [
        f"{action}@{path}",
        f"ACTION={action}",
        f"DEVPATH={path}",
        f"SUBSYSTEM={subsystem}",
        f"DRIVER={driver}",
        f"PADDING={padding * '.'}",
    ]
    text = "".join(f"{word}\0" for word in words).encode()
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_KOBJECT_UEVENT) as netlink:
        netlink.bind((0, 0))
        for _ in range(count):
            netlink.send(struct.pack("=IHHII", 16 + len(text), 16, 1, 0, 0) + text)


class Machine:
    """The devices of one case, and the fstag-wait that waits for them."""

    def __init__(self, program: str) -> None:
        self._program = program
        self._devices = 0
        self.env = {
            "PATH": "/usr/bin:/bin",
            "NOTIFY_SOCKET": NOTIFY,
            "LC_ALL": "C",
            "SYSTEMD_DEVICE_VERIFY_SYSFS": "0",
            "SYSTEMD_IN_INITRD": "1",
            "HASTY_LOG": str(TIMES),
        }
        self.err = b""
        for name in ("fs/virtiofs", "bus/virtio/devices", "bus/virtio/drivers"):
            (SYS / name).mkdir(parents=True)
        self._notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._notify.bind(NOTIFY)
        self._notify.settimeout(LIMIT)
        self._process: subprocess.Popen | None = None

    def leave_initrd(self) -> None:
        self.env["SYSTEMD_IN_INITRD"] = "0"

    def close(self) -> None:
        if self._process and self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._notify.close()
        os.unlink(NOTIFY)
        TIMES.unlink(missing_ok=True)
        ASKED.unlink(missing_ok=True)
        shutil.rmtree(HIDDEN_TAGS, ignore_errors=True)
        for path in SYS.iterdir():
            shutil.rmtree(path)

    def virtiofs(self, tag: bytes) -> Path:
        directory = SYS / f"fs/virtiofs/{self._number()}"
        directory.mkdir()
        (directory / "tag").write_bytes(tag + b"\n")
        return directory

    def age(self) -> None:
        """Makes this a machine with a Linux that does not show the tags of virtiofs."""
        (SYS / "fs/virtiofs").rename(LATER)
        HIDDEN_TAGS.mkdir()
        ASKED.touch()
        self.env |= {"OLD_KERNEL_TAGS": str(HIDDEN_TAGS), "OLD_KERNEL_LOG": str(ASKED)}

    def load_module(self) -> None:
        """Makes the first question load the module, after which the tags can be seen."""
        self.env["OLD_KERNEL_MODULE"] = str(LATER)

    def hidden(self, tag: str) -> Path:
        device = self.driverless("0x001a")
        (device / "uevent").write_text("DRIVER=virtiofs\n")
        (device / "driver").symlink_to("../../bus/virtio/drivers/virtiofs")
        driver = SYS / "bus/virtio/drivers/virtiofs"
        driver.mkdir(exist_ok=True)
        (driver / device.name).symlink_to(device)
        (HIDDEN_TAGS / tag).touch()
        return device

    def asked(self) -> list[str]:
        """The tags for which fstag-wait has asked the kernel."""
        return ASKED.read_text().splitlines()

    def trap(self) -> Path:
        """A device whose tag cannot be read to the end."""
        directory = self.virtiofs(b"")
        (directory / "tag").unlink()
        os.mkfifo(directory / "tag")
        return directory

    def p9(self, tag: bytes) -> Path:
        device = self.driverless("0x0009")
        (device / "uevent").write_text("DRIVER=9pnet_virtio\n")
        (device / "mount_tag").write_bytes(tag + b"\0")
        DRIVER.mkdir(exist_ok=True)
        (device / "driver").symlink_to("../../bus/virtio/drivers/9pnet_virtio")
        return device

    def driverless(self, kind: str) -> Path:
        name = f"virtio{self._number()}"
        device = SYS / "devices" / name
        device.mkdir(parents=True)
        (device / "uevent").touch()
        (device / "device").write_text(f"{kind}\n")
        (device / "subsystem").symlink_to("../../bus/virtio")
        (SYS / "bus/virtio/devices" / name).symlink_to(f"../../../devices/{name}")
        return device

    def flash(self, subsystem: str, sysname: str, name: str) -> Path:
        device = SYS / "devices" / sysname
        device.mkdir(parents=True)
        (device / "uevent").touch()
        (device / "name").write_text(f"{name}\n")
        (device / "subsystem").symlink_to(f"../../class/{subsystem}")
        (SYS / "class" / subsystem).mkdir(parents=True)
        (SYS / "class" / subsystem / sysname).symlink_to(f"../../devices/{sysname}")
        return device

    def pause(self) -> None:
        self._process.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self._process.pid, os.WSTOPPED)

    def resume(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def limit_descriptors(self, limit: int) -> None:
        hard = resource.prlimit(self._process.pid, resource.RLIMIT_NOFILE)[1]
        resource.prlimit(self._process.pid, resource.RLIMIT_NOFILE, (limit, hard))

    def break_virtiofs(self) -> None:
        """Makes every further check fail, until mend_virtiofs()."""
        (SYS / "fs/virtiofs").rename(SYS / "fs/whole")
        (SYS / "fs/virtiofs").touch()

    def mend_virtiofs(self) -> None:
        (SYS / "fs/virtiofs").unlink()
        (SYS / "fs/whole").rename(SYS / "fs/virtiofs")

    def hurry(self) -> None:
        """Makes the timers run 20 times as fast, from the next start on."""
        self.env["HASTY_FACTOR"] = "20"

    def times(self) -> list[int]:
        """The timers that fstag-wait has set, in seconds."""
        return [int(line) // 1000000 for line in TIMES.read_text().splitlines()]

    def start(self, *arguments: str) -> None:
        self._process = subprocess.Popen(
            [self._program, *arguments],
            env=self.env,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )
        os.set_blocking(self._process.stderr.fileno(), False)

    def alias(self, device: str) -> tuple[int, str]:
        done = subprocess.run(
            [self._program, "--alias", f"/sys/devices/{device}"],
            text=True,
            stdout=subprocess.PIPE,
            env={"SYSTEMD_DEVICE_VERIFY_SYSFS": "0"},
        )
        return done.returncode, done.stdout

    def wait(self, *arguments: str) -> None:
        """Starts fstag-wait, and returns when it has checked once and listens."""
        self.start(*arguments)
        told = self._notify.recv(4096)
        expect(told.startswith(b"STATUS=Waiting"), f"it told {told!r}")

    def terminate(self) -> int:
        self._process.send_signal(signal.SIGTERM)
        return self.end()

    def terminate_all(self) -> int:
        """As systemd ends a service, here with its children first."""
        self.pause()
        pid = self._process.pid
        children = Path(f"/proc/{pid}/task/{pid}/children")
        for child in map(int, children.read_text().split()):
            os.kill(child, signal.SIGTERM)
            time.sleep(0.1)
        self._process.send_signal(signal.SIGTERM)
        self.resume()
        return self.end()

    def end(self) -> int:
        try:
            rc = self._process.wait(LIMIT)
        except subprocess.TimeoutExpired:
            raise AssertionError("it still waits") from None
        self.read()
        return rc

    def read(self) -> bytes:
        self.err += self._process.stderr.read() or b""
        return self.err

    def until(self, text: bytes, seconds: float = LIMIT) -> None:
        end = time.monotonic() + seconds
        while text not in self.err:
            left = end - time.monotonic()
            expect(left > 0, f"no '{text.decode()}' in {self.err!r}")
            select.select([self._process.stderr], [], [], left)
            self.read()

    def until_asked(self, times: int) -> None:
        end = time.monotonic() + LIMIT
        while len(self.asked()) < times:
            expect(time.monotonic() < end, f"it asked for {self.asked()}")
            time.sleep(0.01)

    def _number(self) -> int:
        self._devices += 1
        return self._devices - 1


def expect(truth: bool, otherwise: str) -> None:
    if not truth:
        raise AssertionError(otherwise)


def expect_there(m: Machine) -> None:
    rc = m.end()
    expect(rc == 0, f"exit status {rc}: {m.err!r}")
