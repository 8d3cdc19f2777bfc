/** Says a sentence politely to a screen reader, by the one live region of the page. */
export function announce(sentence: string): void {
  const region = document.getElementById('announcements');
  if (!region) return;
  // The same sentence twice must be a change.
  region.textContent = region.textContent === sentence ? `${sentence}\u00a0` : sentence;
}
