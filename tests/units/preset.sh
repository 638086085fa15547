#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Tests what "systemctl preset-all" does with fstag-remount.service in an image. Prints TAP.
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
report "preset-all enables it without the preset, so the next test can fail"

make_image
cp "$preset" "$scratch/image/usr/lib/systemd/system-preset"
systemctl_in_image preset-all
! is_enabled
report "preset-all does not enable it"

systemctl_in_image enable fstag-remount.service
is_enabled
report "enable enables it"
