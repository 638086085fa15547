# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash disable=SC2016,SC2164 # inner shells expand what is quoted; run.py sets -e
#
# The command: what it can do, what it gets, and what its caller gets.

case_refused_without() {
	! pivots env 2>error || fail "pivot_root works"
	grep -q 'Invalid argument' error
}

case_works_with() {
	pivots run
}

case_works_in_user_namespace() {
	pivots run unshare --user --map-root-user
}

case_works_for_user() {
	pivots run setpriv --reuid=65534 --regid=65534 --clear-groups unshare --user --map-root-user
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
