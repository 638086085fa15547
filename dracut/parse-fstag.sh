#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# dracut's cmdline hook: where fstag takes care of the root, dracut is to keep out of the way.
#
# dracut-cmdline sources it. Which root is fstag's is for the generator to say, which ran before
# and has left a drop-in for each such root, a refused one included.

if [ -e /run/systemd/generator.early/initrd-root-device.target.d/50-root-device.conf ]; then
    # dracut's own hooks for virtiofs and 9p go by these two, and power off where they fail.
    # shellcheck disable=SC2034
    root=fstag: fstype=auto rootok=1

    # root=/dev/root is a tag, too; dracut would have its initqueue wait for a block device.
    rm -f "$hookdir/initqueue/finished/devexists-\\x2fdev\\x2froot.sh" \
        "$hookdir/emergency/80-\\x2fdev\\x2froot.sh"
fi
