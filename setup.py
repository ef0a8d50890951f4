"""What pyproject.toml cannot say: the resources travel inside the package."""

import shutil
from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py


class WithResources(build_py):
    """Copies resources/ to desktop/_resources, where an installed program looks for them."""

    def run(self) -> None:
        """Build the modules, then copy."""
        super().run()
        shutil.copytree("resources", Path(self.build_lib) / "desktop" / "_resources", dirs_exist_ok=True)


setup(cmdclass={"build_py": WithResources})
