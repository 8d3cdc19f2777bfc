/** A module of a Go program; `version` as the tool chain writes it (`v1.2.3`, `(devel)`, or empty). */
export interface GoModule {
  readonly path: string;
  readonly version: string;
}

export interface GoModules {
  readonly main: GoModule | undefined;
  readonly dependencies: readonly GoModule[];
  /** Settings of the build, such as `-ldflags`. */
  readonly settings: ReadonlyMap<string, string>;
}

/**
 * The lines that `go version -m` shows: a kind, then fields between tabs. A line `=>` replaces the module of the line
 * before it; a folder as replacement leaves that module's name, whose code is then unknown.
 */
export function parseModules(text: string): GoModules {
  const settings = new Map<string, string>();
  const modules: { kind: string; module: GoModule }[] = [];
  for (const line of text.split('\n')) {
    const [kind = '', first = '', version = ''] = line.split('\t');
    const last = modules.at(-1);
    if (kind === 'mod' || kind === 'dep') modules.push({ kind, module: { path: first, version } });
    else if (kind === '=>' && last !== undefined && isModulePath(first) && version !== '') {
      last.module = { path: first, version };
    } else if (kind === 'build') {
      const equals = first.indexOf('=');
      if (equals > 0) settings.set(first.slice(0, equals), first.slice(equals + 1));
    }
  }
  return {
    main: modules.find(({ kind }) => kind === 'mod')?.module,
    dependencies: modules.filter(({ kind }) => kind === 'dep').map(({ module }) => module),
    settings,
  };
}

function isModulePath(path: string): boolean {
  return path !== '' && !/^(?:\.|\/|[A-Za-z]:)/.test(path);
}

/** The standard library's version: `go1.22.3` is 1.22.3, `go1.23rc1` is 1.23.0-rc.1; a development build has none. */
export function stdlibVersion(goVersion: string): string | undefined {
  const found = /^go(\d+)\.(\d+)(?:\.(\d+))?(?:(alpha|beta|rc)(\d+))?/.exec(goVersion);
  if (found === null) return undefined;
  const [, major, minor, patch = '0', stage, number] = found;
  return `${major}.${minor}.${patch}${stage ? `-${stage}.${number}` : ''}`;
}

/**
 * The version that a program's makers passed to the linker (`-X main.version=v1.2.3`); only variables of the program
 * itself count, for those of its libraries carry the libraries' versions.
 */
export function linkedVersion({ main, settings }: GoModules): string | undefined {
  const flags = settings.get('-ldflags')?.slice(0, 100_000) ?? '';
  for (const [, variable = '', version] of flags.matchAll(/-X[ =]["']?([\w./-]+)=(v?\d+\.\d+\.\d+[\w.+-]*)/g)) {
    const isOwn = variable.startsWith('main.') || (main !== undefined && variable.startsWith(`${main.path}/`));
    if (isOwn && /version$/i.test(variable)) return version;
  }
  return undefined;
}
