# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash disable=SC2016,SC2164 # inner shells expand what is quoted; run.py sets -e
#
# Another root: the next one of the system, and that of a chroot.

# What switch-root and soft-reboot do: /run moves along, with everything that is mounted there.
next_root='
	mount --make-private /
	mount --make-private /media
	mkdir /media/next
	mount -t tmpfs next /media/next
	cd /media/next
	for directory in bin dev etc lib lib64 proc tmp usr; do
		[ -e "/$directory" ] || continue
		mkdir "$directory"
		mount --rbind "/$directory" "$directory"
	done
	mkdir run media mnt
	touch next
	mount --move /run run
	mount -t tmpfs fake media
	mount "--make-$1" /
	mount --move . /
	exec chroot . bash -euc "mount --make-rshared /; cd /media; $2"'

case_next_root_passes_through() {
	run true
	bash -euc "$next_root" bash private '
		stale=$("$FSTAG_RUN" readlink /proc/self/ns/mnt)
		test "$stale" = "$(readlink /proc/self/ns/mnt)"
		cd /usr/bin
		test "$("$FSTAG_RUN" pwd)" = /usr/bin'
}

case_next_root_gets_its_own() {
	# pivot_root accepts a root that was moved over an initramfs.
	[[ ! -v FSTAG_INITRAMFS ]] || return 0

	run sleep infinity &
	run true
	bash -euc "$next_root" bash shared '
		for i in {1..24}; do
			"$FSTAG_RUN" readlink /proc/self/ns/mnt >namespace$i &
		done
		wait $(jobs -p)
		test "$(sort -u namespace* | wc -l)" = 1
		test "$(cat namespace* | wc -l)" = 24
		test "$(cat namespace1)" != "$(readlink /proc/self/ns/mnt)"
		"$FSTAG_RUN" test -e /next
		test "$(grep -c " /run/fstag" /proc/self/mountinfo)" = 2
		"$FSTAG_RUN" unshare --mount --propagation private sh -euc "mount -t tmpfs new /mnt
			cd /mnt && mkdir old && pivot_root . old"'
}

case_other_root_is_refused() {
	local directory

	run true
	mkdir root
	mount -t tmpfs root root
	for directory in bin lib lib64 media proc run tmp usr; do
		mkdir "root/$directory"
		mount --bind "/$directory" "root/$directory"
	done
	cat /proc/self/mountinfo >before
	status 125 chroot root "$FSTAG_RUN" touch /media/executed
	cat /proc/self/mountinfo >after
	cmp before after
	mount --make-rprivate root
	mount --bind /run/fstag root/run/fstag
	mount --bind /run/fstag/namespace root/run/fstag/namespace
	status 125 chroot root "$FSTAG_RUN" touch /media/executed
	[[ ! -e executed ]] || fail "it executed the command"
}

# The root is another mount of the same file system, so the directory alone does not reveal it.
case_chroot_to_same_root_is_refused() {
	local order

	mkdir root
	mount --rbind / root
	mount --make-rslave root
	cat /proc/self/mountinfo >before
	for order in first later; do
		status 125 chroot root "$FSTAG_RUN" touch /media/executed 2>error
		equal "$(cat error)" "fstag-run: '/' is not the root of the system"
		[[ ! -e executed ]] || fail "it executed the command, $order"
		[[ $order == later ]] || {
			cat /proc/self/mountinfo >after
			cmp before after
			[[ ! -e /run/fstag ]] || fail "the directory stays"
		}
		pivots run
	done
}
