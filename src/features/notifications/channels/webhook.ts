import { createHmac } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import type { HttpAnswer } from '#platform/network/http-client.ts';
import type { Channel } from '../channel.ts';

const TIMEOUT_MS = 10_000;
const ANSWER_LIMIT = 4_096;

const Config = z.object({ url: z.url({ protocol: /^https?$/ }), secret: z.string().min(1) });

/** `t=<seconds>,v1=<hex>`: HMAC-SHA256 over `<seconds>.<body>`. A receiver refuses a time that is too old. */
export function signWebhook(secret: string, body: string, at: Date): string {
  const seconds = Math.floor(at.getTime() / 1000);
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}

/** The beginning of what the other side said, for the list of deliveries. */
async function excerptOf(answer: HttpAnswer): Promise<string> {
  let text = '';
  for await (const chunk of answer.body as AsyncIterable<Buffer>) {
    text += chunk.toString('latin1');
    if (text.length > ANSWER_LIMIT) break;
  }
  return text
    .replace(/[^\x20-\x7e]+/g, ' ')
    .trim()
    .slice(0, 200);
}

/** POSTs the event as JSON; any 2xx takes it. Redirects are failures: a signed event goes where it was configured to. */
export const webhook: Channel<z.infer<typeof Config>> = {
  id: 'webhook',
  title: 'Webhook',
  Config,
  async send({ clock, http }, { url, secret }, event) {
    const body = JSON.stringify(event);
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await http.request(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'assay-event-id': String(event.id),
        'assay-event-type': event.type,
        'assay-signature': signWebhook(secret, body, clock.now()),
      },
      body,
      timeoutMs: TIMEOUT_MS,
      maxRedirects: 0,
      signal,
    });
    if (answer.status >= 200 && answer.status < 300) {
      answer.body.destroy();
      return;
    }
    const excerpt = await excerptOf(answer).finally(() => answer.body.destroy());
    const { host } = new URL(url);
    throw new AppError(
      'unavailable',
      `cannot notify ${host}: it answered ${answer.status}${excerpt && ` (${excerpt})`}`,
    );
  },
};
