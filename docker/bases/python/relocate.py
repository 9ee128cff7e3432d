"""Move the files of Debian's python packages into the layout of an upstream installation under /usr/local."""

import pathlib
import re
import shutil
import sys

source, target, version = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), sys.argv[3]
library = target / "lib" / f"python{version}"


def replace(name: str, old: str, new: str) -> None:
    """Replace a text that must be there, so that a changed Debian patch stops the build instead of slipping by."""
    file = library / name
    text = file.read_text()
    if old not in text:
        sys.exit(f"{name}: the Debian patch is not as expected, {old!r} is missing")
    file.write_text(text.replace(old, new))


shutil.copytree(source / f"usr/lib/python{version}", library, symlinks=True)
shutil.copytree(source / f"usr/include/python{version}", target / f"include/python{version}")
multiarch = next((source / "usr/include").glob("*-linux-gnu"))
shutil.copy(multiarch / f"python{version}/pyconfig.h", target / f"include/python{version}/pyconfig.h")
(target / "bin").mkdir(parents=True)
shutil.copy(source / f"usr/bin/python{version}", target / f"bin/python{version}")
for link in ("python3", "python"):
    (target / "bin" / link).symlink_to(f"python{version}")

for unwanted in ("EXTERNALLY-MANAGED", "_distutils_system_mod.py", "sitecustomize.py", "test"):
    path = library / unwanted
    shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
shutil.rmtree(next(library.glob("config-*")))

path_file = target / "lib/python3/dist-packages/upstream-layout.pth"
path_file.parent.mkdir(parents=True)
path_file.write_text("import _upstream_layout\n")
shutil.copy(pathlib.Path(__file__).parent / "_upstream_layout.py", library)

replace("sysconfig.py", "prefix_scheme = 'posix_local'", "prefix_scheme = 'posix_prefix'")
replace("ensurepip/__init__.py", "    _ensurepip_is_disabled_in_debian_for_system()\n\n    if altinstall", "    if altinstall")
replace("distutils/command/install.py", 'self.select_scheme("unix_local")', 'self.select_scheme("unix_prefix")')
replace("distutils/command/install.py", "self.prefix = self.exec_prefix = '/usr'", "pass")
replace("distutils/command/install.py", "self.install_base = self.install_platbase = '/usr'", "pass")
replace("distutils/sysconfig.py", "is_default_prefix and not is_virtual_environment()", "False")

for data in library.glob("_sysconfigdata_*.py"):
    if data.is_symlink():
        continue
    text = data.read_text()
    text = re.sub(r"/usr/lib/[a-z0-9_]+-linux-gnu", "/usr/local/lib", text)
    text = re.sub(r"/usr/(?=include|lib/python|bin')", "/usr/local/", text)
    text = re.sub(r"'(prefix|exec_prefix)': '/usr'", r"'\1': '/usr/local'", text)
    text = text.replace("/usr/share/python-wheels/", f"/usr/local/lib/python{version}/ensurepip/_bundled")
    data.write_text(text)

bundled = library / "ensurepip/_bundled"
bundled.mkdir()
for wheel in (source / "usr/share/python-wheels").glob("*.whl"):
    shutil.copy(wheel, bundled)
for cache in list(target.rglob("__pycache__")):
    shutil.rmtree(cache)
