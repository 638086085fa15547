#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# cmdline hook for dracut: if fstag handles the root, keeps dracut's own root hooks from acting. If fstag
# mounts the root or /usr from the network, starts the network.
#
# dracut-cmdline sources it. The generator has run before. It writes a drop-in if fstag handles the root,
# even if it refuses the root.

if [ -e /run/systemd/generator.early/initrd-root-device.target.d/50-root-device.conf ]; then
    # dracut's own hooks for virtiofs and 9p check these variables, and power the machine off if they fail.
    # shellcheck disable=SC2034
    root=fstag: fstype=auto rootok=1

    # root=/dev/root can be a tag. dracut's initqueue would wait for a block device.
    # shellcheck disable=SC2154 # dracut sets it
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

# dracut's network modules start the network only on request. The one for systemd-networkd in dracut 059 also
# has no network to start without ip=. By its name, the file comes last: every other .network file takes
# precedence.
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
