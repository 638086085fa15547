#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# cmdline hook for dracut: if fstag handles the root, this keeps dracut's own root hooks from acting.
#
# dracut-cmdline sources it. The generator, which ran before, has written a drop-in if fstag handles the
# root, even if it refused the root.

if [ -e /run/systemd/generator.early/initrd-root-device.target.d/50-root-device.conf ]; then
    # dracut's own hooks for virtiofs and 9p check these variables, and power off if they fail.
    # shellcheck disable=SC2034
    root=fstag: fstype=auto rootok=1

    # root=/dev/root can be a tag; dracut's initqueue would wait for a block device.
    # shellcheck disable=SC2154 # dracut's
    rm -f "$hookdir/initqueue/finished/devexists-\\x2fdev\\x2froot.sh" \
        "$hookdir/emergency/80-\\x2fdev\\x2froot.sh"
fi

# Returns 0 if the mount unit exists and waits for the network.
fstag_needs_network() {
    while read -r line; do
        [ "$line" = After=network-online.target ] && return 0
    done < "$1"
    return 1
} 2> /dev/null

# dracut's network modules start the network only on request, and the one for systemd-networkd in dracut
# 059 has no network to start without ip=. The name of the file makes every other .network file take
# precedence over it.
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
