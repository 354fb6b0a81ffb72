// Asks the server what became of a message, and shows it. What the server answers enters the page by textContent alone.

import { clock } from './playground-words.js';

const NOTHING = { reach: '', steps: [] };

async function ask(tenant, messageId) {
  try {
    const query = new URLSearchParams({ tenant, msgId: messageId });
    const answer = await fetch(`playground/explain?${query}`);
    return answer.ok ? await answer.json() : NOTHING;
  } catch {
    return NOTHING;
  }
}

/** Where a message went, in a few words of the server's; empty when it does not say. */
export async function reachOf(tenant, messageId) {
  return (await ask(tenant, messageId)).reach ?? '';
}

/** Opens the dialog with a message's steps. */
export async function explain(tenant, messageId) {
  const { steps } = await ask(tenant, messageId);
  document.getElementById('explain-id').textContent = `message ${messageId}`;
  document.getElementById('explain-steps').replaceChildren(...steps.map(item));
  document.getElementById('explain-note').textContent = steps.length > 0
    ? 'Remembered by this node for some minutes; never the text of the message.'
    : 'This node remembers nothing of it: it was refused before anything was done, another node handled it, or it is '
      + 'more than some minutes ago.';
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
