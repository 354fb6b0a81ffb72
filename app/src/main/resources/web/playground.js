// The playground: users side by side, all connected at once; more of them, or more devices, by one click.

import { randomHex } from './playground-client.js';
import { Person } from './playground-person.js';

const MAX_PEOPLE = 8;

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

/** What the server says of itself; a server without this path is a playground with its usual group. */
async function about() {
  try {
    const answer = await fetch('playground/about');
    if (answer.ok) return await answer.json();
  } catch { /* the defaults below */ }
  return { playground: true, tenants: ['playground'], groups: ['group-1'], port: 0 };
}

function offer(listId, values) {
  document.getElementById(listId).replaceChildren(...values.map((value) => {
    const option = document.createElement('option');
    option.value = value;
    return option;
  }));
}

const server = await about();
offer('groups', server.groups);
offer('tenants', server.tenants);
document.getElementById('banner').hidden = !server.playground;

const people = document.getElementById('people');
const device = deviceOfThisTab();
let columns = 0;
let devices = 1;

function add(name, user, deviceId, to, removable) {
  columns++;
  const person = new Person(people, name, {
    server, user, device: deviceId, to, removable,
    moreDevices: (sameUser) => {
      if (columns < MAX_PEOPLE) add(`column-${columns + 1}`, sameUser, `${device}-${++devices}`, to, true).connect();
    },
    removed: () => { columns--; },
  });
  return person;
}

const left = add('left', 'u1', device, 'u2', false);
const right = add('right', 'u2', device, 'u1', false);
let users = 2;
document.getElementById('add-user').addEventListener('click', () => {
  if (columns < MAX_PEOPLE) {
    const added = add(`column-${columns + 1}`, `u${++users}`, device, 'u1', true);
    if (server.playground) added.connect();
  }
});
if (server.playground) {
  left.connect();
  right.connect();
}
