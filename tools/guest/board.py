# SPDX-License-Identifier: LGPL-2.1-or-later
"""The machine types of QEMU on which the guests boot, and how devices attach to them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Board:
    machine: str  # for -machine
    bus: str = "pci"  # what the names of the virtio devices end in
    # Devices come into a port of their own, because none can be plugged into the root bus.
    has_ports: bool = False
    options: tuple[str, ...] = ()
    # Without KVM, the only clock against which Linux can calibrate the others is one that a busy
    # host disturbs.
    needs_counting: bool = False

    def ports(self, count: int) -> list[str]:
        """The options that make a port for each device."""
        if not self.has_ports:
            return []
        ports = [f"pcie-root-port,id=port{n},chassis={n + 1},slot={n + 1}" for n in range(count)]
        return [word for port in ports for word in ("-device", port)]

    def device(self, number: int, driver: str, **properties: object) -> dict[str, object]:
        """The arguments of QMP's device_add; `driver` lacks the name of the bus."""
        port = {"bus": f"port{number}"} if self.has_ports else {}
        # Nothing boots from a device here.
        rom = {"romfile": ""} if driver == "virtio-net" and self.bus == "pci" else {}
        name = f"device{number}"
        return {"driver": f"{driver}-{self.bus}", **properties, **rom, **port, "id": name}


BOARDS = {
    "pc": Board("pc"),
    "q35": Board("q35", has_ports=True),
    # Has no PCI, and no device can be plugged in later. ACPI describes the devices; Debian's
    # kernels do not read them from the command line.
    "microvm": Board(
        "microvm,acpi=on",
        "device",
        # virtiofs needs the devices of virtio 1.0, which virtio-mmio offers only on request.
        options=("-global", "virtio-mmio.force-legacy=false"),
        needs_counting=True,
    ),
}
