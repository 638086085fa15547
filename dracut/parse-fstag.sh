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

# Whether the mount, if it is fstag's, waits for the network.
fstag_needs_network() {
    while read -r line; do
        [ "$line" = After=network-online.target ] && return 0
    done < "$1"
    return 1
} 2> /dev/null

# dracut's network modules start the network only where somebody says that it is needed, and that of
# dracut 059 for systemd-networkd has no network to start where no ip= is given. By its name any
# other .network comes before this one.
fstag_start_network() {
    echo rd.neednet=1 > /etc/cmdline.d/20-fstag-network.conf
    [ -x /usr/lib/systemd/systemd-networkd ] || return 0
    for hook in "$hookdir"/cmdline/*networkd-config.sh; do
        [ -e "$hook" ] && return 0
    done
    mkdir -p /run/systemd/network
    printf '%s\n' '[Match]' 'Kind=!*' 'Type=!loopback' '[Network]' DHCP=yes \
        > /run/systemd/network/zzzz-fstag.network
}

for unit in sysroot.mount sysusr-usr.mount; do
    if fstag_needs_network "/run/systemd/generator.early/$unit"; then
        fstag_start_network
        break
    fi
done
unset unit line hook
