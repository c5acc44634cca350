/*
 * Charts, once Plotly has drawn them: fewer periods on a narrow screen, points walked by arrow keys and read out,
 * a picture to keep, and a size that fits paper and a large screen. The server says what a narrow screen shows (layout.meta).
 */
(function () {
  'use strict';
  const NARROW = 560; // pixels of a frame
  const PAPER = { width: 680, height: 226 };
  const PICTURE = { width: 1280, height: 720 };

  const LETTERS = 13; // pixels, where a page's own are 16: what the server's figures are made for
  const LENGTHS = new Set(['size', 'xshift', 'yshift']);

  const drawn = (frame) => frame.querySelector('.js-plotly-plot');

  /** A figure, or a part of one, with its letters, marks, lines and margins so many times as large. */
  function times(part, ratio, within) {
    if (Array.isArray(part)) return part.map((each) => (each && typeof each === 'object' ? times(each, ratio) : each));
    return Object.fromEntries(Object.entries(part).map(([key, value]) => {
      if (ArrayBuffer.isView(value)) return [key, value];
      if (value && typeof value === 'object') return [key, times(value, ratio, key)];
      const length = LENGTHS.has(key) || within === 'margin' || (within === 'line' && key === 'width');
      return [key, length && typeof value === 'number' ? value * ratio : value];
    }));
  }

  /** How much larger than the server's figure one is to be: as the page is; on paper not at all. */
  function scale(chart) {
    const paper = chart.layout.autosize === false;
    return paper ? 1 : parseFloat(getComputedStyle(document.documentElement).fontSize) / 16;
  }

  /** On a large screen, where the whole page is larger, so is a chart. */
  function grow(chart) {
    const ratio = (scale(chart) * LETTERS) / chart.layout.font.size;
    if (Math.abs(ratio - 1) > 0.02) window.Plotly.react(chart, times(chart.data, ratio), times(chart.layout, ratio));
  }

  /** Show the newest periods only where the frame is narrow, all of them where it is wide. */
  function fit(frame) {
    const chart = drawn(frame);
    if (!chart || !chart.layout || !chart._fullLayout) return;
    grow(chart);
    const ways = chart.layout.meta;
    if (!ways) return;
    const way = ways[frame.clientWidth < NARROW * scale(chart) ? 'narrow' : 'wide'];
    const names = chart.layout.xaxis.ticktext.join();
    if (chart.layout.xaxis.range[0] === way.range[0] && names === way.ticktext.join()) return;
    window.Plotly.relayout(chart, {
      'xaxis.range': way.range.slice(), 'xaxis.tickvals': way.tickvals.slice(), 'xaxis.ticktext': way.ticktext.slice(),
      'margin.l': way.l * scale(chart), 'margin.r': way.r * scale(chart),
    });
  }

  /** Where one stands on a chart's line: the points that have a value, oldest first. */
  function walk(frame, step) {
    const chart = drawn(frame);
    if (!chart || !chart.data) return;
    const curve = chart.data.findIndex((trace) => trace.name === 'line');
    if (curve < 0) return;
    const line = chart.data[curve];
    const known = [...line.y.keys()].filter((at) => line.y[at] !== null && at >= chart.layout.xaxis.range[0]);
    if (!known.length) return;
    const stood = known.indexOf(Number(frame.dataset.at));
    const next = step === 'first' ? 0 : step === 'last' || stood < 0 ? known.length - 1 : stood + step;
    const at = known[Math.min(Math.max(next, 0), known.length - 1)];
    frame.dataset.at = at;
    window.Plotly.Fx.hover(chart, [{ curveNumber: curve, pointNumber: at }]);
    say([line.text[at], ...signals(chart, line.x[at])].join('. '));
  }

  function signals(chart, x) {
    const rings = chart.data.find((trace) => trace.name === 'signal');
    return rings ? rings.text.filter((_, at) => rings.x[at] === x) : [];
  }

  function say(words) {
    const region = document.getElementById('announcer');
    if (region) region.textContent = words;
  }

  const STEPS = { ArrowLeft: -1, ArrowRight: 1, Home: 'first', End: 'last' };

  function onKey(event) {
    const frame = event.target.closest && event.target.closest('.chart-frame');
    if (!frame || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape' && drawn(frame)) window.Plotly.Fx.unhover(drawn(frame));
    if (!(event.key in STEPS)) return;
    event.preventDefault();
    walk(frame, STEPS[event.key]);
  }

  const escaped = (text) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');

  /** A drawing as pixels. Plotly's own way goes over a blob: address, which the page's policy does not let in. */
  async function painted(drawing) {
    const image = new Image();
    image.src = drawing;
    await image.decode();
    const canvas = document.createElement('canvas');
    Object.assign(canvas, { width: 2 * PICTURE.width, height: 2 * PICTURE.height });
    canvas.getContext('2d').drawImage(image, 0, 0, canvas.width, canvas.height);
    return canvas.toDataURL('image/png');
  }

  /** The chart as a picture that says by itself what it is of, and as of when. */
  async function picture(button) {
    const frame = button.closest('.block-chart').querySelector('.chart-frame');
    const chart = drawn(frame);
    if (!chart || !chart.data) return;
    const { title, source, name } = button.dataset;
    const ground = getComputedStyle(frame).backgroundColor;
    const note = {
      text: escaped(source), xref: 'paper', yref: 'paper', x: 0, y: 0, yshift: -64, xanchor: 'left', yanchor: 'top',
      showarrow: false, font: { size: 13 },
    };
    const plain = LETTERS / chart.layout.font.size;
    const [data, shown] = [times(chart.data, plain), times(chart.layout, plain)];
    const layout = {
      ...shown, ...PICTURE, autosize: false, paper_bgcolor: ground,
      title: { text: escaped(title), x: 0.02, xanchor: 'left', font: { size: 22 } },
      margin: { ...shown.margin, t: 140, b: 110, l: 90, r: 110 },
      annotations: [...(shown.annotations || []), note],
    };
    const drawing = await window.Plotly.toImage({ data, layout }, { format: 'svg', ...PICTURE });
    const link = document.createElement('a');
    Object.assign(link, { href: await painted(drawing), download: `${name}.png` });
    link.click();
  }

  function onClick(event) {
    const button = event.target.closest && event.target.closest('button[data-png], button[data-print]');
    if (!button) return;
    if ('print' in button.dataset) window.print(); else picture(button);
  }

  const frames = () => [...document.querySelectorAll('.chart-frame')].filter(drawn);

  function sized(size) {
    frames().forEach((frame) => window.Plotly.relayout(drawn(frame), size));
  }

  let watched = new WeakSet();
  const widths = new ResizeObserver((entries) => entries.forEach((entry) => fit(entry.target)));

  /** Plotly comes late and Dash gives it new figures: whatever it has drawn is fitted again. */
  function watch() {
    document.querySelectorAll('.chart-frame').forEach((frame) => {
      const chart = drawn(frame);
      if (!chart || !chart.on || watched.has(chart)) return;
      watched.add(chart);
      widths.observe(frame);
      chart.on('plotly_afterplot', () => fit(frame));
      fit(frame);
    });
  }

  new MutationObserver(watch).observe(document.documentElement, { childList: true, subtree: true });
  document.addEventListener('keydown', onKey);
  document.addEventListener('click', onClick);
  window.addEventListener('beforeprint', () => sized({ autosize: false, ...PAPER }));
  window.addEventListener('afterprint', () => sized({ autosize: true, width: null, height: null }));
})();
