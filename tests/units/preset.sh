#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# What "systemctl preset-all" makes of fstag-remount.service in an image, and prints TAP.
#
# usage: preset.sh FSTAG-REMOUNT.SERVICE PRESET

set -u
unit=$1 preset=$2
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
number=0

make_image() {
	rm -rf "${scratch:?}/image"
	mkdir -p "$scratch/image/etc" "$scratch/image/usr/lib/systemd/system" \
		"$scratch/image/usr/lib/systemd/system-preset"
	cp "$unit" "$scratch/image/usr/lib/systemd/system"
}

systemctl_in_image() {
	systemctl --quiet --root="$scratch/image" "$@" >/dev/null 2>&1
}

is_enabled() {
	[ -L "$scratch/image/etc/systemd/system/initrd.target.wants/fstag-remount.service" ]
}

report() {
	result=$?
	number=$((number + 1))
	[ $result -eq 0 ] && echo "ok $number - $1" || echo "not ok $number - $1"
}

if ! command -v systemctl >/dev/null; then
	echo "1..0 # SKIP no systemctl"
	exit 0
fi
echo 1..3

make_image
systemctl_in_image preset-all
is_enabled
report "without a preset it is enabled, so the next one can fail"

make_image
cp "$preset" "$scratch/image/usr/lib/systemd/system-preset"
systemctl_in_image preset-all
! is_enabled
report "preset-all leaves it alone"

systemctl_in_image enable fstag-remount.service
is_enabled
report "who asks for it has it"
