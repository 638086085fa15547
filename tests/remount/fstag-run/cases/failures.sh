# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash disable=SC2016,SC2164 # inner shells expand what is quoted; run.py sets -e
#
# What an earlier run left, calls that fail, and users who may not do more.

case_stale_file() {
	mkdir /run/fstag
	touch /run/fstag/namespace
	pivots run
	umount /run/fstag/namespace
	pivots run
}

case_file_of_another_kind() {
	local make

	mkdir /run/fstag
	cat /proc/self/mountinfo >before
	for make in 'mkdir %' 'ln -s /media/before %' 'mknod % p' 'mknod % c 1 3'; do
		eval "${make/\%//run/fstag/namespace}"
		status 125 timeout 20 "$FSTAG_RUN" touch /media/executed 2>error
		equal "$(wc -l <error)" 1
		grep -q "^fstag-run: .*'/run/fstag/namespace'" error
		[[ ! -e executed ]] || fail "it executed the command"
		cat /proc/self/mountinfo >after
		cmp before after
		[[ -e /run/fstag/namespace ]] || fail "it removed what it did not make"
		rm -r /run/fstag/namespace
	done
	pivots run
}

# Kills it at each mount(2), which leaves something behind.
case_creator_killed() {
	local n

	for n in 1 2 3; do
		status 137 strace -qq -o /dev/null -e trace=mount -e "inject=mount:signal=KILL:when=$n" \
			"$FSTAG_RUN" true
		pivots run
		equal "$(grep -c ' /run/fstag' /proc/self/mountinfo)" 2
		umount /run/fstag/namespace /run/fstag
		rm -r /run/fstag
	done
}

# Makes each call fail that can fail, in the program and in its child.
case_failure_leaves_nothing() {
	local call

	cat /proc/self/mountinfo >before
	for call in mount:when={1,2,3,4} unshare chroot socketpair clone fsopen; do
		status 125 strace -f -qq -o /dev/null -e "inject=${call/:/:error=ENOMEM:}$(
			[[ $call == *:* ]] || echo :error=ENOMEM)" "$FSTAG_RUN" true 2>error
		equal "$(wc -l <error)" 1
		cat /proc/self/mountinfo >after
		cmp before after
		[[ ! -e /run/fstag ]] || fail "the directory stays after $call"
	done
}

# Only in an initramfs: in a user namespace, pivot_root accepts the root of the fake system.
case_user_is_refused() {
	local -a as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)

	if [[ ! -v FSTAG_INITRAMFS ]]; then
		status 0 "${as_user[@]}" "$FSTAG_RUN" true
		return
	fi

	for _ in 1 2; do
		status 125 "${as_user[@]}" "$FSTAG_RUN" true 2>error
		equal "$(wc -l <error)" 1
		grep -q '^fstag-run: must run as root' error
		run true
	done
}

# A user who cannot make a user namespace cannot try pivot_root.
case_passes_through_for_any_user() {
	local -a as_user=(setpriv --reuid=65534 --regid=65534 --clear-groups)

	run true
	unshare --mount --propagation slave sh -euc '
		mount --rbind / /media
		cd /media
		mount --move . /
		exec chroot . "$@"' sh bash -euc '
		for error in EPERM ENOSPC EUSERS EINVAL ENOSYS; do
			"$@" strace -f -qq -o /dev/null -e inject=unshare:error=$error "$FSTAG_RUN" \
				echo passed
		done
		# Without strace: root without capabilities, where no user namespace is allowed.
		unshare --user --map-root-user --mount bash -euc "
			echo 0 >/proc/sys/user/max_user_namespaces
			exec setpriv --bounding-set=-all --inh-caps=-all $FSTAG_RUN echo passed"
		' bash "${as_user[@]}" >passed
	equal "$(sort passed | uniq -c | tr -s " ")" " 6 passed"
}
