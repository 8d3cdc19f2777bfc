import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { accessibilityFaults, findChromium, openBrowser, openPage, overflowFaults, views } from './dev/browser.ts';
import { type FakeApi, startFakeApi } from './dev/fake-api.ts';
import { intakeRows } from './dev/fixture-intake.ts';
import { digestOf } from './dev/fixture-parts.ts';

const distDir = join(import.meta.dirname, 'dist');
const chromium = findChromium();
const skip = !chromium
  ? 'no Chromium: install it, or name it in ASSAY_CHROMIUM'
  : existsSync(join(distDir, 'index.html'))
    ? false
    : 'the portal is not built: npm run build';
/** A folder for pictures of every page, for people to look at. */
const shots = process.env.ASSAY_SHOTS;

const image = digestOf('golden/node:24-trixie');
const via = '?via=golden/node:24-trixie';
const pages: readonly (readonly [name: string, path: string])[] = [
  ['catalog', '/'],
  ['catalog-search', '/?q=openssl&grade=A'],
  ['catalog-empty', '/?q=elixir'],
  ['entry', '/entries/golden/node'],
  ['entry-settings', '/entries/golden/node/-/settings'],
  ['entry-restricted', '/entries/golden/ledger-runner'],
  ['entry-missing', '/entries/golden/nothing'],
  ['image-findings', `/images/${image}${via}`],
  ['image-packages', `/images/${image}/packages${via}`],
  ['image-layers', `/images/${image}/layers${via}`],
  ['image-reports', `/images/${image}/reports${via}`],
  ['image-lifecycle', `/images/${image}/lifecycle${via}`],
  ['image-verdicts', `/images/${image}/verdicts${via}`],
  ['image-retired', '/images/golden/node:20-bookworm-slim'],
  ['intake', '/intake'],
  ['intake-one', '/intake/in-1'],
  ['intake-rejected', '/intake/in-4'],
  ['jobs', '/admin/jobs'],
  ['admin', '/admin'],
  ['admin-users', '/admin/users'],
  ['admin-audit', '/admin/audit'],
  ['advisories', '/advisories'],
  ['advisory', '/advisories/CVE-2026-31415'],
  ['sign-in', '/sign-in'],
  ['account', '/account'],
  ['not-found', '/no-such-place'],
];

