/** One installed distribution, as its metadata says. */
export interface PythonDistribution {
  /** As written. */
  readonly name: string;
  readonly version: string;
  /** Folder or file of the metadata, path in the image. */
  readonly metadata: string;
  /** It came with the base image. */
  readonly base: boolean;
  /** `Requires-Dist` lines as written. */
  readonly requires: readonly string[];
  /** Names of its console scripts. */
  readonly scripts: readonly string[];
}
/** A folder that packages are installed into. */
export interface PythonSite {
  readonly path: string;
  /** `3.11`; absent for folders that several versions share (Debian's dist-packages, PYTHONPATH). */
  readonly version?: string;
  /** The folder above `lib/`; the site's own path where there is none. */
  readonly prefix: string;
  /** The prefix is a virtual environment. */
  readonly venv: boolean;
  /** What `bin/python` of a virtual environment leads to; absent where it leads nowhere. */
  readonly interpreter?: PythonInterpreter;
  /** Everything in it came with the base image. */
  readonly base: boolean;
  /** Packages and modules in it, metadata apart. */
  readonly modules: number;
  readonly distributions: readonly PythonDistribution[];
}
export interface PythonInterpreter {
  readonly path: string;
  readonly version: string;
}
/** The Python that the image's command, or its PATH, leads to. */
export interface PythonRuntime {
  /** Absolute; a virtual environment's own name for it. */
  readonly program: string;
  readonly version: string;
  /** `3.11.9`, where something tells. */
  readonly fullVersion?: string;
  readonly pypy: boolean;
  /** Sites on its module path, in order. */
  readonly sites: readonly PythonSite[];
}
/** Something that sends the import system to a folder outside the site. */
export interface EditableLink {
  /** Absolute path in the image. */
  readonly target: string;
  readonly found: boolean;
  /** Metadata, .pth file or finder that says so. */
  readonly by: string;
  readonly base: boolean;
}
/** A script in the `bin` folder of a Python. */
export interface PythonScript {
  readonly path: string;
  /** Absolute path, or the name `env` looks for. */
  readonly interpreter: string;
  readonly found: boolean;
  readonly base: boolean;
}
export interface PythonFacts {
  /** Programs and libraries that can interpret. */
  readonly interpreters: readonly PythonInterpreter[];
  /** Every folder of the image that Python packages are installed into, empty ones left out. */
  readonly sites: readonly PythonSite[];
  /** Absent when no Python is on the image's PATH. */
  readonly runtime?: PythonRuntime;
  readonly links: readonly EditableLink[];
  readonly scripts: readonly PythonScript[];
}
export interface DependencyProblem {
  readonly distribution: string;
  /** `platform`: the tags of its wheel name no platform that the Python is for. */
  readonly kind: 'requirement' | 'platform';
  readonly message: string;
  /** Path in the image. */
  readonly metadata?: string;
  /** Everything involved came with the base image. */
  readonly base: boolean;
}
/** Whether what is installed for the image's Python fits together. */
export interface DependencyFacts {
  /** Who says so: the tool that ran in the image, or its metadata. */
  readonly source: 'pip check' | 'uv pip check' | 'metadata';
  readonly distributions: number;
  readonly problems: readonly DependencyProblem[];
}
/** One module as the image's Python imported it. */
export interface ModuleImport {
  readonly module: string;
  /** Declared under `rules:`; else it was chosen because it holds compiled code. */
  readonly declared: boolean;
  /** `ImportError: libGL.so.1: cannot open shared object file`; absent: it could be imported. */
  readonly error?: string;
}
export interface ImportFacts {
  readonly imports: readonly ModuleImport[];
  /** How many of those chosen for their compiled code were not tried, because there was no time left. */
  readonly left: number;
  /** It ended or was ended in the middle of one. */
  readonly brokeOff?: { readonly module: string; readonly how: string; readonly declared: boolean };
}
