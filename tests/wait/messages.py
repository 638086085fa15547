# SPDX-License-Identifier: LGPL-2.1-or-later
"""Cases about what fstag-wait prints while it waits and when it gives up."""

from __future__ import annotations

import re
import time

from machine import SYS, Machine, expect, expect_there, uevent


def case_lists_all_tags(m: Machine) -> None:
    m.virtiofs(b"theirs")
    m.p9(b"other")
    m.wait("ubifs:ubi0:rootfs")
    m.terminate()
    expect(b" Available: virtiofs 'theirs', 9p 'other'. " in m.err, repr(m.err))


def case_lists_flash_of_its_types(m: Machine) -> None:
    m.flash("ubi", "ubi0_0", "other")
    m.wait("ubifs:ubi0:rootfs")
    m.terminate()
    expect(b", ubifs 'ubi0:other', " in m.err, repr(m.err))
    m.err = b""
    m.wait("virtiofs,9p,jffs2:myfs")
    m.terminate()
    expect(b" Available: none. " in m.err, repr(m.err))


def case_lists_devices_without_a_driver(m: Machine) -> None:
    for kind in ("0x0009", "0x001a", "0x0002"):
        m.driverless(kind)
    m.wait("virtiofs,9p:myfs")
    m.terminate()
    expect(
        b" Available: 9p (a device without its driver), virtiofs (a device without its driver). "
        in m.err,
        repr(m.err),
    )


def case_lists_hostile_tags(m: Machine) -> None:
    m.virtiofs("a\x1b[31m\n<0>ümläut".encode())
    m.p9(b"b\x07\rc")
    m.wait("virtiofs,9p:myfs")
    m.terminate()
    expect(
        rb"virtiofs 'a\x1b[31m\x0a<0>\xc3\xbcml\xc3\xa4ut', 9p 'b\x07\x0dc'." in m.err, repr(m.err)
    )
    expect(m.err.count(b"\n") == 1, f"more than one line: {m.err!r}")


def case_lists_missing_modules(m: Machine) -> None:
    """With one of the buses, the others are not missing. The kernel of this host may have 9p."""
    for there, missing in (
        ((), b"virtio_pci, virtio_mmio, virtio_ccw, 9pnet_virtio(, 9p)?"),
        (("platform/drivers/virtio-mmio",), b"9pnet_virtio(, 9p)?"),
        (("virtio/drivers/9pnet_virtio",), b"(none|9p)"),
    ):
        m.err = b""
        for name in there:
            (SYS / "bus" / name).mkdir(parents=True)
        m.wait("9p:myfs")
        m.terminate()
        expect(
            re.search(rb"\. Missing modules: " + missing + rb"\. See root=, ", m.err), repr(m.err)
        )


def case_wrong_type_9p(m: Machine) -> None:
    m.p9(b"my fs")
    m.wait("virtiofs:my fs")
    m.terminate()
    expect(
        b" Available: 9p 'my fs'. 'my fs' exists as 9p: use rootfstype=9p, or "
        b"<driver type='virtiofs'/> in libvirt's <filesystem>. " in m.err,
        repr(m.err),
    )


def case_wrong_type_virtiofs(m: Machine) -> None:
    m.virtiofs(b"myfs")
    m.wait("9p:myfs")
    m.terminate()
    expect(b" 'myfs' exists as virtiofs: use rootfstype=virtiofs. " in m.err, repr(m.err))


def case_names_fstab_in_a_running_system(m: Machine) -> None:
    m.leave_initrd()
    m.p9(b"data")
    m.wait("virtiofs:data")
    m.terminate()
    expect(b" exists as 9p: use the type 9p, or <driver" in m.err, repr(m.err))
    expect(b". See its line in /etc/fstab, and x-systemd.device-timeout= there\n" in m.err, m.err)
    expect(b"root" not in m.err, repr(m.err))


def case_says_once_what_it_waits_for(m: Machine) -> None:
    m.hurry()
    m.p9(b"theirs")
    m.wait("virtiofs,9p:myfs")
    m.until(b"\n")
    expect(m.times() == [10], f"it says so after {m.times()}")
    expect(
        m.err.startswith(
            b"<5>Still waiting for source 'myfs' (virtiofs,9p). " b"Available: 9p 'theirs'."
        ),
        repr(m.err),
    )
    time.sleep(1.2)
    uevent(m.p9(b"myfs"), action="change")
    expect_there(m)
    expect(m.err.count(b"\n") == 1, f"more than once: {m.err!r}")
