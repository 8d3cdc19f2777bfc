import type { Cataloger } from '../cataloger.ts';
import { apk } from './apk.ts';
import { bitnami } from './bitnami.ts';
import { bottlerocket } from './bottlerocket.ts';
import { chisel } from './chisel.ts';
import { dpkg } from './dpkg.ts';
import { elfNotes } from './elf-notes.ts';
import { go } from './go.ts';
import { java } from './java.ts';
import { nix } from './nix.ts';
import { npm } from './npm.ts';
import { opkg } from './opkg.ts';
import { pacman } from './pacman.ts';
import { portage } from './portage.ts';
import { python } from './python.ts';
import { rpm } from './rpm.ts';
import { sbom } from './sbom.ts';

/** Everything that finds packages. Each reads only what it wants; all of them share one pass over a layer. */
export const catalogers: readonly Cataloger[] = [
  apk,
  dpkg,
  rpm,
  opkg,
  chisel,
  pacman,
  portage,
  bottlerocket,
  nix,
  npm,
  python,
  java,
  go,
  bitnami,
  sbom,
  elfNotes,
];
