"""What stands for a container engine in the tests takes k8s/Dockerfile's steps, and refuses what it does not know."""

import unittest

import dockerfile
from world import REPOSITORY

FROM = "FROM debian:bookworm-20250520-slim\n"


class Reading(unittest.TestCase):
    def test_the_images_own_file(self):
        build, kept = dockerfile.parse((REPOSITORY / "k8s/Dockerfile").read_text())
        self.assertEqual(build.image, kept.image)
        self.assertRegex(kept.image, r"^debian:bookworm-\d{8}-slim$")
        self.assertEqual((build.name, kept.name), ("build", None))
        self.assertEqual([word for word, _, _ in kept.steps], ["RUN", "USER", "ENTRYPOINT", "CMD"])
        self.assertNotIn("install-packages", str(kept.steps))

    def test_a_continued_line_is_one_step(self):
        (stage,) = dockerfile.parse(FROM + "RUN one && \\\n    # why\n    two\n")
        self.assertEqual(stage.steps, [("RUN", {}, "one && two")])

    def test_what_is_not_known_is_refused_with_its_line(self):
        for line in ("ENV A=1", "ADD a b", "SHELL [\"sh\"]", "ONBUILD RUN x", "run x", "ARG LATE=1", "USER reader", "USER 1",
                     "CMD run", "ENTRYPOINT run", "RUN [\"a\"]", "RUN <<END", "RUN --network=none a", "COPY --chown=1 a b",
                     "COPY --link a b", "RUN a \\"):
            with self.subTest(line), self.assertRaisesRegex(dockerfile.Refused, "line 2: "):
                dockerfile.parse(FROM + line + "\n")

    def test_a_step_before_the_first_stage_is_refused(self):
        for text in ("RUN a\n" + FROM, "", "# nothing\n"):
            with self.subTest(text), self.assertRaises(dockerfile.Refused):
                dockerfile.parse(text)

    def test_a_base_that_is_not_pinned_is_refused(self):
        for image in ("debian:latest", "debian:bookworm-slim", "debian", "alpine:3.20"):
            with self.subTest(image), self.assertRaisesRegex(dockerfile.Refused, "dated"):
                dockerfile.build(f"FROM {image}\n", "/", "/nowhere", "/nowhere")

    def test_a_mount_that_is_not_known_is_refused(self):
        for mount in ("type=cache,target=/a", "type=bind,source=/a,target=/b", "type=bind,from=build,source=/a,target=/b,rw=1"):
            with self.subTest(mount), self.assertRaisesRegex(dockerfile.Refused, "mount"):
                dockerfile.bound({"mount": mount}, {"build": None})


if __name__ == "__main__":
    unittest.main()
