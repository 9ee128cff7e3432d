/**
 * What the image's Python is told to do (3.6 and later). It writes one JSON event a line to the standard output it was started with;
 * whatever the modules print goes nowhere. `os._exit`, because threads of imported modules need not end.
 */
export const PYTHON_PROGRAM = `
import importlib, importlib.util, json, os, shutil, subprocess, sys, time
started = time.monotonic()
events = os.fdopen(os.dup(1), "w")
null = os.open(os.devnull, os.O_RDWR)
os.dup2(null, 1)
os.dup2(null, 2)
def tell(**event):
    events.write(json.dumps(event) + "\\n")
    events.flush()
tool = None
if importlib.util.find_spec("pip"):
    tool = "pip check", [sys.executable, "-m", "pip", "--disable-pip-version-check", "check"]
elif shutil.which("uv"):
    tool = "uv pip check", ["uv", "--no-cache", "pip", "check", "--offline", "--python", sys.executable]
if tool:
    done = subprocess.run(tool[1], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    tell(tool=tool[0], exit=done.returncode, output=done.stdout.decode("utf-8", "replace")[-30000:])
plan = json.loads(sys.argv[1])
for module in plan["declared"] + plan["compiled"]:
    if module not in plan["declared"] and time.monotonic() - started > plan["seconds"]:
        break
    tell(begin=module)
    try:
        importlib.import_module(module)
        tell(end=module)
    except BaseException as error:
        tell(end=module, error=(type(error).__name__ + ": " + str(error))[:500])
tell(done=True)
os._exit(0)
`;
