import { prepareProgram } from './prepared-program.ts';

type Program = typeof import('./run.ts');

async function loadProgram(prepared: string | undefined): Promise<Program> {
  // What was prepared is only faster: when it cannot be loaded the sources can.
  const loaded = prepared && (await import(prepared).catch(() => undefined));
  return (loaded as Program | undefined) ?? import('./run.ts');
}

// `scan` is started often and shall start fast; to resolve and load its two hundred modules takes longer than the work.
const { run } = await loadProgram(process.argv[2] === 'scan' ? await prepareProgram() : undefined);
await run(process.argv);
