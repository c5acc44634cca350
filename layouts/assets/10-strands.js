/*
 * The strands between cards, drawn from where the cards really are.
 *
 * A `.thread` carries data-strands: [{from, to, gold, guard, pull}, …], ids of cards inside it. A strand
 * on the gold path is a core on a dark casing and may carry a tag with its pull. Hovering or focusing a
 * card traces it up and down; arrow keys walk the tree. Serves the first paint and Dash alike.
 */
(function () {
  'use strict';
  const SVG = 'http://www.w3.org/2000/svg';

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
    strands.forEach((s) => found.set(s[key], [...(found.get(s[key]) || []), s[value]]));
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

  /** Card boxes relative to the thread. */
  function measure(thread, strands) {
    const origin = thread.getBoundingClientRect();
    const boxes = new Map();
    strands.flatMap((s) => [s.from, s.to]).forEach((id) => {
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

  /** Strands leave a card side by side, in the order of the cards they go to, so that they do not cross. */
  function port(box, peers, peer, boxes) {
    const order = [...peers].sort((a, b) => boxes.get(a).middle - boxes.get(b).middle);
    const step = Math.min(box.height * 0.12, (box.height * 0.5) / order.length);
    return box.middle + (order.indexOf(peer) - (order.length - 1) / 2) * step;
  }

  function curve(x1, y1, x2, y2) {
    const bend = (x2 - x1) * 0.5;
    const at = (x, y) => x.toFixed(1) + ' ' + y.toFixed(1);
    return 'M' + at(x1, y1) + 'C' + at(x1 + bend, y1) + ' ' + at(x2 - bend, y2) + ' ' + at(x2, y2);
  }

  function pullTag(strand, x, y) {
    const tag = document.createElement('span');
    tag.className = 'pull';
    tag.setAttribute('aria-hidden', 'true'); // the same words stand in the card it leads to
    tag.textContent = strand.pull;
    tag.style.left = x + 'px';
    tag.style.top = y + 'px';
    return tag;
  }

  function draw(thread, sheet, strands) {
    thread.querySelectorAll(':scope > .pull').forEach((tag) => tag.remove());
    sheet.replaceChildren();
    if (getComputedStyle(sheet).display === 'none') return;
    const open = strands.filter((s) => isShown(s.from) && isShown(s.to));
    const boxes = measure(thread, open);
    const peers = ties(open);
    const gold = [];
    open.forEach((s) => {
      const from = boxes.get(s.from);
      const to = boxes.get(s.to);
      const y1 = port(from, peers.down.get(s.from), s.to, boxes);
      const y2 = port(to, peers.up.get(s.to), s.from, boxes);
      const d = curve(from.right, y1, to.left, y2);
      if (!s.gold) {
        const kind = s.guard ? 'plain guard' : 'plain';
        sheet.append(make('path', { class: kind, d, 'data-from': s.from, 'data-to': s.to }));
        return;
      }
      gold.push(make('path', { class: 'casing', d }), make('path', { class: 'core', d }));
      if (s.pull) thread.append(pullTag(s, (from.right + to.left) / 2, (y1 + y2) / 2));
    });
    sheet.append(...gold); // gold lies over everything
  }

  function trace(thread, sheet, tied, id) {
    const near = id ? new Set([id, ...reach(id, tied.up), ...reach(id, tied.down)]) : null;
    thread.querySelectorAll('.card[id], .opens[data-card]').forEach((card) => {
      card.classList.toggle('dim', near !== null && !near.has(card.dataset.card || card.id));
    });
    sheet.querySelectorAll('.plain').forEach((path) => {
      const lit = near !== null && near.has(path.dataset.from) && near.has(path.dataset.to);
      path.classList.toggle('lit', lit);
      path.classList.toggle('dim', near !== null && !lit);
    });
  }

  function goldFirst(ids) {
    return ids.filter(isShown).map((id) => document.getElementById(id)).sort((a, b) => b.matches('.on') - a.matches('.on'))[0];
  }

  function beside(card, step) {
    const column = [...card.closest('.column').querySelectorAll('.card[id]')].filter((each) => isShown(each.id));
    return column[column.indexOf(card) + step];
  }

  function walk(tied, event) {
    const card = event.target.closest('.card[id]');
    if (!card || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
    const opens = card.parentElement.querySelector('.opens:not([aria-expanded="true"])');
    const steps = {
      ArrowLeft: () => goldFirst(tied.up.get(card.id) || []),
      ArrowRight: () => goldFirst(tied.down.get(card.id) || []) || opens,
      ArrowUp: () => beside(card, -1),
      ArrowDown: () => beside(card, 1),
    };
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
    thread.prepend(sheet);
    const drawAll = () => draw(thread, sheet, strands);
    const over = (event) => {
      const card = event.target.closest('.card[id]');
      trace(thread, sheet, tied, card && card.id);
    };
    const leave = () => trace(thread, sheet, tied, null);
    const off = new AbortController();
    const on = (name, handler) => thread.addEventListener(name, handler, { signal: off.signal });
    on('pointerover', over);
    on('pointerleave', leave);
    on('focusin', over);
    on('focusout', leave);
    on('keydown', (event) => walk(tied, event));
    const sizes = new ResizeObserver(drawAll);
    sizes.observe(thread);
    drawAll();
    document.fonts.ready.then(() => { if (!off.signal.aborted) drawAll(); });
    return () => { off.abort(); sizes.disconnect(); sheet.remove(); };
  }

  /** Wire every thread beneath `root`; returns what undoes it. */
  function wire(root) {
    const undo = [...root.querySelectorAll('.thread[data-strands]')].map(wireThread);
    return () => undo.forEach((each) => each());
  }

  window.goldenThread = { wire };
  const first = document.getElementById('first-paint');
  if (first) wire(first);
})();
