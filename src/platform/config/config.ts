import { readFileSync } from 'node:fs';
import { AppError, messageOf } from '#kernel/errors.ts';
import { clientVariables } from './client-variables.ts';
import { nearest } from './nearest.ts';
import { serverVariables } from './server-variables.ts';
import type { Values, Variable } from './variable.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** The settings of a server; the public URL is always known. */
export type Config = Omit<Values<typeof serverVariables>, 'publicUrl'> & {
  readonly publicUrl: string;
  /** Nobody set the public URL, so a trusted proxy may say another. */
  readonly isPublicUrlGuessed: boolean;
};
export type ClientConfig = Values<typeof clientVariables>;

/**
 * Reads every setting. Throws one `invalid-input` with all that is wrong: the variable, the fault, an example.
 * Names that nobody knows are warnings.
 */
export function readConfig(env: Environment): { readonly config: Config; readonly warnings: readonly string[] } {
  const { values, faults } = readAll(serverVariables, env);
  const allFaults = [...faults, ...contradictions(values)];
  if (allFaults.length > 0) throw refusal(allFaults, unknownNames(env));
  const publicUrl = values.publicUrl ?? ownUrl(values);
  const config = { ...values, publicUrl, isPublicUrlGuessed: values.publicUrl === undefined };
  return { config, warnings: unknownNames(env) };
}

/** As `readConfig`, for the commands that talk to a server. */
export function readClientConfig(env: Environment): ClientConfig {
  const { values, faults } = readAll(clientVariables, env);
  if (faults.length > 0) throw refusal(faults);
  return values;
}

function readAll<Table extends Readonly<Record<string, Variable<unknown>>>>(
  table: Table,
  env: Environment,
): { values: Values<Table>; faults: string[] } {
  const values: Record<string, unknown> = {};
  const faults: string[] = [];
  for (const [key, variable] of Object.entries(table)) {
    try {
      const text = textOf(variable, env);
      values[key] = text === undefined ? undefined : variable.read(text);
    } catch (error) {
      faults.push(faultOf(variable, env[variable.name], messageOf(error)));
    }
  }
  // Each key has been read by its own variable's reader.
  return { values: values as Values<Table>, faults };
}

/** An empty value counts as absent: that is how compose files leave a setting out. */
function textOf(variable: Variable<unknown>, env: Environment): string | undefined {
  const given = env[variable.name];
  if (given !== undefined && given !== '') return given;
  const file = variable.secret ? env[`${variable.name}_FILE`] : undefined;
  if (file) return readFileSync(file, 'utf8').trim();
  return variable.fallback;
}

function faultOf(variable: Variable<unknown>, given: string | undefined, fault: string): string {
  const shown = given === undefined ? `the file in ${variable.name}_FILE` : `"${given.slice(0, 80)}"`;
  return `${variable.name}: ${variable.secret ? 'the value' : shown} is ${fault}; for example ${variable.name}='${variable.example}'`;
}

function contradictions(values: Values<typeof serverVariables>): string[] {
  const faults: string[] = [];
  if ((values.signingKey === undefined) !== (values.signingChain === undefined)) {
    faults.push('ASSAY_SIGNING_KEY and ASSAY_SIGNING_CHAIN: one is set and the other is not; set both, or none');
  }
  if ((values.tlsCert === undefined) !== (values.tlsKey === undefined)) {
    faults.push('ASSAY_TLS_CERT and ASSAY_TLS_KEY: one is set and the other is not; set both, or none');
  }
  if (values.roles?.length === 0)
    faults.push("ASSAY_ROLES: the value names no role; for example ASSAY_ROLES='web,work'");
  if (values.roles?.length === 1 && values.databaseUrl === undefined) {
    faults.push('ASSAY_ROLES: one role alone needs a database that others reach too; set ASSAY_DATABASE_URL');
  }
  if (values.roles?.length === 1 && values.blobs?.kind === 'disk') {
    faults.push('ASSAY_ROLES: one role alone needs layers that others reach too; set ASSAY_BLOBS to a bucket');
  }
  if ((values.s3AccessKey === undefined) !== (values.s3SecretKey === undefined)) {
    faults.push('ASSAY_S3_ACCESS_KEY and ASSAY_S3_SECRET_KEY: one is set and the other is not; set both, or none');
  }
  return faults;
}

function refusal(faults: readonly string[], warnings: readonly string[] = []): AppError {
  const count = faults.length === 1 ? 'one setting is' : `${faults.length} settings are`;
  const lines = [...faults, ...warnings].map((line) => `  ${line}`);
  return new AppError('invalid-input', `cannot start: ${count} wrong\n${lines.join('\n')}`, { details: { faults } });
}

function ownUrl({ host, port, tlsCert }: Values<typeof serverVariables>): string {
  const everywhere = host === '0.0.0.0' || host === '::';
  const name = everywhere ? 'localhost' : host;
  return `${tlsCert ? 'https' : 'http'}://${name.includes(':') ? `[${name}]` : name}:${port}`;
}

function unknownNames(env: Environment): string[] {
  const known = [...Object.values(serverVariables), ...Object.values(clientVariables)].flatMap(
    (variable: Variable<unknown>) => (variable.secret ? [variable.name, `${variable.name}_FILE`] : [variable.name]),
  );
  return Object.keys(env)
    .filter((name) => name.startsWith('ASSAY_') && !name.startsWith('ASSAY_TEST_') && !known.includes(name))
    .map((name) => {
      const near = nearest(name, known);
      return `${name} is not a setting${near ? `; did you mean ${near}?` : ''}`;
    });
}
