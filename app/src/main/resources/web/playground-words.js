// What the gateway's numbers and words mean to a person. Depends on nothing.

const CLOSE_CODES = {
  1000: 'closed normally',
  1001: 'the server is going away – connect again',
  1002: 'protocol error',
  1006: 'the connection was lost or could not be opened',
  1007: 'the text was not valid UTF-8',
  1009: 'the frame was far too large',
  4001: 'the token was refused',
  4002: 'unknown tenant',
  4100: 'nothing was heard from this client in time – connect again',
  4200: 'the server is draining – connect again',
  4409: 'the same device connected elsewhere',
  4410: 'disconnected by the tenant',
  4429: 'a limit was reached – wait a little',
  4430: 'this client read too slowly – connect again to catch up',
};

/** Codes after which the same connection is worth another try. */
const TRY_AGAIN = new Set([1001, 1006, 1011, 4100, 4200, 4429, 4430]);
const LONGEST_DELAY_MS = 15_000;

const REASONS = {
  duplicate: 'the server had it already',
  msg_body_too_large: 'the message is too large',
  'missing to_user_id': 'no recipient was named',
  'missing group_id': 'no group was named',
  'invalid msg_type': 'the kind of message is unknown',
  'tenant qps limited': 'the tenant sends more messages per second than it may',
  'hook sign required': 'the tenant has no secret to sign its hooks with',
  'hook circuit open': 'the tenant’s backend has failed so often that it is not asked for a while',
  'hook queue rejected': 'too many questions to the tenant’s backend are under way',
  'hook degraded': 'the tenant’s backend gave no usable answer',
  'group members empty': 'the group has no members, or there is no such group',
  'group too large': 'the group has more members than a message may reach',
  'delivery failed': 'no device took it, and it could not be buffered',
  'no routes delivered': 'nobody is there, and it could not be buffered',
  'tenant busy': 'too many messages of the tenant are in flight',
  'internal error': 'the server failed; its log says why',
};

/** "4001 – the token was refused (server says: …)". */
export function closeInWords(code, reason) {
  const meaning = CLOSE_CODES[code] ?? 'closed';
  return `${code} – ${meaning}` + (reason ? ` (server says: “${reason}”)` : '');
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
    default: return state;
  }
}

function failureInWords({ code, reason }) {
  const known = REASONS[reason];
  const words = known ? `${known} (${reason})` : reason || 'no reason given';
  return code ? `${code} – ${words}` : words;
}

/** Where a message went, from the steps the server remembers of it; empty when they do not say. */
export function reachInWords(steps) {
  const step = (...names) => steps.find((one) => names.includes(one.what));
  const fannedOut = step('fanned out');
  if (fannedOut) return fannedOut.detail;
  if (step('kept for later', 'buffered')?.detail === 'yes') return 'nobody there: kept for later';
  const reached = steps.filter((one) => one.what.startsWith('devices')).find((one) => one.detail.startsWith('delivered'));
  return reached ? reached.detail : '';
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
