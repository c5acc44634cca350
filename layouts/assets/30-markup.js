/*
 * The one Dash component of our own: Markup shows HTML that the server made and escaped. Plain JavaScript
 * over the React that Dash brings; no build step.
 */
(function () {
  'use strict';
  const React = window.React;

  /** The page the server painted before React was there goes as soon as the same page is shown by Dash. */
  function dropFirstPaint() {
    const first = document.getElementById('first-paint');
    if (first) first.remove();
  }

  function Markup(props) {
    const place = React.useRef(null);
    const html = props.html || '';
    React.useLayoutEffect(() => {
      if (!html) return undefined;
      dropFirstPaint();
      const undo = window.goldenThread.wire(place.current);
      window.goldenThread.shown();
      return undo;
    }, [html]);
    return React.createElement(props.tag || 'div', {
      id: props.id,
      ref: place,
      className: props.className,
      dangerouslySetInnerHTML: { __html: html },
    });
  }

  window.golden_thread = { Markup };
})();
