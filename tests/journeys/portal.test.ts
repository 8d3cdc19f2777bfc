import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import type { ImageDetail } from '#model/api-images.ts';
import { startAssay, type TestAssay } from '#testkit/assay.ts';
import { until } from '#testkit/assay-client.ts';
import { withoutPeers } from '#testkit/peers.ts';
import { openBrowser } from '../portal/browser.ts';

const curator = { name: 'grace', password: 'a curator of golden images' };
const skip = withoutPeers('chromium');

describe('people use the portal of a fresh installation', { skip, timeout: 300_000 }, () => {
  let assay: TestAssay;
  let browser: Browser;

  before(async () => {
    assay = await startAssay({ env: { ASSAY_SAMPLES: 'on' } });
    const grants = [{ namespace: '*', role: 'curator' }];
    await assay.api.send('POST', '/users', { kind: 'user', ...curator, grants });
    await until('the samples', async () => {
      const { items } = await assay.api.get<{ items: unknown[] }>('/intake?status=waiting');
      return items.length > 0 || undefined;
    });
    await assay.api.waitForIdle();
    browser = await openBrowser();
  });
  after(async () => {
    await browser?.close();
    await assay?.[Symbol.asyncDispose]();
  });

  async function withPage(use: (page: Page) => Promise<void>): Promise<void> {
    const context = await browser.newContext({ baseURL: assay.url, viewport: { width: 1440, height: 900 } });
    const page = await context.newPage();
    const errors: string[] = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => {
      if (/Content.Security.Policy/i.test(message.text())) errors.push(message.text());
    });
    try {
      await use(page);
      assert.deepEqual(errors, []);
    } finally {
      await context.close();
    }
  }

  async function signIn(page: Page): Promise<void> {
    await page.goto('/sign-in');
    await page.getByLabel('User name').fill(curator.name);
    await page.getByLabel(/^Password/).fill(curator.password);
    await page.keyboard.press('Enter');
    await page.waitForURL('/');
  }

  test('an engineer goes from a search to the pull command, which names the digest, without signing in', () =>
    withPage(async (page) => {
      await page.goto('/');
      await page
        .getByRole('link', { name: /golden\/base\/alpine$/ })
        .first()
        .waitFor();
      await page.keyboard.press('/');
      await page.keyboard.type('storefr');
      await page.waitForURL(/q=storefr/);
      await page.getByText('golden/base/alpine').first().waitFor({ state: 'detached' });
      await page
        .getByRole('link', { name: /golden\/web\/storefront/ })
        .first()
        .click();
      await page.waitForURL('**/entries/golden/web/storefront');
      const command = page.locator('code', { hasText: 'docker pull' }).first();
      const text = (await command.textContent()) ?? '';
      const [, digest = ''] = /^docker pull \S+\/golden\/web\/storefront:1\.4@(sha256:[0-9a-f]{64})$/.exec(text) ?? [];
      const answer = await fetch(`${assay.url}/v2/golden/web/storefront/manifests/${digest}`);
      assert.equal(answer.status, 200, text);
    }));

  test('the image shows its finding with the fixed version, and its signed reports', () =>
    withPage(async (page) => {
      const { digest } = await assay.api.get<{ digest: string }>('/resolve?reference=golden/web/storefront:1.4');
      await page.goto(`/images/${digest}`);
      await page.getByRole('treegrid', { name: 'Findings by package' }).waitFor();
      const { reports } = await assay.api.get<ImageDetail>(`/images/${digest}`);
      assert.ok(reports.length >= 3);
      await page.getByRole('link', { name: /^Reports/ }).click();
      await page
        .getByText(/CycloneDX/)
        .first()
        .waitFor();
    }));

  test('a curator signs in, reads the verdict of what waits, and approves it', () =>
    withPage(async (page) => {
      await signIn(page);
      await page.goto('/intake');
      await page
        .getByRole('link', { name: /vendor\/agent/ })
        .first()
        .click();
      await page
        .getByText(/publisher.signature/i)
        .first()
        .waitFor();
      await page.getByLabel('Reason').fill('The vendor signs from the next release on.');
      await page.getByRole('button', { name: 'Approve and catalog' }).click();
      const intake = await until('the decision', async () => {
        const row = await assay.api.waitForIntake('staging/vendor/agent:2.1');
        return row.status === 'waiting' ? undefined : row;
      });
      assert.deepEqual([intake.status, intake.decidedBy], ['cataloged', curator.name]);
      await page.goto('/entries/golden/vendor/agent');
      await page.locator('code', { hasText: 'docker pull' }).first().waitFor();
    }));

  test('what has malware is shown to nobody as something to pull', () =>
    withPage(async (page) => {
      await signIn(page);
      await page.goto('/intake?status=quarantined');
      await page
        .getByText(/etl\/import/)
        .first()
        .waitFor();
      const answer = await fetch(`${assay.url}/v2/golden/etl/import/tags/list`);
      assert.equal(answer.status, 404);
    }));
});
