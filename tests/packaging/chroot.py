"""A bare Debian in a directory, and commands in it.

Each command has mount and process namespaces of its own: what it mounts and starts ends with it, however it ends, and so
nothing of it needs to be cleaned up. The network is the machine's, so that servers on loopback can be reached.
"""

import os
import pathlib
import shutil
import subprocess

# The first ends the second where the tests end early, and that everything in its namespaces.
NAMESPACES = ["setpriv", "--pdeathsig", "KILL", "unshare", "--mount", "--pid", "--fork", "--kill-child"]

ENTER = """
mount -t proc proc "$1/proc"
root=$1; working=$2; user=$3; shift 3
for bind in $BINDS; do
    touch "$root/${bind#*:}"
    mount --bind "${bind%%:*}" "$root/${bind#*:}"
done
unset BINDS
exec chroot --userspec="$user" "$root" /bin/sh -c 'cd "$1"; shift; exec "$@"' sh "$working" "$@"
"""


class Chroot:
    def __init__(self, root):
        self.root = pathlib.Path(root)

    @classmethod
    def unpacked(cls, archive, root):
        """A new one in the directory, from a root file system's archive."""
        pathlib.Path(root).mkdir(parents=True)
        subprocess.run(["tar", "-x", "-p", "--numeric-owner", "-f", archive, "-C", root], check=True)
        shutil.copyfile("/etc/resolv.conf", f"{root}/etc/resolv.conf")
        return cls(root)

    def run(self, arguments, *, user="0:0", working="/", environment=None, binds=None, check=True, timeout=1800):
        """Completes a command; its output is one text. Raises where it fails, unless check is False."""
        targets = [self.path(target) for target in binds or {} if not self.path(target).exists()]
        result = subprocess.run(
            [*NAMESPACES, "sh", "-e", "-c", ENTER, "sh", str(self.root), working, user, *arguments],
            env={
                "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                "HOME": "/root",
                "LC_ALL": "C.UTF-8",
                "DEBIAN_FRONTEND": "noninteractive",
                "BINDS": " ".join(f"{source}:{target}" for target, source in (binds or {}).items()),
                **{name: os.environ[name] for name in ("http_proxy", "https_proxy", "no_proxy") if name in os.environ},
                **(environment or {}),
            },
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
            timeout=timeout,
        )
        for target in targets:
            target.unlink(missing_ok=True)
        if check and result.returncode != 0:
            raise RuntimeError(f"{arguments} exited with {result.returncode}:\n{result.stdout[-4000:]}")
        return result

    def shell(self, script, **options):
        return self.run(["/bin/sh", "-e", "-c", script], **options)

    def path(self, inside):
        return self.root / inside.lstrip("/")
