import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { type FakeApi, startFakeApi } from '../../portal/dev/fake-api.ts';
import { distDir, faultsOf, looks, openBrowser, withoutBrowser } from './browser.ts';

const skip = withoutBrowser();
const VIA = '?via=golden%2Fnode%3A24-trixie';

describe('the pages of images, intake and work', { skip, timeout: 240_000 }, () => {
  let api: FakeApi;
  let browser: Browser;
  let image: string;

  before(async () => {
    api = await startFakeApi({ distDir });
    browser = await openBrowser();
    const answer = await fetch(`${api.url}/api/v1/resolve?reference=golden/node:24-trixie`);
    const { digest } = (await answer.json()) as { digest: string }; // our own fake's answer
    image = `/images/${digest}`;
  });
  after(async () => {
    await browser?.close();
    await api?.[Symbol.asyncDispose]();
  });

  async function withPage(options: BrowserContextOptions, use: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext({ bypassCSP: true, reducedMotion: 'reduce', ...options });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    try {
      await use(page);
      assert.deepEqual(errors, [], 'the page threw nothing');
    } finally {
      await context.close();
    }
  }

  const addresses = (): Record<string, string> => ({
    findings: `${image}/findings${VIA}`,
    packages: `${image}/packages${VIA}`,
    layers: `${image}/layers${VIA}`,
    reports: `${image}/reports${VIA}`,
    lifecycle: `${image}/lifecycle${VIA}`,
    verdicts: `${image}/verdicts${VIA}`,
    intake: '/intake',
    review: '/intake/in-1',
    jobs: '/admin/jobs',
    advisories: '/advisories',
    advisory: '/advisories/CVE-2026-31415',
    users: '/admin/access',
    audit: '/admin/audit',
  });

  for (const [look, options] of Object.entries(looks)) {
    test(`every page is accessible and fits, ${look}`, () =>
      withPage(options, async (page) => {
        for (const [name, address] of Object.entries(addresses())) {
          await page.goto(api.url + address, { waitUntil: 'networkidle' }).catch(() => undefined);
          await page.locator('main :is(h1, h2):visible').first().waitFor();
          assert.deepEqual(await faultsOf(page), [], `${name}, ${look}`);
          const over = Number(await page.evaluate('document.documentElement.scrollWidth - innerWidth'));
          assert.ok(over <= 0, `${name}, ${look}: ${over} px too wide`);
        }
      }));
  }

  test('findings stand by package, with the one upgrade that fixes them all', () =>
    withPage(looks.light, async (page) => {
      await page.goto(api.url + image + VIA);
      const table = page.getByRole('treegrid', { name: 'Findings by package' });
      await table.waitFor();
      assert.match((await table.textContent()) ?? '', /One upgrade fixes all 3:\s*2\.12\.7\+dfsg-3\+deb13u2/);
      assert.match((await table.textContent()) ?? '', /Accepted until/);
      await page.getByRole('searchbox').fill('undici');
      await page.getByRole('button', { name: 'CVE-2026-27710' }).waitFor();
      assert.equal(await table.getByRole('button', { name: 'CVE-2026-31415' }).count(), 0);
      await page.getByRole('searchbox').fill('no such package');
      await page.getByRole('button', { name: 'Show all findings' }).click();
      await table.waitFor();
    }));

  test('findings are walked and opened by keyboard', () =>
    withPage(looks.light, async (page) => {
      await page.goto(api.url + image + VIA);
      const rows = page.locator('[role=treegrid] [data-row]');
      await rows.first().focus();
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.getByText('Why critical').waitFor();
      await page.keyboard.press('k');
      assert.equal(await rows.first().getAttribute('aria-expanded'), 'true');
      await page.keyboard.press('ArrowLeft');
      assert.equal(await rows.first().getAttribute('aria-expanded'), 'false');
    }));

  test('tabs and platforms are addresses, so Back works', () =>
    withPage(looks.light, async (page) => {
      await page.goto(api.url + image + VIA);
      await page.getByRole('treegrid').waitFor();
      await page.keyboard.press(']');
      await page.waitForURL(/\/packages\?via=/);
      await page.getByRole('navigation', { name: 'Platform' }).getByRole('link', { name: 'arm64' }).click();
      await page.waitForURL(/platform=linux/);
      await page.goBack();
      await page.getByRole('treegrid').waitFor();
    }));

  test('a curator retires an image with a reason, from a sheet that keeps the focus', () =>
    withPage(looks.light, async (page) => {
      await page.goto(`${api.url}${image}/lifecycle${VIA}`);
      await page.getByRole('row', { name: /Node\.js 24.*counts/ }).waitFor();
      await page.getByRole('button', { name: 'Retire…' }).click();
      const sheet = page.getByRole('dialog');
      await sheet.getByRole('button', { name: 'Retire now' }).click();
      await sheet.getByLabel('Reason').and(page.locator(':focus')).waitFor();
      await sheet.getByLabel('Reason').fill('The runtime has a flaw that nobody mends.');
      await sheet.getByRole('button', { name: 'Retire now' }).click();
      await sheet.waitFor({ state: 'detached' });
      const { verb, repository } = api.state.decisions.at(-1) as Record<string, string>;
      assert.deepEqual([verb, repository], ['retire', 'golden/node']);
    }));

  test('a reader is offered no decision', () =>
    withPage(looks.light, async (page) => {
      const { role } = api.state;
      api.state.role = 'reader';
      try {
        await page.goto(`${api.url}${image}/lifecycle${VIA}`);
        await page.getByText('History and plan').waitFor();
        assert.equal(await page.getByRole('button', { name: 'Retire…' }).count(), 0);
      } finally {
        api.state.role = role;
      }
    }));

  test('a failed list fails alone and is tried again in its place', () =>
    withPage(looks.light, async (page) => {
      api.state.failing = { path: /\/packages/, status: 400 };
      await page.goto(`${api.url}${image}/packages${VIA}`);
      const again = page.getByRole('button', { name: 'Try again' });
      await again.waitFor();
      assert.equal(await page.getByRole('heading', { level: 1 }).textContent(), 'golden/node:24-trixie');
      api.state.failing = undefined;
      await again.click();
      await page.getByRole('table', { name: 'Packages' }).waitFor();
    }));

  test('a curator decides by keyboard: the missing reason gets the focus, then the next one opens', () =>
    withPage(looks.light, async (page) => {
      await page.goto(`${api.url}/intake`);
      await page.getByRole('heading', { name: /php-fpm/ }).waitFor();
      await page.keyboard.press('a');
      const reason = page.getByLabel('Reason');
      await reason.and(page.locator(':focus')).waitFor();
      await reason.fill('short');
      await page.getByRole('button', { name: 'Approve and catalog' }).click();
      await page.getByText('Say why in at least 10 characters.').waitFor();
      await reason.fill('Compared with the build record by hand.');
      await page.getByRole('button', { name: 'Approve and catalog' }).click();
      await page.getByRole('heading', { name: /geo-tiles/ }).waitFor();
      const decision = api.state.decisions.at(-1) as Record<string, string>;
      assert.equal(decision.verb, 'approve');
      assert.equal(decision.scope, 'image');
      assert.match(decision.until ?? '', /^\d{4}-\d{2}-\d{2}$/);
    }));

  test('rejecting shows the message that the pusher will get and asks once more', () =>
    withPage(looks.light, async (page) => {
      await page.goto(`${api.url}/intake/in-1`);
      await page.getByLabel('Reason').fill('Nobody knows who built this image.');
      await page.getByRole('button', { name: 'Reject…' }).click();
      await page.getByText('was rejected: Nobody knows who built this image.').waitFor();
      await page.getByRole('button', { name: 'Reject and tell ci-maps' }).click();
      await page.getByText('Rejected by admin').waitFor();
      assert.equal((api.state.decisions.at(-1) as Record<string, string>).verb, 'reject');
    }));

  test('on a phone the queue and the verdict are two pages', () =>
    withPage(looks.phone, async (page) => {
      await page.goto(`${api.url}/intake`);
      const item = page.getByRole('link', { name: /kafka-bridge/ });
      await item.click();
      await page.waitForURL(/\/intake\/in-/);
      assert.equal(await item.isVisible(), false);
      await page
        .getByRole('main')
        .getByRole('link', { name: /^Intake/ })
        .click();
      await item.waitFor({ state: 'visible' });
    }));

  test('a newer push of the same tag is said on top', () =>
    withPage(looks.light, async (page) => {
      const [first] = api.state.intakes;
      assert.ok(first);
      const later = new Date(Date.parse(first.pushedAt) + 60_000).toISOString();
      const newer = { ...first, id: 'in-99', pushedAt: later, status: 'waiting' as const };
      api.state.intakes = [...api.state.intakes, newer];
      await page.goto(`${api.url}/intake/${first.id}`);
      await page.getByRole('link', { name: 'Open the newer push' }).click();
      await page.waitForURL(/in-99/);
    }));

  test('jobs follow the server’s events', () =>
    withPage(looks.light, async (page) => {
      await page.goto(`${api.url}/admin/jobs`);
      await page.getByRole('table', { name: 'Jobs' }).waitFor();
      const again = page.waitForRequest(/\/api\/v1\/jobs/);
      api.send({ type: 'job.changed', message: 'A job changed.' });
      await again;
    }));

  test('an unknown image is said in words', () =>
    withPage(looks.light, async (page) => {
      await page.goto(`${api.url}/images/sha256:${'0'.repeat(64)}`);
      await page.getByText('There is no such image').waitFor();
    }));
});
