/** Maven's coordinates of an artifact. */
export interface Coordinates {
  readonly groupId: string;
  readonly artifactId: string;
  readonly version: string;
}

/** `pom.properties` as Maven's archiver writes it: a Java properties file with three keys. */
export function parsePomProperties(text: string): Coordinates | undefined {
  const values = new Map<string, string>();
  for (const line of text.split(/\r\n|\r|\n/)) {
    const split = /^\s*([\w.-]+)\s*[=:]\s*(.*?)\s*$/.exec(line.slice(0, 1000));
    if (split?.[1] !== undefined) values.set(split[1], (split[2] ?? '').replace(/\\(.)/g, '$1'));
  }
  return complete(values.get('groupId'), values.get('artifactId'), values.get('version'));
}

/** The coordinates of a `pom.xml`: its own, or its parent's where it inherits them. */
export function parsePomXml(text: string): Coordinates | undefined {
  const values = readElements(text);
  const value = (name: string) => values.get(`project/${name}`) ?? values.get(`project/parent/${name}`);
  const resolve = (raw: string | undefined): string | undefined => {
    let resolved = raw;
    for (let i = 0; i < 5 && resolved?.includes('${'); i += 1) {
      resolved = resolved.replace(/\$\{([^{}]{1,200})\}/g, (whole, name: string) => {
        const own = /^(?:project|pom)\.(groupId|version)$/.exec(name)?.[1];
        const parent = /^(?:project|pom)\.parent\.(groupId|version)$/.exec(name)?.[1];
        if (own) return value(own) ?? whole;
        return (parent ? values.get(`project/parent/${parent}`) : values.get(`project/properties/${name}`)) ?? whole;
      });
      if (resolved.length > 1000) return undefined;
    }
    return resolved;
  };
  return complete(resolve(value('groupId')), resolve(values.get('project/artifactId')), resolve(value('version')));
}

function complete(
  groupId: string | undefined,
  artifactId: string | undefined,
  version: string | undefined,
): Coordinates | undefined {
  if (!groupId || !artifactId || !version) return undefined;
  if (`${groupId}${artifactId}${version}`.includes('${')) return undefined;
  return { groupId, artifactId, version };
}

const MAX_DEPTH = 4;

/** The text of shallow elements by their path; the first of equal ones wins. Entities do not occur in coordinates. */
function readElements(text: string): ReadonlyMap<string, string> {
  const values = new Map<string, string>();
  const path: string[] = [];
  let depth = 0;
  for (const { name, isEnd, content } of readTags(text)) {
    depth = Math.max(0, depth + (isEnd ? -1 : 1));
    path.length = Math.min(path.length, depth);
    if (isEnd || depth > MAX_DEPTH) continue;
    path.push(name);
    const key = path.join('/');
    if (content !== '' && !values.has(key)) values.set(key, content);
  }
  return values;
}

interface Tag {
  readonly name: string;
  readonly isEnd: boolean;
  /** The text up to the next tag. */
  readonly content: string;
}

/** Start and end tags; comments, declarations and empty elements are left out. */
function* readTags(text: string): Iterable<Tag> {
  let close = -1;
  for (let at = text.indexOf('<'); at >= 0; ) {
    const skipTo = SKIPPED.find(([start]) => text.startsWith(start, at))?.[1];
    if (skipTo !== undefined) {
      const end = text.indexOf(skipTo, at);
      at = end < 0 ? -1 : text.indexOf('<', end);
      continue;
    }
    // Looked for once, however many tags are opened before it.
    if (close < at) close = text.indexOf('>', at);
    if (close < 0) return;
    const next = text.indexOf('<', at + 1);
    const isEnd = text[at + 1] === '/';
    if (isEnd || text[close - 1] !== '/') {
      const name = /^[^\s>]*/.exec(text.slice(at + 1, Math.min(close, at + 300)))?.[0] ?? '';
      const contentEnd = Math.min(next < 0 ? text.length : next, close + 500);
      yield { name, isEnd, content: text.slice(close + 1, contentEnd).trim() };
    }
    at = next;
  }
}

const SKIPPED: readonly (readonly [start: string, end: string])[] = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<!', '>'],
  ['<?', '?>'],
];
