# SPDX-License-Identifier: LGPL-2.1-or-later
"""Virtual machines that boot with fstag: Debian trees, initrds, shares, QEMU.

Used by tools/demo and by tests/integration. Standard library only.
"""
