# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash disable=SC2016,SC2164 # inner shells expand what is quoted; run.py sets -e
#
# Callers in namespaces of their own, and many at once.

case_callers_share() {
	local i

	for i in {1..24}; do
		run readlink /proc/self/ns/mnt >"namespace$i" &
	done
	wait
	equal "$(cat namespace* | wc -l)" 24
	equal "$(sort -u namespace* | wc -l)" 1
	equal "$(grep -c ' /run/fstag' /proc/self/mountinfo)" 2
	[[ $(<namespace1) != "$(namespace_of self)" ]] || fail "they share the system's"
}

# For example, a service with PrivateTmp=.
case_caller_with_own_mounts() {
	run readlink /proc/self/ns/mnt >namespaces
	unshare --mount --propagation slave sh -euc '
		readlink /proc/self/ns/mnt
		mount -t tmpfs own /srv
		touch /srv/file
		"$FSTAG_RUN" test -e /srv/file
		"$FSTAG_RUN" readlink /proc/self/ns/mnt
		"$FSTAG_RUN" readlink /proc/self/ns/mnt' >>namespaces
	run readlink /proc/self/ns/mnt >>namespaces
	equal "$(uniq namespaces | wc -l)" 4
	equal "$(sort -u namespaces | wc -l)" 3
}

# Since Linux 6.18, the number of a namespace depends on the processor, and a mount namespace can be
# kept as a mount only if its number is not lower than that of the caller. If the scheduler moves a
# parent and its child to other processors, this fails by chance.
case_any_processor() {
	local -a processors
	local caller child

	mapfile -t processors <<<"$(sed -n 's/^processor[[:space:]]*: //p' /proc/cpuinfo)"
	for caller in "${processors[@]}"; do
		for child in "${processors[@]}" "${processors[@]}"; do
			taskset -c "$caller" unshare --mount --propagation slave \
				taskset -c "$child" "$FSTAG_RUN" true
		done
	done
}

case_callers_with_own_mounts_at_once() {
	local i

	for i in {1..24}; do
		unshare --mount --propagation slave "$FSTAG_RUN" echo entered >"entered$i" &
	done
	wait
	equal "$(cat entered* | wc -l)" 24
}

# In the outer /proc, the PIDs of the new processes are those of strangers.
case_proc_of_outer_pid_namespace() {
	local i

	for i in {1..60}; do
		unshare --mount --propagation slave sleep infinity &
	done
	sleep 0.2
	readlink /proc/[0-9]*/ns/mnt >strangers
	unshare --pid --fork --kill-child sh -euc '
		for i in 1 2 3 4 5 6 7 8; do /bin/true; done
		"$FSTAG_RUN" readlink /proc/self/ns/mnt' >namespace
	! grep -Fxf namespace strangers || fail "it kept a stranger's"
	pivots run
}

case_proc_of_inner_pid_namespace() {
	local script='mount -t proc proc /media/proc; touch ready; exec sleep infinity'

	mkdir proc
	unshare --pid --fork --kill-child sh -euc "$script" &
	until [[ -e ready ]]; do sleep 0.01; done
	status 125 unshare --mount --propagation slave sh -euc '
		mount --bind /media/proc /proc
		exec "$FSTAG_RUN" touch /media/executed' 2>error
	equal "$(wc -l <error)" 1
	grep -q "^fstag-run: .*/proc" error
	[[ ! -e executed ]] || fail "it executed the command"
	[[ ! -e /run/fstag ]] || fail "the directory stays"
}

# With nsenter, for example.
case_only_root_can_enter() {
	(umask 0 && run true)
	equal "$(stat -c '%a %u' /run/fstag)" '700 0'
	! setpriv --reuid=65534 --regid=65534 --clear-groups cat /run/fstag/namespace 2>error ||
		fail "a user can open it"
	grep -q 'Permission denied' error
}

case_no_namespace_in_itself() {
	run true
	! run grep nsfs /proc/self/mountinfo || fail "it holds itself"
	equal "$(run sh -c 'cat /run/fstag/namespace | wc -c')" 0
}
