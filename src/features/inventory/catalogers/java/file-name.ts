/** What the name of an archive says: `log4j-core-2.14.1.jar` is log4j-core in version 2.14.1. */
export interface FileName {
  readonly artifactId: string;
  readonly version: string | undefined;
}

const QUALIFIER =
  /^(?:alpha|android|atlassian|b|beta|build|cr|fcs|final|ga|incubating|jboss|jdk|jre|m|ea|pre|preview|rc|redhat|release|rev|sec|snapshot|sp|v)[\d.]*$/i;

export function parseFileName(path: string): FileName {
  const base = path.slice(path.lastIndexOf('/') + 1).slice(0, 300);
  const stem = base.replace(/\.[A-Za-z]+$/, '');
  const tokens = stem.split('-');
  const starts = tokens.flatMap((token, i) => (i > 0 && /^v?\d/.test(token) ? [i] : []));
  const whole = starts.find((start) => tokens.slice(start).every(isVersionPart));
  // A classifier such as `linux-x86_64` follows the version; a bare number before other words is no version.
  const start = whole ?? starts.find((at) => tokens[at]?.includes('.'));
  if (start === undefined) return { artifactId: stem, version: undefined };
  const foreign = tokens.findIndex((token, i) => i > start && !isVersionPart(token));
  const versionTokens = tokens.slice(start, whole === undefined && foreign > 0 ? foreign : undefined);
  return { artifactId: tokens.slice(0, start).join('-'), version: versionTokens.join('-').replace(/^v(?=\d)/, '') };
}

function isVersionPart(token: string): boolean {
  return /^v?\d/.test(token) || QUALIFIER.test(token);
}
