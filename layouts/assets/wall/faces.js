/*
 * The faces of a wall screen, built with textContent from words that come ready from the server.
 *
 * Type is sized for its readers: `--t` is the height of text that is comfortable at their distance on a screen of
 * this size (distance / 172), never under 3.6 % of the screen's height. Nothing is ever drawn smaller. What does
 * not fit is said more shortly: fewer values, whole sentences left out, and only then words. A face therefore has
 * several forms, richest first, and the first that fits is shown.
 */
(function () {
  'use strict';
  const COMFORT = 172; // distance over text height: a third of a degree
  const SMALLEST = 0.036; // of the height
  const USUAL = 0.052; // of the shorter side, where readers stand near enough for any size
  const LARGEST = 0.125; // of the shorter side: from here on nothing fits, and `check` says that they stand too far
  const BRIEF = 22; // letters of a label that is cut
  let slack = 1;

  /** Set `--t`, in pixels, for a screen of so many inches read from so many metres. */
  function size(inches, metres) {
    const { innerWidth: wide, innerHeight: high } = window;
    const side = Math.min(wide, high);
    const millimetres = (inches * 25.4) / Math.hypot(wide, high); // one pixel's
    const comfort = (metres * 1000) / COMFORT / millimetres;
    const text = Math.max(SMALLEST * high, USUAL * side, Math.min(comfort, LARGEST * side));
    document.documentElement.style.setProperty('--t', text.toFixed(2) + 'px');
    slack = text / 10; // a last line's descenders reach below its box
  }

  function make(tag, css, ...children) {
    const node = document.createElement(tag);
    if (css) node.className = css;
    node.append(...children.flat().filter((child) => child !== '' && child !== null));
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

  /* Parts. */

  function value(figure) {
    if (!figure.known) return make('div', 'value words', figure.text);
    return make('div', 'value fit', figure.text, figure.unit ? make('small', '', '\u00a0' + figure.unit) : null);
  }

  const status = (figure) => make('div', 'status', icon(figure.status), figure.word);
  const line = (css, text) => (text ? make('div', css, text) : null);

  function label(figure) {
    return make('div', 'label', figure.label, figure.place ? make('span', 'place', ', ' + figure.place) : null);
  }

  function tile(figure, aims) {
    return make('div', 'tile status-' + figure.status, label(figure),
      make('div', 'row', value(figure), make('div', 'side', status(figure), aims ? line('aim', figure.target) : null)));
  }

  function step(figure, at, aims) {
    const node = make('li', 'step status-' + figure.status, value(figure), label(figure),
      make('div', 'side', status(figure), aims ? line('aim', figure.target) : null));
    node.style.setProperty('--at', at);
    return node;
  }

  /* Words cut where a sentence ends; where the first alone is too long, after ever fewer words. */

  function cuts(text) {
    const sentences = text.match(/[^.!?…]+(?:[.!?…]+["'”’)]*|$)\s*/g) || [text];
    const wholes = sentences.map((_, at) => sentences.slice(0, sentences.length - at).join('').trim());
    const words = sentences[0].trim().split(/\s+/);
    const parts = [];
    for (let kept = words.length - 1; kept > 0; kept -= Math.max(1, Math.floor(kept / 8))) {
      parts.push(words.slice(0, kept).join(' ').replace(/[\s,;:.–-]+$/, '') + '…');
    }
    return [...wholes, ...parts];
  }

  const least = (all) => all[all.length - 1];

  /** A figure whose label is cut to a few words, for a screen that has no room for more. */
  function brief(figure) {
    const words = figure.label.split(/\s+/);
    let kept = words.length;
    while (kept > 1 && words.slice(0, kept).join(' ').length > BRIEF) kept -= 1;
    const label = kept < words.length ? words.slice(0, kept).join(' ') + '…' : figure.label;
    return { ...figure, label, place: '' };
  }

  /* Faces: for each kind of scene its forms, richest first. A form is a function that builds nodes. */

  function number(scene) {
    const most = Math.min(scene.figures.length - 1, 3);
    const form = (figures, beside, told, css) => () => {
      const [first, ...others] = figures;
      const moved = [first.change, first.signal.toLowerCase()].filter(Boolean).join(', ');
      return [make('div', 'hero ' + css + 'status-' + first.status, make('h1', '', first.label),
        line('of', told > 1 ? scene.title : ''), value(first), status(first),
        line('aim', told ? first.target : ''), line('aim', told > 2 ? moved : '')),
      beside ? make('div', 'beside', others.slice(0, beside).map((figure) => tile(figure, false))) : null];
    };
    const shapes = [[most, 3], [most, 2], [2, 3], [2, 2], [1, 3], [1, 2], [1, 1], [0, 1]];
    return [...shapes.filter(([beside]) => beside <= most).map(([beside, told]) => form(scene.figures, beside, told, '')),
      ...[[1, 1], [0, 1], [0, 0]].map(([beside, told]) => form(scene.figures.map(brief), beside, told, 'small '))];
  }

  function thread(scene) {
    const said = scene.sentence ? cuts(scene.sentence) : [''];
    const narrow = window.innerWidth < window.innerHeight;
    const form = (figures, sentence, aims, stacked = narrow) => () => [
      sentence ? make('h1', 'sentence', sentence) : null,
      make('ol', stacked ? 'steps stacked' : 'steps', figures.map((figure, at) => step(figure, at, aims)).reverse())];
    const all = scene.figures.slice(0, 4);
    const fewer = [3, 2].filter((few) => few < all.length).map((few) => [...all.slice(0, few - 1), least(all)]);
    const bare = [all, ...fewer];
    return [form(all, said[0], true), ...said.map((cut) => form(all, cut, false)),
      ...bare.map((few) => form(few, said[0], false)), ...bare.map((few) => form(few, '', false)),
      ...bare.map((few) => form(few.map(brief), '', false)),
      ...[...bare, [least(all)]].map((few) => form(few.map(brief), '', false, true))];
  }

  function today(scene, round) {
    const all = scene.figures.slice(0, 6);
    const page = (figures, size) => {
      const pages = Math.ceil(figures.length / size);
      return figures.slice((round % pages) * size, (round % pages) * size + size);
    };
    const form = (figures, size, aims, titled) => () => [titled ? make('h1', '', scene.title) : null,
      make('div', size < 2 || (size < 3 && !titled) ? 'tiles single' : 'tiles', page(figures, size).map((figure) => tile(figure, aims)))];
    const sizes = [...new Set([all.length, 4, 3, 2, 1])].filter((size) => size <= all.length);
    return [...sizes.flatMap((size) => [form(all, size, true, true), form(all, size, false, true)]),
      ...sizes.map((size) => form(all.map(brief), size, false, false))];
  }

  function voice(scene, round) {
    const said = scene.quotes[round % scene.quotes.length];
    const form = (text, css) => () => [make('h1', 'quiet', scene.title),
      make('blockquote', css, '\u201c' + text + '\u201d'), make('p', 'by', said.by)];
    const [whole, ...shorter] = cuts(said.text);
    return [...['s5', 's4', 's3', 's2', 's1'].map((css) => form(whole, css)),
      ...shorter.map((text) => form(text, 's1'))];
  }

  function tale(scene, round) {
    const told = scene.tales[round % scene.tales.length];
    const about = scene.kind === 'leaderless' ? scene.figures[0] : null;
    const list = (lines) => (about ? make('ul', 'lines', lines.map((each) => make('li', '', each)))
      : make('div', 'lines', lines.map((each) => make('p', '', each))));
    const form = (headline, lines, css) => () => [make('h1', 'quiet', told.title), make('p', 'headline ' + css, headline),
      about ? make('div', 'status-' + about.status, status(about)) : null, lines.length ? list(lines) : null];
    const fewer = told.lines.map((_, at) => told.lines.slice(at + 1)); // what is asked last, or came of it, stays longest
    return [...['s4', 's3', 's2'].map((css) => form(told.headline, told.lines, css)),
      ...fewer.map((lines) => form(told.headline, lines, 's2')),
      ...cuts(told.headline).map((headline) => form(headline, [], 's1'))];
  }

  const FACES = { number, thread, today, voice, story: tale, leaderless: tale };

  function showable(scene) {
    return FACES[scene.kind] && (scene.quotes.length || scene.figures.length || scene.tales.length);
  }

  /** A figure too wide for its place is made smaller, down to the size of the text. */
  function fitValues(face) {
    face.querySelectorAll('.fit').forEach((node) => {
      node.style.setProperty('--fit', 1);
      const ratio = node.clientWidth / node.scrollWidth;
      if (ratio < 1) node.style.setProperty('--fit', (ratio * 0.98).toFixed(3));
    });
  }

  function fits(face) {
    fitValues(face);
    if (face.scrollHeight > face.clientHeight + slack) return false;
    return [face, ...face.querySelectorAll('*')].every((node) => !node.clientWidth || node.scrollWidth <= node.clientWidth + 1);
  }

  /** Show a scene in the richest of its forms that fits its place. */
  function show(place, scene, round) {
    const face = make('section', 'scene ' + scene.kind);
    place.replaceChildren(face);
    for (const form of FACES[scene.kind](scene, round)) {
      face.replaceChildren(...form().filter(Boolean));
      if (fits(face)) return;
    }
  }

  function empty(place, words) {
    place.replaceChildren(make('section', 'scene empty', make('h1', '', words)));
  }

  window.WallFaces = { size, show, empty, showable, make };
})();
