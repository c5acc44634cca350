/*
 * A wall screen: nobody at the keyboard, read from eight metres, honest about its age.
 *
 * Every few seconds it asks for its picture (ETag, time-out, jitter, back-off) and says what it is showing; that is
 * its heartbeat. The last good picture is kept, so that a screen that restarts while the server is down still shows
 * something, and says how long nobody has confirmed it. How a scene is drawn is in faces.js.
 */
(function () {
  'use strict';
  const set = document.body.dataset;
  const POLL = Number(set.poll) * 1000;
  const TIMEOUT = Number(set.timeout) * 1000;
  const OLD_AFTER = Number(set.oldAfter) * 1000;
  const OFFLINE_AFTER = POLL * 1.2 + TIMEOUT + 500; // the longest a beat may take, and a little
  const SLOWEST = 12000;
  const MINUTE = 60000;
  const KEY = 'golden-thread-wall:' + set.display;
  const NAME = 'golden-thread-screen';
  const GONE = [401, 403, 404, 410];

  const faces = window.WallFaces;
  const $ = (id) => document.getElementById(id);
  let board = null; // the last good picture
  let etag = null;
  let skew = 0; // the server's clock less ours, ms
  let heard = performance.now(); // the last healthy beat
  let kept = 0; // when it was last written down
  let fails = 0;
  let gone = false;
  let turn = 0; // scenes shown so far
  let rotation = 0;
  let renewed = -Infinity; // the last time a new version was looked for
  let lock = null; // the wake lock, where there is one

  /* Showing. */

  function show() {
    const scenes = board ? board.scenes.filter(faces.showable) : [];
    const at = scenes.length ? turn % scenes.length : 0;
    $('dots').replaceChildren(...scenes.map((_, i) => faces.make('i', i === at ? 'on' : '')));
    $('place').textContent = board ? board.place : '';
    $('as-of').textContent = board ? 'Data as of ' + board.as_of : '';
    if (scenes.length) faces.show($('scenes'), scenes[at], Math.floor(turn / scenes.length));
    else faces.empty($('scenes'), board ? 'Nothing to show yet' : '');
  }

  /** The screen turned, or its type changed: everything is measured anew. */
  function measure() {
    if (board) faces.size(board.inches, board.metres);
    show();
  }

  function rotate() {
    clearTimeout(rotation);
    rotation = setTimeout(() => { turn += 1; show(); rotate(); }, (board ? board.rotate : 20) * 1000);
  }

  /* Age and connection. */

  const now = () => Date.now() + skew;
  const silence = () => performance.now() - heard;

  function span(ms) {
    const minutes = Math.floor(Math.max(ms, 0) / MINUTE);
    if (minutes < 1) return 'less than a minute';
    if (minutes < 60) return minutes + ' min';
    const hours = Math.floor(minutes / 60);
    return hours < 48 ? hours + ' h' : Math.floor(hours / 24) + ' days';
  }

  /**
   * What may be said of the picture. It is hidden once it has been old for longer than the display allows, or
   * nobody has confirmed it for as long: one refresh that is late blanks no wall, and none shows last week's figures.
   */
  function judge() {
    const silent = silence();
    const offline = silent > OFFLINE_AFTER;
    const age = board && !board.closed ? Math.max(now() - new Date(board.taken), 0) : 0;
    if (gone) return ['gone', 'This screen is not shown any scorecard now.'];
    if (!board) return offline ? ['hidden', 'No connection yet. Trying again.'] : ['start', ''];
    const hideAfter = board.hide_after * 1000;
    if (silent > hideAfter || age > OLD_AFTER + hideAfter) {
      return ['hidden', 'No current figures. The last are from ' + board.as_of + '.'];
    }
    if (offline) return ['offline', 'No connection for ' + span(silent) + '.'];
    if (board.stale || age > OLD_AFTER) return ['old', 'Figures are ' + span(age) + ' old: no new data.'];
    return ['ok', ''];
  }

  function say() {
    const [state, words] = judge();
    const said = $('alert-text').textContent;
    if (said !== words) $('alert-text').textContent = words;
    if (set.state === state && said.length === words.length) return;
    set.state = state;
    show(); // the bar on top takes room of its own
  }

  function tick() {
    const zone = { hour: '2-digit', minute: '2-digit', timeZone: set.zone };
    const time = new Date(now()).toLocaleTimeString(set.locale, zone);
    if ($('clock').textContent !== time) $('clock').textContent = time;
    say();
    setTimeout(tick, 1000);
  }

  /* What outlives a reload: the picture, and when it was last confirmed. */

  function keep() {
    kept = performance.now();
    try {
      localStorage.setItem(KEY, JSON.stringify({ board, skew, confirmed: Date.now() }));
    } catch {
      // a full or forbidden store: the screen only loses its memory
    }
  }

  function recall() {
    try {
      const found = JSON.parse(localStorage.getItem(KEY));
      if (!found || !found.board || !Array.isArray(found.board.scenes)) return;
      ({ board, skew } = found);
      const since = Math.max(Date.now() - found.confirmed, 0);
      heard -= Math.max(since, OFFLINE_AFTER - TIMEOUT); // an old picture has one beat to be confirmed
    } catch {
      forget();
    }
  }

  function forget() {
    try { localStorage.removeItem(KEY); } catch { /* as above */ }
  }

  /** Tells this screen from another that shows the same display. */
  function name() {
    const fresh = [...crypto.getRandomValues(new Uint8Array(4))].map((part) => part.toString(16).padStart(2, '0')).join('');
    try {
      const known = localStorage.getItem(NAME);
      if (/^[0-9a-f]{8}$/.test(known)) return known;
      localStorage.setItem(NAME, fresh);
    } catch { /* as above */ }
    return fresh;
  }

  /* Asking. */

  const screen = name();

  function beatWords() {
    const taken = board ? Math.floor(Date.parse(board.taken) / 1000) : '-';
    return [screen, set.build, set.state, window.innerWidth + 'x' + window.innerHeight, taken].join(' ');
  }

  function healthy(answer) {
    heard = performance.now();
    fails = 0;
    gone = false;
    const date = Date.parse(answer.headers.get('Date'));
    if (date && Math.abs(date - Date.now() - skew) > 2000) skew = date - Date.now();
    const build = answer.headers.get('Golden-Thread-Build');
    if (build && build !== set.build) renew(build).catch(() => {}); // the next beat tries again
    if (heard - kept > MINUTE) keep();
  }

  /**
   * A new version: only after a healthy beat, and only once its page is really there, so that the screen never
   * navigates into an error; and not more than once a minute, however servers of two versions take turns.
   */
  async function renew(build) {
    if (performance.now() - renewed < MINUTE) return;
    renewed = performance.now();
    const page = await fetch(location.pathname, { cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT) });
    if (page.ok && (await page.text()).includes('data-build="' + build + '"')) location.reload();
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
    const headers = { 'Golden-Thread-Wall': beatWords() };
    if (etag) headers['If-None-Match'] = etag;
    const answer = await fetch(set.address, { headers, cache: 'no-store', signal: AbortSignal.timeout(TIMEOUT) });
    if (!answer.headers.has('Golden-Thread-Build')) throw new Error('answered by something else'); // a proxy, a log-in
    if (GONE.includes(answer.status)) return leave();
    if (answer.status === 304 && board) return healthy(answer);
    if (!answer.ok) throw new Error('answered ' + answer.status);
    const next = await answer.json();
    board = next;
    etag = answer.headers.get('ETag');
    healthy(answer);
    keep();
    measure();
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
      $('stage').style.transform = 'translate(' + orbit[at].map((d) => d * 0.4 + 'vmin').join(',') + ')';
      stayAwake();
    }, MINUTE);
  }

  async function stayAwake() {
    if (!navigator.wakeLock || document.visibilityState !== 'visible' || (lock && !lock.released)) return;
    try {
      lock = await navigator.wakeLock.request('screen');
    } catch {
      // refused, as on a plain-http address: the panel's own setting rules
    }
  }

  async function keepShell() {
    if (!navigator.serviceWorker) return; // needs https, or this machine
    await navigator.serviceWorker.register(set.worker, { scope: '/wall/' });
    const worker = (await navigator.serviceWorker.ready).active;
    const fonts = performance.getEntriesByType('resource').map((entry) => entry.name).filter((file) => file.endsWith('.woff2'));
    const parts = [...document.querySelectorAll('link[rel=stylesheet], script[src]')].map((part) => part.href || part.src);
    worker.postMessage({ page: location.pathname, parts: [...parts, ...fonts] }); // the first load passed it by
    performance.setResourceTimingBufferSize(0); // a beat every few seconds for weeks need not be remembered
    performance.clearResourceTimings();
  }

  recall();
  measure();
  tick();
  rotate();
  poll();
  shift();
  stayAwake();
  document.addEventListener('visibilitychange', stayAwake);
  window.addEventListener('resize', measure);
  document.fonts.ready.then(measure).then(keepShell).catch(() => {});
})();
