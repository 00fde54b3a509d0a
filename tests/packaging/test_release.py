"""scripts/release, and `cmake --install` to a prefix of one's own."""

import os
import pathlib
import subprocess
import tempfile
import unittest

from world import PROGRAM, REPOSITORY, run

BUILD = pathlib.Path(PROGRAM).parent


def git(*arguments):
    return subprocess.run(["git", "-C", REPOSITORY, *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout


class Directory(unittest.TestCase):
    def setUp(self):
        directory = tempfile.TemporaryDirectory()
        self.addCleanup(directory.cleanup)
        self.directory = pathlib.Path(directory.name)


class Release(Directory):
    def release(self, *arguments, into="dist", **environment):
        return run([REPOSITORY / "scripts/release", "--output", self.directory / into, *arguments],
                   {"HOME": os.environ.get("HOME", "/"), **environment})

    def test_the_same_commit_makes_the_same_bytes_and_its_checksum_holds(self):
        first, second = self.release(), self.release(into="again", TZ="Asia/Tokyo", LC_ALL="C")
        self.assertEqual((first.returncode, second.returncode), (0, 0), first.stderr + second.stderr)
        tarball, again = pathlib.Path(first.stdout.strip()), pathlib.Path(second.stdout.strip())
        self.assertEqual(tarball.read_bytes(), again.read_bytes())
        subprocess.run(["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"], cwd=tarball.parent, check=True)
        with open(tarball, "ab") as file:
            file.write(b"x")
        self.assertNotEqual(subprocess.run(["sha256sum", "--check", "--status", "SHA256SUMS"], cwd=tarball.parent).returncode, 0)

    def test_what_git_is_configured_to_where_it_is_made_changes_nothing(self):
        (self.directory / ".gitconfig").write_text("[tar]\n\tumask = 0077\n[core]\n\tautocrlf = true\n\teol = crlf\n[safe]\n\tdirectory = *\n")
        first, second = self.release(), self.release(into="again", HOME=str(self.directory))
        self.assertEqual((first.returncode, second.returncode), (0, 0), first.stderr + second.stderr)
        self.assertEqual(pathlib.Path(first.stdout.strip()).read_bytes(), pathlib.Path(second.stdout.strip()).read_bytes())

    def test_it_holds_every_file_of_the_commit_and_configures(self):
        tarball = self.release().stdout.strip()
        names = subprocess.run(["tar", "-tf", tarball], check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
        files = {name.split("/", 1)[1] for name in names if not name.endswith("/")}
        self.assertEqual(files, set(git("ls-tree", "-r", "--name-only", "HEAD").splitlines()))
        subprocess.run(["tar", "-xf", tarball, "-C", self.directory], check=True)
        source = self.directory / pathlib.Path(tarball).name.removesuffix(".tar.gz")
        subprocess.run(["cmake", "--preset", "package"], cwd=source, check=True, stdout=subprocess.DEVNULL)

    def test_a_commit_that_is_none_is_refused(self):
        result = self.release("nonsense")
        self.assertEqual((result.returncode, result.stderr), (2, "release: no such commit: nonsense\n"))


class Prefix(Directory):
    def test_everything_goes_under_the_prefix_and_the_program_runs_there(self):
        subprocess.run(["cmake", "--install", BUILD, "--prefix", self.directory], check=True, stdout=subprocess.DEVNULL)
        manifest = (BUILD / "install_manifest.txt").read_text().split()
        self.assertTrue(all(path.startswith(f"{self.directory}/") for path in manifest), manifest)
        version = run([self.directory / "bin/stellar-sync", "--version"], {})
        self.assertEqual((version.returncode, version.stdout.split()[0]), (0, "stellar-sync"))
        self.assertTrue((self.directory / "share/stellar-sync/smoke").is_file())
        for file in ("man/man1/stellar-sync.1", "bash-completion/completions/stellar-sync", "zsh/site-functions/_stellar-sync",
                     "fish/vendor_completions.d/stellar-sync.fish"):
            self.assertGreater((self.directory / "share" / file).stat().st_size, 1000, file)
        self.assertFalse((self.directory / "lib/systemd").exists())


if __name__ == "__main__":
    unittest.main()
