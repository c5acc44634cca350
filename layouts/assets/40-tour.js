/*
 * The tour of a first visit: four steps in a modal dialog, which holds the focus and is left by Escape. Each step is
 * put where it does not cover what it explains. Once it was seen or skipped it never opens by itself again.
 */
(function () {
  'use strict';
  const KEY = 'golden-thread:tour';
  const GAP = 12; // pixels between a step and what it explains
  let at = 0;
  let shown = null; // what is explained now

  /** False where nothing can be remembered: then nobody is shown round twice unasked. */
  function isFirstVisit() {
    try {
      return localStorage.getItem(KEY) === null;
    } catch {
      return false;
    }
  }

  function remember() {
    try { localStorage.setItem(KEY, 'seen'); } catch { /* a visitor who lets nothing be kept */ }
  }

  function dialog() {
    return document.getElementById('tour');
  }

  function steps() {
    return [...dialog().querySelectorAll('section')];
  }

  function aimOf(step) {
    return document.querySelector(step.dataset.beside);
  }

  /** Below what is explained where there is room, else above it; on a small screen that edge is the screen's. */
  function place(box, aim) {
    const beside = aim.getBoundingClientRect();
    const size = box.getBoundingClientRect();
    const below = window.innerHeight - beside.bottom;
    const top = below >= size.height + 2 * GAP
      ? beside.bottom + GAP
      : Math.max(GAP, beside.top - size.height - GAP);
    const left = Math.min(Math.max(GAP, beside.left), window.innerWidth - size.width - GAP);
    box.style.top = top + 'px';
    box.style.left = Math.max(GAP, left) + 'px';
  }

  function mark(aim) {
    if (shown) shown.classList.remove('toured');
    shown = aim;
    if (shown) shown.classList.add('toured');
  }

  function show(number) {
    const all = steps();
    at = number;
    all.forEach((step, position) => { step.hidden = position !== at; });
    const box = dialog();
    box.setAttribute('aria-labelledby', 'tour-' + at);
    const aim = aimOf(all[at]);
    mark(aim);
    aim.scrollIntoView({ block: 'center' });
    place(box, aim);
    all[at].querySelector('h2').focus({ preventScroll: true });
  }

  /** The next step in a direction that has something to explain on this page. */
  function go(step) {
    const all = steps();
    let next = at + step;
    while (all[next] && !aimOf(all[next])) next += step;
    if (all[next]) show(next); else end();
  }

  function start() {
    const box = dialog();
    if (!box || box.open) return;
    at = -1;
    box.showModal();
    go(1);
  }

  function end() {
    dialog().close();
  }

  function onClose() {
    mark(null);
    remember();
    window.scrollTo(0, 0);
    const again = document.querySelector('.tour-again');
    if (again) again.hidden = false;
  }

  function onClick(event) {
    const asked = event.target.closest && event.target.closest('[data-tour]');
    if (!asked) return;
    ({ start, end, next: () => go(1), back: () => go(-1) })[asked.dataset.tour]();
  }

  /** A page was shown: its button comes to life, and on a first visit the tour begins. */
  function onShown() {
    const box = dialog();
    if (!box) return;
    box.addEventListener('close', onClose);
    document.querySelector('.tour-again').hidden = false;
    if (isFirstVisit()) requestAnimationFrame(start);
  }

  document.addEventListener('click', onClick);
  document.addEventListener('golden-thread:shown', onShown);
  window.addEventListener('resize', () => { if (shown) place(dialog(), shown); });
})();
