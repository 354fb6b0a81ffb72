// What one device knows of its durable conversations: which there are, what is unread in them, and messages without a
// hole from `from` to `upTo`. Knows nothing of the page; changes are reported through `events`: listed(), message(id,
// message, caughtUp), dropped(id, number), cleared(id), read(id), typing(id, user).

const PAGE = 50;
const MOST_LISTED = 500;
const MOST_KNOWN = 1000; // beyond it, those with the oldest messages go that were not looked at
const MOST_MESSAGES = 1000; // of one conversation

/** A number beyond every message's: its page is empty and says where the end is. */
const BEYOND = Number.MAX_SAFE_INTEGER;

export class Conversations {
  #ask;
  #events;
  #user = '';
  #since = 0; // the latest time of the server's in the last list that was seen to its end
  #catchingUp = null;
  #repeat = false;
  #known = new Map(); // id → conversation

  /** `ask(type, data)` asks the server and answers with a promise. */
  constructor(ask, events) {
    this.#ask = ask;
    this.#events = events;
  }

  /** All of them, that with the newest message first. */
  get all() {
    return [...this.#known.values()].filter((c) => c.lastSeq > 0).sort((a, b) => b.lastMs - a.lastMs);
  }

  /** One of them, new when it was not known. */
  of(id) {
    let known = this.#known.get(id);
    if (!known) {
      if (this.#known.size >= MOST_KNOWN) this.#removeOldest();
      known = {
        id, lastSeq: 0, lastMs: 0, firstSeq: 1, read: 0, othersRead: 0, from: 1, upTo: 0,
        loaded: false, opening: null, filling: null, again: false, messages: new Map(), // number → message
      };
      this.#known.set(id, known);
    }
    return known;
  }

  #removeOldest() {
    let oldest = null;
    for (const c of this.#known.values()) {
      if (!c.loaded && !c.opening && !(oldest?.lastMs <= c.lastMs)) oldest = c;
    }
    if (oldest) this.#known.delete(oldest.id);
  }

  /** Forgets everything: another user, or another tenant. */
  forget() {
    this.#known = new Map();
    this.#since = 0;
  }

  /** After a connection: what has changed meanwhile, then what is missing of the conversations that were looked at. */
  catchUp(user) {
    this.#user = user;
    this.#repeat = true;
    this.#catchingUp ??= this.#catchUpAll().finally(() => { this.#catchingUp = null; });
    return this.#catchingUp;
  }

  async #catchUpAll() {
    while (this.#repeat) {
      this.#repeat = false;
      try {
        await this.#catchUpOnce();
      } catch (e) {
        if (!this.#repeat) throw e; // of a connection before, perhaps
      }
    }
  }

  async #catchUpOnce() {
    const known = this.#known;
    const { changed, latest } = await this.#list();
    this.#events.listed();
    const lacking = [...known.values()].filter((c) => c.lastSeq > c.upTo);
    for (const c of new Set([...changed, ...lacking])) {
      if (!c.loaded) continue;
      if (c.lastSeq - c.upTo > MOST_MESSAGES) this.#begin(c);
      // what was there already may have been edited or recalled
      await this.#fill(c, Math.max(c.from - 1, Math.min(c.upTo, c.lastSeq) - PAGE));
    }
    // only now: what was interrupted is listed again
    if (known === this.#known) this.#since = Math.max(this.#since, latest);
    this.#events.listed();
  }

  async #list() {
    const changed = [];
    let latest = 0;
    let cursor = '';
    const changedSince = this.#since;
    do {
      const page = await this.#ask('conversations', { changedSince, limit: PAGE, cursor });
      for (const entry of page.conversations) {
        const c = this.of(entry.conversationId);
        c.lastSeq = Math.max(c.lastSeq, entry.lastSeq);
        c.firstSeq = entry.firstSeq;
        c.read = entry.lastSeq - entry.unread;
        c.lastMs = Math.max(c.lastMs, entry.lastMessage?.createdAt ?? 0);
        latest = Math.max(latest, entry.lastMessage?.createdAt ?? 0);
        changed.push(c);
      }
      cursor = page.nextCursor ?? '';
    } while (cursor && changed.length < MOST_LISTED);
    return { changed, latest };
  }

  /** Loads the newest messages of a conversation, unless they are there. */
  async open(id) {
    const c = this.of(id);
    if (c.loaded) return;
    c.opening ??= this.#load(c).finally(() => { c.opening = null; });
    await c.opening;
  }

