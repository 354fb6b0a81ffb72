// One device's column: connection, messages and raw frames. What users write enters the page by textContent alone.

import { Client, groupConversation, singleConversation } from './playground-client.js';
import { EMPTY, append, button, element } from './playground-elements.js';
import { explain, reachOf } from './playground-explain.js';
import { StoredChat } from './playground-stored.js';
import { clock, closeInWords, deliveryInWords, pretty } from './playground-words.js';

const MAX_MESSAGES = 500;
const MAX_FRAMES = 300;
const COUNTDOWN_MS = 100;
const STATES = { idle: 'not connected', cut: 'network cut' };
const FIELDS = ['tenant', 'user', 'device', 'token', 'server', 'connect'];

export class Person {
  #parts = {};
  #testId;
  #client;
  #state = 'closed';
  #countdown = 0;
  #isPlayground;
  #durable;
  #stored; // what a durable tenant has
  #fallbackTitle;
  #connectedTo = {};
  #events;
  #messages = new Map(); // message id → list item, own and received

  /**
   * Builds the column of one device inside `parent`; `name` prefixes its data-testid attributes. `fields` are what the
   * column's inputs begin with; `durable` are the ids of durable tenants. `events`: connected(user), group(name),
   * addDevice(), removed().
   */
  constructor(parent, name, { isPlayground, durable, title, fields, to, removable, events }) {
    const section = document.getElementById('person').content.cloneNode(true).firstElementChild;
    for (const part of section.querySelectorAll('[data-part]')) {
      this.#parts[part.dataset.part] = part;
      part.dataset.testid = `${name}-${part.dataset.part}`;
    }
    this.#testId = name;
    this.#isPlayground = isPlayground;
    this.#durable = durable;
    this.#fallbackTitle = title;
    this.#events = events;
    section.dataset.testid = name;
    const parts = this.#parts;
    for (const [field, value] of Object.entries(fields)) parts[field].value = value;
    parts.to.value = to;
    parts.tenantLabel.hidden = isPlayground;
    parts.serverLabel.hidden = isPlayground;
    parts.userLabel.hidden = !isPlayground;
    parts.remove.hidden = !removable;
    this.#client = new Client({
      state: (state, detail) => this.#show(state, detail),
      frame: (direction, text) => this.#addFrame(direction, text),
      message: (message) => this.#addReceived(message),
      delivery: (id, state, detail) => this.#showDelivery(id, state, detail),
      recalled: (id, operator) => this.#showRecalled(id, operator),
      conversation: (type, data) => this.#stored.take(type, data),
      warning: (text) => (this.#connectedTo.durable ? this.#stored.warn(text) : this.#addItem('notice', text)),
    });
    this.#stored = new StoredChat({
      client: this.#client,
      parts,
      testId: name,
      choose: (kind, id) => this.#writeTo(kind, id),
    });
    parts.addDevice.addEventListener('click', () => events.addDevice());
    parts.remove.addEventListener('click', () => {
      this.#client.disconnect();
      clearInterval(this.#countdown);
      section.remove();
      events.removed();
    });
    this.#listen();
    this.#renamed();
    this.#show('idle');
    parent.append(section);
  }

  connect() {
    const { tenant, device, token, server } = this.#parts;
    const before = this.#connectedTo;
    this.#connectedTo = {
      url: server.value.trim(),
      tenant: tenant.value.trim(),
      device: device.value.trim(),
      token: token.value,
      durable: this.#durable.has(tenant.value.trim()),
    };
    const { durable } = this.#connectedTo;
    for (const part of ['conversations', 'storedBar']) this.#parts[part].hidden = !durable;
    if (JSON.stringify(before) !== JSON.stringify(this.#connectedTo) && (durable || before.durable)) {
      this.#messages.clear();
      this.#stored.forget();
    }
    if (!durable) this.#parts.messages.dataset.empty = EMPTY;
    this.#client.connect(this.#connectedTo);
  }

  /** Connects to another tenant, as the same user. */
  switchTo(tenant) {
    this.#parts.tenant.value = tenant;
    if (this.#state !== 'idle') this.connect();
  }

  /** What the connection form holds, for one more device of the same user. */
  get fields() {
    const { tenant, user, token, server } = this.#parts;
    return { tenant: tenant.value, user: user.value, token: token.value, server: server.value };
  }

  /** Writes a recipient into the empty field, unless it would be this user. */
  suggestRecipient(user) {
    const { to, user: self } = this.#parts;
    if (to.value === '' && user !== self.value.trim()) to.value = user;
  }

  #listen() {
    const parts = this.#parts;
    parts.user.addEventListener('input', () => this.#renamed());
    parts.to.addEventListener('focus', () => { parts.single.checked = true; });
    parts.groupName.addEventListener('focus', () => { parts.group.checked = true; });
    parts.disconnect.addEventListener('click', () => this.#leave());
    parts.cut.addEventListener('click', () => {
      if (this.#state === 'cut') this.#client.restore();
      else this.#client.cut();
    });
    parts.text.addEventListener('input', () => {
      const { durable } = this.#connectedTo;
      if (durable && this.#state === 'connected' && this.#target() && parts.text.value) this.#stored.typed(this.#target());
    });
    parts.clear.addEventListener('click', () => this.#clearFrames());
    parts.hideHeartbeats.addEventListener('change', () =>
      parts.frames.classList.toggle('without-heartbeats', parts.hideHeartbeats.checked));
    parts.connection.addEventListener('submit', (event) => {
      event.preventDefault();
      if (this.#state !== 'connecting' && this.#state !== 'connected') this.connect();
    });
    parts.composer.addEventListener('submit', (event) => {
      event.preventDefault();
      this.#send();
    });
  }

  #leave() {
    const waiting = this.#state === 'reconnecting' || this.#state === 'cut';
    this.#client.disconnect();
    if (waiting) this.#show('idle');
  }

  #renamed() {
    const { title, token, user } = this.#parts;
    title.textContent = user.value.trim() || this.#fallbackTitle;
    if (this.#isPlayground) token.value = `valid:${user.value.trim()}`;
  }

  #show(state, detail) {
    const parts = this.#parts;
    const on = state === 'connected' || state === 'cut';
    const busy = state === 'connecting' || on;
    this.#state = state;
    clearInterval(this.#countdown);
    parts.state.textContent = STATES[state] ?? state;
    parts.state.dataset.state = state;
    for (const name of FIELDS) parts[name].disabled = busy;
    parts.disconnect.disabled = !busy && state !== 'reconnecting';
    parts.send.disabled = !on;
    parts.cut.disabled = !on;
    parts.cut.textContent = state === 'cut' ? 'Restore the network' : 'Cut the network';
    parts.connection.hidden = on;
    parts.connectedAs.hidden = !on;
    parts.closed.textContent = '';
    if (state === 'connected') {
      parts.user.value = detail.userId;
      parts.title.textContent = detail.userId;
      parts.connectedAs.textContent = `device ${detail.deviceId} on node ${detail.nodeId}, `
          + `heartbeat ${detail.heartbeatSeconds} s`;
      parts.connectedAs.title = `trace ${detail.traceId}`;
      this.#events.connected(detail.userId);
      if (this.#connectedTo.durable) this.#stored.connected(detail.userId);
    } else if (state === 'closed') {
      parts.closed.textContent = closeInWords(detail.code, detail.reason);
    } else if (state === 'reconnecting') {
      const count = () => {
        const left = Math.max(0, detail.at - Date.now());
        parts.closed.textContent =
            `${closeInWords(detail.code, detail.reason)} – again in ${(left / 1000).toFixed(1)} s`;
      };
      count();
      this.#countdown = setInterval(count, COUNTDOWN_MS);
    }
  }

  /** The conversation that is written to; empty when nobody is named. */
  #target() {
    const { user, group, groupName, to } = this.#parts;
    const target = (group.checked ? groupName : to).value.trim();
    if (target === '') return '';
    return group.checked ? groupConversation(target) : singleConversation(user.value.trim(), target);
  }

  #writeTo(kind, id) {
    const { single, group, groupName, to } = this.#parts;
    (kind === 'group' ? group : single).checked = true;
    (kind === 'group' ? groupName : to).value = id;
  }

  #send() {
    const { text, group, groupName, to: recipient } = this.#parts;
    const conversation = this.#target();
    const able = this.#state === 'connected' || this.#state === 'cut';
    if (!able || text.value === '' || conversation === '') return;
    if (this.#connectedTo.durable) {
      this.#stored.send(conversation, text.value);
    } else {
      const id = this.#client.send(conversation, text.value);
      const to = `to ${group.checked ? 'group ' : ''}${(group.checked ? groupName : recipient).value.trim()}`;
      this.#remember(id, this.#addItem('own', text.value, to, this.#actions(id, conversation)));
      this.#client.transmit(id);
    }
    text.value = '';
    text.focus();
  }

  /** What can be done with an own message once the server has it. */
  #actions(id, conversation) {
    const actions = element('div', 'message-actions');
    const recall = button('Recall', `${this.#testId}-recall`, () => this.#client.recall(id, conversation));
    const why = button('Explain', `${this.#testId}-explain`, () => explain(this.#connectedTo.tenant, id));
    actions.append(recall, why);
    return actions;
  }

  #showDelivery(id, state, detail) {
    if (this.#connectedTo.durable) {
      this.#stored.delivery(id, state, detail);
      return;
    }
    const item = this.#messages.get(id);
    if (!item) return;
    item.dataset.delivery = state;
    item.querySelector('.delivery').textContent = deliveryInWords(state, detail);
    // the server has noted where a message went before it answers
    if (state === 'sent') this.#showReach(id, item);
  }

  async #showReach(id, item) {
    const reach = await reachOf(this.#connectedTo.tenant, id);
    if (reach && item.dataset.delivery === 'sent') item.querySelector('.delivery').textContent = `sent · ${reach}`;
  }

  #showRecalled(id, operator) {
    const item = this.#messages.get(id);
    if (!item) {
      this.#addItem('notice', `${operator} took a message back that is not shown here.`);
      return;
    }
    item.dataset.delivery = 'recalled';
    item.classList.add('recalled');
    item.querySelector('.text').textContent = 'recalled';
    const delivery = item.querySelector('.delivery');
    if (delivery) delivery.textContent = `recalled by ${operator}`;
    item.querySelector('.message-actions [data-testid$="-recall"]')?.remove();
  }

  #addReceived(message) {
    const group = /^group[:_](.+)$/.exec(message.conversationId ?? '');
    const own = message.senderId === this.#parts.user.value.trim() && this.#messages.get(message.clientMsgId);
    if (own) {
      // A group delivers to its sender, too: the message is already here, so only say that it came round.
      own.dataset.echoed = 'true';
      own.querySelector('.who').textContent = `to group ${group?.[1] ?? ''} · came back to you`;
      return;
    }
    if (group) this.#events.group(group[1]);
    const from = `from ${message.senderId}` + (group ? ` in group ${group[1]}` : '');
    const text = message.content ?? `(not text) ${message.contentBase64 ?? ''}`;
    this.#remember(message.messageId, this.#addItem('received', text, from));
  }

  #remember(id, item) {
    this.#messages.set(id, item);
    if (this.#messages.size > MAX_MESSAGES) this.#messages.delete(this.#messages.keys().next().value);
  }

  #addItem(kind, text, who = '', ...more) {
    const item = element('li', kind);
    item.dataset.testid = `${this.#testId}-${kind}`;
    const meta = element('div', 'meta');
    meta.append(element('span', 'who', who), element('time', '', clock(new Date()).slice(0, 8)));
    if (kind === 'own') meta.append(element('span', 'delivery'));
    item.append(element('div', 'text', text), meta, ...more);
    append(this.#parts.messages, item, MAX_MESSAGES);
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
