import { prepareProgram } from './prepared-program.ts';

// `scan` is started often and shall start fast; to resolve and load its two hundred modules takes longer than the work.
const prepared = process.argv[2] === 'scan' ? await prepareProgram() : undefined;
const { run } = (await import(prepared ?? './run.ts')) as typeof import('./run.ts');
await run(process.argv);
