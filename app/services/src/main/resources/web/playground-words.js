// What the gateway's numbers and words mean to a person, from the list that the command line uses, too.

const { close: CLOSE_CODES, closeReasons: CLOSE_REASONS, reasons: REASONS } = await words();

async function words() {
  const answer = await fetch(new URL('playground-words.json', import.meta.url));
  return answer.ok ? answer.json() : { close: {}, closeReasons: {}, reasons: {} };
}

/** Codes after which the same connection is worth another try. */
const TRY_AGAIN = new Set([1001, 1006, 1011, 4100, 4200, 4429, 4430]);
const LONGEST_DELAY_MS = 15_000;

/** "4001 – the login was refused (server says: …)". */
export function closeInWords(code, reason) {
  const meaning = CLOSE_REASONS[reason] ?? CLOSE_CODES[code] ?? 'closed';
  const remedy = reason === 'origin not allowed' ? ` – the tenant’s setting “origins” must list ${location.origin}` : '';
  return `${code} – ${meaning}` + (reason ? ` (server says: “${reason}”)` : '') + remedy;
}

/**
 * Milliseconds until a closed connection is opened again, -1 for never: the server's own wish (`reconnect=1200ms`) the
 * first time, then 1, 2, 4 … 15 seconds.
 */
export function reconnectDelay(code, reason, failures) {
  if (!TRY_AGAIN.has(code)) return -1;
  const wished = /\breconnect=(\d{1,6})ms\b/.exec(reason ?? '');
  if (wished) return Math.min(Number(wished[1]), 120_000);
  return Math.min(1000 * 2 ** Math.min(failures, 10), LONGEST_DELAY_MS);
}

/** The state of an own message, as shown under it. */
export function deliveryInWords(state, detail) {
  switch (state) {
    case 'sending': return detail.attempt > 1 ? `sending (attempt ${detail.attempt})` : 'sending';
    case 'waiting': return 'waiting for a connection';
    case 'failed': return `failed: ${failureInWords(detail)}`;
    case 'persisted': return 'stored';
    case 'duplicate': return `sent: ${REASONS.duplicate}`;
    default: return state;
  }
}

function failureInWords({ code, reason }) {
  const known = REASONS[reason];
  const words = known ? `${known} (${reason})` : reason || 'no reason given';
  return code ? `code ${code}, ${words}` : words;
}

/** Wall-clock time with milliseconds, for logs. */
export function clock(date) {
  const two = (n) => String(n).padStart(2, '0');
  return `${two(date.getHours())}:${two(date.getMinutes())}:${two(date.getSeconds())}`
      + `.${String(date.getMilliseconds()).padStart(3, '0')}`;
}

/** A frame's text as indented JSON; text that is not JSON stays as it is. */
export function pretty(text) {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
