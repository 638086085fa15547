# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs a function in separate mount and PID namespaces.

QEMU, virtiofsd, the helpers of dracut and all mounts are in these namespaces. They all end with the
first process in there, so nothing is left behind even if SIGKILL ends this program.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import traceback
from collections.abc import Callable

from . import host

CLONE_NEWNS = 0x00020000
CLONE_NEWPID = 0x20000000
PR_SET_PDEATHSIG = 1
ENDING_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def run_isolated(main: Callable[[], int]) -> int:
    if os.geteuid() != 0:
        raise host.GuestError("must run as root, or through sudo")
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS | CLONE_NEWPID) < 0:
        reason = os.strerror(ctypes.get_errno())
        raise host.GuestError(f"cannot make mount and PID namespaces: {reason}")

    child = os.fork()
    if child == 0:
        libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        os._exit(_first_process(main))

    for number in ENDING_SIGNALS:
        signal.signal(number, lambda number, _frame: os.kill(child, number))
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status)


def _first_process(main: Callable[[], int]) -> int:
    for number in ENDING_SIGNALS:
        signal.signal(number, _end)
    try:
        host.run(["mount", "--make-rprivate", "/"])
        host.run(["mount", "-t", "proc", "proc", "/proc"])
        host.run(["mount", "-t", "tmpfs", "-o", "mode=0755", "fstag", host.scratch_dir()])
        code = main()
    except host.GuestError as error:
        print(f"error: {error}", file=sys.stderr)
        code = 1
    except KeyboardInterrupt:
        print("error: interrupted", file=sys.stderr)
        code = 130
    except SystemExit as exit_:
        code = exit_.code if isinstance(exit_.code, int) else 1
    except BaseException:
        traceback.print_exc()
        code = 1
    sys.stdout.flush()
    sys.stderr.flush()
    return code


def _end(_number: int, _frame: object) -> None:
    # A second signal must not interrupt the cleanup that the first one began.
    for number in ENDING_SIGNALS:
        signal.signal(number, signal.SIG_IGN)
    raise KeyboardInterrupt
