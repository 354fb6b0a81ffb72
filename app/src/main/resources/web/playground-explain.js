// Asks the server what became of a message, and shows it. What the server answers enters the page by textContent alone.

import { clock } from './playground-words.js';

/** The steps the server remembers of a message; none when it does not say. */
export async function stepsOf(tenant, messageId) {
  try {
    const query = new URLSearchParams({ tenant, msgId: messageId });
    const answer = await fetch(`playground/explain?${query}`);
    return answer.ok ? (await answer.json()).steps ?? [] : [];
  } catch {
    return [];
  }
}

/** Opens the dialog with a message's steps. */
export async function explain(tenant, messageId) {
  const steps = await stepsOf(tenant, messageId);
  document.getElementById('explain-id').textContent = `message ${messageId}`;
  document.getElementById('explain-steps').replaceChildren(...steps.map(item));
  document.getElementById('explain-note').textContent = steps.length > 0
    ? 'Remembered by this node for some minutes; never the text of the message.'
    : 'This node remembers nothing of it: it came to another node, or too long ago.';
  document.getElementById('explain').showModal();
}

function item(step) {
  const made = document.createElement('li');
  const head = document.createElement('strong');
  head.textContent = step.what;
  const at = document.createElement('time');
  at.textContent = clock(new Date(step.at));
  const detail = document.createElement('div');
  detail.textContent = [step.who, step.detail].filter((part) => part).join(': ');
  made.append(at, head, detail);
  return made;
}
