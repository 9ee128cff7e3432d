"""Put site-packages on the path: the `site` module is frozen into Debian's binary and knows only dist-packages."""

import site
import sys

directory = f"{sys.base_prefix}/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
if sys.prefix == sys.base_prefix:
    site.getsitepackages = lambda prefixes=None: [directory]
site.addsitedir(directory)
