const $ = (id) => document.getElementById(id);
const rows = new Map();

// What the server pushes: all rows when the page connects, then each change

const events = new EventSource('api/board');

events.addEventListener('board', (event) => {
  rows.clear();
  JSON.parse(event.data).forEach((row) => rows.set(row.key, row));
  render();
});

events.addEventListener('change', (event) => {
  const row = JSON.parse(event.data);
  if (row.value === null) {
    rows.delete(row.key);
  }
  else {
    rows.set(row.key, row);
  }
  render(row.key);
});

events.addEventListener('connection', (event) => {
  const { status, connected } = JSON.parse(event.data);
  badge('connection', `NATS ${status.toLowerCase()}`, connected);
  health();
});

events.addEventListener('error', () => badge('connection', 'application unreachable', false));

async function health() {
  try {
    const { status } = await (await fetch('actuator/health')).json();
    badge('health', `health ${status}`, status === 'UP');
  }
  catch {
    badge('health', 'health unknown', false);
  }
}

health();
setInterval(health, 3000);

// What is shown

function badge(id, text, good) {
  if ($(id).textContent !== text) {
    $(id).textContent = text;
  }
  $(id).dataset.state = good ? 'good' : 'bad';
}

function render(fresh) {
  const keys = [...rows.keys()].sort();
  const focused = document.activeElement?.dataset;
  $('rows').replaceChildren(...keys.map((key) => line(rows.get(key), key === fresh)));
  $('count').textContent = `${keys.length}`;
  $('empty').hidden = keys.length > 0;
  if (focused?.key) {
    $('rows').querySelector(`[data-action="${focused.action}"][data-key="${CSS.escape(focused.key)}"]`)?.focus();
  }
  basis();
}

function line(row, fresh) {
  const line = document.createElement('tr');
  line.dataset.row = row.key;
  line.classList.toggle('fresh', fresh);
  line.append(cell(action('history', row.key, row.key, 'link')), cell(row.value), cell(row.revision, 'number'),
      cell(action('edit', row.key, 'Edit'), 'actions'));
  line.lastChild.append(' ', action('delete', row.key, 'Delete'));
  return line;
}

function cell(content, className = '') {
  const cell = document.createElement('td');
  cell.className = className;
  cell.append(content);
  return cell;
}

function action(action, key, text, className = '') {
  const button = document.createElement('button');
  Object.assign(button, { type: 'button', className, textContent: text });
  Object.assign(button.dataset, { action, key });
  if (action !== 'history') {
    button.setAttribute('aria-label', `${text} ${key}`);
  }
  else {
    button.title = 'Show its revisions';
  }
  return button;
}

function notice(text) {
  $('notice').textContent = text;
  $('notice').hidden = !text;
}

// What the page asks for

async function ask(path, method, body) {
  notice('');
  try {
    const response = await fetch(path, { method, body: body && JSON.stringify(body), headers: body && { 'Content-Type': 'application/json' } });
    const text = await response.text();
    const answer = text ? JSON.parse(text) : {};
    if (!response.ok) {
      throw new Error(answer.detail ?? `HTTP ${response.status}`);
    }
    return answer;
  }
  catch (error) {
    notice(error.message);
    return undefined;
  }
}

// the revision the form was filled from: an edit of something older is refused by the server
let edited = { key: '', revision: 0 };

function basis() {
  const key = $('write').elements.key.value;
  const revision = (key === edited.key) ? edited.revision : 0;
  const now = rows.get(key)?.revision ?? 0;
  $('basis').textContent = (revision === 0) ? 'Creates a new key.'
      : (now === revision) ? `Replaces revision ${revision}.`
      : `Was filled from revision ${revision}, and the key is at ${now || 'none'} now: putting is refused. Edit it again.`;
  return revision;
}

$('write').addEventListener('input', basis);

$('write').addEventListener('reset', () => {
  edited = { key: '', revision: 0 };
  setTimeout(basis);
});

$('write').addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target.elements;
  const key = form.key.value;
  const answer = await ask('api/entry', 'PUT', { key, value: form.value.value, revision: basis() });
  if (answer) {
    edited = { key, revision: answer.revision };
    basis();
  }
});

$('rows').addEventListener('click', async (event) => {
  const { action, key } = event.target.dataset;
  const row = rows.get(key);
  if (action === 'edit' && row) {
    const form = $('write').elements;
    form.key.value = key;
    form.value.value = row.value;
    edited = { key, revision: row.revision };
    basis();
    form.value.focus();
  }
  else if (action === 'delete' && row) {
    await ask(`api/entry?${new URLSearchParams({ key, revision: row.revision })}`, 'DELETE');
  }
  else if (action === 'history') {
    await showHistory(key);
  }
});

async function showHistory(key) {
  const history = await ask(`api/history?${new URLSearchParams({ key })}`, 'GET');
  if (!history) {
    return;
  }
  $('history-key').textContent = key;
  $('revisions').replaceChildren(...history.map((entry) => {
    const item = document.createElement('li');
    const [revision, value, time] = ['b', 'span', 'time'].map((name) => document.createElement(name));
    revision.textContent = entry.revision;
    value.textContent = entry.value ?? entry.operation;
    time.textContent = entry.created ? new Date(entry.created).toLocaleTimeString() : '';
    item.append(revision, value, time);
    return item;
  }));
  $('history').showModal();
}

$('message').addEventListener('submit', async (event) => {
  event.preventDefault();
  $('reply').textContent = '…';
  const form = event.target.elements;
  const answer = await ask('api/messages', 'POST', { subject: form.subject.value, text: form.text.value });
  $('reply').textContent = answer?.reply ?? '';
});

$('transfer').addEventListener('submit', async (event) => {
  event.preventDefault();
  const form = event.target.elements;
  await ask('api/transfers', 'POST', { from: form.from.value, to: form.to.value, amount: Number(form.amount.value) });
});
