"""Builds what a Dockerfile says in chroots, where no container engine is at hand.

It reads the part of the format that k8s/Dockerfile keeps to, and refuses everything else: a step that it took for
another would show nothing.
"""

import dataclasses
import fnmatch
import json
import pathlib
import re
import shlex
import shutil

from chroot import Chroot


# What the slim images tell dpkg to leave out.
SLIM = """\
path-exclude /usr/share/doc/*
path-exclude /usr/share/info/*
path-exclude /usr/share/locale/*
path-exclude /usr/share/man/*
path-include /usr/share/doc/*/copyright
"""


class Refused(Exception):
    pass


@dataclasses.dataclass
class Stage:
    image: str
    name: str | None
    steps: list = dataclasses.field(default_factory=list)  # (instruction, flags, rest)


@dataclasses.dataclass
class Image:
    chroot: Chroot
    user: str
    entrypoint: list
    command: list


def parse(text):
    """The stages. Raises Refused, with the line's number, for what is not known."""
    arguments, stages = {}, []
    for number, line in logical_lines(text):
        word, _, rest = line.partition(" ")
        rest = rest.strip()
        if word == "ARG" and not stages and (match := re.fullmatch(r"(\w+)=(\S+)", rest)):
            arguments[match[1]] = match[2]
        elif word == "FROM" and (match := re.fullmatch(r"(\S+)(?: AS (\w+))?", rest)):
            stages.append(Stage(re.sub(r"\$\{(\w+)\}", lambda name: arguments[name[1]], match[1]), match[2]))
        elif word in ("RUN", "COPY", "WORKDIR", "USER", "ENTRYPOINT", "CMD") and stages:
            stages[-1].steps.append(step(number, word, rest))
        else:
            raise Refused(f"line {number}: not understood: {line}")
    if not stages:
        raise Refused("no FROM")
    return stages


def logical_lines(text):
    joined, start = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if line.lstrip().startswith("#") or (not line.strip() and not joined):
            continue
        start = start if joined else number
        joined += line.strip()
        if joined.endswith("\\"):
            joined = joined[:-1]
            continue
        yield start, joined
        joined = ""
    if joined:
        raise Refused(f"line {start}: goes on behind the last line")


def step(number, word, rest):
    flags = {}
    while match := re.match(r"--(\w+)=(\S+)\s+", rest):
        flags[match[1]] = match[2]
        rest = rest[match.end():]
    if set(flags) - {"RUN": {"mount"}, "COPY": {"from"}}.get(word, set()) or rest.startswith("--"):
        raise Refused(f"line {number}: a flag that is not understood: {word} {flags} {rest}")
    if word in ("ENTRYPOINT", "CMD"):
        try:
            rest = json.loads(rest)
        except ValueError:
            raise Refused(f"line {number}: {word} must be a list in JSON") from None
    elif word == "USER" and not re.fullmatch(r"\d+:\d+", rest):
        raise Refused(f"line {number}: USER must be two numbers: a name says nothing to runAsNonRoot")
    elif word == "RUN" and rest.startswith(("[", "<<")):
        raise Refused(f"line {number}: RUN must be a line of shell")
    return word, flags, rest


def build(text, context, base, directory):
    """Takes the steps of every stage; base is the archive of the root file system that stands for debian:*-slim."""
    done = {}
    image = None
    for index, stage in enumerate(parse(text)):
        if not re.fullmatch(r"debian:bookworm-\d{8}-slim", stage.image):
            raise Refused(f"the base image must be of a dated Debian 12: {stage.image}")
        chroot = Chroot.unpacked(base, pathlib.Path(directory) / f"stage-{index}")
        chroot.path("/etc/dpkg/dpkg.cfg.d/slim").write_text(SLIM)
        image = Image(chroot, "0:0", [], [])
        working = "/"
        for word, flags, rest in stage.steps:
            print(f"{word} {flags or ''} {rest}", flush=True)
            if word == "WORKDIR":
                working = rest
                chroot.path(working).mkdir(parents=True, exist_ok=True)
            elif word == "RUN":
                chroot.run(["/bin/sh", "-c", rest], user=image.user, working=working, binds=bound(flags, done))
            elif word == "COPY":
                source = done[flags["from"]].root if "from" in flags else pathlib.Path(context)
                copy(source, chroot, working, shlex.split(rest), ignored(context) if "from" not in flags else [])
            elif word == "USER":
                image.user = rest
            elif word == "ENTRYPOINT":
                image.entrypoint = rest
            elif word == "CMD":
                image.command = rest
        if stage.name:
            done[stage.name] = chroot
    return image


def bound(flags, done):
    if "mount" not in flags:
        return {}
    mount = dict(part.split("=", 1) for part in flags["mount"].split(","))
    if set(mount) != {"type", "from", "source", "target"} or mount["type"] != "bind":
        raise Refused(f"a mount that is not understood: {flags['mount']}")
    return {mount["target"]: done[mount["from"]].path(mount["source"])}


def ignored(context):
    lines = (pathlib.Path(context) / ".dockerignore").read_text().splitlines()
    patterns = [line for line in lines if line and not line.startswith("#")]
    if any(re.search(r"[!?\[\\]", pattern) for pattern in patterns):
        raise Refused(".dockerignore: only names, * and **/ are understood")
    return patterns


def copy(source, chroot, working, names, patterns):
    *sources, target = names
    target_directory = target.endswith(("/", ".")) or len(sources) > 1
    for name in sources:
        origin = source / name.lstrip("/")
        destination = chroot.path(f"{working}/{target}" if not target.startswith("/") else target)
        if origin.is_dir():
            def skip(folder, entries):
                inside = pathlib.Path(folder).relative_to(source)
                return [entry for entry in entries if any(
                    fnmatch.fnmatch(str(inside / entry), pattern) or
                    (pattern.startswith("**/") and fnmatch.fnmatch(entry, pattern[3:])) for pattern in patterns)]
            shutil.copytree(origin, destination, symlinks=True, dirs_exist_ok=True, ignore=skip)
        else:
            if target_directory:
                destination = destination / origin.name
            destination.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(origin, destination)
