// The playground: two users side by side, both connected at once.

import { randomHex } from './playground-client.js';
import { Person } from './playground-person.js';

// A tab is a device of its own that survives a reload: two tabs chat side by side instead of replacing each other.
function deviceOfThisTab() {
  try {
    const known = sessionStorage.getItem('device') ?? `tab-${randomHex(2)}`;
    sessionStorage.setItem('device', known);
    return known;
  } catch {
    return `tab-${randomHex(2)}`; // storage is forbidden
  }
}

const people = document.getElementById('people');
const device = deviceOfThisTab();
const left = new Person(people, 'left', { user: 'u1', device, to: 'u2' });
const right = new Person(people, 'right', { user: 'u2', device, to: 'u1' });
left.connect();
right.connect();
