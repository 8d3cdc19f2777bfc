import { readConfig } from '#platform/config/config.ts';

/** What would stand there: the variables that come from elsewhere need values of the right form. */
const examples: Readonly<Record<string, string>> = {
  ASSAY_DATABASE_URL: 'postgresql://assay:secret@database/assay',
  ASSAY_MASTER_KEY: Buffer.alloc(32, 7).toString('base64'),
};

/** What Assay would say to these settings: faults and names that it does not know. Undefined values come from elsewhere. */
export function complaintsAbout(settings: Readonly<Record<string, string | undefined>>): string[] {
  const env = Object.fromEntries(
    Object.entries(settings).map(([name, value]) => [name, value ?? examples[name] ?? 'from-elsewhere']),
  );
  try {
    return [...readConfig(env).warnings];
  } catch (error) {
    return [String(error)];
  }
}
