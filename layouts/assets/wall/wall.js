/*
 * A wall screen: nobody at the keyboard, read from eight metres, honest about its age.
 *
 * Every few seconds it asks for its picture (ETag, time-out, jitter, back-off). The last good picture is kept,
 * so that a screen that restarts while the server is down still shows something, and says how old it is.
 * Everything shown is built with textContent; the words come ready from the server.
 */
(function () {
  'use strict';
  const set = document.body.dataset;
  const POLL = Number(set.poll) * 1000;
  const TIMEOUT = Number(set.timeout) * 1000;
  const HIDE_AFTER = Number(set.hideAfter) * 1000;
  const OLD_AFTER = Number(set.oldAfter) * 1000;
  const OFFLINE_AFTER = POLL * 1.2 + TIMEOUT + 500; // the longest a beat may take, and a little
  const SLOWEST = 30000;
  const SHIFT_EVERY = 60000;
  const KEY = 'golden-thread-wall:' + set.display;
  const GONE = [401, 403, 404, 410];

  const $ = (id) => document.getElementById(id);
  let board = null; // the last good picture
  let etag = null;
  let skew = 0; // the server's clock less ours, ms
  let heard = performance.now(); // the last healthy beat
  let fails = 0;
  let gone = false;
  let turn = 0; // scenes shown so far
  let rotation = 0;

  /* Building. */

  function make(tag, css, ...children) {
    const node = document.createElement(tag);
    if (css) node.className = css;
    node.append(...children.filter((child) => child !== '' && child !== null));
    return node;
  }

  function icon(name) {
    const SVG = 'http://www.w3.org/2000/svg';
    const svg = document.createElementNS(SVG, 'svg');
    const use = document.createElementNS(SVG, 'use');
    svg.setAttribute('viewBox', '0 0 16 16');
    svg.setAttribute('aria-hidden', 'true');
    use.setAttribute('href', '#i-' + name);
    svg.append(use);
    return svg;
  }

  function value(figure) {
    if (!figure.known) return make('div', 'value words', figure.text);
    const unit = figure.unit ? make('small', '', '\u00a0' + figure.unit) : null;
    return make('div', 'value fit', figure.text, unit);
  }

  function status(figure) {
    return make('div', 'status', icon(figure.status), figure.word);
  }

  function aim(figure) {
    return figure.target ? make('div', 'aim', figure.target) : null;
  }

  function tile(figure) {
    return make('div', 'tile status-' + figure.status, make('div', 'label', figure.label), value(figure),
      make('div', 'side', status(figure), aim(figure)));
  }

  function hero(figure) {
    const moved = [figure.change, figure.signal.toLowerCase()].filter(Boolean).join(', ');
    return make('div', 'hero status-' + figure.status, make('h1', '', figure.label), value(figure), status(figure),
      aim(figure), moved ? make('div', 'aim', moved) : null);
  }

  function step(figure) {
    return make('div', 'step status-' + figure.status, make('div', 'label', figure.label), value(figure),
      make('div', '', status(figure), aim(figure)));
  }

  function staircase(scene) {
    const steps = make('div', 'steps', ...scene.figures.map(step));
    [...steps.children].forEach((each, at) => each.style.setProperty('--at', at));
    steps.style.setProperty('--steps', scene.figures.length);
    return [make('h1', '', scene.title), steps, make('p', 'sentence', scene.sentence)];
  }

  function quote(scene, round) {
    const said = scene.quotes[round % scene.quotes.length];
    return [make('h1', '', scene.title), make('blockquote', 'shrink', '\u201c' + said.text + '\u201d'), make('p', '', said.by)];
  }

  const FACES = {
    number: (scene) => [hero(scene.figures[0]), make('div', 'beside', ...scene.figures.slice(1, 4).map(tile))],
    today: (scene) => [make('h1', '', scene.title), make('div', 'tiles', ...scene.figures.slice(0, 6).map(tile))],
    thread: staircase,
    story: staircase,
    voice: quote,
  };

  function showable(scene) {
    return FACES[scene.kind] && (scene.kind === 'voice' ? scene.quotes.length : scene.figures.length);
  }

  /* Showing. */

  function show() {
    const scenes = board ? board.scenes.filter(showable) : [];
    const at = scenes.length ? turn % scenes.length : 0;
    const round = scenes.length ? Math.floor(turn / scenes.length) : 0;
    const face = scenes.length
      ? make('section', 'scene ' + scenes[at].kind, ...FACES[scenes[at].kind](scenes[at], round))
      : make('section', 'scene empty', make('h1', '', board ? 'Nothing to show yet' : ''));
    $('scenes').replaceChildren(face);
    $('dots').replaceChildren(...scenes.map((_, i) => make('i', i === at ? 'on' : '')));
    $('place').textContent = board ? board.place : '';
    $('as-of').textContent = board ? 'Data as of ' + board.as_of : '';
    fitAll();
  }

  /** A figure too wide for its place is made smaller, once; a long quotation too. */
  function fitAll() {
    document.querySelectorAll('.fit').forEach((node) => {
      node.style.setProperty('--fit', 1);
      const ratio = node.clientWidth / node.scrollWidth;
      if (ratio < 1) node.style.setProperty('--fit', (ratio * 0.98).toFixed(3));
    });
    document.querySelectorAll('.shrink').forEach((node) => {
      for (let fit = 1; fit > 0.5; fit -= 0.1) {
        node.style.setProperty('--fit', fit.toFixed(2));
        if (node.scrollHeight <= node.clientHeight) return;
      }
    });
  }

  function rotate() {
    clearTimeout(rotation);
    rotation = setTimeout(() => { turn += 1; show(); rotate(); }, (board ? board.rotate : 20) * 1000);
  }

  /* Age and connection. */

  const now = () => new Date(Date.now() + skew);

  function span(ms) {
    const minutes = Math.floor(Math.max(ms, 0) / 60000);
    if (minutes < 1) return 'less than a minute';
    if (minutes < 60) return minutes + ' min';
    const hours = Math.floor(minutes / 60);
    return hours < 48 ? hours + ' h' : Math.floor(hours / 24) + ' days';
  }

  function judge() {
    const silent = performance.now() - heard;
    const offline = silent > OFFLINE_AFTER;
    const age = board ? Math.max(now() - new Date(board.taken), 0) : 0;
    if (gone) return ['gone', 'This screen is not shown any scorecard now.'];
    if (!board) return offline ? ['hidden', 'No connection yet. Trying again.'] : ['start', ''];
    if ((board.closed ? silent : age) > HIDE_AFTER) {
      return ['hidden', 'No current figures. The last ones are from ' + board.as_of + '.'];
    }
    if (offline) return ['offline', 'No connection for ' + span(silent) + '. Figures from ' + board.as_of + '.'];
    if (board.stale || (!board.closed && age > OLD_AFTER)) {
      return ['old', 'Figures are ' + span(age) + ' old. New data has not arrived.'];
    }
    return ['ok', ''];
  }

  function say() {
    const [state, words] = judge();
    if ($('alert-text').textContent !== words) $('alert-text').textContent = words;
    if (set.state === state) return;
    set.state = state;
    fitAll();
  }

  function tick() {
    const zone = { hour: '2-digit', minute: '2-digit', timeZone: set.zone };
    const time = now().toLocaleTimeString(set.locale, zone);
    if ($('clock').textContent !== time) $('clock').textContent = time;
    say();
    setTimeout(tick, 1000);
  }

  /* Asking. */

  function keep() {
    try {
      localStorage.setItem(KEY, JSON.stringify({ board, skew }));
    } catch {
      // a full or forbidden store: the screen only loses its memory
    }
  }

  function recall() {
    try {
      const kept = JSON.parse(localStorage.getItem(KEY));
      if (!kept || !kept.board || !Array.isArray(kept.board.scenes)) return;
      ({ board, skew } = kept);
      heard -= OFFLINE_AFTER - TIMEOUT; // an old picture has one beat to be confirmed
    } catch {
      forget();
    }
  }

  function forget() {
    try { localStorage.removeItem(KEY); } catch { /* as above */ }
  }

  function healthy(answer) {
    heard = performance.now();
    fails = 0;
    gone = false;
    const date = Date.parse(answer.headers.get('Date'));
    if (date && Math.abs(date - Date.now() - skew) > 2000) skew = date - Date.now();
    const build = answer.headers.get('Golden-Thread-Build');
    if (build && build !== set.build) renew();
  }

  /** A new version: fetch the page first, so that the screen never navigates into an error. */
  async function renew() {
    const page = await fetch(location.pathname, { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT) });
    if (page.ok) location.reload();
  }

  function leave() {
    gone = true;
    heard = performance.now();
    board = null;
    etag = null;
    forget();
    show();
  }

  async function beat() {
    const headers = etag ? { 'If-None-Match': etag } : {};
    const answer = await fetch(set.address, { headers, cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT) });
    if (GONE.includes(answer.status)) return leave();
    if (answer.status === 304) return healthy(answer);
    if (!answer.ok) throw new Error('answered ' + answer.status);
    const next = await answer.json();
    board = next;
    etag = answer.headers.get('ETag');
    healthy(answer);
    keep();
    show();
    return undefined;
  }

  async function poll() {
    try {
      await beat();
    } catch {
      fails += 1;
    }
    say();
    const wait = Math.min(POLL * 1.5 ** fails, SLOWEST);
    setTimeout(poll, wait * (0.8 + Math.random() * 0.4)); // 300 screens must not ask in step
  }

  /* The panel: no burned-in edges, no sleep, a shell for the day the server is gone. */

  function shift() {
    const orbit = [[0, 0], [1, 0], [1, 1], [0, 1], [-1, 1], [-1, 0], [-1, -1], [0, -1], [1, -1]];
    let at = 0;
    setInterval(() => {
      at = (at + 1) % orbit.length;
      $('stage').style.transform = 'translate(' + orbit[at].map((d) => d * 0.5 + 'vh').join(',') + ')';
    }, SHIFT_EVERY);
  }

  function stayAwake() {
    if (!navigator.wakeLock || document.visibilityState !== 'visible') return;
    navigator.wakeLock.request('screen').catch(() => {}); // refused on a plain-http address: the panel's own setting rules
  }

  async function keepShell() {
    if (!navigator.serviceWorker) return; // needs https, or this machine
    await navigator.serviceWorker.register(set.worker, { scope: '/wall/' });
    const worker = (await navigator.serviceWorker.ready).active;
    const fonts = performance.getEntriesByType('resource').map((entry) => entry.name).filter((name) => name.endsWith('.woff2'));
    const parts = [...document.querySelectorAll('link[rel=stylesheet], script[src]')].map((part) => part.href || part.src);
    worker.postMessage({ page: location.pathname, parts: [...parts, ...fonts] }); // the first load passed it by
  }

  recall();
  show();
  tick();
  rotate();
  poll();
  shift();
  stayAwake();
  document.addEventListener('visibilitychange', stayAwake);
  window.addEventListener('resize', fitAll);
  document.fonts.ready.then(fitAll).then(keepShell).catch(() => {});
})();