describe('the portal in a browser', { skip }, () => {
  let api: FakeApi;
  let browser: Browser;

  before(async () => {
    api = await startFakeApi({ distDir });
    browser = await openBrowser(chromium ?? '');
    if (shots) await mkdir(shots, { recursive: true });
  });
  after(async () => {
    await browser?.close();
    await api?.[Symbol.asyncDispose]();
  });

  async function visit(path: string, view = views[0]): Promise<{ page: Page; complaints: string[] }> {
    assert.ok(view);
    const opened = await openPage(browser, api.url, view);
    await opened.page.goto(path);
    await opened.page.locator('h1:visible, h2:visible').first().waitFor();
    return opened;
  }

  for (const view of views) {
    test(`every page, ${view.name}: nothing for axe, no complaint, nothing wider than the window`, async () => {
      const { page, complaints } = await visit('/', view);
      const faults: string[] = [];
      for (const [name, path] of pages) {
        await page.goto(path);
        await page.locator('h1:visible, h2:visible').first().waitFor();
        await page.waitForLoadState('load');
        await page.waitForTimeout(250);
        faults.push(...(await accessibilityFaults(page, view)).map((fault) => `${name}: ${fault}`));
        faults.push(...(await overflowFaults(page, view)).map((fault) => `${name}: ${fault}`));
        if (shots) await page.screenshot({ path: join(shots, `${name}-${view.name}.png`), fullPage: true });
      }
      faults.push(...complaints);
      await page.context().close();
      assert.deepEqual(faults, []);
    });
  }

  test('from a search to the pull command, by keyboard', async () => {
    const { page } = await visit('/');
    await page.getByRole('link', { name: 'golden/node' }).first().waitFor();
    await page.keyboard.press('/');
    await page.keyboard.type('ngin');
    await page.waitForURL(/q=ngin/);
    await page.getByText('golden/python').first().waitFor({ state: 'detached' });
    await page.keyboard.press('Tab');
    await page.evaluate(() => (document.activeElement as HTMLElement).blur());
    await page.keyboard.press('j');
    await page.keyboard.press('c');
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(
      copied,
      `docker pull assay.example/golden/nginx:1.28-alpine3.22@${digestOf('golden/nginx:1.28-alpine3.22')}`,
    );
    await page.keyboard.press('Enter');
    await page.waitForURL('**/entries/golden/nginx');
    assert.match(
      (await page.locator('code', { hasText: 'docker pull' }).textContent()) ?? '',
      /nginx:1\.28-alpine3\.22/,
    );
    await page.keyboard.press('y');
    await page.waitForFunction(() => navigator.clipboard.readText().then((text) => text.startsWith('sha256:')));
    await page.keyboard.press(']');
    await page.waitForURL('**/entries/golden/nginx/-/settings');
    await page.context().close();
  });

  test('filters are in the address, and Back takes them away', async () => {
    const { page } = await visit('/');
    await page.getByRole('checkbox', { name: /Grade D/ }).check();
    await page.waitForURL(/grade=D/);
    await page.getByText('golden/python').first().waitFor({ state: 'detached' });
    assert.equal(await page.getByRole('link', { name: /golden\/php-fpm/ }).count(), 1);
    await page.goBack();
    await page.getByText('golden/python').first().waitFor();
    await page.context().close();
  });

  test('a curator approves, with a reason', async () => {
    api.state.intakes = intakeRows(new Date());
    const { page } = await visit('/intake/in-1');
    const approve = page.getByRole('button', { name: /^Approve/ });
    await approve.click();
    assert.equal(
      await page.evaluate(() => document.activeElement?.tagName),
      'TEXTAREA',
      'the reason is asked for first',
    );
    assert.equal(api.state.decisions.length, 0);
    await page.keyboard.type('signed releases start with 5.3');
    await approve.click();
    await page.waitForFunction(() => document.querySelector('#announcements')?.textContent !== '');
    assert.partialDeepStrictEqual(api.state.decisions.at(-1), {
      id: 'in-1',
      verb: 'approve',
      reason: 'signed releases start with 5.3',
    });
    api.state.intakes = intakeRows(new Date());
    await page.context().close();
  });

  test('an event makes the page ask again', async () => {
    const { page } = await visit('/intake');
    await page.getByText('geo-tiles').first().waitFor();
    api.state.intakes = api.state.intakes.map((row) =>
      row.id === 'in-2' ? { ...row, summary: 'Changed while you look' } : row,
    );
    await page.waitForTimeout(300);
    api.send({ type: 'image.waiting', message: 'php-fpm waits' });
    await page.getByText('Changed while you look').first().waitFor({ timeout: 5000 });
    api.state.intakes = intakeRows(new Date());
    await page.context().close();
  });

  test('an outage says so with the request id, and the page comes back by itself or on request', async () => {
    api.state.failing = { path: /\/api\/v1\/entries/, status: 503 };
    const { page } = await visit('/entries/golden/node');
    await page.getByText('req-01JDD3Q8W2').first().waitFor({ timeout: 15_000 });
    if (shots) await page.screenshot({ path: join(shots, 'state-error-light.png') });
    api.state.failing = undefined;
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await page.getByRole('heading', { name: 'golden/node' }).waitFor();
    await page.context().close();
  });

  test('who is not signed in reads the catalog, sees no place without a right, and can sign in', async () => {
    api.state.role = 'nobody';
    const { page } = await visit('/');
    await page.getByText('golden/node').first().waitFor();
    assert.equal(await page.getByRole('link', { name: 'Admin' }).count(), 0);
    await page.goto('/sign-in');
    await page.getByLabel('User name').fill('admin');
    await page.getByLabel(/^Password/).fill('wrong');
    await page.keyboard.press('Enter');
    await page.getByText(/wrong/).first().waitFor();
    await page.getByLabel(/^Password/).fill('right');
    await page.keyboard.press('Enter');
    await page.getByRole('link', { name: 'Admin' }).first().waitFor();
    assert.equal(new URL(page.url()).pathname, '/');
    await page.context().close();
    api.state.role = 'administrator';
  });

  test('the list of keys opens with ? and closes with Escape', async () => {
    const { page } = await visit('/');
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    assert.deepEqual(await accessibilityFaults(page, { scheme: 'light' }), []);
    if (shots) await page.screenshot({ path: join(shots, 'keyboard-light.png') });
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    await page.context().close();
  });

  test('settings of an entry are saved', async () => {
    const { page } = await visit('/entries/golden/node/-/settings');
    await page.getByLabel('Description').fill('Node.js for everybody');
    await page.getByRole('button', { name: 'Save the settings' }).click();
    await page.getByText('The settings are saved.').first().waitFor();
    assert.partialDeepStrictEqual(api.state.decisions.at(-1), { description: 'Node.js for everybody' });
    await page.context().close();
  });
});
