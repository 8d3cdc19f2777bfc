import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

/** The processes of a server: those that carry its mark in their environment, and those that work in its folder. */
export function processesOf(server: { readonly mark: string; readonly dataFolder: string }): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => pid !== process.pid && (carries(pid, server.mark) || worksIn(pid, server.dataFolder)));
}

export function nameOfProcess(pid: number): string {
  return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim();
}

function carries(pid: number, mark: string): boolean {
  return read(`/proc/${pid}/environ`).includes(mark);
}

function worksIn(pid: number, folder: string): boolean {
  try {
    return readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
  } catch {
    return false; // it has ended, or is not ours to look at
  }
}

function read(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // it has ended, or is not ours to look at
  }
}
