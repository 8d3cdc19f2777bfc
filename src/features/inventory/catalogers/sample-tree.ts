import type { FileTree, ReportProblem } from '../cataloger.ts';

/** For tests: a tree of these files, in one layer, without links. */
export function treeOf(files: Readonly<Record<string, string | Uint8Array>>): FileTree {
  const all = Object.entries(files).map(([path, text]) => {
    const bytes = Buffer.from(text);
    return { path, bytes, mode: 0o644, sizeBytes: bytes.length, layer: 'sha256:0' };
  });
  return {
    find: (path) => all.find((file) => file.path === path),
    entries: (folder) => {
      const inside = all.filter((file) => file.path.startsWith(`${folder}/`));
      const names = new Set(inside.map((file) => file.path.slice(folder.length + 1).split('/')[0] ?? ''));
      return [...names].sort().map((name) => ({ name, layer: 'sha256:0' }));
    },
    list: (prefix) => all.filter((file) => file.path.startsWith(prefix)).sort((a, b) => (a.path < b.path ? -1 : 1)),
  };
}

/** For tests: where everything can be read. */
export const noProblem: ReportProblem = ({ code, message, path }) => {
  throw new Error(`${code} in ${path}: ${message}`);
};
