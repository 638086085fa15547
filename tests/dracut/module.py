# SPDX-License-Identifier: LGPL-2.1-or-later
"""Calls the functions of module-setup.sh with a root from an artificial mountinfo."""

import os
import subprocess
import tempfile
from pathlib import Path

WORDS = b"29 1 0:26 / / rw,relatime shared:1 - "


class Module:
    def __init__(self, setup: str, installed: str, generator: str) -> None:
        text = Path(setup).read_text()
        assert installed in text
        self._text = text.replace(installed, os.path.abspath(generator))

    def call(
        self,
        function: str,
        mountinfo: bytes,
        line: str = "",
        shares: bool = False,
        **variables: str,
    ) -> subprocess.CompletedProcess:
        with tempfile.TemporaryDirectory() as directory:
            Path(directory, "mountinfo").write_bytes(mountinfo)
            Path(directory, "line").write_text(line)
            Path(directory, "setup").write_text(
                f"""{self._text}
fstag_mountinfo() {{ cat "{directory}/mountinfo"; }}
fstag_running_cmdline() {{ cat "{directory}/line"; }}
fstag_shares() {{ {str(shares).lower()}; }}
dwarning() {{ echo "warning: $*" >&2; }}
require_binaries() {{ return 0; }}
systemdutildir=/usr/lib/systemd
{function}
"""
            )
            return subprocess.run(
                ["bash", "-u", Path(directory, "setup")],
                capture_output=True,
                env={"PATH": "/usr/bin:/bin", "LC_ALL": "C", "mount_needs": "", **variables},
            )
