/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "switch-root.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cleanup.h"
#include "manager.h"

int switch_root_check(void)
{
	struct stat st;

	if (lstat(SWITCH_ROOT_DIRECTORY, &st) < 0)
		return errno == ENOENT ? 0 : -errno;

	return S_ISDIR(st.st_mode) ? 0 : -ENOTDIR;
}

/* An explicit init would make PID 1 start anew instead of taking its state along; an empty one
 * means none. */
static int call(sd_bus *bus, char **ret_reason)
{
	sd_bus_error error = SD_BUS_ERROR_NULL;
	int r = sd_bus_call_method(bus, MANAGER, MANAGER_PATH, MANAGER ".Manager", "SwitchRoot",
				   &error, NULL, "ss", SWITCH_ROOT_DIRECTORY, "");

	if (r < 0 && error.message)
		*ret_reason = strdup(error.message);
	sd_bus_error_free(&error);
	return r;
}

static int attach(int root)
{
	int r;

	/* A run that was killed may have left it. */
	if (mkdir(SWITCH_ROOT_DIRECTORY, 0700) < 0 && errno != EEXIST)
		return -errno;
	if (move_mount(root, "", AT_FDCWD, SWITCH_ROOT_DIRECTORY, MOVE_MOUNT_F_EMPTY_PATH) == 0)
		return 0;

	r = -errno;
	(void)rmdir(SWITCH_ROOT_DIRECTORY);
	return r;
}

static void detach(void)
{
	(void)umount2(SWITCH_ROOT_DIRECTORY, MNT_DETACH);
	(void)rmdir(SWITCH_ROOT_DIRECTORY);
}

int switch_root(int root, char **ret_reason)
{
	_cleanup_(manager_close) sd_bus *bus = NULL;
	sigset_t terminate, old;
	int r;

	*ret_reason = NULL;
	/* Nothing changes if PID 1 cannot be asked. A caller that stops waiting for the answer
	 * cannot know whether the switch is under way. */
	r = manager_connect(UINT64_MAX, &bus);
	if (r < 0)
		return r;

	/* Commit starts here, and SIGTERM has to wait: a directory could be left behind; and as
	 * soon as PID 1 has agreed, it ends this process with all others, which must not look like
	 * a failure. */
	(void)sigemptyset(&terminate);
	(void)sigaddset(&terminate, SIGTERM);
	(void)sigprocmask(SIG_BLOCK, &terminate, &old);
	r = attach(root);
	if (r >= 0) {
		/* The point of no return: once PID 1 agrees, the rest is its part. */
		r = call(bus, ret_reason);
		if (r < 0)
			detach();
	}
	if (r < 0)
		(void)sigprocmask(SIG_SETMASK, &old, NULL);

	return r < 0 ? r : 0;
}
