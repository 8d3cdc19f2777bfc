import { sleep } from '#kernel/async.ts';
import { AppError } from '#kernel/errors.ts';
import type { IntakeDetail } from '#model/api-intake.ts';
import type { ApiClient } from './client.ts';

const INTERVAL_MS = 300;
const PATIENCE_MS = 15 * 60_000;

/** Until the intake is judged; on a terminal the step is shown in place. */
export async function waitForIntake(client: ApiClient, { id }: { readonly id: string }): Promise<IntakeDetail> {
  const show = process.stderr.isTTY ? (text: string) => process.stderr.write(`\r\u001b[2K${text}`) : () => true;
  const end = Date.now() + PATIENCE_MS;
  while (Date.now() < end) {
    const intake = await client.get<IntakeDetail>(`/intake/${id}`);
    if (intake.status !== 'queued' && intake.status !== 'running') {
      show('');
      return intake;
    }
    show(`${intake.repository}:${intake.tag}  ${intake.step || intake.status} …`);
    await sleep(INTERVAL_MS);
  }
  throw new AppError(
    'unavailable',
    'the image is still being judged after 15 minutes: "assay intake show" says where it is',
  );
}
