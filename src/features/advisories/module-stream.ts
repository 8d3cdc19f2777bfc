/** A release such as `1.module_el9.7.0+207+84573810` or `2.module+el8.9.0+1+abc` comes from an rpm module stream. */
const MODULAR = /\.module[+_]/;

/** `Important: nodejs:20 security update` names the stream; some records name only the module. */
const STREAM = /(?:^|[\s,])([A-Za-z0-9_.+-]+):([A-Za-z0-9_.]+)(?=\s|$)/;

interface ModularPackage {
  readonly name: string;
  readonly version: string;
  /** NAME:STREAM, or null when it is unknown. */
  readonly module: string | null;
}

/**
 * Whether a fix in one module stream has anything to say about a package: streams of one module live side by side,
 * each with its own fix, and packages outside of modules have fixes of their own.
 */
export function isSameStream(item: ModularPackage, summary: string, versions: readonly string[]): boolean {
  const modularPackage = item.module !== null || MODULAR.test(item.version);
  const modularFix = versions.some((version) => MODULAR.test(version));
  if (modularPackage !== modularFix) return versions.length === 0;
  if (!modularPackage) return true;
  const [, module = '', stream = ''] = STREAM.exec(summary) ?? [];
  if (!module) return true;
  if (item.module !== null) return item.module.split(':', 2).join(':') === `${module}:${stream}`;
  return item.name !== module || !/^\d/.test(stream) || isOfStream(item.version, stream);
}

/** Without a label the module's main package tells by its version: 18.20.4 is not of stream 20. */
function isOfStream(version: string, stream: string): boolean {
  const upstream = version.slice(version.indexOf(':') + 1);
  return upstream === stream || upstream.startsWith(`${stream}.`) || upstream.startsWith(`${stream}-`);
}
