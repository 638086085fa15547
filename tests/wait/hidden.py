# SPDX-License-Identifier: LGPL-2.1-or-later
"""Cases with a Linux before 6.9, which does not show the tags of virtiofs."""

import time

from machine import Machine, expect, expect_there, uevent


def case_hidden_tags(m: Machine) -> None:
    """Each question reaches the server of the tag, if there is one."""
    m.age()
    m.wait("virtiofs,9p:myfs")
    expect(m.asked() == [], f"without a device, it asked for {m.asked()}")
    other = m.hidden("other")
    for action, driver in (("add", ""), ("add", "virtiofs"), ("bind", "9pnet_virtio")):
        uevent(other, action=action, driver=driver)
    # If it asked now, it would not ask together with the events that follow.
    time.sleep(0.5)
    m.pause()
    for _ in range(5):
        uevent(other, driver="virtiofs")
    m.resume()
    m.until_asked(1)
    uevent(m.hidden("myfs"), driver="virtiofs")
    expect_there(m)
    expect(m.asked() == ["myfs", "myfs"], f"it asked for {m.asked()}")


def case_hidden_tag_there_already(m: Machine) -> None:
    m.age()
    m.hidden("myfs")
    m.start("9p,virtiofs:myfs")
    expect_there(m)
    expect(m.asked() == ["myfs"], f"it asked for {m.asked()}")


def case_hidden_uevent_is_lost(m: Machine) -> None:
    m.age()
    m.wait("virtiofs:myfs")
    m.pause()
    uevent(subsystem="block", action="add", padding=1900, count=10000)
    uevent(m.hidden("myfs"), driver="virtiofs")
    m.resume()
    expect_there(m)


def case_hidden_tag_of_another_type(m: Machine) -> None:
    """A hint is not worth a question to a server that somebody else may use."""
    m.age()
    m.hidden("myfs")
    m.wait("9p:myfs")
    m.terminate()
    expect(m.asked() == [], f"it asked for {m.asked()}")
    expect(
        b" Available: virtiofs (1 device whose tags this kernel does not show). " in m.err,
        repr(m.err),
    )


def case_module_shows_the_tags(m: Machine) -> None:
    """Without the module, the directory is missing on any kernel."""
    m.virtiofs(b"myfs")
    m.age()
    m.load_module()
    m.hidden("myfs")
    m.start("virtiofs:myfs")
    expect_there(m)
    expect(m.asked() == [], f"it asked for {m.asked()}")
