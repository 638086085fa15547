# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# For the cases of fstag-run (cases/): each function case_*() there is one, executed by run.py in a
# system of its own (fake-system), and by tests/integration/guest/shell-init in a real initramfs.
# /media is an empty tmpfs, and the working directory.

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
