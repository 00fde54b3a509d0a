"""The image, the Debian package and the crontab, each in a bare Debian.

BASE names the archive of that Debian, SCRATCH a directory for the chroots.
"""

import json
import os
import pathlib
import re
import shlex
import subprocess
import time
import unittest

import dockerfile
from chroot import NAMESPACES, Chroot
from world import REPOSITORY, Database, settings

SCRIPTS = "/usr/share/stellar-sync"
COMPILERS = re.compile(r"^(gcc|g\+\+|cpp|clang|make|cmake|binutils|libc6-dev)(-\d+)?$", re.MULTILINE)


def setUpModule():
    global IMAGE, INSTALLED, PACKAGE, DATABASE, scratch
    scratch = pathlib.Path(os.environ["SCRATCH"])
    text = (REPOSITORY / "k8s/Dockerfile").read_text()
    IMAGE = dockerfile.build(text, REPOSITORY, os.environ["BASE"], scratch / "image")
    PACKAGE = scratch / "image/stage-0/stellar-sync.deb"
    # A bare Debian in which nothing but the package is installed.
    INSTALLED = Chroot.unpacked(os.environ["BASE"], scratch / "installed")
    INSTALLED.path("/root/stellar-sync.deb").write_bytes(PACKAGE.read_bytes())
    INSTALLED.shell("apt-get update -q && apt-get install -q -y --no-install-recommends /root/stellar-sync.deb")
    DATABASE = Database()
    unittest.addModuleCleanup(DATABASE.drop)


def copy_of_installed(name):
    subprocess.run(["cp", "-a", INSTALLED.root, scratch / name], check=True)
    return Chroot(scratch / name)


def files_of(chroot):
    return {str(path.relative_to(chroot.root)) for path in chroot.root.rglob("*") if path.is_symlink() or path.is_file()}


class TheImage(unittest.TestCase):
    def run_image(self, *arguments, **environment):
        return IMAGE.chroot.run([*IMAGE.entrypoint, *arguments], user=IMAGE.user, environment=environment, check=False)

    def test_it_says_its_version(self):
        result = self.run_image("--version")
        self.assertEqual((result.returncode, result.stdout.split()[0]), (0, "stellar-sync"))

    def test_it_makes_a_cycle_as_its_user_with_nothing_writable(self):
        before = files_of(IMAGE.chroot)
        result = self.run_image(*IMAGE.command, **settings(DATABASE.url), SYNC_OUTPUT="none")
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertIn('"type":"SYNC_COMPLETE","status":"IN_SYNC"', result.stdout)
        self.assertEqual(files_of(IMAGE.chroot), before)

    def test_as_the_indexed_job_starts_it_the_shards_check_every_row_once(self):
        variables = {}
        for file in ("base/settings.env", "overlays/sharded/settings.env"):
            lines = (REPOSITORY / "k8s" / file).read_text().splitlines()
            variables.update(line.split("=", 1) for line in lines if line and not line.startswith("#"))
        known = settings(DATABASE.url)
        for name in ("DATABASE_URL", "SOROBAN_RPC_URL"):
            secret = IMAGE.chroot.path(variables[f"{name}_FILE"])
            secret.parent.mkdir(parents=True, exist_ok=True)
            secret.write_text(known.pop(name))
            secret.chmod(0o440)
            os.chown(secret, 0, int(IMAGE.user.split(":")[1]))
        shards = int(variables["SYNC_SHARD_COUNT"])
        checked = []
        for index in range(shards):
            result = self.run_image("run", **{**variables, **known, "JOB_COMPLETION_INDEX": str(index)})
            self.assertEqual(result.returncode, 0, result.stdout)
            self.assertIn(f'"shard":"{index}/{shards}"', result.stdout)
            (complete,) = [json.loads(line) for line in result.stdout.splitlines() if '"SYNC_COMPLETE"' in line]
            checked.append((complete["marketsChecked"], complete["usersChecked"]))
        self.assertEqual([sum(each) for each in zip(*checked)], [39, 154], checked)
        self.assertGreater(min(users for _, users in checked), 20, checked)

    def test_without_settings_it_says_what_is_missing(self):
        result = self.run_image(*IMAGE.command)
        self.assertEqual(result.returncode, 2)
        self.assertEqual(result.stdout.count('"CONFIG_ERROR"'), 3, result.stdout)

    def test_the_smoke_check_of_a_pipeline_runs_in_it(self):
        result = IMAGE.chroot.run([f"{SCRIPTS}/smoke"], user=IMAGE.user, environment=settings(DATABASE.url), check=False)
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertIn("smoke: IN SYNC: ", result.stdout)

    def test_it_runs_as_nobody_of_the_system(self):
        uid, gid = IMAGE.user.split(":")
        self.assertGreater(int(uid), 999)
        self.assertEqual(IMAGE.chroot.run(["id", "-u"], user=IMAGE.user).stdout.strip(), uid)
        self.assertNotRegex(IMAGE.chroot.path("/etc/passwd").read_text(), f":{uid}:")

    def test_no_compiler_is_in_it_and_in_the_other_one_there_is(self):
        packages = ["dpkg-query", "-W", "-f", "${Package}\n"]
        self.assertNotRegex(IMAGE.chroot.run(packages).stdout, COMPILERS)
        self.assertRegex(Chroot(scratch / "image/stage-0").run(packages).stdout, COMPILERS)

    def test_the_package_it_was_made_of_is_not_kept(self):
        self.assertFalse(IMAGE.chroot.path("/stellar-sync.deb").exists())


