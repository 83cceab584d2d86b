// Makes a page live: one event stream for all tabs of the browser, closed while no tab is visible. Every page works without this file.
const body = document.body;
const url = body.dataset.liveUrl;
const state = document.querySelector('[data-live-state]');
const channel = 'BroadcastChannel' in window ? new BroadcastChannel('nexus-live') : null;
let source = null;
let release = null;
let shownAt = 0;
let renewing = false;

function show(figures) {
  shownAt = Date.now();
  for (const [id, text] of Object.entries(figures.values)) {
    for (const element of document.querySelectorAll(`[data-live="${CSS.escape(id)}"]`)) {
      if (element.textContent !== text) element.textContent = text;
    }
  }
  for (const chart of figures.charts) {
    const figure = document.querySelector(`[data-chart="${CSS.escape(chart.id)}"]`);
    if (!figure) continue;
    figure.querySelector('[data-top]').textContent = chart.top;
    figure.querySelector('[data-from]').textContent = chart.from;
    figure.querySelector('svg').setAttribute('aria-label', chart.label);
    figure.querySelectorAll('path.line').forEach((path, i) => path.setAttribute('d', chart.paths[i]));
  }
  if (state) {
    state.classList.add('on');
    state.textContent = state.dataset.on;
  }
  const health = document.getElementById('health');
  if (health && health.dataset.health !== figures.health) renewHealth();
}

// The list is drawn by the server alone, so a change of it is fetched.
async function renewHealth() {
  if (renewing) return;
  renewing = true;
  try {
    const response = await fetch(location.href, { headers: { Accept: 'text/html' }, redirect: 'error' });
    if (!response.ok) return;
    const next = new DOMParser().parseFromString(await response.text(), 'text/html').getElementById('health');
    const health = document.getElementById('health');
    if (next && health) health.replaceWith(document.adoptNode(next));
  } catch {
    // The next event tries again.
  } finally {
    renewing = false;
  }
}

function pause() {
  if (!state) return;
  state.classList.remove('on');
  if (state.dataset.off) state.textContent = state.dataset.off;
}

function open() {
  source = new EventSource(url);
  source.addEventListener('figures', event => {
    const figures = JSON.parse(event.data);
    show(figures);
    channel?.postMessage(figures);
  });
  source.onerror = () => {
    pause();
    // A stream that the server refuses, because the sign-in ended, is closed. The reload shows the sign-in page.
    if (source?.readyState === EventSource.CLOSED) location.reload();
  };
}

function close() {
  source?.close();
  source = null;
  release?.();
  release = null;
}

// One visible tab holds the lock and the stream, and tells the others. Without locks (plain http from another machine) each visible tab has its own.
let asking = null;
function start() {
  if (!navigator.locks) {
    if (!source) open();
    return;
  }
  if (asking || release) return;
  asking = new AbortController();
  navigator.locks.request('nexus-live', { signal: asking.signal }, () => {
    asking = null;
    open();
    return new Promise(resolve => { release = resolve; });
  }).catch(() => {});
}

function stop() {
  asking?.abort();
  asking = null;
  close();
  pause();
}

if (url) {
  if (channel) channel.onmessage = event => { if (!document.hidden) show(event.data); };
  document.addEventListener('visibilitychange', () => (document.hidden ? stop() : start()));
  addEventListener('pagehide', stop);
  addEventListener('pageshow', event => { if (event.persisted) start(); });
  setInterval(() => { if (!document.hidden && Date.now() - shownAt > 15000) pause(); }, 5000);
  if (!document.hidden) start();
}

// A form that cannot be undone asks first.
document.addEventListener('submit', event => {
  const question = event.target.dataset?.confirm;
  if (question && !confirm(question)) event.preventDefault();
});
