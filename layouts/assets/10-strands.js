/*
 * The strands between cards, drawn from where the cards really are.
 *
 * A `.thread` carries data-strands: [{from, to, gold, guard, grade, pull}, …], ids of cards inside it, and data-up, the
 * address one step up. A strand on the gold path is a core on a dark casing and may carry a tag with its pull.
 * Hovering or focusing a card traces it up and down; arrow keys walk the tree, Escape goes up. On the whole map
 * (`.thread.map`) strands leave a card on the side of the one they go to. Serves the first paint and Dash alike.
 */
(function () {
  'use strict';
  const SVG = 'http://www.w3.org/2000/svg';
  const MANY = 80; // so many cards fade at once no longer: each would be a layer of its own

  function make(tag, attributes) {
    const node = document.createElementNS(SVG, tag);
    Object.entries(attributes).forEach(([name, value]) => node.setAttribute(name, value));
    return node;
  }

  function readStrands(thread) {
    const strands = JSON.parse(thread.dataset.strands || '[]');
    return strands.filter((s) => document.getElementById(s.from) && document.getElementById(s.to));
  }

  /** ids → ids, in one direction. */
  function neighbours(strands, key, value) {
    const found = new Map();
    strands.forEach((s) => {
      if (found.has(s[key])) found.get(s[key]).push(s[value]); else found.set(s[key], [s[value]]);
    });
    return found;
  }

  function ties(strands) {
    return { up: neighbours(strands, 'to', 'from'), down: neighbours(strands, 'from', 'to') };
  }

  /** False for a card folded away under "more". */
  function isShown(id) {
    return document.getElementById(id).checkVisibility(); // a closed <details> keeps its boxes
  }

  function reach(start, next) {
    const seen = new Set();
    const queue = [start];
    while (queue.length) {
      for (const id of next.get(queue.pop()) || []) {
        if (!seen.has(id)) { seen.add(id); queue.push(id); }
      }
    }
    return seen;
  }

  /** Boxes of the cards that are shown, relative to the thread: everything is read before anything is written. */
  function measure(thread, ids) {
    const origin = thread.getBoundingClientRect();
    const boxes = new Map();
    ids.filter(isShown).forEach((id) => {
      const box = document.getElementById(id).getBoundingClientRect();
      boxes.set(id, {
        left: box.left - origin.left,
        right: box.right - origin.left,
        middle: box.top - origin.top + box.height / 2,
        height: box.height,
      });
    });
    return boxes;
  }

  /** id → id of the card at the other end → how far from its middle a strand leaves: side by side, uncrossed. */
  function ports(peers, boxes) {
    const found = new Map();
    peers.forEach((others, id) => {
      const height = boxes.get(id).height;
      const order = [...others].sort((a, b) => boxes.get(a).middle - boxes.get(b).middle);
      const step = Math.min(height * 0.12, (height * 0.5) / order.length);
      found.set(id, new Map(order.map((other, at) => [other, (at - (order.length - 1) / 2) * step])));
    });
    return found;
  }

  /** Where a strand begins and ends, and how far it bends out at either end. */
  function course(from, to) {
    if (to.left >= from.right) return { x1: from.right, x2: to.left, bend: (to.left - from.right) / 2 };
    if (to.right <= from.left) return { x1: from.left, x2: to.right, bend: (to.right - from.left) / 2 };
    return { x1: from.left, x2: to.left, bend: -16, back: true }; // one above the other: round the side
  }

  function curve(way, y1, y2) {
    const at = (x, y) => x.toFixed(1) + ' ' + y.toFixed(1);
    const end = way.back ? way.x2 + way.bend : way.x2 - way.bend;
    return 'M' + at(way.x1, y1) + 'C' + at(way.x1 + way.bend, y1) + ' ' + at(end, y2) + ' ' + at(way.x2, y2);
  }

  function pullTag(strand, x, y) {
    const tag = document.createElement('span');
    tag.className = 'pull';
    tag.setAttribute('aria-hidden', 'true'); // the same words stand in the card it leads to
    const grade = document.createElement('span');
    grade.className = 'grade';
    grade.textContent = strand.grade;
    tag.append(grade, strand.pull);
    tag.style.left = x + 'px';
    tag.style.top = y + 'px';
    return tag;
  }

  /** Draw what is shown; returns each strand's marks with its ends, for the trace. */
  function draw(thread, sheet, strands) {
    const hidden = getComputedStyle(sheet).display === 'none';
    const boxes = hidden ? new Map() : measure(thread, [...new Set(strands.flatMap((s) => [s.from, s.to]))]);
    const open = strands.filter((s) => boxes.has(s.from) && boxes.has(s.to));
    const peers = ties(open);
    const leaving = ports(peers.down, boxes);
    const arriving = ports(peers.up, boxes);
    const drawn = open.map((s) => {
      const from = boxes.get(s.from);
      const to = boxes.get(s.to);
      const y1 = from.middle + leaving.get(s.from).get(s.to);
      const y2 = to.middle + arriving.get(s.to).get(s.from);
      const way = course(from, to);
      const d = curve(way, y1, y2);
      const marks = s.gold
        ? [make('path', { class: 'casing', d }), make('path', { class: 'core', d })]
        : [make('path', { class: s.guard ? 'plain guard' : 'plain', d })];
      const tag = s.gold && s.pull ? pullTag(s, (way.x1 + way.x2) / 2, (y1 + y2) / 2) : null;
      return { from: s.from, to: s.to, gold: s.gold, marks, tag };
    });
    const gold = drawn.filter((s) => s.gold);
    sheet.replaceChildren(...drawn.filter((s) => !s.gold).flatMap((s) => s.marks), ...gold.flatMap((s) => s.marks));
    thread.querySelectorAll(':scope > .pull').forEach((tag) => tag.remove());
    thread.append(...gold.map((s) => s.tag).filter(Boolean));
    return drawn;
  }

  /**
   * Light the way from a card up to the outcomes and down to the front line; without one, everything again.
   * Of many strands those lit are drawn anew on a sheet of their own, and the sheet of all fades as one picture.
   */
  function trace(thread, tied, drawn, id) {
    const near = id ? new Set([id, ...reach(id, tied.up), ...reach(id, tied.down)]) : new Set();
    thread.classList.toggle('tracing', near.size > 0);
    thread.querySelectorAll('.card.near').forEach((card) => {
      if (!near.has(card.id)) card.classList.remove('near');
    });
    near.forEach((each) => document.getElementById(each).classList.add('near'));
    const isLit = (s) => near.has(s.from) && near.has(s.to);
    const bright = thread.querySelector(':scope > .strands.bright');
    drawn.forEach((s) => {
      const marks = bright ? [s.tag] : [...s.marks, s.tag];
      marks.filter(Boolean).forEach((mark) => mark.classList.toggle(s.gold ? 'near' : 'lit', isLit(s)));
    });
    if (bright) {
      const lit = drawn.filter(isLit);
      const ordered = [...lit.filter((s) => !s.gold), ...lit.filter((s) => s.gold)];
      bright.replaceChildren(...ordered.flatMap((s) => s.marks.map((mark) => mark.cloneNode())));
    }
  }

  function goldFirst(ids) {
    return ids.filter(isShown).map((id) => document.getElementById(id)).sort((a, b) => b.matches('.on') - a.matches('.on'))[0];
  }

  /** The card before or after one in its column, or on the map in its lane. */
  function beside(card, step) {
    const lane = card.dataset.lane;
    const place = lane ? card.closest('.thread') : card.closest('.column');
    const all = [...place.querySelectorAll('.card[id]')].filter((each) => each.dataset.lane === lane && isShown(each.id));
    return all[all.indexOf(card) + step];
  }

  function walk(tied, event) {
    const card = event.target.closest('.card[id]');
    if (!card || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const opens = card.parentElement.querySelector('.opens:not([aria-expanded="true"])');
    const up = () => goldFirst(tied.up.get(card.id) || []);
    const down = () => goldFirst(tied.down.get(card.id) || []);
    const before = () => beside(card, -1);
    const after = () => beside(card, 1);
    const steps = card.dataset.lane
      ? { ArrowUp: up, ArrowDown: down, ArrowLeft: before, ArrowRight: after }
      : { ArrowLeft: up, ArrowRight: () => down() || opens, ArrowUp: before, ArrowDown: after };
    const next = steps[event.key] && steps[event.key]();
    if (!next) return;
    event.preventDefault();
    if (next === opens) next.click(); else next.focus();
  }

  /** Draw and wire one thread; returns what undoes it. */
  function wireThread(thread) {
    const strands = readStrands(thread);
    const tied = ties(strands);
    const sheet = make('svg', { class: 'strands', 'aria-hidden': 'true' });
    const bright = make('svg', { class: 'strands bright', 'aria-hidden': 'true' });
    const many = thread.querySelectorAll('.card[id]').length > MANY;
    thread.classList.toggle('many', many);
    thread.prepend(...(many ? [sheet, bright] : [sheet]));
    let drawn = [];
    let traced = null;
    let waiting = 0;
    const drawNow = () => { waiting = 0; drawn = draw(thread, sheet, strands); trace(thread, tied, drawn, traced); };
    const drawSoon = () => { if (!waiting) waiting = requestAnimationFrame(drawNow); };
    const follow = (id) => {
      if (id === traced) return;
      traced = id;
      trace(thread, tied, drawn, id);
    };
    const over = (event) => {
      const at = event.target.closest('.card[id], .opens[data-card]');
      const id = at && (at.dataset.card || at.id);
      follow(id && (tied.up.has(id) || tied.down.has(id)) ? id : null);
    };
    const off = new AbortController();
    const on = (name, handler) => thread.addEventListener(name, handler, { signal: off.signal });
    on('pointerover', over);
    on('pointerleave', () => follow(null));
    on('focusin', over);
    on('focusout', () => follow(null));
    on('keydown', (event) => walk(tied, event));
    thread.addEventListener('toggle', drawSoon, { signal: off.signal, capture: true }); // a fold moves what is beneath it
    const sizes = new ResizeObserver(drawSoon);
    sizes.observe(thread);
    drawNow();
    document.fonts.ready.then(() => { if (!off.signal.aborted) drawSoon(); });
    return () => { off.abort(); sizes.disconnect(); cancelAnimationFrame(waiting); sheet.remove(); bright.remove(); };
  }

  /** Escape goes one step up, unless something that is open has a better use for it. */
  function goUp(event) {
    const thread = document.querySelector('.thread[data-up]');
    const busy = event.defaultPrevented || event.target.matches('input, select, textarea');
    if (event.key !== 'Escape' || !thread || busy || document.querySelector('dialog[open]')) return;
    window.goldenThread.go(thread.dataset.up);
  }

  /** Wire every thread beneath `root`; returns what undoes it. */
  function wire(root) {
    const undo = [...root.querySelectorAll('.thread[data-strands]')].map(wireThread);
    return () => undo.forEach((each) => each());
  }

  document.addEventListener('keydown', goUp);
  window.goldenThread = { wire };
  const first = document.getElementById('first-paint');
  if (first) wire(first);
})();
