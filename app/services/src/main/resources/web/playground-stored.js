// The part of a device's column that a durable tenant has: its conversations with what is unread, the one that is open
// with its history, who has read it, who is typing. What users write enters the page by textContent alone.

import { Conversations } from './playground-conversations.js';
import { EMPTY, button, element, stayAtEnd } from './playground-elements.js';
import { clock, deliveryInWords } from './playground-words.js';

const TYPING_MS = 4000;
const TYPING_EVERY_MS = 2100; // the server passes on one in two seconds
const READ_AFTER_MS = 200;
const MOST_CHIPS = 50;
const MOST_PENDING = 100;
const MOST_WARNINGS = 20;

export class StoredChat {
  #client;
  #parts;
  #testId;
  #choose;
  #model;
  #user = '';
  #open = '';
  #items = new Map(); // number → list item, of the open conversation
  #pending = new Map(); // tempMessageId → {conversation, text, words, state, item}
  #chips = new Map(); // conversation → button
  #warnings = []; // list items, oldest first
  #typed = 0;
  #typing = 0;
  #typingAgain = 0;
  #reading = 0;

  /** `choose(kind, id)` makes the open conversation the one that is written to. */
  constructor({ client, parts, testId, choose }) {
    this.#client = client;
    this.#parts = parts;
    this.#testId = testId;
    this.#choose = choose;
    this.#model = new Conversations((type, data) => client.ask(type, data), {
      listed: () => this.#list(),
      message: (id, message, caughtUp) => { if (id === this.#open) this.#show(message, caughtUp); },
      dropped: (id, seq) => { if (id === this.#open) this.#remove(seq); },
      cleared: (id) => { if (id === this.#open) this.#redraw(); },
      read: (id) => { if (id === this.#open) this.#items.forEach((item, seq) => this.#mark(item, seq)); },
      typing: (id, user) => { if (id === this.#open) this.#showTyping(`${user} is typing …`); },
    });
    parts.older.addEventListener('click', () => this.#older());
  }

  /** Begins anew: another user, or another tenant. */
  forget() {
    this.#model.forget();
    this.#pending.clear();
    this.#chips.clear();
    this.#open = '';
    this.#redraw();
    this.#list();
  }

  /** After a connection: everything that came meanwhile, in order. */
  async connected(user) {
    this.#user = user;
    try {
      await this.#model.catchUp(user);
      if (this.#open) await this.#load();
    } catch (e) {
      this.warn(`Not everything could be loaded: ${e.message}`);
    }
  }

  /** Shows a conversation: its newest messages, and more as they come. */
  async open(id) {
    this.#open = id;
    const { kind, name } = named(id, this.#user);
    this.#choose(kind, name);
    this.#redraw();
    this.#list();
    try {
      await this.#load();
    } catch (e) {
      this.warn(`The conversation could not be loaded: ${e.message}`);
    }
  }

  async #load() {
    await this.#model.open(this.#open);
    this.#read();
    this.#list();
  }

  /** Whoever looks at a conversation has read it; said once for what comes together. */
  #readSoon() {
    clearTimeout(this.#reading);
    this.#reading = setTimeout(() => this.#read(), READ_AFTER_MS);
  }

  #read() {
    if (!this.#open) return;
    const upTo = this.#model.unreadUpTo(this.#model.of(this.#open));
    if (upTo > 0) this.#client.tell('mark-read', { conversationId: this.#open, seqId: upTo });
  }

  async #older() {
    const { messages } = this.#parts;
    const below = messages.scrollHeight - messages.scrollTop;
    try {
      await this.#model.older(this.#model.of(this.#open));
    } catch (e) {
      this.warn(`Older messages could not be loaded: ${e.message}`);
    }
    messages.scrollTop = messages.scrollHeight - below;
    this.#list();
  }

  send(conversation, text) {
    const id = this.#client.send(conversation, text);
    this.#pending.set(id, { conversation, text, state: 'sending', words: '', item: null });
    if (this.#pending.size > MOST_PENDING) this.#pending.delete(this.#pending.keys().next().value);
    if (this.#open === conversation) this.#showPending(id);
    else this.open(conversation);
    this.#client.transmit(id);
  }

  /** What became of an own message; with its number it takes its place among the others. */
  delivery(id, state, detail) {
    const pending = this.#pending.get(id);
    if (pending) {
      pending.state = state;
      pending.words = deliveryInWords(state, detail);
      this.#showPending(id);
    }
    if (detail.seqId && pending) {
      this.#model.arrived({
        conversationId: detail.conversationId,
        messageId: detail.messageId,
        clientMsgId: id,
        senderId: this.#user,
        content: pending.text,
        seqId: detail.seqId,
        createdAt: detail.sendTime,
      });
    }
  }

  /** Says that the user is typing, not more often than the server passes on, and once more at the end of that time. */
  typed(conversation) {
    clearTimeout(this.#typingAgain);
    const wait = this.#typed + TYPING_EVERY_MS - Date.now();
    if (wait > 0) {
      this.#typingAgain = setTimeout(() => { if (this.#parts.text.value) this.typed(conversation); }, wait);
      return;
    }
    this.#typed = Date.now();
    this.#client.tell('typing', { conversationId: conversation });
  }

  take(type, data) {
    this.#model.take(type, data);
    if (type === 'new-message') this.#showTyping('');
  }

  warn(text) {
    const item = element('li', 'notice');
    item.dataset.testid = `${this.#testId}-notice`;
    item.append(element('div', 'text', text));
    stayAtEnd(this.#parts.messages, () => this.#parts.messages.append(item));
    this.#warnings.push(item);
    if (this.#warnings.length > MOST_WARNINGS) this.#warnings.shift().remove();
  }

  #showTyping(text) {
    clearTimeout(this.#typing);
    this.#parts.typing.textContent = text;
    if (text) this.#typing = setTimeout(() => this.#showTyping(''), TYPING_MS);
  }

  #list() {
    const { conversations, older } = this.#parts;
    const focused = document.activeElement; // which a list that is put in another order would lose
    const shown = this.#model.all.slice(0, MOST_CHIPS);
    const buttons = shown.map((c) => this.#chip(c));
    const ids = new Set(shown.map((c) => c.id));
    for (const id of this.#chips.keys()) if (!ids.has(id)) this.#chips.delete(id);
    const now = [...conversations.children];
    if (now.length !== buttons.length || now.some((chip, i) => chip !== buttons[i])) {
      conversations.replaceChildren(...buttons);
      if (buttons.includes(focused)) focused.focus();
    }
    older.disabled = !this.#open || !this.#model.hasOlder(this.#model.of(this.#open));
  }

  #chip(c) {
    let chip = this.#chips.get(c.id);
    if (!chip) {
      chip = button('', `${this.#testId}-conversation`, () => this.open(c.id));
      chip.className = 'chip';
      chip.dataset.conversation = c.id;
      this.#chips.set(c.id, chip);
    }
    const { kind, name } = named(c.id, this.#user);
    const unread = Math.max(0, c.lastSeq - c.read);
    chip.replaceChildren(element('span', kind, name));
    if (unread > 0) chip.append(element('span', 'unread', String(unread)));
    chip.setAttribute('aria-label', `${kind} ${name}${unread > 0 ? `, ${unread} unread` : ''}`);
    chip.setAttribute('aria-pressed', String(c.id === this.#open));
    return chip;
  }

  #redraw() {
    this.#items.clear();
    this.#warnings.length = 0;
    this.#parts.messages.replaceChildren();
    this.#parts.messages.dataset.empty = this.#open ? EMPTY : 'Choose a conversation, or write to somebody.';
    this.#showTyping('');
    if (!this.#open) return;
    for (const pending of this.#pending.values()) pending.item = null;
    const { messages } = this.#model.of(this.#open);
    [...messages.keys()].sort((a, b) => a - b).forEach((seq) => this.#show(messages.get(seq), false));
    for (const id of this.#pending.keys()) this.#showPending(id);
  }

  #showPending(id) {
    const pending = this.#pending.get(id);
    if (pending.conversation !== this.#open) return;
    if (!pending.item) {
      pending.item = this.#item('own', '');
      pending.item.querySelector('.text').textContent = pending.text;
      stayAtEnd(this.#parts.messages, () => this.#parts.messages.append(pending.item));
    }
    pending.item.dataset.delivery = pending.state;
    pending.item.querySelector('.delivery').textContent = pending.words;
  }

  #show(message, caughtUp) {
    const own = message.senderId === this.#user;
    let item = this.#items.get(message.seqId);
    if (!item && own) {
      item = this.#pending.get(message.clientMsgId)?.item;
      this.#pending.delete(message.clientMsgId);
    }
    item ??= this.#item(own ? 'own' : 'received', own ? '' : `from ${message.senderId}`);
    item.dataset.seq = message.seqId;
    this.#items.set(message.seqId, item);
    if (caughtUp) item.dataset.caughtUp = 'true';
    this.#fill(item, message, own);
    stayAtEnd(this.#parts.messages, () => insertInOrder(this.#parts.messages, item));
    if (own) this.#mark(item, message.seqId);
    else this.#readSoon();
  }

  #item(kind, who) {
    const item = element('li', kind);
    item.dataset.testid = `${this.#testId}-${kind}`;
    const meta = element('div', 'meta');
    meta.append(element('span', 'who', who), element('time', ''), element('span', 'remark'));
    if (kind === 'own') meta.append(element('span', 'delivery'));
    item.append(element('div', 'text'), meta, element('div', 'message-actions'));
    return item;
  }

  #fill(item, message, own) {
    const recalled = Boolean(message.recalledAt);
    item.classList.toggle('recalled', recalled);
    item.querySelector('.text').textContent = recalled
      ? 'recalled'
      : message.content ?? `(not text) ${message.contentBase64 ?? ''}`;
    item.querySelector('time').textContent = clock(new Date(message.createdAt)).slice(0, 8);
    item.querySelector('.remark').textContent = [
      `no. ${message.seqId}`,
      message.version && !recalled ? 'edited' : '',
      item.dataset.caughtUp ? 'came meanwhile' : '',
    ].filter((part) => part).join(' · ');
    if (own) item.dataset.delivery = recalled ? 'recalled' : 'stored';
    const actions = item.querySelector('.message-actions');
    actions.replaceChildren();
    if (own && !recalled) {
      if (message.content !== undefined) {
        actions.append(button('Edit', `${this.#testId}-edit`, () => this.#edit(item, message)));
      }
      actions.append(
        button('Recall', `${this.#testId}-recall`,
          () => this.#client.tell('recall', { messageId: message.messageId })));
    }
    actions.append(button('Delete for me', `${this.#testId}-hide`, () => this.#hide(message)));
  }

  #hide(message) {
    this.#client.tell('hide', { conversationId: message.conversationId, seqIds: [message.seqId] });
    this.#model.removed(message.conversationId, message.seqId);
    this.#remove(message.seqId);
  }

  #remove(seq) {
    this.#items.get(seq)?.remove();
    this.#items.delete(seq);
  }

  /** Enter keeps the change, Escape does not. */
  #edit(item, message) {
    const text = item.querySelector('.text');
    const field = element('input');
    field.value = message.content;
    field.dataset.testid = `${this.#testId}-editing`;
    field.setAttribute('aria-label', 'The message, changed: Enter saves, Escape leaves it');
    field.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' && event.key !== 'Escape') return;
      event.preventDefault();
      text.textContent = message.content;
      if (event.key === 'Enter' && field.value && field.value !== message.content) {
        this.#client.tell('edit', {
          conversationId: message.conversationId, messageId: message.messageId, content: field.value,
        });
      }
      this.#parts.text.focus();
    });
    text.replaceChildren(field);
    field.focus();
  }

  /** Says of an own message that it is stored, and whether the other user has read it. */
  #mark(item, seq) {
    if (!item.classList.contains('own')) return;
    const { kind, name } = named(this.#open, this.#user);
    const read = kind === 'user' && seq <= this.#model.of(this.#open).othersRead ? ` · read by ${name}` : '';
    item.querySelector('.delivery').textContent = item.classList.contains('recalled') ? '' : `stored${read}`;
  }
}

/** Puts an item where its number belongs: those that have none yet come last. */
function insertInOrder(list, item) {
  let before = list.lastElementChild;
  while (before && (before === item || !(Number(before.dataset.seq) < Number(item.dataset.seq)))) {
    before = before.previousElementSibling;
  }
  if (item.parentElement === list && item.previousElementSibling === before) return;
  if (before) before.after(item);
  else list.prepend(item);
}

/** Whom a conversation is with. */
function named(id, user) {
  const [kind, first = '', second = ''] = id.split(':');
  if (kind === 'single') return { kind: 'user', name: first === user ? second : first };
  return { kind, name: id.slice(kind.length + 1) };
}
