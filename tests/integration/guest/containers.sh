# SPDX-License-Identifier: LGPL-2.1-or-later
# shellcheck shell=bash
#
# For fstag-containers: how each engine makes a container, and what can be seen in one. A check is a
# line "check <name> <ok or exit status> <output>" in the kernel log.

rootfs=/containers/rootfs
stick=/media/usb
root_device=$(mountpoint -d /)
# The words before the command of an engine.
prefix=()

say() {
	printf 'FSTAG-REPORT %s\n' "$*" >/dev/kmsg
}

# check NAME COMMAND [ARGUMENT...]
check() {
	local name=$1 output status=0

	shift
	output=$("$@" 2>&1) || status=$?
	((status == 0)) && status=ok
	output=${output//$'\n'/; }
	# A record of the kernel log has less than 1000 bytes.
	((${#output} > 700)) && output=${output: -700}
	say "check $name $status $output"
}

# The root of the containers: busybox, and a program that prints the mounts that it sees
# and then runs as long as /stay exists.
make_rootfs() {
	mkdir -p $rootfs/usr/bin $rootfs/{dev,etc,proc,sys,tmp,root}
	ln -s usr/bin $rootfs/bin
	cp /bin/busybox $rootfs/usr/bin
	for name in cat sh sleep; do
		ln -s busybox "$rootfs/usr/bin/$name"
	done
	echo 'ID=container' >$rootfs/etc/os-release
	cat >$rootfs/inside <<-'END'
		#!/bin/sh
		cat /proc/self/mountinfo
		while [ -e /stay ]; do sleep 1; done
	END
	chmod +x $rootfs/inside
}

# make_bundle ENGINE: does nothing if there is no such engine.
make_bundle() {
	local directory=/containers/$1

	command -v "$1" >/dev/null || return
	mkdir "$directory"
	(cd "$directory" && "$1" spec)
	sed -i -e 's|"terminal": true|"terminal": false|' -e 's|"sh"|"/inside"|' \
		-e "s|\"path\": \"rootfs\"|\"path\": \"$rootfs\"|" "$directory/config.json"
}

# A user, who runs containers in a user namespace.
make_user() {
	useradd --create-home --shell /bin/sh user
	cp -r $rootfs /home/user/rootfs
	chown -R user: /home/user/rootfs
}

# The image for docker has the same contents.
start_docker() {
	systemctl start docker.service && tar -C $rootfs -c . | docker import - inside
}

# run ENGINE NAME [OPTION...]: runs one container, with no workaround except the prefix and
# the options.
run() {
	local engine=$1 name=$2

	shift 2
	case $engine in
	crun | runc)
		"${prefix[@]}" "$engine" run --bundle "/containers/$engine" "$@" "$name"
		;;
	podman)
		"${prefix[@]}" podman run --name "$name" --network=none "$@" --rootfs $rootfs /inside
		;;
	rootless)
		"${prefix[@]}" runuser -u user -- env HOME=/home/user \
			podman run --name "$name" --network=none "$@" --rootfs /home/user/rootfs /inside
		;;
	docker)
		docker run --rm --name "$name" --network=none "$@" inside /inside
		;;
	nspawn)
		"${prefix[@]}" systemd-nspawn --quiet --register=no --keep-unit --machine="$name" \
			--directory=$rootfs "$@" /inside
		;;
	esac
}

# run_and_look ENGINE NAME: runs a container and checks the mounts that it saw.
run_and_look() {
	local mounts

	mounts=$(run "$@") || return
	look_at_mounts <<<"$mounts"
}

# Only one mount is on /. Neither the root of the system nor the stick is visible.
look_at_mounts() {
	local roots=0 device root where

	while read -r _ _ device root where _; do
		[[ $where == / ]] && roots=$((roots + 1))
		if [[ $device == "$root_device" && $root == / || $where == "$stick" ]]; then
			echo "it sees $device $root on $where"
			return 1
		fi
	done
	((roots == 1)) || {
		echo "it sees $roots mounts on /"
		return 1
	}
}

# start ENGINE NAME [OPTION...]: starts a container that stays; returns when it runs.
start() {
	find_running
	run "$@" </dev/null >"/tmp/$2" 2>&1 &
	wait_for more_run_than "${#running[@]}" || {
		cat "/tmp/$2"
		return 1
	}
}

# Sets `running` to the PIDs of the first processes of the containers that stay.
find_running() {
	local file name

	running=()
	for file in /proc/[0-9]*/comm; do
		# A process may have ended meanwhile.
		read -r name <"$file" || continue
		[[ $name == inside ]] && running+=("$(cut -d/ -f3 <<<"$file")")
	done 2>/dev/null
}

more_run_than() {
	find_running
	((${#running[@]} > $1))
}

none_runs() {
	find_running
	((${#running[@]} == 0))
}

# look_at_running NUMBER: checks that so many containers run, and the mounts of each.
look_at_running() {
	local pid

	find_running
	for pid in "${running[@]}"; do
		look_at_mounts <"/proc/$pid/mountinfo" || return
	done
	echo "${#running[@]} containers run"
	((${#running[@]} == $1))
}

end_running() {
	find_running
	kill -KILL "${running[@]}"
	wait_for none_runs
}

wait_for() {
	local end=$((SECONDS + 30))

	until "$@"; do
		((SECONDS < end)) || return
		sleep 0.1
	done
}
