// A client of the sub-protocol mics.json.v1: connects, keeps alive, sends, resends, recalls, reconnects. Knows nothing of
// the page; what happens is reported through `events`: state, frame, message, delivery, recalled, notice.

import { reconnectDelay } from './playground-words.js';

const PROTOCOL = 'mics.json.v1';
const ACK_TIMEOUT_MS = 5000;
const MAX_ATTEMPTS = 3;

export class Client {
  #events;
  #socket = null;
  #heartbeat = 0;
  #reconnect = 0;
  #failures = 0;
  #credentials = null;
  #identity = '';
  #pending = new Map(); // tempMessageId → {data, attempts, timer}, in the order they were sent
  // Random, because an id that was used before the page was reloaded would count as a duplicate.
  #prefix = randomHex(4);
  #count = 0;

  constructor(events) {
    this.#events = events;
  }

  /**
   * Opens a connection with {url, tenant, token, device}. Messages still unanswered are resent once it stands, if it is
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
    this.#socket?.close(1000, 'disconnected by the user');
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

  /** Asks the server to take a message back; `recalled`, or a notice saying why not, follows. */
  recall(messageId, conversationId) {
    this.#write({ type: 'recall', data: { messageId, conversationId } });
  }

  #received(text) {
    this.#events.frame('in', text);
    let frame;
    try {
      frame = JSON.parse(text);
    } catch {
      this.#events.notice('A frame arrived that is not JSON.');
      return;
    }
    const data = frame.data ?? {};
    switch (frame.type) {
      case 'connected': this.#connected(data); break;
      case 'message-ack': this.#settle(data.tempMessageId, data.status, data); break;
      case 'new-message': this.#events.message(data.message ?? data); break;
      case 'message-recalled': this.#events.recalled(data.messageId, data.operatorId); break;
      case 'gap': this.#events.notice(`${data.dropped ?? 'Some'} messages were dropped: read too slowly.`); break;
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

  #refused(error) {
    // Only a frame too large to be read is answered without its message's name. Frames are handled in order, so it was
    // the oldest one that waits.
    const oldest = error.code === 'MESSAGE_TOO_LARGE' ? this.#pending.keys().next().value : undefined;
    const refused = error.details?.tempMessageId ?? oldest;
    if (refused && this.#pending.has(refused)) {
      const { code = error.code, reason = error.message } = error.details ?? {};
      this.#settle(refused, 'failed', { code, reason });
    } else {
      this.#events.notice(`The server refused: ${error.message ?? ''} (${error.code ?? 'no code'})`);
    }
  }

  #closed(code, reason) {
    clearInterval(this.#heartbeat);
    this.#socket = null;
    for (const [tempMessageId, pending] of this.#pending) {
      clearTimeout(pending.timer);
      this.#events.delivery(tempMessageId, 'waiting', {});
    }
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

function socketUrl({ url, tenant, token, device }) {
  const address = new URL(url);
  address.search += `${address.search ? '&' : '?'}tenantId=${encodeURIComponent(tenant)}`
      + `&token=${encodeURIComponent(token)}&deviceId=${encodeURIComponent(device)}`;
  return address;
}
