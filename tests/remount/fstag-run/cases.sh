# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash disable=SC2016,SC2164 # inner shells expand what is quoted; run.py sets -e
#
# The cases of fstag-run. Each function case_*() is one. run.py executes it in a separate fake
# system (fake-system), and tests/integration/guest/shell-init in a real initramfs. The working
# directory is /media, an empty tmpfs.

run() {
	"$FSTAG_RUN" "$@"
}

fail() {
	echo "$*" >&2
	exit 1
}

equal() {
	[[ $1 == "$2" ]] || fail "'$1', not '$2'"
}

status() {
	local expected=$1 got=0
	shift
	"$@" || got=$?
	equal "$got" "$expected"
}

namespace_of() {
	readlink "/proc/$1/ns/mnt"
}

# What a container engine does. Prints the reason if it fails.
pivot='mount -t tmpfs new /mnt && cd /mnt && mkdir old && pivot_root . old'

pivots() {
	"$@" unshare --mount --propagation private sh -euc "$pivot"
}

case_refused_without() {
	! pivots env 2>error || fail "pivot_root works"
	grep -q 'Invalid argument' error
}

case_works_with() {
	pivots run
}

case_works_in_user_namespace() {
	run unshare --user --map-root-user --mount --propagation private sh -euc "$pivot"
}

case_works_for_user() {
	run setpriv --reuid=65534 --regid=65534 --clear-groups \
		unshare --user --map-root-user --mount --propagation private sh -euc "$pivot"
}

case_does_nothing_where_pivot_root_works() {
	# A second mount of the root has a parent that is private.
	unshare --mount --propagation slave sh -euc '
		readlink /proc/self/ns/mnt
		mount --rbind / /media
		cd /media
		mount --move . /
		exec chroot . "$FSTAG_RUN" readlink /proc/self/ns/mnt' >namespaces
	equal "$(wc -l <namespaces)" 2
	equal "$(sort -u namespaces | wc -l)" 1
	[[ ! -e /run/fstag ]] || fail "it made a directory"
}

case_does_nothing_inside() {
	equal "$(run "$FSTAG_RUN" readlink /proc/self/ns/mnt)" "$(run readlink /proc/self/ns/mnt)"
}

case_exit_status() {
	status 0 run true
	status 3 run sh -c 'exit 3'
	status 143 run sh -c 'kill -TERM $$'
	status 125 run
	status 125 run --unknown
	status 126 run /
	status 127 run /nonexistent
	status 127 run nonexistent
	run --help | grep -q '^Usage: fstag-run COMMAND'
	run --version | grep -q '^fstag-run [0-9]'
}

case_arguments() {
	equal "$(run printf '<%s>' '' 'a b' $'c\nd' --help -h)" $'<><a b><c\nd><--help><-h>'
	equal "$(A='b c' run sh -c 'echo "$A"')" 'b c'
	equal "$(run cat <<<text)" text
	equal "$(run sh -c 'cat <&3' 3<<<text)" text
}

case_nothing_stays_between() {
	"$FSTAG_RUN" sh -c 'echo $$ >pid; exec sleep infinity' &
	until [[ -s pid ]]; do sleep 0.01; done
	equal "$(<pid)" "$!"
	kill "$!"
	status 143 wait "$!"
}

case_ignored_sigchld() {
	(
		trap '' CHLD
		run true
	)
}

case_working_directory() {
	mkdir -p directory /run/gone
	for directory in / /usr/bin /media/directory /proc/self; do
		cd "$directory"
		equal "$(run stat -c %d:%i .)" "$(stat -c %d:%i .)"
	done
	equal "$(cd /usr/bin && run pwd)" /usr/bin
	cd /run/gone
	rmdir /run/gone
	equal "$(run pwd -P)" /
}

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

case_no_namespace_in_itself() {
	run true
	! run grep nsfs /proc/self/mountinfo || fail "it holds itself"
	equal "$(run sh -c 'cat /run/fstag/namespace | wc -c')" 0
}

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
