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

/** What the server says of itself: {playground, tenants, durable, note, groups, port}; port 0 is the page's own. */
async function about() {
  const answer = await fetch('playground/about');
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  return answer.json();
}

const DURABLE = 'stored'; // in the page's address

/** Where clients connect unless another address is typed. */
function serverUrl(port) {
  const scheme = location.protocol === 'https:' ? 'wss' : 'ws';
  return `${scheme}://${port ? `${location.hostname}:${port}` : location.host}/ws`;
}

function offer(listId, value) {
  const list = document.getElementById(listId);
  if ([...list.children].some((option) => option.value === value)) return;
  const option = document.createElement('option');
  option.value = value;
  list.append(option);
}

const server = await about();
server.groups.forEach((group) => offer('groups', group));
server.tenants.forEach((tenant) => offer('tenants', tenant));
document.getElementById('banner-playground').hidden = !server.playground;
document.getElementById('banner-tenants').hidden = server.playground;

// The playground has two tenants, of which the page shows one; the choice survives a reload in the page's address.
const durable = new Set(server.durable);
const ofPlayground = {
  pipe: server.tenants.find((tenant) => !durable.has(tenant)) ?? server.tenants[0],
  durable: server.playground ? server.tenants.findLast((tenant) => durable.has(tenant)) : undefined,
};
const modes = { pipe: document.getElementById('mode-pipe'), durable: document.getElementById('mode-durable') };
document.getElementById('mode').hidden = !server.playground;
modes.durable.disabled = !ofPlayground.durable;
modes.durable.checked = Boolean(ofPlayground.durable) && location.hash === `#${DURABLE}`;
document.getElementById('mode-note').textContent = server.note ? `Not stored here: ${server.note}` : '';

/** The tenant that new columns begin with. */
function tenantOfPage() {
  return (modes.durable.checked ? ofPlayground.durable : ofPlayground.pipe) ?? '';
}

for (const mode of Object.values(modes)) {
  mode.addEventListener('change', () => {
    history.replaceState(null, '', modes.durable.checked ? `#${DURABLE}` : location.pathname);
    shown.forEach((person) => person.switchTo(tenantOfPage()));
  });
}

const people = document.getElementById('people');
const device = deviceOfThisTab();
const shown = new Set();
let columns = 0;

function add(name, fields, to, removable = true) {
  columns++;
  const person = new Person(people, name, {
    isPlayground: server.playground,
    durable,
    title: `Client ${columns}`,
    fields: {
      tenant: server.playground ? tenantOfPage() : server.tenants[0] ?? '',
      server: serverUrl(server.port),
      groupName: server.groups[0] ?? '',
      device: columns === 1 ? device : `${device}-${columns}`,
      ...fields,
    },
    to,
    removable,
    events: {
      connected: (user) => shown.forEach((other) => other.suggestRecipient(user)),
      group: (group) => offer('groups', group),
      addDevice: () => {
        if (shown.size < MAX_PEOPLE) add(`column-${columns + 1}`, person.fields, to).connect();
      },
      removed: () => shown.delete(person),
    },
  });
  shown.add(person);
  return person;
}

// Users of the playground have names; those of a tenant are who their tokens say.
const named = (user) => (server.playground ? { user, token: `valid:${user}` } : {});
const recipient = (user) => (server.playground ? user : '');

add('left', named('u1'), recipient('u2'), false);
add('right', named('u2'), recipient('u1'), false);
if (server.playground) shown.forEach((person) => person.connect());

let users = 2;
document.getElementById('add-user').addEventListener('click', () => {
  if (shown.size === MAX_PEOPLE) return;
  const person = add(`column-${columns + 1}`, named(`u${++users}`), recipient('u1'));
  if (server.playground) person.connect();
});
