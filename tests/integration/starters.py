# SPDX-License-Identifier: LGPL-2.1-or-later
"""Programs that start virtual machines with a command line and devices of their own.

They run in a container with the suite's versions of them, of QEMU and of virtiofsd.
"""

from __future__ import annotations

import re
import shutil
import time
from dataclasses import dataclass, field
from pathlib import Path

from container import Container
from guest import host
from guest.console import Console
from guest.machine import Device, Machine
from guest.suite import Tree

README = Path(__file__).resolve().parents[2] / "README.md"
KERNEL, INITRD, SHARE = "/srv/boot/vmlinuz", "/srv/boot/initrd.img", "/srv/guest"
MEMORY = "512"  # in MiB


@dataclass
class Started:
    """A virtual machine that a starter has made of the kernel, initrd and share of `machine`."""

    name: str
    tree: Tree
    machine: Machine
    console: Console = field(init=False)
    start_time: float = field(init=False)
    _container: Container = field(init=False)

    def __enter__(self) -> Started:
        self._container = Container(self.tree)
        try:
            self._copy_files()
            command = STARTERS[self.name](self.machine, self._container.root)
            self.start_time = time.monotonic()
            self.console = Console(self._container.start(command), self.machine.log)
        except BaseException:
            self._container.stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._container.stop()

    @property
    def emulated(self) -> bool:
        return self.machine.emulated

    @property
    def devices(self) -> list[Device]:
        return self.machine.devices

    def wait_end(self, seconds: float) -> bool:
        return self.console.wait_end(seconds)

    def _copy_files(self) -> None:
        root, device = self._container.root, self.machine.devices[0]
        for path in (KERNEL, SHARE):
            (root / path.lstrip("/")).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(self.machine.kernel, root / KERNEL.lstrip("/"))
        shutil.copy(self.machine.initrd, root / INITRD.lstrip("/"))
        (root / SHARE.lstrip("/")).mkdir()
        host.run(["mount", "--rbind", device.share, root / SHARE.lstrip("/")])


def _words(machine: Machine, console: str) -> str:
    return machine.full_cmdline().replace("console=ttyS0", f"console={console}")


LIBVIRT_COMMAND = """
export LIBVIRT_DEFAULT_URI=qemu:///system
libvirtd --daemon
for _ in $(seq 100); do
    virsh version >/dev/null 2>&1 && break
    sleep 0.2
done
virsh create /srv/boot/domain.xml
while virsh domstate fstag >/dev/null 2>&1; do
    sleep 1
done
cat /var/log/libvirt/qemu/fstag.log
"""
# Nobody but libvirt uses this system.
LIBVIRT_CONFIGURATION = """
user = "root"
group = "root"
security_driver = "none"
cgroup_controllers = []
namespaces = []
remember_owner = 0
stdio_handler = "file"
"""
LIBVIRT_MACHINE = f"""<name>fstag</name>
  <memory unit='MiB'>{MEMORY}</memory>
  <vcpu>1</vcpu>
  <cpu mode='maximum'/>
  <on_reboot>destroy</on_reboot>"""
LIBVIRT_CONSOLE = "    <serial type='file'><source path='/dev/console'/></serial>"


def _libvirt(machine: Machine, root: Path) -> list[str]:
    """With the domain of the README."""
    (domain,) = re.findall(r"```xml\n(.*?)```", README.read_text(), re.DOTALL)
    changes = {
        "...": LIBVIRT_MACHINE,
        "root=fstag:myfs rw": f"root=fstag:myfs rw {_words(machine, 'ttyS0')}",
        "  </devices>": f"{LIBVIRT_CONSOLE}\n  </devices>",
    }
    if machine.emulated:
        changes["<domain type='kvm'>"] = "<domain type='qemu'>"
    for old, new in changes.items():
        if domain.count(old) != 1:
            raise host.GuestError(f"the domain in '{README}' does not have '{old}' once")
        domain = domain.replace(old, new)
    (root / "srv/boot/domain.xml").write_text(domain)
    (root / "etc/libvirt/qemu.conf").write_text(LIBVIRT_CONFIGURATION)
    return ["sh", "-c", LIBVIRT_COMMAND]


def _virtme(machine: Machine, root: Path) -> list[str]:
    """It names /bin/sh as the init; QEMU takes the last -initrd."""
    share = root / SHARE.lstrip("/")
    (share / "bin").mkdir()
    shutil.copy(share / "sbin/init", share / "bin/sh")
    words = [word for word in _words(machine, "hvc0").split() if not word.startswith("console=")]
    return [
        *("virtme-run", "--mods=none", "--kimg", KERNEL, "--root", SHARE, "--rw"),
        *("--memory", f"{MEMORY}M", "--verbose", "--show-boot-console"),
        *(["--disable-kvm"] if machine.emulated else []),
        *(["--force-9p"] if machine.devices[0].fs == "9p" else []),
        *(option for word in words for option in ("-a", word)),
        *("--qemu-opts", "-no-reboot", "-initrd", INITRD),
    ]


STARTERS = {"libvirt": _libvirt, "virtme": _virtme}
