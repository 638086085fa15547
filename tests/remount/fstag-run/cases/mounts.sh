# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash disable=SC2016,SC2164 # inner shells expand what is quoted; run.py sets -e
#
# Mounts that are made outside and inside the namespace.

case_mounts_come_and_go() {
	mkdir before usb
	mount -t tmpfs before before
	run sleep infinity &
	mount -t tmpfs usb usb
	mount -t tmpfs later /srv
	touch usb/file /srv/file
	run test -e /media/usb/file -a -e /srv/file
	umount before usb /srv
	for directory in /media/before /media/usb /srv; do
		! run mountpoint -q "$directory" || fail "'$directory' stays"
	done
}

# With index=on, an overlay cannot use an upper layer that any mount still holds. It is mounted on
# the root itself, which exists twice.
case_nothing_stays_busy() {
	local -a overlay=(mount -t overlay -o 'lowerdir=lower,upperdir=upper,workdir=work,index=on'
		overlay)

	mkdir lower upper work
	"${overlay[@]}" /srv
	run sleep infinity &
	pivots run
	umount /srv
	"${overlay[@]}" /srv
}

case_mounts_inside_stay_inside() {
	mkdir directory
	run mount -t tmpfs inside directory
	run touch directory/file
	run test -e directory/file
	[[ ! -e directory/file ]] || fail "the mount is seen outside"
	run umount directory
}

# They propagate to the namespace that an engine makes below, a slave.
case_mounts_inside_propagate() {
	mkdir directory
	run unshare --mount --propagation slave sh -euc '
		touch ready
		until [ -e mounted ]; do sleep 0.01; done
		mountpoint -q directory' &
	until [[ -e ready ]]; do sleep 0.01; done
	run mount -t tmpfs inside directory
	touch mounted
	wait "$!"
}
