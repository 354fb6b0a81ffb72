// One user's side of the page: form, messages and raw frames. What users write enters the page by textContent alone.

import { Client, groupConversation, singleConversation } from './playground-client.js';
import { clock, closeInWords, deliveryInWords, pretty } from './playground-words.js';

const MAX_MESSAGES = 500;
const MAX_FRAMES = 300;

export class Person {
  #parts = {};
  #testId;
  #client;
  #state = 'closed';
  #sent = new Map(); // tempMessageId → list item

  /** Builds the section of one user inside `parent`; `name` prefixes its data-testid attributes. */
  constructor(parent, name, { user, device, to }) {
    const section = document.getElementById('person').content.cloneNode(true).firstElementChild;
    for (const part of section.querySelectorAll('[data-part]')) {
      this.#parts[part.dataset.part] = part;
      part.dataset.testid = `${name}-${part.dataset.part}`;
    }
    this.#testId = name;
    section.dataset.testid = name;
    const { user: userField, device: deviceField, to: toField } = this.#parts;
    userField.value = user;
    deviceField.value = device;
    toField.value = to;
    this.#client = new Client({
      state: (state, detail) => this.#show(state, detail),
      frame: (direction, text) => this.#addFrame(direction, text),
      message: (message) => this.#addReceived(message),
      delivery: (id, state, detail) => this.#showDelivery(id, state, detail),
      notice: (text) => this.#addItem('notice', text),
    });
    this.#listen();
    this.#renamed();
    this.#show('idle');
    parent.append(section);
  }

  connect() {
    const { user, device, token } = this.#parts;
    this.#client.connect(user.value.trim(), device.value.trim(), token.value);
  }

  #listen() {
    const parts = this.#parts;
    parts.user.addEventListener('input', () => this.#renamed());
    parts.to.addEventListener('focus', () => { parts.single.checked = true; });
    parts.groupName.addEventListener('focus', () => { parts.group.checked = true; });
    parts.disconnect.addEventListener('click', () => this.#client.disconnect());
    parts.clear.addEventListener('click', () => this.#clearFrames());
    parts.hideHeartbeats.addEventListener('change', () =>
      parts.frames.classList.toggle('without-heartbeats', parts.hideHeartbeats.checked));
    parts.connection.addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#state === 'idle' || this.#state === 'closed') this.connect();
    });
    parts.composer.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  #renamed() {
    const { title, token, user } = this.#parts;
    title.textContent = user.value;
    token.value = `valid:${user.value.trim()}`;
  }

  #show(state, detail) {
    const parts = this.#parts;
    const busy = state === 'connecting' || state === 'connected';
    this.#state = state;
    parts.state.textContent = state === 'idle' ? 'not connected' : state;
    parts.state.dataset.state = state;
    parts.state.title = state === 'connected' ? `node ${detail.nodeId}, trace ${detail.traceId}` : '';
    for (const field of [parts.user, parts.device, parts.token, parts.connect]) field.disabled = busy;
    parts.disconnect.disabled = !busy;
    parts.send.disabled = state !== 'connected';
    parts.closed.hidden = state !== 'closed';
    parts.closed.textContent = state === 'closed' ? closeInWords(detail.code, detail.reason) : '';
  }

  #send() {
    const { user, text, to, group, groupName } = this.#parts;
    const target = (group.checked ? groupName : to).value.trim();
    if (this.#state !== 'connected' || text.value === '' || target === '') return;
    const conversation = group.checked
      ? groupConversation(target)
      : singleConversation(user.value.trim(), target);
    const id = this.#client.send(conversation, text.value);
    const item = this.#addItem('own', text.value, `to ${group.checked ? 'group ' : ''}${target}`);
    item.dataset.id = id;
    this.#sent.set(id, item);
    this.#client.transmit(id);
    text.value = '';
    text.focus();
  }

  #showDelivery(id, state, detail) {
    const item = this.#sent.get(id);
    if (!item) return;
    item.dataset.delivery = state;
    item.querySelector('.delivery').textContent = deliveryInWords(state, detail);
  }

  #addReceived(message) {
    const group = /^group[:_](.+)$/.exec(message.conversationId ?? '');
    const own = message.senderId === this.#parts.user.value.trim() && this.#sent.get(message.clientMsgId);
    if (own) {
      // A group delivers to its sender, too: the message is already here, so only say that it came round.
      own.dataset.echoed = 'true';
      own.querySelector('.who').textContent = `to group ${group?.[1] ?? ''} · came back to you`;
      return;
    }
    const from = `from ${message.senderId}` + (group ? ` in group ${group[1]}` : '');
    const text = message.content ?? `(not text) ${message.contentBase64 ?? ''}`;
    this.#addItem('received', text, from);
  }

  #addItem(kind, text, who = '') {
    const item = element('li', kind);
    item.dataset.testid = `${this.#testId}-${kind}`;
    const meta = element('div', 'meta');
    meta.append(element('span', 'who', who), element('time', '', clock(new Date()).slice(0, 8)));
    if (kind === 'own') meta.append(element('span', 'delivery'));
    item.append(element('div', 'text', text), meta);
    append(this.#parts.messages, item, MAX_MESSAGES);
    if (this.#sent.size > MAX_MESSAGES) this.#sent.delete(this.#sent.keys().next().value);
    return item;
  }

  #addFrame(direction, text) {
    const item = element('li', direction);
    item.dataset.testid = `${this.#testId}-frame`;
    if (/^\s*\{\s*"type"\s*:\s*"p[io]ng"/.test(text)) item.classList.add('heartbeat');
    const head = element('div', 'frame-head');
    head.append(
      element('span', 'direction', direction === 'in' ? '↓ in' : '↑ out'),
      element('time', '', clock(new Date())));
    item.append(head, element('pre', '', typeof text === 'string' ? pretty(text) : 'a binary frame'));
    append(this.#parts.frames, item, MAX_FRAMES);
    this.#parts.frameCount.textContent = String(this.#parts.frames.childElementCount);
  }

  #clearFrames() {
    this.#parts.frames.replaceChildren();
    this.#parts.frameCount.textContent = '0';
  }
}

/** Appends to a bounded list and stays at its end, unless the reader has scrolled up. */
function append(list, item, limit) {
  const atEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  list.append(item);
  while (list.childElementCount > limit) list.firstElementChild.remove();
  if (atEnd) list.scrollTop = list.scrollHeight;
}

function element(name, className, text = '') {
  const made = document.createElement(name);
  if (className) made.className = className;
  made.textContent = text;
  return made;
}
