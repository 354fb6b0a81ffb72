// A client of the sub-protocol mics.json.v1: connects, keeps alive, sends and resends. Knows nothing of the page; what
// happens is reported through `events`: state, frame, message, delivery, notice.

const PROTOCOL = 'mics.json.v1';
const ACK_TIMEOUT_MS = 5000;
const MAX_ATTEMPTS = 3;

export class Client {
  #events;
  #socket = null;
  #heartbeat = 0;
  #identity = '';
  #pending = new Map(); // tempMessageId → {data, attempts, timer}, in the order they were sent
  // Random, because an id that was used before the page was reloaded would count as a duplicate.
  #prefix = randomHex(4);
  #count = 0;

  constructor(events) {
    this.#events = events;
  }

  /** Opens a connection. Messages still unanswered are resent once it stands, if it is the same device's. */
  connect(user, device, token) {
    this.disconnect();
    clearInterval(this.#heartbeat);
    const identity = `${user}|${device}`;
    if (identity !== this.#identity) this.#giveUp('sent as another user or device');
    this.#identity = identity;
    this.#events.state('connecting');

    const socket = new WebSocket(socketUrl(token, device), PROTOCOL);
    this.#socket = socket;
    socket.onmessage = (event) => { if (socket === this.#socket) this.#received(event.data); };
    socket.onclose = (event) => { if (socket === this.#socket) this.#closed(event.code, event.reason); };
  }

  /** Closes the connection, if there is one; the state follows when the server has answered. */
  disconnect() {
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
      this.#events.delivery(tempMessageId, 'waiting');
    } else if (pending.attempts === MAX_ATTEMPTS) {
      this.#settle(tempMessageId, 'failed', `no answer after ${MAX_ATTEMPTS} attempts`);
    } else {
      pending.attempts++;
      pending.timer = setTimeout(() => this.transmit(tempMessageId), ACK_TIMEOUT_MS);
      this.#events.delivery(tempMessageId, 'sending', pending.attempts);
      this.#write({ type: 'send-message', data: pending.data });
    }
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
      case 'message-ack': this.#settle(data.tempMessageId, data.status, data.reason); break;
      case 'new-message': this.#events.message(data.message ?? data); break;
      case 'gap': this.#events.notice(`${data.dropped ?? 'Some'} messages were dropped: read too slowly.`); break;
      case 'error': this.#refused(data); break;
      default: break; // pong and what a later server may add: the raw frame is shown
    }
  }

  #connected(data) {
    this.#events.state('connected', data);
    const seconds = data.heartbeatSeconds > 0 ? data.heartbeatSeconds : 30;
    this.#heartbeat = setInterval(() => this.#write({ type: 'ping', data: {} }), seconds * 1000 / 3);
    for (const [tempMessageId, pending] of this.#pending) {
      pending.attempts = 0;
      this.transmit(tempMessageId);
    }
  }

  #refused(error) {
    this.#events.notice(`The server could not take a frame: ${error.message ?? ''} (${error.code ?? 'no code'})`);
    // Only a frame too large to be read is answered without its message's name. Frames are handled in order, so it was
    // the oldest one that waits.
    const oldest = error.code === 'MESSAGE_TOO_LARGE' ? this.#pending.keys().next().value : undefined;
    const refused = error.details?.tempMessageId ?? oldest;
    if (refused) this.#settle(refused, 'failed', error.message);
  }

  #closed(code, reason) {
    clearInterval(this.#heartbeat);
    this.#socket = null;
    this.#events.state('closed', { code, reason });
    for (const [tempMessageId, pending] of this.#pending) {
      clearTimeout(pending.timer);
      this.#events.delivery(tempMessageId, 'waiting');
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
    for (const tempMessageId of [...this.#pending.keys()]) this.#settle(tempMessageId, 'failed', reason);
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

function socketUrl(token, device) {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  return `${scheme}://${location.host}/ws?tenantId=playground`
      + `&token=${encodeURIComponent(token)}&deviceId=${encodeURIComponent(device)}`;
}
