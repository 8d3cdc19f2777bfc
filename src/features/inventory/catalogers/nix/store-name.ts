/** A name in the store of Nix, taken apart. */
export interface StoreName {
  readonly hash: string;
  readonly name: string;
  readonly version: string;
  readonly output: string;
}

const HASHED = /^([0-9a-df-np-sv-z]{32})-(.{1,211})$/;
/** The name ends where a dash is followed by what is no letter (Nix manual, `builtins.parseDrvName`). */
const VERSIONED = /^(.*?)-([^A-Za-z].*)$/;
const OUTPUTS =
  /-(bin|data|dev|debug|devdoc|dist|doc|docs|getent|info|installedTests|lib|libgcc|man|nc|nixos|noxlibs|out|static|tests?|terminfo|tools|udev|unsecvars|xgcc)$/;
/** What is built from, not what is built. */
const SOURCES = /\.(?:drv|patch|diff|sh|tar|tar\.\w+|tgz|tbz|zip|lock|json|toml|yaml|gem|crate|nix|conf|service|keep)$/;

/** Undefined for what is no package: without a version, or a source. With its derivation the output is known for sure. */
export function parseStoreName(entry: string, deriver: string | null = null): StoreName | undefined {
  const [, hash = '', text = ''] = HASHED.exec(entry) ?? [];
  if (hash === '' || SOURCES.test(text)) return undefined;
  const derived = HASHED.exec(deriver?.replace(/\.drv$/, '') ?? '')?.[2];
  const isDerived = derived !== undefined && (text === derived || text.startsWith(`${derived}-`));
  const output = isDerived ? text.slice(derived.length + 1) : (OUTPUTS.exec(text)?.[1] ?? '');
  const whole = output === '' ? text : text.slice(0, -output.length - 1);
  const [, name, version] = VERSIONED.exec(whole) ?? [];
  if (!name || !version || !/\d/.test(version)) return undefined;
  return { hash, name, version, output: output || 'out' };
}
