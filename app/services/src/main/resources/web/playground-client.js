// A client of the sub-protocol mics.json.v1: connects, keeps alive, sends, resends, recalls, reconnects. Knows nothing of
// the page; what happens is reported through `events`: state, frame, message, delivery, recalled, warning; for durable
// tenants conversation(type, data) in place of message and recalled.

import { reconnectDelay } from './playground-words.js';

const PROTOCOL = 'mics.json.v1';
const ACK_TIMEOUT_MS = 5000;
const MAX_ATTEMPTS = 3;

/** What the server says of conversations of durable tenants, besides answers. */
const OF_CONVERSATIONS = new Set([
  'new-message', 'message-recalled', 'message-edited', 'message-read', 'conversation-update', 'typing', 'gap']);

export class Client {
  #events;
  #socket = null;
  #abandoned = null; // a socket that is not looked at any more
  #heartbeat = 0;
  #reconnect = 0;
  #failures = 0;
  #credentials = null;
  #identity = '';
  #pending = new Map(); // tempMessageId → {data, attempts, timer}, in the order they were sent
  #asked = new Map(); // requestId → {resolve, reject}
  // Random, because an id that was used before the page was reloaded would count as a duplicate.
  #prefix = randomHex(4);
  #count = 0;
  #requests = 0;

  constructor(events) {
    this.#events = events;
  }

  /**
   * Opens a connection with {url, tenant, token, device, durable}. Messages still unanswered are resent once it stands, if it is
   * the same device's.
   */
  connect(credentials) {
    this.#failures = 0;
    this.#open(credentials);
  }