class ThePackage(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.chroot = copy_of_installed("package")

    def test_lintian_finds_no_error(self):
        result = subprocess.run(["lintian", "--allow-root", "--fail-on", "error", "--no-tag-display-limit", PACKAGE],
                                stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        self.assertEqual(result.returncode, 0, result.stdout)

    def test_its_dependencies_are_those_of_the_program_that_it_holds(self):
        depends = self.chroot.run(["dpkg-query", "-W", "-f", "${Depends}", "stellar-sync"]).stdout
        names = {part.split()[0] for part in depends.split(", ")}
        self.assertLessEqual({"ca-certificates", "libc6", "libcurl4", "libpq5", "libssl3", "libstdc++6"}, names, depends)
        self.assertNotIn("not found", self.chroot.run(["ldd", "/usr/bin/stellar-sync"]).stdout)

    def test_the_program_runs(self):
        result = self.chroot.run(["stellar-sync", "run"], user="65534:65534", environment=settings(DATABASE.url))
        self.assertIn('"status":"IN_SYNC"', result.stdout)

    def test_every_file_is_where_debian_wants_it_and_owned_by_root(self):
        listed = self.chroot.run(["dpkg", "-L", "stellar-sync"]).stdout.split()
        for path in listed:
            self.assertTrue(path == "/." or path.startswith(("/usr", "/etc", "/lib")), path)
            status = self.chroot.path(path).lstat()
            self.assertEqual((status.st_uid, status.st_gid, status.st_mode & 0o022), (0, 0, 0), path)
        for path in ("/usr/bin/stellar-sync", "/usr/lib/systemd/system/stellar-sync.timer", "/etc/stellar-sync/stellar-sync.toml",
                     "/usr/share/doc/stellar-sync/copyright", "/usr/share/doc/stellar-sync/examples/stellar-sync.toml",
                     "/usr/share/man/man1/stellar-sync.1.gz",
                     "/usr/share/bash-completion/completions/stellar-sync",
                     "/usr/share/zsh/vendor-completions/_stellar-sync",
                     "/usr/share/fish/vendor_completions.d/stellar-sync.fish", f"{SCRIPTS}/smoke", f"{SCRIPTS}/install-crontab",
                     f"{SCRIPTS}/readonly-role.sql"):
            self.assertIn(path, listed)

    def test_the_configuration_is_a_conffile_that_the_program_takes_as_it_comes(self):
        conffiles = self.chroot.run(["dpkg-query", "-W", "-f", "${Conffiles}", "stellar-sync"]).stdout
        self.assertEqual([line.split()[0] for line in conffiles.splitlines() if line], ["/etc/stellar-sync/stellar-sync.toml"])
        result = self.chroot.run(["stellar-sync", "run", "--config", "/etc/stellar-sync/stellar-sync.toml"],
                                 environment=settings(DATABASE.url))
        self.assertIn('"status":"IN_SYNC"', result.stdout)

    def test_every_setting_in_the_configuration_is_one(self):
        text = self.chroot.path("/etc/stellar-sync/stellar-sync.toml").read_text()
        set_ones = re.sub(r'(?m)^#(?=[a-z-]+ = )', "", text).replace('"C..."', f'"{settings("")["AMM_CONTRACT_ADDRESS"]}"')
        set_ones = set_ones.replace("Public Global Stellar Network ; September 2015", "Test SDF Network ; September 2015")
        self.assertEqual(len(re.findall(r"(?m)^[a-z-]+ = ", set_ones)), 8)
        self.chroot.path("/root/all.toml").write_text(set_ones)
        result = self.chroot.run(["stellar-sync", "run", "--config", "/root/all.toml"], environment=settings(DATABASE.url))
        self.assertIn('"status":"IN_SYNC"', result.stdout)

    def test_removed_it_keeps_the_configuration_and_purged_nothing(self):
        chroot = copy_of_installed("removed")
        for name in ("database-url", "rpc-url"):
            chroot.path(f"/etc/stellar-sync/{name}").write_text("secret")
        chroot.run(["dpkg", "--remove", "stellar-sync"])
        self.assertFalse(chroot.path("/usr/bin/stellar-sync").exists())
        self.assertFalse(chroot.path("/lib/systemd/system/stellar-sync.service").exists())
        self.assertTrue(chroot.path("/etc/stellar-sync/stellar-sync.toml").exists())
        self.assertTrue(chroot.path("/etc/stellar-sync/database-url").exists())
        chroot.run(["dpkg", "--purge", "stellar-sync"])
        left = {path for path in files_of(chroot) if "stellar" in path and not path.startswith("root/")}
        self.assertEqual(left, set())
        self.assertFalse(chroot.path("/etc/stellar-sync").exists())


class SystemdAndCron(unittest.TestCase):
    """One chroot for both, which need a package each."""

    @classmethod
    def setUpClass(cls):
        cls.chroot = copy_of_installed("schedulers")
        cls.chroot.run(["apt-get", "install", "-q", "-y", "--no-install-recommends", "cron", "systemd"])
        environment = "".join(f"{name}={shlex.quote(value)}\n" for name, value in settings(DATABASE.url).items())
        cls.chroot.path("/etc/stellar-sync/environment").write_text(environment)
        cls.chroot.path("/etc/stellar-sync/environment").chmod(0o600)
        # A cron that runs, in a system of its own: it looks at its tables once a minute, and the other tests are made meanwhile.
        subprocess.run(["cp", "-a", cls.chroot.root, scratch / "cron"], check=True)
        cls.cron = Chroot(scratch / "cron")
        cls.cron.run([f"{SCRIPTS}/install-crontab"], environment={"SYNC_CRON_SCHEDULE": "* * * * *"})
        # It ends with these tests, and with it whatever it started.
        cls.daemon = subprocess.Popen(
            [*NAMESPACES, "sh", "-c", 'mount -t proc proc "$1/proc" && exec chroot "$1" cron -f', "sh", str(cls.cron.root)])
        cls.addClassCleanup(cls.daemon.wait)
        cls.addClassCleanup(cls.daemon.kill)

    def setUp(self):
        self.chroot.run(["crontab", "-r"], check=False)

    # systemd

    def test_the_units_are_well_formed(self):
        result = self.chroot.shell("systemd-analyze verify --man=no /lib/systemd/system/stellar-sync.service "
                                   "/lib/systemd/system/stellar-sync.timer", check=False)
        self.assertEqual((result.returncode, result.stdout), (0, ""))

    def test_a_unit_that_is_not_well_formed_is_seen(self):
        unit = self.chroot.path("/lib/systemd/system/stellar-sync.service").read_text()
        self.chroot.path("/root/broken.service").write_text(unit.replace("ProtectSystem=strict", "ProtectSystem=very"))
        result = self.chroot.shell("systemd-analyze verify --man=no /root/broken.service", check=False)
        self.assertIn("Failed to parse protect system value", result.stdout)

    def test_the_service_is_hardened(self):
        result = self.chroot.shell("systemd-analyze security --offline=yes --threshold=15 stellar-sync.service", check=False)
        self.assertEqual(result.returncode, 0, result.stdout[-600:])

    def test_the_services_time_lies_above_the_longest_cycles_and_under_the_period(self):
        unit = self.chroot.path("/lib/systemd/system/stellar-sync.service").read_text()
        start, stop = (int(re.search(rf"{name}=(\d+)\n", unit)[1]) for name in ("TimeoutStartSec", "TimeoutStopSec"))
        text = self.chroot.path("/etc/stellar-sync/stellar-sync.toml").read_text()
        longest, default = (int(re.search(pattern, text)[1]) / 1000 for pattern in (r"at most (\d+)", r"timeout-ms = (\d+)"))
        report = 10  # seconds that a cycle which was cut takes, at most
        self.assertLessEqual(default, longest)
        self.assertLess(longest + report, start)
        self.assertGreater(stop, report)
        self.assertLess(start + stop, 300)

    def test_what_another_try_cannot_help_is_not_tried_again(self):
        unit = self.chroot.path("/lib/systemd/system/stellar-sync.service").read_text()
        self.assertIn("\nRestart=on-failure\n", unit)
        self.assertEqual(set(re.search(r"RestartPreventExitStatus=(.*)", unit)[1].split()), {"1", "2", "3", "130", "143"})
        # Three starts at most, and again with the timer's next.
        self.assertEqual(re.findall(r"StartLimit\w+=\d+", unit), ["StartLimitIntervalSec=240", "StartLimitBurst=3"])

    def test_the_timer_fires_every_five_minutes(self):
        timer = self.chroot.path("/lib/systemd/system/stellar-sync.timer").read_text()
        schedule = re.search(r"OnCalendar=(.*)", timer)[1]
        result = self.chroot.shell(f"systemd-analyze calendar --iterations=3 --base-time='2026-01-01 00:00:01 UTC' "
                                   f"'{schedule}'", environment={"TZ": "UTC"})
        self.assertEqual(re.findall(r" (\d\d:\d\d:\d\d) UTC", result.stdout), ["00:05:00", "00:10:00", "00:15:00"])

    def test_the_services_command_with_its_credentials_makes_a_cycle(self):
        unit = self.chroot.path("/lib/systemd/system/stellar-sync.service").read_text()
        command = re.search(r"ExecStart=(.*)", unit)[1].split()
        known = settings(DATABASE.url)
        self.chroot.path("/run/credentials").mkdir(exist_ok=True)
        self.chroot.path("/run/credentials/database-url").write_text(known.pop("DATABASE_URL") + "\n")
        self.chroot.path("/run/credentials/rpc-url").write_text(known.pop("SOROBAN_RPC_URL") + "\n")
        variables = dict(part.split("=") for part in re.search(r"Environment=(.*)", unit)[1].replace("%d", "/run/credentials").split())
        self.assertEqual({f"LoadCredential={path.rsplit('/', 1)[1]}:/etc/stellar-sync/{path.rsplit('/', 1)[1]}"
                          for path in variables.values()}, set(re.findall(r"LoadCredential=.*", unit)))
        result = self.chroot.run(command, environment={**known, **variables})
        self.assertIn('"status":"IN_SYNC"', result.stdout)

    # cron

    def install_crontab(self, *options, schedule=None, check=True):
        environment = {} if schedule is None else {"SYNC_CRON_SCHEDULE": schedule}
        return self.chroot.run([f"{SCRIPTS}/install-crontab", *options], environment=environment, check=check)

    def table(self):
        path = self.chroot.path("/var/spool/cron/crontabs/root")
        lines = path.read_bytes().split(b"\n", 3) if path.exists() else [b""] * 4
        return lines[3]  # behind the three that crontab writes itself

    def test_the_real_cron_runs_it(self):
        log = self.cron.path("/var/log/stellar-sync.log")
        end = time.monotonic() + 120
        while time.monotonic() < end and "SYNC_COMPLETE" not in (log.read_text() if log.exists() else ""):
            self.assertIsNone(self.daemon.poll(), "cron has ended")
            time.sleep(0.2)
        self.assertIn('"type":"SYNC_COMPLETE","status":"IN_SYNC"', log.read_text() if log.exists() else "no log")

    def test_the_schedule_is_every_five_minutes_unless_given(self):
        result = self.install_crontab()
        self.assertRegex(self.table(), rb"^\*/5 \* \* \* \* flock -n /run/lock/stellar-sync.lock ")
        self.assertIn("  + */5 * * * * flock", result.stdout)

    def test_every_other_line_stays_byte_by_byte(self):
        others = b"# \xff no UTF-8, a tab\t and  two spaces \n\nMAILTO=ops\n1 2 * * * echo stellar-sync\\n %x # installed\n@reboot x\n"
        self.chroot.path("/root/table").write_bytes(others)
        self.chroot.run(["crontab", "/root/table"])
        self.install_crontab(schedule="*/10 * * * *")
        table = self.table()
        self.assertTrue(table.startswith(others), table)
        self.assertEqual(table[len(others):].count(b"\n"), 1)
        self.chroot.path("/root/table").write_bytes(table + b"# behind it\n")
        self.chroot.run(["crontab", "/root/table"])
        self.install_crontab(schedule="*/15 * * * *")
        self.assertEqual(self.table(), table.replace(b"*/10", b"*/15") + b"# behind it\n")
        self.install_crontab("--remove")
        self.assertEqual(self.table(), others + b"# behind it\n")

    def test_a_second_time_it_does_nothing(self):
        self.install_crontab()
        table = self.table()
        self.assertIn("nothing to do", self.install_crontab().stdout)
        self.assertEqual(self.table(), table)

    def test_removed_twice_there_is_nothing_to_do(self):
        self.install_crontab()
        self.assertIn("  - */5 * * * *", self.install_crontab("--remove").stdout)
        self.assertFalse(self.chroot.path("/var/spool/cron/crontabs/root").exists())
        self.assertIn("nothing to do", self.install_crontab("--remove").stdout)

    def test_a_dry_run_changes_nothing_and_says_what_it_would_do(self):
        result = self.install_crontab("--dry-run")
        self.assertIn("  + */5 * * * *", result.stdout)
        self.assertEqual(self.table(), b"")

    def test_schedules_that_cron_would_take(self):
        for schedule in ("0 0 1 1 0", "59 23 31 12 7", "*/59 * * * *", "0-30/10,45 1,2,3 1-15 jan-MAR mon-fri", "  5   4 * * sun ",
                         "*/5\t*\t*  *\t*"):
            with self.subTest(schedule):
                self.install_crontab(schedule=schedule)
                self.assertEqual(self.table().split()[:5], schedule.encode().split())

    def test_schedules_that_are_none_are_refused_with_what_would_be_right(self):
        for schedule, why in {
            "* * * *": "4 fields", "* * * * * *": "6 fields", "@hourly": "1 fields", "60 * * * *": "minute", "* 24 * * *": "hour",
            "* * 0 * *": "day of the month", "* * 32 * *": "day of the month", "* * * 13 *": "month", "* * * * 8": "day of the week",
            "*/0 * * * *": "step", "5/10 * * * *": "step", "30-10 * * * *": "minute", "1,,2 * * * *": "minute", "a * * * *": "minute",
            "* * * mon *": "month", "-5 * * * *": "minute", "5- * * * *": "minute", "* * * * *\n* * * * * rm": "one line", "$(id) * * * *": "minute",
        }.items():
            with self.subTest(schedule):
                result = self.install_crontab(schedule=schedule, check=False)
                self.assertEqual(result.returncode, 2, result.stdout)
                self.assertRegex(result.stdout, f"^install-crontab: SYNC_CRON_SCHEDULE: .*{why}")
                self.assertEqual(self.table(), b"")

    def test_what_cron_could_not_run_is_refused(self):
        url = "postgresql://reader@db/app?schema=public&connection_limit=5"
        for name, mode, text in (
            ("readable", 0o644, "A=1\n"), ("unquoted", 0o600, f"DATABASE_URL={url}\n"), ("empty", 0o600, ""),
            ("unclosed", 0o600, f"DATABASE_URL='{url}\n"),
        ):
            self.chroot.path(f"/root/{name}").write_text(text)
            self.chroot.path(f"/root/{name}").chmod(mode)
        for options, why in {
            ("--environment", "/nowhere"): "the file /nowhere cannot be read",
            ("--environment", "/root/readable"): "everybody can read or change",
            ("--environment", "relative"): "full path",
            ("--environment", "/root"): "the file /root cannot be read",
            ("--environment", "/root/unquoted"): "NAME='VALUE'",
            ("--environment", "/root/unclosed"): "NAME='VALUE'",
            ("--environment", "/root/empty"): "NAME='VALUE'",
            ("--log", "/var/log/100%.log"): "full path",
            ("--log", "/nowhere/log"): "cannot be written",
            ("--log", "/var/log"): "cannot be written",
            ("--lock", "/run/lock"): "cannot be written",
            ("--program", "/etc/passwd"): "not an executable file",
            ("--program", "/usr/bin"): "not an executable file",
            ("--lock", "/tmp/a b"): "full path",
            ("--what",): "install-crontab",
        }.items():
            with self.subTest(options):
                result = self.install_crontab(*options, check=False)
                self.assertEqual(result.returncode, 2, result.stdout)
                self.assertIn(why, result.stdout)
                self.assertEqual(self.table(), b"")

    def test_a_log_of_somebody_else_is_refused_though_the_directory_can_be_written(self):
        for name, mode, owner in (("environment", 0o600, 65534), ("log", 0o644, 0)):
            file = self.chroot.path(f"/tmp/{name}")
            file.write_text("DATABASE_URL='x'\n")
            file.chmod(mode)
            os.chown(file, owner, owner)
        options = ["--environment", "/tmp/environment", "--lock", "/tmp/lock", "--log"]
        for log, code in (("/tmp/log", 2), ("/tmp/another", 0)):
            result = self.chroot.run([f"{SCRIPTS}/install-crontab", *options, log, "--dry-run"], user="65534:65534", check=False)
            self.assertEqual(result.returncode, code, result.stdout)

    def test_a_table_that_cannot_be_read_is_not_taken_for_an_empty_one(self):
        self.chroot.path("/etc/cron.deny").write_text("nobody\n")
        self.addCleanup(self.chroot.path("/etc/cron.deny").unlink)
        result = self.chroot.run([f"{SCRIPTS}/install-crontab", "--remove"], user="65534:65534", check=False)
        self.assertEqual(result.returncode, 2, result.stdout)
        self.assertIn("crontab -l:", result.stdout)


if __name__ == "__main__":
    unittest.main()