  async #load(c) {
    if (c.lastSeq === 0) {
      const end = await this.#ask('sync', { conversationId: c.id, afterSeq: BEYOND, limit: 1 });
      c.lastSeq = Math.max(c.lastSeq, end.lastSeq);
    }
    this.#begin(c);
    await this.#fill(c, c.upTo);
    c.loaded = true;
  }

  #begin(c) {
    c.messages.clear();
    c.from = Math.max(1, c.lastSeq - PAGE + 1);
    c.upTo = c.from - 1;
    this.#events.cleared(c.id);
  }

  /** Whether there may be older messages than those that are loaded. */
  hasOlder(c) {
    return c.loaded && c.from > Math.max(1, c.firstSeq) && c.messages.size < MOST_MESSAGES;
  }

  /** Loads the page before what is loaded. */
  async older(c) {
    const after = Math.max(c.firstSeq - 1, c.from - 1 - PAGE, 0);
    const page = await this.#ask('sync', { conversationId: c.id, afterSeq: after, limit: c.from - 1 - after });
    c.from = after + 1;
    c.firstSeq = page.firstSeq;
    page.messages.forEach((message) => this.#put(c, message, false));
  }

  /** The number up to which a conversation has to be marked read; 0 when it is. */
  unreadUpTo(c) {
    if (c.upTo <= c.read) return 0;
    c.read = c.upTo;
    return c.upTo;
  }

  /** Asks for everything after a number. What arrives meanwhile is asked for as well, so that the order holds. */
  #fill(c, after) {
    c.again = true;
    c.filling ??= this.#fillUp(c, after).finally(() => { c.filling = null; });
    return c.filling;
  }

  async #fillUp(c, after) {
    const before = c.upTo;
    let next = after;
    while (c.again) {
      c.again = false;
      for (let more = true; more;) {
        const page = await this.#ask('sync', { conversationId: c.id, afterSeq: next, limit: PAGE });
        page.messages.forEach((message) => this.#put(c, message, c.loaded && message.seqId > before));
        c.firstSeq = page.firstSeq;
        c.lastSeq = Math.max(c.lastSeq, page.lastSeq);
        more = page.hasMore && page.messages.length > 0;
        next = more ? page.messages.at(-1).seqId : Math.max(next, page.lastSeq);
        c.upTo = Math.max(c.upTo, next);
      }
    }
  }

  #put(c, message, caughtUp) {
    c.lastMs = Math.max(c.lastMs, message.createdAt);
    const known = c.messages.get(message.seqId);
    const merged = known ? { ...known, ...message } : message;
    if (merged.recalledAt) delete merged.content;
    c.messages.set(message.seqId, merged);
    this.#events.message(c.id, merged, caughtUp && !known);
    while (c.messages.size > MOST_MESSAGES) {
      const lowest = Math.min(...c.messages.keys());
      c.messages.delete(lowest);
      c.from = lowest + 1;
      this.#events.dropped(c.id, lowest);
    }
  }

  /** A message came, or one's own got its number: shown at once when it is the next, else after those before it. */
  arrived(message) {
    const c = this.of(message.conversationId);
    const seq = message.seqId;
    c.lastMs = Math.max(c.lastMs, message.createdAt);
    if (seq > c.lastSeq) c.lastSeq = seq;
    if (message.senderId === this.#user) c.read = Math.max(c.read, seq);
    if (c.filling) {
      c.again = true;
    } else if (c.loaded && seq === c.upTo + 1) {
      c.upTo = seq;
      this.#put(c, message, false);
    } else {
      this.#fillIfLacking(c);
    }
    this.#events.listed();
  }

  #fillIfLacking(c) {
    if (c.loaded && c.lastSeq > c.upTo) this.#inBackground(this.#fill(c, c.upTo));
  }

  /** What fails is caught up with after the next connection. */
  #inBackground(task) {
    task.catch(() => {});
  }

  /** Takes what the server says of conversations. */
  take(type, data) {
    if (type === 'gap' && !data.conversationId) { // of which conversations messages were dropped, nobody knows
      this.#inBackground(this.catchUp(this.#user));
      return;
    }
    const c = this.of(data.conversationId ?? data.message?.conversationId);
    switch (type) {
      case 'new-message': this.arrived(data.message); break;
      case 'message-recalled': this.#change(c, data.seqId, { recalledAt: data.recalledAt }); break;
      case 'message-edited': {
        const { content, editedAt, version } = data;
        if (version > (c.messages.get(data.seqId)?.version ?? 0)) {
          this.#change(c, data.seqId, { content, editedAt, version });
        }
        break;
      }
      case 'message-read':
        if (data.userId === this.#user) c.read = Math.max(c.read, data.seqId);
        else c.othersRead = Math.max(c.othersRead, data.seqId);
        this.#events.read(c.id);
        this.#events.listed();
        break;
      case 'conversation-update':
        c.lastSeq = Math.max(c.lastSeq, data.lastSeq);
        if (data.unread >= 0) c.read = Math.max(c.read, data.lastSeq - data.unread); // negative: not known
        this.#fillIfLacking(c);
        this.#events.listed();
        break;
      case 'typing': this.#events.typing(c.id, data.userId); break;
      case 'gap':
        c.lastSeq = Math.max(c.lastSeq, data.toSeq);
        this.#fillIfLacking(c);
        this.#events.listed();
        break;
      default: break;
    }
  }

  #change(c, seq, fields) {
    const known = c.messages.get(seq);
    if (known) this.#put(c, { ...known, ...fields }, false);
  }

  /** Removes a message that was deleted for this user. */
  removed(id, seq) {
    this.of(id).messages.delete(seq);
  }
}
