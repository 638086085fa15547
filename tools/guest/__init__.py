# SPDX-License-Identifier: LGPL-2.1-or-later
"""Virtual machines that boot with fstag: Debian trees, initrds, shares, QEMU.

tools/, bench/ and tests/ use it. It needs only the standard library.
"""
