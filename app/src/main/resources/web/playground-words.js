// What the gateway's numbers and words mean to a person. Depends on nothing.

const CLOSE_CODES = {
  1000: 'closed normally',
  1001: 'the server is going away – connect again',
  1002: 'protocol error',
  1006: 'the connection was lost or could not be opened',
  1007: 'the text was not valid UTF-8',
  1009: 'the frame was far too large',
  4001: 'the token was refused',
  4002: 'unknown tenant – the playground is closed',
  4100: 'nothing was heard from this client in time – connect again',
  4200: 'the server is draining – connect again',
  4409: 'the same device connected elsewhere',
  4429: 'a limit was reached – wait a little',
  4430: 'this client read too slowly – connect again to catch up',
};

/** "4001 – the token was refused (reason given: …)". */
export function closeInWords(code, reason) {
  const meaning = CLOSE_CODES[code] ?? 'closed';
  return `${code} – ${meaning}` + (reason ? ` (server says: “${reason}”)` : '');
}

/** The state of an own message, as shown under it. */
export function deliveryInWords(state, detail) {
  switch (state) {
    case 'sending': return detail > 1 ? `sending (attempt ${detail})` : 'sending';
    case 'waiting': return 'waiting for a connection';
    case 'failed': return `failed: ${detail || 'no reason given'}`;
    default: return state;
  }
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