  #open(credentials) {
    this.disconnect();
    const identity = `${credentials.tenant}|${credentials.token}|${credentials.device}`;
    if (identity !== this.#identity) this.#giveUp('sent as another user or device');
    this.#identity = identity;
    this.#credentials = credentials;
    this.#events.state('connecting');

    let socket;
    try {
      socket = new WebSocket(socketUrl(credentials), PROTOCOL);
    } catch {
      this.#credentials = null;
      this.#events.state('closed', { code: 1006, reason: `not an address: ${credentials.url}` });
      return;
    }
    this.#socket = socket;
    socket.onmessage = (event) => { if (socket === this.#socket) this.#received(event.data); };
    socket.onclose = (event) => { if (socket === this.#socket) this.#closed(event.code, event.reason); };
  }

  /** Closes the connection, if there is one, and stays away; the state follows when the server has answered. */
  disconnect() {
    clearInterval(this.#heartbeat);
    clearTimeout(this.#reconnect);
    this.#credentials = null;
    this.#abandoned?.close();
    this.#abandoned = null;
    this.#socket?.close(1000, 'disconnected by the user');
  }

  /** As if the cable was pulled: nothing is read or written any more, and the server does not learn of it. */
  cut() {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    this.#abandoned = this.#socket;
    this.#lost('the network is cut');
    this.#events.state('cut', {});
  }

  /** The cable is plugged in: a new connection, since nothing is known of the old one. */
  restore() {
    if (this.#credentials) this.connect(this.#credentials);
  }

  /** Asks the server; rejects when it refuses, or when the connection is lost before it answers. */
  ask(type, data) {
    return new Promise((resolve, reject) => {
      if (this.#socket?.readyState !== WebSocket.OPEN) {
        reject(new Error('not connected'));
        return;
      }
      const requestId = `r${++this.#requests}`;
      this.#asked.set(requestId, { resolve, reject });
      this.#write({ type, data: { ...data, requestId } });
    });
  }

  /** Says something that has no answer of its own; what it changes is reported like what others change. */
  tell(type, data) {
    this.#write({ type, data });
  }

  /** Sends text to a conversation and answers its tempMessageId, under which `delivery` events will follow. */
  send(conversationId, content) {
    const tempMessageId = `${this.#prefix}-${++this.#count}`;
    const data = { tempMessageId, conversationId, content, messageType: 'text' };
    this.#pending.set(tempMessageId, { data, attempts: 0, timer: 0 });
    return tempMessageId;
  }

  /** Puts a pending message on the wire; without an answer it goes again, under the same tempMessageId. */
  transmit(tempMessageId) {
    const pending = this.#pending.get(tempMessageId);
    if (!pending) return;
    clearTimeout(pending.timer);
    if (this.#socket?.readyState !== WebSocket.OPEN) {
      this.#events.delivery(tempMessageId, 'waiting', {});
    } else if (pending.attempts === MAX_ATTEMPTS) {
      this.#settle(tempMessageId, 'failed', { reason: `no answer after ${MAX_ATTEMPTS} attempts` });
    } else {
      pending.attempts++;
      pending.timer = setTimeout(() => this.transmit(tempMessageId), ACK_TIMEOUT_MS);
      this.#events.delivery(tempMessageId, 'sending', { attempt: pending.attempts });
      this.#write({ type: 'send-message', data: pending.data });
    }
  }

  /** Asks the server to take a message back; `recalled`, or a warning saying why not, follows. */
  recall(messageId, conversationId) {
    this.#write({ type: 'recall', data: { messageId, conversationId } });
  }

  #received(text) {
    this.#events.frame('in', text);
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      this.#events.warning('A frame arrived that is not JSON.');
      return;
    }
    const data = frame.data ?? {};
    const requestId = data.requestId ?? data.details?.requestId;
    if (this.#asked.has(requestId)) {
      const { resolve, reject } = this.#asked.get(requestId);
      this.#asked.delete(requestId);
      if (frame.type === 'error') reject(new Error(`${data.message ?? ''} (${data.code ?? 'no code'})`));
      else resolve(data);
      return;
    }
    if (this.#credentials?.durable && OF_CONVERSATIONS.has(frame.type)) {
      this.#events.conversation(frame.type, data);
      return;
    }
    switch (frame.type) {
      case 'connected': this.#connected(data); break;
      case 'message-ack': this.#acked(data); break;
      case 'new-message': this.#events.message(data.message ?? data); break;
      case 'message-recalled': this.#events.recalled(data.messageId, data.operatorId); break;
      case 'gap': this.#events.warning(`${data.dropped ?? 'Some'} messages were dropped: read too slowly.`); break;
      case 'error': this.#refused(data); break;
      default: break; // pong and what a later server may add: the raw frame is shown
    }
  }

  #connected(data) {
    this.#failures = 0;
    this.#events.state('connected', data);
    const seconds = data.heartbeatSeconds > 0 ? data.heartbeatSeconds : 30;
    this.#heartbeat = setInterval(() => this.#write({ type: 'ping', data: {} }), seconds * 1000 / 3);
    for (const [tempMessageId, pending] of this.#pending) {
      pending.attempts = 0;
      this.transmit(tempMessageId);
    }
  }

  /** A message may be acknowledged twice: that the log has it, then that it is stored. */
  #acked(data) {
    if (this.#pending.has(data.tempMessageId)) this.#settle(data.tempMessageId, data.status, data);
    else if (data.status === 'persisted') this.#events.delivery(data.tempMessageId, data.status, data);
  }

  #refused(error) {
    // Only a frame too large to be read is answered without its message's name. Frames are handled in order, so it was
    // the oldest one that waits.
    const oldest = error.code === 'MESSAGE_TOO_LARGE' ? this.#pending.keys().next().value : undefined;
    const refused = error.details?.tempMessageId ?? oldest;
    if (refused && this.#pending.has(refused)) {
      const { code = error.code, reason = error.message } = error.details ?? {};
      this.#settle(refused, 'failed', { code, reason });
    } else {
      this.#events.warning(`The server refused: ${error.message ?? ''} (${error.code ?? 'no code'})`);
    }
  }

  /** The connection is of no use any more: messages wait for the next, questions are not answered. */
  #lost(why) {
    clearInterval(this.#heartbeat);
    this.#socket = null;
    this.#asked.forEach(({ reject }) => reject(new Error(why)));
    this.#asked.clear();
    for (const [tempMessageId, pending] of this.#pending) {
      clearTimeout(pending.timer);
      this.#events.delivery(tempMessageId, 'waiting', {});
    }
  }

  #closed(code, reason) {
    this.#lost('the connection was lost');
    const credentials = this.#credentials;
    const delay = credentials ? reconnectDelay(code, reason, this.#failures++) : -1;
    if (delay < 0) {
      this.#events.state('closed', { code, reason });
    } else {
      const at = Date.now() + delay;
      this.#events.state('reconnecting', { code, reason, at });
      this.#reconnect = setTimeout(() => this.#open(credentials), delay);
    }
  }

  #settle(tempMessageId, state, detail) {
    const pending = this.#pending.get(tempMessageId);
    if (!pending) return;
    clearTimeout(pending.timer);
    this.#pending.delete(tempMessageId);
    this.#events.delivery(tempMessageId, state, detail);
  }

  #giveUp(reason) {
    for (const tempMessageId of [...this.#pending.keys()]) this.#settle(tempMessageId, 'failed', { reason });
  }

  #write(frame) {
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    const text = JSON.stringify(frame);
    this.#socket.send(text);
    this.#events.frame('out', text);
  }
}

/** The conversation of two users: their ids in order, so that both name it alike. */
export function singleConversation(a, b) {
  return a < b ? `single:${a}:${b}` : `single:${b}:${a}`;
}

/** The conversation of a group. */
export function groupConversation(group) {
  return `group:${group}`;
}

/** A few random bytes in hexadecimal; works without a secure context, too. */
export function randomHex(bytes) {
  return [...crypto.getRandomValues(new Uint8Array(bytes))].map((b) => b.toString(16).padStart(2, '0')).join('');
}

function socketUrl({ url, tenant, token, device, durable }) {
  const address = new URL(url);
  address.search += `${address.search ? '&' : '?'}tenantId=${encodeURIComponent(tenant)}`
      + `&token=${encodeURIComponent(token)}&deviceId=${encodeURIComponent(device)}`
      + (durable ? '&catchup=sync' : '');
  return address;
}
